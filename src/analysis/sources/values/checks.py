"""What contradicts itself is left out; what is odd is said aloud."""

from typing import NamedTuple

import pandas as pd

from analysis.study.contract import RESERVED_NICHES, Column, Table

_FIRST_DAY = pd.Timestamp("2004-01-01")  # none of the platforms is older
_ENOUGH = 20  # rows from which a constant column or a lonely value is odd
_JUMP = 100
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
        Left(frame.index[frame[name].isna()], name, "no value", fault=True)
        for name in table.key
        if table[name].filled and not _may_be_found(table, name, frame)
    ]
    found += [
        _left(frame, frame[smaller] > frame[larger], smaller, f"more {words}")
        for smaller, larger, words in _ORDER.get(table.name, ())
    ]
    if table.name == "placements":
        exact = ~frame["clicks_rounded"].fillna(False).astype(bool)
        coded = frame["code"].notna()  # people type a code who never clicked
        more = exact & ~coded & (frame["orders"] > frame["clicks"])
        found.append(_left(frame, more, "orders", "more orders than clicks"))
        unworked = frame["handling_hours"] < 0
        found.append(_left(frame, unworked, "handling_hours", "fewer than 0 hours"))
    if table.name == "posts":
        mangled = frame["post_id"].str.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+[0-9]+")
        found.append(_left(frame, mangled, "post_id", "ids were rounded by a spreadsheet"))
        moment = frame["posted_at"]
        found.append(_left(frame, moment < _FIRST_DAY, "posted_at", "before any platform existed"))
        tomorrow = pd.Timestamp.now("UTC").tz_localize(None) + pd.Timedelta(days=1)
        found.append(_left(frame, moment > tomorrow, "posted_at", "in the future"))
    return [left for left in found if len(left.rows)]


_ORDER = {
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


def oddities(table: Table, frame: pd.DataFrame) -> list[str]:
    """What is possible and worth a look, in words."""
    said = []
    if table.name == "posts":
        more = (frame["likes"] > frame["views"]).fillna(False).sum()
        said += [f"{more} posts have more likes than views"] if more else []
        viral = (frame["likes"] > frame["followers_at_posting"]).fillna(False).sum()
        said += [f"{viral} posts have more likes than followers"] if viral else []
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


def _odd_numbers(column: Column, values: pd.Series) -> list[str]:
    name = column.name
    if len(values) < _ENOUGH:
        return []
    if values.nunique() == 1:
        return [f"column {name} is {values.iloc[0]} in every row"] if column.metric else []
    first, second = values.nlargest(2)
    if first >= _JUMP * max(second, 1):
        return [f"column {name}: {first:,} stands far above every other value"]
    return []
