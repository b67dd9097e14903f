"""Rows that arrived -> kept, merged into another, duplicates, or excluded with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.prepare.currency import in_one_currency, paid
from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED, fates_within_sources, put_together
from analysis.prepare.joins import accounts, attribute, fill_from_posts, many_to_one, name_accounts
from analysis.prepare.raw_folder import RawFile
from analysis.sources.formats import ROSTER
from analysis.sources.importer import EXCLUSION_COLUMNS, Imported
from analysis.sources.values.states import hide_false_zeros
from analysis.store.manifest import FileCount, Join
from analysis.store.pseudonyms import account_names
from analysis.store.settings import Settings
from analysis.study.contract import (
    CREATORS,
    IMPORTED,
    PLACEMENTS,
    POSTS,
    RESERVED_NICHES,
    TOO_YOUNG,
    Table,
)

NOT_STATED = "not stated"
_UNKNOWN = "no such creator in creators"
ERASED = "erased at the creator's request"
_EXPOSURES = ("reach", "impressions", "views")
_COSTS = ("product_cost", "agency_fee", "boost_spend", "handling_hours")
_COLUMN = {_UNKNOWN: "handle", ERASED: "handle"}

Erased = Callable[[pd.DataFrame], pd.Series]  # platform and handle -> True where forgotten


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one file gave to one contract table, and when it arrived."""

    file: RawFile
    imported: Imported


@dataclass(frozen=True, slots=True)
class Reconciled:
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


def reconcile(
    arrivals: Sequence[Arrival], *, settings: Settings, erased: Erased | None = None
) -> Reconciled:
    """Decide on every row that arrived.

    Args:
        arrivals: what the files gave.
        settings: currency, attribution, window, age of posts.
        erased: tells rows of creators who asked to be forgotten.
    """
    stacks = {table.name: _stack(arrivals, table) for table in IMPORTED.values()}
    rows = {name: stack for name, stack in stacks.items() if stack is not None}
    fates: dict[str, pd.Series] = {}
    joins: list[Join] = []
    kept: dict[str, pd.DataFrame] = {}
    for table in (CREATORS, POSTS, PLACEMENTS):
        if table.name not in rows:
            continue
        if table is POSTS:
            rows["posts"], named = name_accounts(rows["posts"], kept.get("creators"))
            joins += named
        fate = fates[table.name] = fates_within_sources(rows[table.name], table)
        if erased is not None:
            fate[erased(rows[table.name])] = ERASED
        together = put_together(rows[table.name], fate, table)
        kept[table.name] = _accepted(together, fate, table, kept.get("creators"), joins)
    warnings = _match_tools(rows, kept, fates, joins, settings)
    left = [arrival.imported.exclusions for arrival in arrivals]
    left += [_left_out(rows[name], fate, IMPORTED[name]) for name, fate in fates.items()]
    exclusions = pd.concat(left, ignore_index=True)
    tables = {name: _finished(kept[name], IMPORTED[name], settings) for name in kept}
    counts = _counts(arrivals, rows, fates, exclusions)
    return Reconciled(tables, exclusions, counts, joins, warnings)


def _stack(arrivals: Sequence[Arrival], table: Table) -> pd.DataFrame | None:
    """Rows of every file for one table, one below the other, under comparable names."""
    parts = [
        arrival.imported.rows.reset_index().assign(
            arrival=number,
            file=arrival.imported.file,
            source=arrival.imported.source,
            capture=arrival.file.capture,
        )
        for number, arrival in enumerate(arrivals)
        if arrival.imported.table is table
    ]
    if not parts:
        return None
    rows = pd.concat(parts, ignore_index=True)
    if "handle" in rows:
        rows["account"] = rows["handle"]
        rows["handle"] = account_names(rows["handle"]).where(rows["handle"].notna())
    if "niche" in rows:
        one_line = rows["niche"].str.replace(r"\s+", " ", regex=True)
        niche = one_line.str.lower()  # Beauty and beauty are one niche
        rows["niche"] = niche.mask(niche.isin(RESERVED_NICHES), NOT_STATED)
    return hide_false_zeros(rows) if table is POSTS else rows


def _accepted(
    rows: pd.DataFrame,
    fate: pd.Series,
    table: Table,
    creators: pd.DataFrame | None,
    joins: list[Join],
) -> pd.DataFrame:
    """Rows with every value that they must have, of accounts that are known; sets their fate.

    Posts of one account stand together, in the order of the accounts: whoever adds them up by
    account then finds its sums in the processor's cache.
    """
    if table is CREATORS:
        tool = rows["source"].ne(ROSTER) & rows["niche"].isna()
        rows = rows.assign(niche=rows["niche"].mask(tool, NOT_STATED))
    open_rows = fate[rows.index].eq(KEPT)
    for column in table.columns:
        if column.filled:
            empty = open_rows & rows[column.name].isna().astype(bool)
            fate[empty.index[empty]] = f"{column.name}: no value"
            open_rows &= ~empty
    rows = rows[open_rows]
    if creators is None or table is CREATORS:
        return rows
    partner, _, join = many_to_one(
        accounts(rows), accounts(creators), table=table.name, to="creators", by="handle"
    )
    joins.append(join)
    unknown = partner.isna()
    fate[unknown.index[unknown]] = _UNKNOWN
    known = partner.dropna()
    return rows.loc[(known.sort_values(kind="stable") if table is POSTS else known).index]


def _match_tools(
    rows: dict[str, pd.DataFrame],
    kept: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    joins: list[Join],
    settings: Settings,
) -> list[str]:
    """Placements with what posts and tools say about them; in place. Returns warnings."""
    if "tracked" in rows:
        fates["tracked"] = fates_within_sources(rows["tracked"], IMPORTED["tracked"])
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
    """Orders by code include people who never clicked: such clicks are no denominator."""
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


def _finished(rows: pd.DataFrame, table: Table, settings: Settings) -> pd.DataFrame:
    """A table as it is stored, with young posts marked."""
    states = [f"{name}_state" for name in table.metrics]
    if table is POSTS:
        captured = pd.to_datetime(rows["capture"].where(rows["capture"].ne("")))
        age = captured + pd.Timedelta(days=1) - rows["posted_at"].astype("datetime64[us]")
        young = (age < pd.Timedelta(days=settings.mature_after_days)).fillna(False)
        for name in table.metrics:
            immature = young.astype(bool) & rows[name].notna().astype(bool)
            rows = rows.assign(
                **{
                    name: rows[name].mask(immature),
                    f"{name}_state": rows[f"{name}_state"].mask(immature, TOO_YOUNG),
                }
            )
    return rows[[*table.names, *states, "capture"]]


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
