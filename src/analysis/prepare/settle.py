"""Judge, merge and join rows that arrived: kept, merged, duplicates, or excluded with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.prepare.currency import in_one_currency, paid
from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED, merge, merge_within_formats
from analysis.prepare.joins import attribute, fill_from_posts, name_accounts
from analysis.prepare.judge import ERASED, UNKNOWN, Erased, complete, judge, mark_young, stacked
from analysis.prepare.load import Arrival
from analysis.sources.importer import EXCLUSION_COLUMNS
from analysis.store.manifest import FileCount, Join
from analysis.store.settings import Settings
from analysis.study.contract import CREATORS, IMPORTED, PLACEMENTS, POSTS, TRACKED, Table

_EXPOSURES = ("reach", "impressions", "views")
_COSTS = ("product_cost", "agency_fee", "boost_spend", "handling_hours")
_COLUMN = {UNKNOWN: "handle", ERASED: "handle"}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of everything that arrived.

    Attributes:
        tables: the kept rows by contract table, each with its ``capture`` and states.
        exclusions: ``EXCLUSION_COLUMNS``.
        counts: per file and table, in the order of arrival.
        joins: how rows of one table found their partner in another.
        warnings: what somebody should look at.
    """

    tables: dict[str, pd.DataFrame]
    exclusions: pd.DataFrame
    counts: list[FileCount]
    joins: list[Join]
    warnings: list[str]


def settle(
    arrivals: Sequence[Arrival], *, settings: Settings, erased: Erased | None = None
) -> Settled:
    """Decide on every row that arrived.

    Args:
        arrivals: what the files gave.
        settings: currency, attribution, window, age of posts.
        erased: tells rows of creators who asked to be forgotten.
    """
    stacks = {table.name: stacked(arrivals, table) for table in IMPORTED.values()}
    rows = {name: stack for name, stack in stacks.items() if stack is not None}
    fates: dict[str, pd.Series] = {}
    kept: dict[str, pd.DataFrame] = {}
    joins: list[Join] = []
    for table in (CREATORS, POSTS, PLACEMENTS):
        name = table.name
        if name not in rows:
            continue
        if table is POSTS:
            rows[name], found = name_accounts(rows[name], kept.get("creators"))
            joins += found
        fates[name] = judge(rows[name], erased)
        together = merge(rows[name], fates[name], table)
        kept[name], found = complete(together, fates[name], table, kept.get("creators"))
        joins += found
    warnings = _join_tools(rows, kept, fates, joins, settings)
    left = [arrival.imported.exclusions for arrival in arrivals]
    left += [_left_out(rows[name], fate, IMPORTED[name]) for name, fate in fates.items()]
    exclusions = pd.concat(left, ignore_index=True)
    if "posts" in kept:
        kept["posts"] = mark_young(kept["posts"], mature_after_days=settings.mature_after_days)
    tables = {name: kept[name][_stored(IMPORTED[name])] for name in kept}
    counts = _counts(arrivals, rows, fates, exclusions)
    return Settled(tables, exclusions, counts, joins, warnings)


def _stored(table: Table) -> list[str]:
    return [*table.names, *(f"{name}_state" for name in table.metrics), "capture"]


def _join_tools(
    rows: dict[str, pd.DataFrame],
    kept: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    joins: list[Join],
    settings: Settings,
) -> list[str]:
    """Placements with what posts and tools say about them.

    In place. Returns warnings.
    """
    if "tracked" in rows:
        fates["tracked"] = merge_within_formats(rows["tracked"], TRACKED)
    if "placements" not in kept:
        if "tracked" in rows:
            fate = fates["tracked"]
            fates["tracked"] = fate.mask(fate.eq(KEPT), "there are no placements to count it for")
        return []
    fate = fates["placements"]
    placements = paid(in_one_currency(kept["placements"], fate, settings), fate)
    if "tracked" in rows:
        fate = fates["tracked"]
        open_rows = rows["tracked"][fate.eq(KEPT)]
        tracked = in_one_currency(open_rows, fate, settings, always=False)
        placements, attributed, found = attribute(tracked, placements, kept.get("posts"), settings)
        fate[attributed.index] = attributed
        joins += found
    if "posts" in kept:
        placements, found = fill_from_posts(placements, kept["posts"])
        joins += found
    kept["placements"], warnings = _comparable_clicks(placements)
    return [*warnings, *_lacking(placements)]


def _lacking(placements: pd.DataFrame) -> list[str]:
    """What no row states, and costs that some rows leave out."""
    said = []
    if placements[list(_EXPOSURES)].isna().all(axis=None):
        said.append(
            "no placement states reach, impressions or views; orders are compared per click alone"
        )
    costed = placements[placements["fee"].notna()]
    for name in _COSTS:
        empty = int(costed[name].isna().sum())
        if 0 < empty < len(costed):
            said.append(f"{name} is empty in {empty} of {len(costed)} placements with a fee: 0")
    return said


def _comparable_clicks(placements: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Drop clicks beside orders by code.

    Those include people who never clicked.
    """
    exact = ~placements["clicks_rounded"].fillna(False).astype(bool)
    beyond = (placements["orders"] > placements["clicks"]).fillna(False).astype(bool)
    more = exact & beyond
    if not more.any():
        return placements, []
    said = f"{more.sum()} placements have more orders than clicks; their clicks are not compared"
    cleared = placements.assign(
        clicks=placements["clicks"].mask(more),
        clicks_state=placements["clicks_state"].mask(more, "not available"),
    )
    return cleared, [said]


def _left_out(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    reason = fate[~fate.isin([KEPT, MERGED, DUPLICATES])]
    empty = reason.str.endswith(": no value")
    column = reason.map(_COLUMN).fillna(table.key[-1] if table.unique else "")
    column = column.mask(empty, reason.str.removesuffix(": no value"))
    left = rows.loc[reason.index, ["file", "row"]]
    left = left.assign(
        table=table.name, column=column, reason=reason.mask(empty, "no value").astype("str")
    )
    return left[list(EXCLUSION_COLUMNS)]


def _counts(
    arrivals: Sequence[Arrival],
    rows: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    left_out: pd.DataFrame,
) -> list[FileCount]:
    parts = [
        pd.DataFrame({"arrival": rows[name]["arrival"], "fate": fate}).value_counts()
        for name, fate in fates.items()
    ]
    by_arrival = pd.concat(parts) if parts else pd.Series(dtype="int64")
    excluded = left_out.groupby(["file", "table"]).size()
    known = by_arrival.to_dict()
    return [
        FileCount(
            file=arrival.imported.file,
            table=arrival.imported.table.name,
            source=arrival.imported.source,
            digest=arrival.file.digest,
            rows_read=arrival.imported.rows_read,
            excluded=int(excluded.get((arrival.imported.file, arrival.imported.table.name), 0)),
            kept=int(known.get((number, KEPT), 0)),
            merged=int(known.get((number, MERGED), 0)),
            duplicates=int(known.get((number, DUPLICATES), 0)),
        )
        for number, arrival in enumerate(arrivals)
    ]
