"""Judge, merge and join rows that arrived: kept, merged, duplicates, or excluded with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.prepare.duplicates import KEPT, history, merge, merge_posts, stored
from analysis.prepare.in_place.posts import PlacedPosts
from analysis.prepare.joins import (
    accounts,
    attribute,
    differing,
    fill_from_posts,
    latest_followers,
    link_marks,
    name_accounts,
    with_followers,
)
from analysis.prepare.judge import (
    Erased,
    complete,
    counted,
    judge,
    left_out,
    mark_young,
    stacked,
    took_place,
    with_moments,
)
from analysis.prepare.money import classified, in_one_currency, leave_out, paid, said_of_fees
from analysis.prepare.raw_folder import Arrival
from analysis.prepare.relationship.relate import relate
from analysis.prepare.reports import lines_of_orders, once
from analysis.prepare.streaming.found import SettledPosts
from analysis.prepare.streaming.posts import StagedPosts
from analysis.sources.values.checks import told
from analysis.sources.values.states import hide_false_counts
from analysis.store.accounts import account_names, look_alikes
from analysis.store.manifest import FileCount, Join
from analysis.store.settings import Settings
from analysis.study.contract import CREATORS, IMPORTED, PLACEMENTS, POSTS, Table

_WHO = ["platform", "handle"]
_EXPOSURES = ("reach", "impressions", "views")
_COSTS = ("product_cost", "agency_fee", "boost_spend", "handling_hours")


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of everything that arrived.

    Attributes:
        tables: the kept rows by contract table, each with its ``capture`` and states.
        exclusions: ``EXCLUSION_COLUMNS``.
        counts: per file and table, in the order of arrival.
        joins: how rows of one table found their partner in another.
        warnings: what somebody should look at.
        history: what captures overwrite and what is planned, by table of ``HISTORY``.
        origins: number of every post in ``tables``, of its file in ``counts``, and its row there:
            ``post_id, file, row``; None without any.
        disk: what became of posts that waited on disk; they are in no table of these.
        seen: ``platform, handle`` of every account of the other rows, kept or not.
    """

    tables: dict[str, pd.DataFrame]
    exclusions: pd.DataFrame
    counts: list[FileCount]
    joins: list[Join]
    warnings: list[str]
    history: dict[str, pd.DataFrame]
    origins: pd.DataFrame | None = None
    disk: SettledPosts | None = None
    seen: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_WHO, dtype="str"))


def settle(
    arrivals: Sequence[Arrival],
    *,
    settings: Settings,
    erased: Erased | None = None,
    staged: StagedPosts | PlacedPosts | None = None,
) -> Settled:
    """Decide on every row that arrived.

    Args:
        arrivals: what the files gave.
        settings: currency, attribution, window, age of posts.
        erased: tells rows of creators who asked to be forgotten.
        staged: the posts of all files, where they wait on disk; they are written there too. Or
            those that stay where they are.
    """
    stacks = {
        table.name: stacked(arrivals, table)
        for table in IMPORTED.values()
        if staged is None or table is not POSTS
    }
    rows = {name: stack for name, stack in stacks.items() if stack is not None}
    fates: dict[str, pd.Series] = {}
    kept: dict[str, pd.DataFrame] = {}
    joins: list[Join] = []
    said: list[str] = []
    disk: SettledPosts | None = None
    if "creators" in rows:
        fates["creators"] = judge(rows["creators"], erased)
        together, merged = merge(rows["creators"], fates["creators"], CREATORS)
        latest = None
        if together["followers"].isna().any():
            latest = staged.followers() if staged else _latest_followers(rows.get("posts"))
        together, filled = with_followers(together, latest)
        said += [*merged, *filled, *_alike(together)]
        kept["creators"], _ = complete(together, fates["creators"], CREATORS, None)
    if staged is not None:
        disk = staged.settle(kept.get("creators"), _seen(arrivals, rows), _links(rows))
        joins += disk.joins
        said += disk.said
    for table in (POSTS, PLACEMENTS):
        if table.name in rows:
            kept[table.name], found, words = _kept(rows, fates, table, kept.get("creators"), erased)
            joins += found
            said += words
    joins += relate(rows, fates, kept, erased)
    posts = kept.get("posts") if disk is None else disk.shown
    said += _join_tools(rows, kept, fates, joins, settings, posts)
    return _settled(arrivals, rows, fates, kept, joins, said, disk, settings)


