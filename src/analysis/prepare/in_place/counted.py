"""What became of posts that stay where they are: counted there, by reason and kind of account."""

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.prepare.in_place.twins import Twins
from analysis.prepare.judge import UNKNOWN, left_out
from analysis.prepare.streaming.found import SettledPosts
from analysis.sources.importer import EXCLUSION_COLUMNS
from analysis.sources.values.checks import odd_posts, told
from analysis.sources.values.states import SAID
from analysis.store.manifest import Join
from analysis.store.places.engine import Engine, answered, lent
from analysis.store.places.posts import FINE, among
from analysis.store.places.promises import Promise
from analysis.study.contract import POSTS

EXAMPLES = 3
_COUNTED = [*EXCLUSION_COLUMNS, "rows", "examples"]
_HIDDEN = ("no_likes", "no_comments", "silent")
_BEYOND = ("views", "followers_at_posting")

Named = Callable[[pd.DataFrame], str]  # account and id of a few posts -> how pages name them


def facts(engine: Engine, raw: str, apart: Twins | None) -> pd.DataFrame:
    """Count all posts in one reading.

    Args:
        raw: query of all posts, as ``judged`` gives them.
        apart: posts that were decided on here.

    Returns:
        One row per ``fault`` (0 for none), ``account_known`` and ``decided`` (here): ``posts``,
        those with a day and its ends, and how many are odd.
    """
    here = "false"
    if apart is not None:
        here = f"fault is null and {among(lent(engine, 'twins', apart.keys))}"
    odd = [f"count(case when {one} then 1 end) as {one}" for one in _HIDDEN]
    odd += [f"count(case when likes > {one} then 1 end) as beyond_{one}" for one in _BEYOND]
    text = (
        "select coalesce(fault, 0) as fault, account_known, decided, count(*) as posts,"  # noqa: S608
        " count(posted_at) as dated, min(posted_at) as first_moment,"
        f" max(posted_at) as last_moment, {', '.join(odd)}"
        f" from (select posts_judged.*, known = 1 as account_known, {here} as decided"
        f" from ({raw}) as posts_judged) as marked group by 1, 2, 3"
    )
    return answered(engine, text).to_pandas()


def odd_of(found: pd.DataFrame, reasons: Sequence[Promise]) -> list[str]:
    """What somebody should look at, of posts that could be read; ``found`` as of ``facts``."""
    readable = found[found["fault"].isin([0, len(reasons)])]  # the last reason is erasure
    counts = [int(readable[one].sum()) for one in _HIDDEN]
    beyond = [int(readable[f"beyond_{one}"].sum()) for one in _BEYOND]
    return [*told(dict(zip(SAID, counts, strict=True))), *odd_posts(beyond[0], beyond[1], 0)]


def lines_left_out(
    found: pd.DataFrame,
    reasons: Sequence[Promise],
    examples: dict[int, pd.DataFrame],
    whose: pd.DataFrame,
    apart: Twins | None,
    *,
    file: str,
    named: Named,
) -> pd.DataFrame:
    """One line per reason: how many rows it leaves out, and up to three of them.

    Args:
        found: as ``facts`` gives it.
        examples: ``account`` and ``id`` of posts, by the place of their reason.
        whose: accounts, as ``judged_accounts`` gives them.
        apart: as for ``facts``.
        file: what pages call the table.
        named: gives posts the names under which pages may show them.
    """
    elsewhere = found[~found["decided"]]
    bad = elsewhere[elsewhere["fault"].gt(0)].groupby("fault")["posts"].sum()
    lines = [
        (reasons[int(n) - 1].column, reasons[int(n) - 1].reason, int(rows), named(examples[int(n)]))
        for n, rows in bad.items()
    ]
    strange = int(elsewhere.loc[_strange(elsewhere), "posts"].sum())
    if apart is not None:
        gone = left_out(apart.rows.assign(file="", row=0), apart.rows["fate"], POSTS)
        strange += int(gone["reason"].eq(UNKNOWN).sum())
        others = gone[gone["reason"].ne(UNKNOWN)]
        for (column, reason), rows in others.groupby(["column", "reason"], sort=False):
            lines.append((column, reason, len(rows), named(apart.rows.loc[rows.index[:EXAMPLES]])))
    if strange:
        unknown = whose[~whose["known"] & whose["fault"].eq(FINE)].drop_duplicates("account")
        some = unknown.head(EXAMPLES).assign(id=None)
        lines.append(("handle", UNKNOWN, strange, named(some)))
    frame = pd.DataFrame(lines, columns=["column", "reason", "rows", "examples"])
    frame = frame.astype({"column": "str", "reason": "str", "examples": "str", "rows": "int64"})
    return frame.assign(table=POSTS.name, file=file, row=0)[_COUNTED]


def examples_of(engine: Engine, raw: str, found: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Up to three posts of each reason; they are read only where there are any."""
    if not found["fault"].gt(0).any():
        return {}
    text = (
        "select fault, account, id from (select fault, account, id, row_number() over"  # noqa: S608
        f" (partition by fault order by account, id) as place from ({raw}) as posts_judged"
        f" where fault is not null) as placed where place <= {EXAMPLES} order by 1, 2, 3"
    )
    some = answered(engine, text).to_pandas()
    return {int(n): rows for n, rows in some.groupby("fault")}


def count(
    settled: SettledPosts,
    found: pd.DataFrame,
    apart: Twins | None,
    *,
    number: int,
    partners: int | None,
) -> None:
    """Fates, days and the join with creators, in place.

    Args:
        found, apart: as for ``facts``.
        number: of the table's arrival.
        partners: creators with posts; None where there is no table of creators.
    """
    fine = found[~found["decided"] & found["fault"].eq(0)]
    stays = fine if partners is None else fine[fine["account_known"]]
    fates = Counter(apart.rows["fate"]) if apart else Counter()
    settled.kept = int(stays["posts"].sum()) + fates[KEPT]
    settled.counts = Counter({(number, one): fates[one] for one in (MERGED, DUPLICATES)})
    settled.counts[number, KEPT] = settled.kept
    days = apart.kept["posted_at"] if apart else pd.Series(dtype="datetime64[us]")
    settled.undated = int((stays["posts"] - stays["dated"]).sum()) + int(days.isna().sum())
    ends = [*stays["first_moment"].dropna(), *stays["last_moment"].dropna(), *days.dropna()]
    if ends:
        settled.first, settled.last = pd.Timestamp(min(ends)), pd.Timestamp(max(ends))
    if partners is None:
        return
    strange = int(fine.loc[_strange(fine), "posts"].sum()) + fates[UNKNOWN]
    of_each = {"matched": settled.kept, "unmatched": strange, "ambiguous": 0, "without": 0}
    rows = settled.kept + strange
    settled.joins = [
        Join(table="posts", to="creators", by="handle", partners=partners, rows=rows, **of_each)
    ]


def _strange(found: pd.DataFrame) -> pd.Series:
    """Posts without a reason whose account is none of the creators'."""
    return found["fault"].eq(0) & ~found["account_known"]
