"""Merge: several rows about one thing -> one row, over captures, exports and tools.

What arrives twice counts once. The latest capture that has a value counts; an empty cell never
replaces one.
"""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from analysis.prepare.joins import accounts
from analysis.sources.formats import ROSTER
from analysis.sources.importer import RANK
from analysis.study.contract import (
    CREATORS,
    NOT_AVAILABLE,
    OBSERVED,
    PLACEMENTS,
    PLANNED,
    POSTS,
    ZERO,
    Table,
)

KEPT, MERGED, DUPLICATES = "kept", "merged", "duplicates"
_GROWS = (
    *("followers", "followers_as_of", "following"),
    *("lifetime_posts", "lifetime_likes", "lifetime_views"),
)
IS_PLANNED = "booking is planned"  # why it is left out of what counts
_KEEP_ONE, _OR_SAY = "keep one of them", "or say under repeats in its format which counts"
_TWICE = "{} posts are others under another id (same moment and counts)"
_UNSURE = "{} posts share account, moment and counts with another id; too little to call them one"
_TELLING = 10  # a count from which two posts hardly share it by chance


def merge(rows: pd.DataFrame, fate: pd.Series, table: Table) -> tuple[pd.DataFrame, list[str]]:
    """Put rows about one thing together, column by column.

    Args:
        rows: all rows of a table.
        fate: of each row, in place: rows that are ``kept`` become ``merged`` into a better row,
            ``duplicates`` of a row, or get the reason why they are left out.
        table: whose rows they are.

    Returns:
        The kept rows, and what was decided that somebody should look at.
    """
    _set_aside_repeats(rows, fate, table)
    said: list[str] = []
    if table is CREATORS:
        rows, said = _one_niche(rows, fate)
    if table.unique:
        _contradict(rows, fate, table)
        if table is CREATORS:
            said += _grown(rows[fate.eq(KEPT)])
    else:
        said += _moved(rows[fate.eq(KEPT)], table)
        _supersede(rows, fate, table)
    return _put_together(rows, fate, table), said


def merge_posts(rows: pd.DataFrame, fate: pd.Series) -> tuple[pd.DataFrame, Counter[str]]:
    """Put rows about one post together; arguments as for ``merge``.

    Returns:
        The kept rows, and how often what somebody should look at was found, by its words.
    """
    kept, _ = merge(rows, fate, POSTS)
    return _once_under_other_ids(kept, fate)


def _set_aside_repeats(rows: pd.DataFrame, fate: pd.Series, table: Table) -> None:
    """Rows that say nothing new, and those that the format ranks lower."""
    key = ["source", "capture", *table.key]
    alike = rows[fate.eq(KEPT) & rows.duplicated(key, keep=False)]  # nothing happens to one alone
    repeated = alike.duplicated([*table.names, "source", "capture"])
    fate[repeated.index[repeated]] = DUPLICATES
    if RANK in rows:
        ranked = alike[fate[alike.index].eq(KEPT) & alike[RANK].notna()]
        best = ranked.sort_values(RANK, ascending=False, kind="stable").drop_duplicates(key)
        fate[ranked.index.difference(best.index)] = MERGED