def _links(rows: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    return link_marks(rows["placements"]["link"]) if "placements" in rows else None


def _latest_followers(posts: pd.DataFrame | None) -> pd.Series | None:
    return None if posts is None else latest_followers(accounts(posts), posts)


def _kept(
    rows: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    table: Table,
    creators: pd.DataFrame | None,
    erased: Erased | None,
) -> tuple[pd.DataFrame, list[Join], list[str]]:
    """Posts or placements that are kept; sets ``fates``, and the names of posts in ``rows``."""
    name = table.name
    joins: list[Join] = []
    if table is POSTS:
        rows[name], hidden = hide_false_counts(with_moments(rows[name]))
        rows[name], joins = name_accounts(rows[name], creators)
        fates[name] = judge(rows[name], erased)
        together, found = merge_posts(rows[name], fates[name])
        said = hidden + told(found)
    else:
        fates[name] = judge(rows[name], erased)
        together, said = merge(rows[name], fates[name], table)
    complete_rows, found_creators = complete(together, fates[name], table, creators)
    return complete_rows, [*joins, *found_creators], said


def _settled(
    arrivals: Sequence[Arrival],
    rows: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    kept: dict[str, pd.DataFrame],
    joins: list[Join],
    said: list[str],
    disk: SettledPosts | None,
    settings: Settings,
) -> Settled:
    """Everything counted, and posts under their numbers."""
    left = {name: left_out(rows[name], fate, IMPORTED[name]) for name, fate in fates.items()}
    origins = None
    if disk is not None:
        left["posts"] = (
            left_out(disk.left, disk.left["fate"], POSTS) if disk.apart is None else disk.apart
        )
        said += _undated(disk.undated, disk.kept)
    elif "posts" in kept:
        posts = kept["posts"]
        said += _undated(int(posts["posted_at"].isna().sum()), len(posts))
        numbers = np.arange(1, len(posts) + 1)
        places = {"post_id": numbers, "file": posts["arrival"].astype("int32"), "row": posts["row"]}
        origins = pd.DataFrame(places)
        young = mark_young(posts, mature_after_days=settings.mature_after_days)
        kept["posts"] = young.assign(post_id=numbers)
    ordered = [left[name] for name in IMPORTED if name in left]
    exclusions = pd.concat(
        [*(arrival.imported.exclusions for arrival in arrivals), *ordered], ignore_index=True
    )
    return Settled(
        {name: kept[name][stored(IMPORTED[name])] for name in kept},
        exclusions,
        counted(arrivals, rows, fates, exclusions, {} if disk is None else disk.counts),
        joins,
        said,
        history(rows, fates, kept.get("creators"), None if disk is None else disk.history),
        origins,
        disk,
        _seen(arrivals, rows),
    )


def _seen(arrivals: Sequence[Arrival], rows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Accounts of all rows, once each, and of those that could not be read."""
    parts = [table[_WHO] for table in rows.values()]
    parts += [one.imported.unread for one in arrivals if one.imported.unread is not None]
    if not parts:
        return pd.DataFrame(columns=_WHO, dtype="str")
    seen = pd.concat(parts, ignore_index=True).astype("str").drop_duplicates()
    return seen.assign(handle=account_names(seen["handle"])).dropna().drop_duplicates()


def _undated(undated: int, posts: int) -> list[str]:
    """How many posts carry no day."""
    said = f"{undated:,} of {posts:,} posts carry no day: they count wherever no period is"
    return [f"{said} asked for, and confirm nothing"] if undated else []


def _alike(creators: pd.DataFrame) -> list[str]:
    """How many accounts could be taken for another one; they stay apart."""
    by_platform = creators.groupby("platform")["handle"]
    found = sum(len(look_alikes(names)) for _, names in by_platform)
    said = f"{found} accounts look like another in letters of another script; they stay apart"
    return [said] if found else []


def _join_tools(
    rows: dict[str, pd.DataFrame],
    kept: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    joins: list[Join],
    settings: Settings,
    posts: pd.DataFrame | None,
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
    carried_out = took_place(kept["placements"], fate)
    placements = paid(in_one_currency(carried_out, fate, settings), fate)
    if "tracked" in rows:
        fate = fates["tracked"]
        open_rows = rows["tracked"][fate.eq(KEPT)]
        tracked = in_one_currency(open_rows, fate, settings, always=False)
        stated = placements
        placements, attributed, found = attribute(tracked, placements, posts, settings)
        said += differing(placements, stated)
        fate[attributed.index] = attributed
        joins += found
    if posts is not None:
        placements, found = fill_from_posts(placements, posts)
        joins += found
    kept["placements"], warnings = _comparable_clicks(placements)
    return [*said, *warnings, *_lacking(placements), *said_of_fees(placements)]


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
