"""Threads as platforms list them -> comments, and when the creator answered each."""

import pandas as pd

from analysis.prepare.duplicates import KEPT, MERGED
from analysis.prepare.joins import accounts
from analysis.prepare.judge import Erased
from analysis.prepare.relationship.comments import under_posts
from analysis.prepare.relationship.placing import placed
from analysis.store.accounts import account_names
from analysis.store.manifest import Join
from analysis.study.contract import COMMENTS, THREADS

NO_MOMENT = "its post has no moment to count from"
BEFORE_POST = "written before its post"
NO_COMMENT = "the comment that it answers is not there"


def as_comments(
    threads: pd.DataFrame,
    arrived: pd.DataFrame | None,
    kept: pd.DataFrame | None,
    creators: pd.DataFrame | None,
    erased: Erased | None,
) -> tuple[pd.DataFrame, pd.Series, list[Join]]:
    """Turn comments and answers into comments with the delay of the creator's first answer.

    An answer below a comment is merged into it, whoever wrote it. The creator is known by the name
    of the account or by the platform's id of it.

    Args:
        threads: rows that arrived; in their order.
        arrived: every post that arrived, with the accounts that other files gave them.
        kept: posts that are kept; comments are given their places, from 1.
        creators: those that are kept, whose ``account_id`` may stand for a name.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        Rows of ``comments`` that are kept, by post; the fate of every row of ``threads``; and the
        count of the join.
    """
    by_name = _by_name(threads, creators)
    named, fate, under, join = placed(by_name, THREADS, arrived, kept, erased)
    if kept is None or under.empty:
        return _rows_of_comments(named.iloc[:0]), fate, [join]
    moment = under.map(kept["posted_at"]).astype("datetime64[us]")
    written = named["written_at"].astype("datetime64[us]")
    own = _by_creator(named, creators)
    fate[moment.index[moment.isna()]] = NO_MOMENT
    first = under.index[named.loc[under.index, "parent_id"].isna()]
    answers = under.index.difference(first)
    thread = under.astype("str") + " " + named["capture"] + " "
    known = thread[first] + named.loc[first, "comment_id"].astype("str")
    of_answers = thread[answers] + named.loc[answers, "parent_id"].astype("str")
    fate[answers] = of_answers.isin(known).map({True: MERGED, False: NO_COMMENT})
    by_creator = of_answers[own[answers]]
    earliest = written[by_creator.index].groupby(by_creator).min()
    comments = named.loc[first]
    delay = (known.map(earliest) - written[first]).dt.total_seconds()
    age = (written[first] - moment[first]).dt.total_seconds()
    fate[age.index[age < 0]] = BEFORE_POST
    comments = comments.assign(
        age_seconds=age.where(age >= 0).round().astype("Int64"),
        is_by_creator=own[first],
        reply_after_seconds=delay.where(delay >= 0).round().astype("Int64"),
    )
    whole = _rows_of_comments(comments[fate[first].eq(KEPT)])
    found, fates, _ = under_posts(whole, arrived, kept, None)
    fate[fates.index] = fates
    return found, fate, [join]


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


def _by_name(threads: pd.DataFrame, creators: pd.DataFrame | None) -> pd.DataFrame:
    """Threads whose file calls the account by the platform's id of it, under its name."""
    if creators is None or creators["account_id"].isna().all():
        return threads
    stated = creators[creators["account_id"].notna()]
    ids = account_names(stated["account_id"])
    names = pd.Series(stated["handle"].to_numpy(), (stated["platform"] + ":" + ids).to_numpy())
    found = accounts(threads).map(names[~names.index.duplicated(keep=False)])
    return threads.assign(handle=found.fillna(threads["handle"]))


def _by_creator(named: pd.DataFrame, creators: pd.DataFrame | None) -> pd.Series:
    """Whether the account under whose post it stands wrote it."""
    authors = named.assign(handle=account_names(named["author"]))
    own = _by_name(authors, creators)["handle"].eq(named["handle"])
    return own.fillna(False).astype(bool)


def _rows_of_comments(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows under the columns of ``comments``; authors and texts are no part of them."""
    origin = ["row", "arrival", "file", "digest", "source", "capture"]
    lacking = {name: None for name in COMMENTS.names if name not in rows}
    return rows.assign(**lacking)[[*COMMENTS.names, *origin]]
