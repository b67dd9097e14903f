"""Judge, merge and join rows that arrived: kept, merged, duplicates, or excluded with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED, merge
from analysis.prepare.joins import (
    accounts,
    attribute,
    differing,
    fill_from_posts,
    name_accounts,
    with_followers,
)
from analysis.prepare.judge import (
    ERASED,
    UNKNOWN,
    Erased,
    complete,
    judge,
    mark_young,
    stacked,
    with_moments,
)
from analysis.prepare.load import Arrival
from analysis.prepare.money import classified, in_one_currency, leave_out, paid
from analysis.prepare.reports import lines_of_orders, once
from analysis.sources.importer import EXCLUSION_COLUMNS
from analysis.sources.values.states import hide_false_counts
from analysis.store.accounts import look_alikes
from analysis.store.manifest import FileCount, Join
from analysis.store.settings import Settings
from analysis.study.contract import CREATORS, IMPORTED, PLACEMENTS, POSTS, Table

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
        history: what later captures overwrite, by table of ``HISTORY``.
    """

    tables: dict[str, pd.DataFrame]
    exclusions: pd.DataFrame
    counts: list[FileCount]
    joins: list[Join]
    warnings: list[str]
    history: dict[str, pd.DataFrame]


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
    said: list[str] = []
    for table in (CREATORS, POSTS, PLACEMENTS):
        name = table.name
        if name not in rows:
            continue
        if table is POSTS:
            rows[name], hidden = hide_false_counts(with_moments(rows[name]))
            said += hidden
            rows[name], found = name_accounts(rows[name], kept.get("creators"))
            joins += found
        fates[name] = judge(rows[name], erased)
        together, merged = merge(rows[name], fates[name], table)
        said += merged
        if table is CREATORS:
            together, filled = with_followers(together, rows.get("posts"))
            said += [*filled, *_alike(together)]
        kept[name], found = complete(together, fates[name], table, kept.get("creators"))
        joins += found
    said += _join_tools(rows, kept, fates, joins, settings)
    left = [arrival.imported.exclusions for arrival in arrivals]
    left += [_left_out(rows[name], fate, IMPORTED[name]) for name, fate in fates.items()]
    exclusions = pd.concat(left, ignore_index=True)
    if "posts" in kept:
        said += _undated(kept["posts"])
        kept["posts"] = mark_young(kept["posts"], mature_after_days=settings.mature_after_days)
    tables = {name: kept[name][_stored(IMPORTED[name])] for name in kept}
    counts = _counts(arrivals, rows, fates, exclusions)
    history = _history(rows, fates, kept.get("creators"))
    return Settled(tables, exclusions, counts, joins, said, history)


def _undated(posts: pd.DataFrame) -> list[str]:
    """How many posts carry no day."""
    undated = int(posts["posted_at"].isna().sum())
    said = f"{undated:,} of {len(posts):,} posts carry no day: they count wherever no period is"
    return [f"{said} asked for, and confirm nothing"] if undated else []


def _alike(creators: pd.DataFrame) -> list[str]:
    """How many accounts could be taken for another one; they stay apart."""
    by_platform = creators.groupby("platform")["handle"]
    found = sum(len(look_alikes(names)) for _, names in by_platform)
    said = f"{found} accounts look like another in letters of another script; they stay apart"
    return [said] if found else []


def _history(
    rows: Mapping[str, pd.DataFrame], fates: Mapping[str, pd.Series], kept: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """What captures overwrite: followers with their days, and placements as captured."""
    if kept is None:
        return {}
    known = accounts(kept)
    found = {}
    stands = {name: fate.isin([KEPT, MERGED, DUPLICATES]) for name, fate in fates.items()}
    creators = rows["creators"][stands["creators"]]
    dated = creators["followers_as_of"].astype("str").fillna(creators["capture"])
    parts = [creators.assign(day=dated)]
    if "posts" in rows:
        posts = rows["posts"][stands["posts"]]
        day = posts["posted_at"].astype("datetime64[us]").dt.strftime("%Y-%m-%d")
        parts.append(posts.assign(day=day, followers=posts["followers_at_posting"]))
    counted = pd.concat([part[["platform", "handle", "day", "followers"]] for part in parts])
    counted = counted[counted["day"].fillna("").ne("") & counted["followers"].notna()]
    counted = counted[accounts(counted).isin(known)].drop_duplicates()
    if len(counted):
        ordered = counted.sort_values(["platform", "handle", "day"], kind="stable")
        found["followers_history"] = ordered.reset_index(drop=True)
    if "placements" in rows:
        placed = rows["placements"][stands["placements"]]
        placed = placed[accounts(placed).isin(known)]
        if len(placed):
            found["placements_captured"] = placed[_stored(PLACEMENTS)].reset_index(drop=True)
    return found


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
    said: list[str] = []
    if "tracked" in rows:
        rows["tracked"], kinds = classified(rows["tracked"])
        fates["tracked"], said = once(rows["tracked"])
        said += leave_out(kinds, fates["tracked"], settings)
        rows["tracked"] = lines_of_orders(rows["tracked"], fates["tracked"])
    if "placements" not in kept:
        if "tracked" in rows:
            fate = fates["tracked"]
            fates["tracked"] = fate.mask(fate.eq(KEPT), "there are no placements to count it for")
        return said
    fate = fates["placements"]
    placements = paid(in_one_currency(kept["placements"], fate, settings), fate)
    if "tracked" in rows:
        fate = fates["tracked"]
        open_rows = rows["tracked"][fate.eq(KEPT)]
        tracked = in_one_currency(open_rows, fate, settings, always=False)
        stated = placements
        placements, attributed, found = attribute(tracked, placements, kept.get("posts"), settings)
        said += differing(placements, stated)
        fate[attributed.index] = attributed
        joins += found
    if "posts" in kept:
        placements, found = fill_from_posts(placements, kept["posts"])
        joins += found
    kept["placements"], warnings = _comparable_clicks(placements)
    return [*said, *warnings, *_lacking(placements)]


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
