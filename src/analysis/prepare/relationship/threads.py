"""Threads as platforms list them -> comments, and when the creator answered each."""

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.prepare.joins import accounts, many_to_one
from analysis.prepare.relationship.comments import old_enough
from analysis.store.accounts import account_names
from analysis.study.contract import COMMENTS

NO_MOMENT = "its post has no moment to count from"
BEFORE_POST = "written before its post"
NO_COMMENT = "the comment that it answers is not there"


def by_name(threads: pd.DataFrame, creators: pd.DataFrame | None) -> pd.DataFrame:
    """Threads with names for accounts and authors that their file calls by the platform's id.

    Args:
        threads: rows that arrived.
        creators: those whose ``account_id`` may stand for a name.
    """
    named = threads.assign(author=account_names(threads["author"]))
    if creators is None or creators["account_id"].isna().all():
        return named
    ids = creators.assign(account_id=account_names(creators["account_id"]))
    for name in ("handle", "author"):
        partner, _, _ = many_to_one(
            accounts(named, name),
            accounts(ids, "account_id"),
            table="threads",
            to="creators",
            by="",
        )
        named[name] = partner.map(creators["handle"]).fillna(named[name])
    return named


def as_comments(
    threads: pd.DataFrame, fate: pd.Series, under: pd.Series, kept: pd.DataFrame
) -> pd.DataFrame:
    """Turn comments and answers into comments with the delay of the creator's own first answer.

    An answer below a comment is merged into it, whoever wrote it. A comment or answer that several
    files of a capture list counts once, by its id.

    Args:
        threads, fate, under: as ``placed`` gives them; ``fate`` is set in place.
        kept: posts that are kept.

    Returns:
        The comments among them, under the columns of ``comments``.
    """
    moment = under.map(kept["posted_at"]).astype("datetime64[us]")
    fate[moment.index[moment.isna()]] = NO_MOMENT
    found = threads.loc[under.index]
    written = found["written_at"].astype("datetime64[us]")
    post = under.astype("str") + " " + found["capture"] + " "
    known, answered = (post + found[name].astype("str") for name in ("comment_id", "parent_id"))
    is_first = found["parent_id"].isna()
    answers = answered[~is_first]
    fate[answers.index] = answers.isin(known[is_first]).map({True: MERGED, False: NO_COMMENT})
    own = found["author"].eq(found["handle"]).fillna(False).astype(bool)
    earliest = written[~is_first & own].groupby(answers).min()
    first = known[is_first]
    answer = earliest.reindex(first).set_axis(first.index)
    delay = (answer - written[first.index]).dt.total_seconds()
    age = (written - moment).dt.total_seconds()[first.index]
    fate[age.index[age < 0]] = BEFORE_POST
    again = known.duplicated() & fate[known.index].isin([KEPT, MERGED])
    fate[again.index[again]] = DUPLICATES
    comments = found.loc[first.index].assign(
        age_seconds=age.where(age >= 0).round().astype("Int64"),
        is_by_creator=own[first.index],
        reply_after_seconds=delay.where(delay >= 0).round().astype("Int64"),
    )
    stays = first.index[fate[first.index].eq(KEPT)]
    return old_enough(_rows_of_comments(comments), fate, under[stays], kept)


def both(comments: pd.DataFrame | None, threaded: pd.DataFrame, fate: pd.Series) -> pd.DataFrame:
    """Comments of both tables by post; of a post that both have, those of ``comments`` count.

    Args:
        comments: of the table of that name, None where there is none.
        threaded: those of threads.
        fate: of the rows of threads, in place.
    """
    if comments is None:
        return threaded
    again = threaded["post_id"].isin(comments["post_id"])
    fate[threaded.index[again]] = MERGED
    whole = pd.concat([comments, threaded[~again]], ignore_index=True)
    return whole.sort_values("post_id", kind="stable", ignore_index=True)


def _rows_of_comments(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows under the columns of ``comments``; authors and texts are no part of them."""
    origin = ["row", "arrival", "file", "digest", "source", "capture"]
    lacking = {name: None for name in COMMENTS.names if name not in rows}
    return rows.assign(**lacking)[[*COMMENTS.names, *origin]]