def _one_niche(rows: pd.DataFrame, fate: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Rows of a tool's creators, whose niche is that of most of their rows."""
    key = ["source", "capture", *CREATORS.key]
    tools = rows[fate.eq(KEPT) & rows["source"].ne(ROSTER) & rows["niche"].notna()]
    tools = tools[tools.duplicated(key, keep=False)]
    several = tools[tools.groupby(key)["niche"].transform("nunique").gt(1)]
    if several.empty:
        return rows, []
    counts = several.groupby([*key, "niche"], sort=False).size().rename("rows").reset_index()
    most = counts.sort_values("rows", ascending=False, kind="stable").drop_duplicates(key)
    found = several[key].merge(most, on=key, how="left")["niche"].to_numpy()
    said = f"{len(most)} creators have several niches; that of most of their rows counts"
    return rows.assign(
        niche=rows["niche"]
        .mask(rows.index.isin(several.index))
        .fillna(pd.Series(found, several.index, dtype=rows["niche"].dtype))
    ), [said]


def _contradict(rows: pd.DataFrame, fate: pd.Series, table: Table) -> None:
    """Leave out rows of one format and capture that cannot both be true.

    What changes with time, like followers, contradicts nothing; nor does an empty cell.
    """
    key = ["source", "capture", *table.key]
    current = rows[fate.eq(KEPT)]
    alike = current[current.duplicated(key, keep=False)]
    if alike.empty:
        return
    lasting = [name for name in table.names if name not in (*_GROWS, *table.key)]
    differ = alike.groupby(key, dropna=False)[lasting].transform("nunique").gt(1)
    wrong = differ.any(axis=1)
    named = differ[wrong].idxmax(axis=1)
    what = ", ".join(table.key)
    tools = alike.loc[named.index, "source"].ne(ROSTER)
    fate[named.index] = (
        f"another row has the same {what}, but another "
        + named.astype("str")
        + tools.map({True: f"; {_KEEP_ONE}, {_OR_SAY}", False: f"; {_KEEP_ONE}"})
    )


def _grown(creators: pd.DataFrame) -> list[str]:
    """How many accounts have several follower counts in one capture."""
    key = ["source", "capture", *CREATORS.key]
    alike = creators[creators.duplicated(key, keep=False)]
    several = int(alike.groupby(key)["followers"].nunique().gt(1).sum())
    said = f"{several} accounts have several follower counts; the latest dated, else the highest"
    return [f"{said}, counts"] if several else []


def _moved(rows: pd.DataFrame, table: Table) -> list[str]:
    """How many bookings without a number have another day in a later capture."""
    if table is not PLACEMENTS:
        return []
    nameless = rows[rows["booking_id"].isna() & rows["placed_at"].notna()]
    by_booking = nameless.groupby(["source", *table.key], dropna=False)
    found = by_booking[["capture", "placed_at"]].nunique()
    paired = found["capture"].gt(1) & found["capture"].eq(by_booking.size())
    several = int((paired & found["placed_at"].gt(1)).sum())
    said = f"{several} bookings have another placed_at in a later capture, whose figures count; if"
    return [f"{said} they are others, give each a booking_id"] if several else []


def _supersede(rows: pd.DataFrame, fate: pd.Series, table: Table) -> None:
    """Rows of an earlier capture that a later one states again, where rows cannot be paired."""
    key = ["source", *table.key]
    current = rows[fate.eq(KEPT)]
    alike = current[current.duplicated(key, keep=False)]
    latest = alike.groupby(key, dropna=False)["capture"].transform("max")
    paired = ~alike.duplicated([*key, "capture"], keep=False)
    paired = paired.groupby([alike[name] for name in key], dropna=False).transform("all")
    fate[alike.index[(alike["capture"] < latest) & ~paired]] = MERGED


def _put_together(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    """One row from several, column by column.

    The latest capture that has a value counts; within a capture the roster goes before tools, and
    of an account the latest dated, else the highest follower count. The row stands where the
    roster's row stood, else where the latest one did; ``fate`` becomes ``merged`` for the others,
    in place.

    Returns:
        The kept rows.
    """
    kept = rows[fate.eq(KEPT)]
    key = list(table.key) if table.unique else ["source", *table.key]
    several = kept.duplicated(key, keep=False)
    if not table.unique:
        several &= ~kept.duplicated([*key, "capture"], keep=False)
    if not several.any():
        return kept
    first = ["capture", "tool", *(("followers_as_of", "followers") if table is CREATORS else ())]
    parts = kept[several].assign(tool=kept["source"].ne(ROSTER))
    ordered = parts.sort_values(first, ascending=[name == "tool" for name in first], kind="stable")
    base = ordered.sort_values("tool", kind="stable").drop_duplicates(key)
    fate[parts.index.difference(base.index)] = MERGED
    states = [f"{name}_state" for name in table.metrics]
    ordered[states] = ordered[states].where(ordered[states].ne(NOT_AVAILABLE))
    values = list(dict.fromkeys([*key, *table.names, *states, "capture"]))
    grouped = ordered[values].groupby(key, sort=False, dropna=False)
    combined = grouped.first().reset_index()
    origin = [name for name in ("arrival", "file", "row", "source") if name not in key]
    together = combined.merge(base[[*key, *origin]], on=key)
    together.index = pd.Index(
        base.reset_index().merge(together[key], on=key, how="right")["index"].to_numpy()
    )
    whole = pd.concat([kept[~several], _with_true_states(together, table)]).sort_index()
    return whole[kept.columns]


def _with_true_states(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows whose states agree with their values.

    A value that one file has goes before another file's word that it is hidden.
    """
    for name in table.metrics:
        state = rows[f"{name}_state"].fillna(NOT_AVAILABLE)
        known = rows[name].notna().astype(bool)
        state = state.mask(known, OBSERVED)
        zero = (rows[name] == 0).fillna(False).astype(bool)
        rows[f"{name}_state"] = state.mask(zero, ZERO).astype("str")
    return rows.assign(**{RANK: float("nan")})


def _once_under_other_ids(
    posts: pd.DataFrame, fate: pd.Series
) -> tuple[pd.DataFrame, Counter[str]]:
    """Posts of one account, moment and counts under several ids.

    They are one where the moment has seconds and two counts or more are high enough to be telling;
    otherwise they may be two posts, which is said. ``fate`` becomes ``duplicates`` in place.
    """
    moment = posts["posted_at"]
    exact = posts[moment.notna() & posts["handle"].notna()]
    same = ["platform", "handle", "posted_at", *POSTS.metrics]
    alike = exact[exact.duplicated(same, keep=False)]
    if alike.empty:
        return posts, Counter()
    seconds = alike["posted_at"].astype("datetime64[us]").dt.second.gt(0)
    high = alike[list(POSTS.metrics)].ge(_TELLING).fillna(False).astype(bool).sum(axis=1).ge(2)
    sure = seconds & high
    again = alike[sure & alike.duplicated(same)]
    fate[again.index] = DUPLICATES
    unsure = int(alike[~sure].duplicated(same).sum())
    return posts.drop(index=again.index), Counter({_TWICE: len(again), _UNSURE: unsure})


def history(
    rows: Mapping[str, pd.DataFrame],
    fates: Mapping[str, pd.Series],
    kept: pd.DataFrame | None,
    of_posts: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:
    """What captures overwrite, followers with their days and placements, and what is planned.

    Args:
        of_posts: ``platform, handle, day, followers`` of posts that are not in ``rows``.
    """
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
    if of_posts is not None and len(of_posts):
        parts.append(of_posts)
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
            found["placements_captured"] = placed[stored(PLACEMENTS)].reset_index(drop=True)
        planned = rows["placements"][fates["placements"].eq(IS_PLANNED)]
        if len(planned):
            found[PLANNED] = planned[stored(PLACEMENTS)].reset_index(drop=True)
    return found


def stored(table: Table) -> list[str]:
    """Columns of a prepared table before its accounts become pseudonyms."""
    return [*table.names, *(f"{name}_state" for name in table.metrics), "capture"]
