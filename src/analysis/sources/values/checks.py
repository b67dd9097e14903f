"""What contradicts itself is left out; what is odd is said aloud."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

import pandas as pd

from analysis.study.contract import PLATFORM_HOSTS, RESERVED_NICHES, Column, Table

FIRST_DAY = pd.Timestamp("2004-01-01")  # none of the platforms is older
NO_VALUE, TOO_OLD, FUTURE = "no value", "before any platform existed", "in the future"
ELSEWHERE = "an address of another platform"
ENOUGH = 20  # rows from which a constant column or a lonely value is odd
JUMP = 100
_EVERY_NICHE = "means all of them on the pages; it counts as not stated"


class Left(NamedTuple):
    """Rows left out for one reason.

    ``fault``: they were to be data and hold what cannot be.
    """

    rows: pd.Index
    column: str
    reason: str
    fault: bool = False


def broken_promises(table: Table, frame: pd.DataFrame) -> list[Left]:
    """Rows that cannot be: keyless, misdated or against themselves."""
    found = [
        Left(frame.index[frame[name].isna()], name, NO_VALUE, fault=True)
        for name in table.key
        if table[name].filled and not _may_be_found(table, name, frame)
    ]
    found += [
        _left(frame, frame[smaller] > frame[larger], smaller, f"more {words}")
        for smaller, larger, words in ORDER.get(table.name, ())
    ]
    if table.name == "placements":
        exact = ~frame["clicks_rounded"].fillna(False).astype(bool)
        coded = frame["code"].notna()  # people type a code who never clicked
        more = exact & ~coded & (frame["orders"] > frame["clicks"])
        found.append(_left(frame, more, "orders", "more orders than clicks"))
        unworked = frame["handling_hours"] < 0
        found.append(_left(frame, unworked, "handling_hours", "fewer than 0 hours"))
        taken = frame["captured_at"].astype("datetime64[us]")
        found.append(_left(frame, taken < FIRST_DAY, "captured_at", TOO_OLD))
        found.append(_left(frame, taken > tomorrow(), "captured_at", FUTURE))
    if table.name == "posts":
        moment = frame["posted_at"]
        found.append(_left(frame, moment < FIRST_DAY, "posted_at", TOO_OLD))
        found.append(_left(frame, moment > tomorrow(), "posted_at", FUTURE))
    if "handle" in frame:
        wrong = elsewhere(frame["handle"], frame["platform"])
        found.append(_left(frame, wrong, "handle", ELSEWHERE))
    found += [_left(frame, _rounded(frame[name]), name, ROUNDED) for name in _IDS if name in frame]
    return [left for left in found if len(left.rows)]


def elsewhere(handles: pd.Series, platforms: pd.Series) -> pd.Series:
    """Accounts whose address is of another platform than their row."""
    addresses = handles.where(handles.str.contains("/", regex=False)).dropna()
    lower = addresses.str.lower()
    wrong = pd.Series(False, handles.index)
    for platform, host in PLATFORM_HOSTS.items():
        here = lower.index[lower.str.contains(rf"^(?:https?://)?(?:[a-z]+\.)?{host}", regex=True)]
        wrong.loc[here] = platforms.loc[here].ne(platform).fillna(False).astype(bool)
    return wrong


def tomorrow() -> pd.Timestamp:
    """The moment from which a post or a capture is in the future, in every time zone."""
    return pd.Timestamp.now("UTC").tz_localize(None) + pd.Timedelta(days=1)


_IDS = ("post_id", "account_id", "order_id")
ROUNDED = "ids were rounded by a spreadsheet; export them again, and open them as text"
MANGLED = r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+"
DIGITS = 15  # that a spreadsheet keeps of a number
_CHANCE = 1e-3


def _rounded(ids: pd.Series) -> pd.Series:
    """Ids written like 1.78E+16, and long ones whose last digits are all 0.

    One such id may be by chance, a tenth of a tenth of them; a column of them is not.
    """
    mangled = ids.str.fullmatch(MANGLED).fillna(False).astype(bool)
    long = ids[ids.str.fullmatch(rf"[0-9]{{{DIGITS + 1},}}").fillna(False).astype(bool)].unique()
    cut = [one for one in long if not one[DIGITS:].strip("0")]
    if len(cut) == len(long) and are_no_chance(cut):
        return mangled | ids.isin(cut)
    return mangled


def are_no_chance(cut: Collection[str]) -> bool:
    """Whether long ids that end in zeros are too many to do so by chance."""
    return 10.0 ** -sum(len(one) - DIGITS for one in cut) < _CHANCE


ORDER = {
    "posts": (("likes", "reach", "likes than accounts reached"),),
    "placements": (
        ("clicks", "impressions", "clicks than impressions"),
        ("orders_refunded", "orders", "refunds than orders"),
    ),
    "tracked": (("orders_refunded", "orders", "refunds than orders"),),
}


def _may_be_found(table: Table, name: str, frame: pd.DataFrame) -> bool:
    """Insights name a post and not its account; another file does."""
    return table.name == "posts" and name == "handle" and bool(frame[name].isna().all())


def _left(frame: pd.DataFrame, wrong: pd.Series, column: str, reason: str) -> Left:
    return Left(frame.index[wrong.fillna(False).astype(bool)], column, reason, fault=True)


def told(found: Mapping[str, int]) -> list[str]:
    """What was found and how often, as sentences.

    Args:
        found: sentences with a place for their number.

    Example:
        >>> told({"{:,} rows repeat": 1200, "{:,} rows lack a day": 0})
        ['1,200 rows repeat']
    """
    return [sentence.format(count) for sentence, count in found.items() if count]


def oddities(table: Table, frame: pd.DataFrame) -> list[str]:
    """What is possible and worth a look, in words."""
    said = []
    if table.name == "posts":
        more = (frame["likes"] > frame["views"]).fillna(False).sum()
        viral = (frame["likes"] > frame["followers_at_posting"]).fillna(False).sum()
        said += odd_posts(more, viral, in_daily_rows(frame))
    if table.name == "creators":
        label = frame["niche"].str.replace(r"\s+", " ", regex=True).str.lower()
        every = label.isin(RESERVED_NICHES).sum()
        said += [f"{every} creators have a niche that {_EVERY_NICHE}"] if every else []
    if table.name == "placements":
        rounded = frame["clicks_rounded"].fillna(False).astype(bool)
        more = (rounded & (frame["orders"] > frame["clicks"])).fillna(False).sum()
        said += [f"{more} placements have more orders than rounded clicks"] if more else []
    for column in table.columns:
        if column.kind == "amount" and (back := (frame[column.name] < 0).fillna(False).sum()):
            said.append(f"column {column.name} is negative in {back} rows: read as money back")
        if column.metric or column.kind == "amount":
            said += _odd_numbers(column, frame[column.name].dropna())
    return said


def odd_posts(beyond_views: int, beyond_followers: int, daily: int) -> list[str]:
    """What is odd of posts, in words, by how many they are."""
    counts = {
        f"{beyond_views} posts have more likes than views": beyond_views,
        f"{beyond_followers} posts have more likes than followers": beyond_followers,
        f"{daily} accounts have a row for every day: are they sums?": daily,
    }
    return [said for said, count in counts.items() if count]


def in_daily_rows(posts: pd.DataFrame) -> int:
    """Accounts of which one row stands on each of many days in a row, at no time of day."""
    dated = posts[posts["posted_at"].notna() & posts["handle"].notna()]
    if len(dated) < ENOUGH or dated["handle"].value_counts().iloc[0] < ENOUGH:
        return 0
    moment = dated["posted_at"].astype("datetime64[us]")
    days = moment.dt.normalize()
    spans = pd.DataFrame({"day": days, "timed": moment.ne(days)}).groupby(
        [dated["platform"], dated["handle"]]
    )
    found = spans.agg(
        rows=("day", "size"),
        distinct=("day", "nunique"),
        first=("day", "min"),
        last=("day", "max"),
        timed=("timed", "any"),
    )
    whole = found["rows"].eq(found["distinct"]) & ~found["timed"]
    every = (found["last"] - found["first"]).dt.days.add(1).eq(found["rows"])
    return int((whole & every & found["rows"].ge(ENOUGH)).sum())


def _odd_numbers(column: Column, values: pd.Series) -> list[str]:
    if len(values) < ENOUGH:
        return []
    first, second = values.nlargest(2)
    return odd_extremes(column, values.min(), first, second)


def odd_extremes(column: Column, least: float, first: float, second: float) -> list[str]:
    """What is odd of the least and the two largest of ``ENOUGH`` numbers or more, in words."""
    name = column.name
    if least == first:
        listed = " (a price list, or what was paid?)" if name == "fee" else ""
        odd = column.metric or listed
        return [f"column {name} is {first} in every row{listed}"] if odd else []
    if first >= JUMP * max(second, 1):
        return [f"column {name}: {first:,} stands far above every other value"]
    return []
