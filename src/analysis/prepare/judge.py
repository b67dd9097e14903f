"""Judge: which rows may stay, under which names; the others left out with a reason; all counted."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, IS_PLANNED, KEPT, MERGED
from analysis.prepare.joins import accounts, many_to_one
from analysis.prepare.raw_folder import Arrival
from analysis.sources.importer import EXCLUSION_COLUMNS
from analysis.store.accounts import account_names
from analysis.store.manifest import FileCount, Join
from analysis.store.pseudonyms import ERASED
from analysis.study.contract import (
    CREATORS,
    NOT_STATED,
    PLACEMENTS,
    POSTS,
    RESERVED_NICHES,
    TOO_YOUNG,
    Table,
)

UNKNOWN = "no such creator in creators"
NO_HANDLE = "handle: no value"
_COLUMN = {UNKNOWN: "handle", ERASED: "handle"}
_TOOK_PLACE = ("live", "done", "posted", "published", "completed", "paid")
_WHY = {
    **dict.fromkeys(("planned", "booked", "confirmed", "pending", "invited"), IS_PLANNED),
    **dict.fromkeys(("declined", "rejected", "refused"), "booking was declined"),
    **dict.fromkeys(("cancelled", "canceled"), "booking was cancelled"),
}
_UNKNOWN = "booking_status is none of planned, live, done, declined, cancelled"

Erased = Callable[[pd.DataFrame], pd.Series]  # platform and handle -> True where forgotten


def stacked(arrivals: Sequence[Arrival], table: Table) -> pd.DataFrame | None:
    """Stack every file's rows for a table, names made comparable."""
    parts = [
        arrival.imported.rows.reset_index().assign(
            arrival=number,
            file=arrival.imported.file,
            digest=arrival.file.digest,
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
    if table is PLACEMENTS:
        return with_captures(rows)
    return with_ids(rows) if table is POSTS else rows


def with_captures(placements: pd.DataFrame) -> pd.DataFrame:
    """Placements with one day of capture: their own, else that of their folder.

    A running report that is appended week by week then counts as a folder for each week would.

    Example:
        >>> days = pd.Series(["2026-03-08", None], dtype="date32[pyarrow]")
        >>> rows = pd.DataFrame({"captured_at": days, "capture": "2026-04-01"})
        >>> with_captures(rows)["capture"].tolist()
        ['2026-03-08', '2026-04-01']
    """
    own = placements["captured_at"].astype("str").where(placements["captured_at"].notna())
    capture = own.fillna(placements["capture"])
    days = pd.to_datetime(capture.where(capture.ne("")), errors="coerce")
    return placements.assign(
        capture=capture, captured_at=days.astype(placements["captured_at"].dtype)
    )


def with_ids(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts without an id under their address, else their moment or place in the file."""
    nameless = posts["post_id"].isna()
    if not nameless.any():
        return posts
    open_rows = posts[nameless]
    moment = open_rows["posted_at"].astype("str").fillna("")
    group = [open_rows["arrival"], open_rows["platform"], open_rows["account"].fillna(""), moment]
    nth = open_rows.groupby(group, dropna=False).cumcount().astype("str")
    place = open_rows["link"].fillna("no id: " + moment + " " + nth)
    return posts.assign(post_id=posts["post_id"].fillna(place))


def with_moments(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts whose age is known instead of their moment: the day of the export less the age."""
    captured = pd.to_datetime(posts["capture"].where(posts["capture"].ne("")))
    aged = captured - pd.to_timedelta(posts["age_days"].astype("Float64"), unit="D")
    moment = posts["posted_at"].astype("datetime64[us]").fillna(aged)
    return posts.assign(posted_at=moment.astype(posts["posted_at"].dtype))


def judge(rows: pd.DataFrame, erased: Erased | None) -> pd.Series:
    """Whether each row is kept, or erased at a creator's request."""
    fate = pd.Series(KEPT, index=rows.index, dtype="str")
    return fate if erased is None else fate.mask(erased(rows).to_numpy(dtype=bool), ERASED)


def complete(
    rows: pd.DataFrame, fate: pd.Series, table: Table, creators: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Join]]:
    """Keep rows of known accounts that have every required value.

    Sets their fate.

    Creators without followers are left out, unless none states any and the list says who was
    booked: it still tells what was paid, though nobody is micro or macro.

    Posts of one account stand together, in the order of the accounts: whoever adds them up by
    account then finds its sums in the processor's cache.
    """
    if table is CREATORS:
        rows = rows.assign(niche=rows["niche"].fillna(NOT_STATED))
    frame = table is CREATORS and rows["followers"].isna().all() and rows["booked"].notna().any()
    rows = rows[set_aside_empty(rows, fate, table, but=("followers",) if frame else ())]
    if creators is None or table is CREATORS:
        return rows, []
    partner, _, join = many_to_one(
        accounts(rows), accounts(creators), table=table.name, to="creators", by="handle"
    )
    unknown = partner.isna()
    fate[unknown.index[unknown]] = UNKNOWN
    known = partner.dropna()
    kept = known.sort_values(kind="stable") if table is POSTS else known
    return rows.loc[kept.index], [join]


def set_aside_empty(
    rows: pd.DataFrame, fate: pd.Series, table: Table, *, but: Sequence[str] = ()
) -> pd.Series:
    """Which rows stay: those that have every value that their table needs.

    Sets the fate of the others.

    Args:
        but: columns that may be empty here.
    """
    stays = fate[rows.index].eq(KEPT)
    for column in table.columns:
        if column.filled and column.name not in but:
            empty = stays & rows[column.name].isna().astype(bool)
            fate[empty.index[empty]] = f"{column.name}: no value"
            stays &= ~empty
    return stays


def took_place(placements: pd.DataFrame, fate: pd.Series) -> pd.DataFrame:
    """Placements whose booking took place, or says nothing of its status.

    Sets the fate of the others, in place. A word that is not known leaves its row out: taken for
    done, a booking that was called off would count as one that sold nothing.

    Example:
        >>> rows = pd.DataFrame({"booking_status": ["Done", "planned", None, "maybe"]})
        >>> fate = pd.Series("kept", rows.index)
        >>> took_place(rows, fate).index.tolist(), fate.tolist()[1]
        ([0, 2], 'booking is planned')
    """
    status = placements["booking_status"].str.strip().str.lower()
    counted = (status.isna() | status.isin(_TOOK_PLACE)).astype(bool)
    why = status.map(_WHY).fillna(_UNKNOWN)
    fate[counted.index[~counted]] = why[~counted]
    return placements[counted]


def mark_young(posts: pd.DataFrame, *, mature_after_days: int) -> pd.DataFrame:
    """Drop counts that were taken too early to compare.

    Their state says so.
    """
    captured = pd.to_datetime(posts["capture"].where(posts["capture"].ne("")))
    counted = posts["counted_at"].astype("datetime64[us]").fillna(captured + pd.Timedelta(days=1))
    age = counted - posts["posted_at"].astype("datetime64[us]")
    young = (age < pd.Timedelta(days=mature_after_days)).fillna(False).astype(bool)
    for name in POSTS.metrics:
        immature = young & posts[name].notna().astype(bool)
        states = posts[f"{name}_state"].mask(immature, TOO_YOUNG)
        posts = posts.assign(**{name: posts[name].mask(immature), f"{name}_state": states})
    return posts


def left_out(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    """Rows that are left out, and why: ``EXCLUSION_COLUMNS``."""
    reason = fate[~fate.isin([KEPT, MERGED, DUPLICATES])]
    empty = reason.str.endswith(": no value")
    column = reason.map(_COLUMN).fillna(table.key[-1] if table.unique else "")
    column = column.mask(empty, reason.str.removesuffix(": no value"))
    left = rows.loc[reason.index, ["file", "row"]]
    left = left.assign(
        table=table.name, column=column, reason=reason.mask(empty, "no value").astype("str")
    )
    return left[list(EXCLUSION_COLUMNS)]


def counted(
    arrivals: Sequence[Arrival],
    rows: Mapping[str, pd.DataFrame],
    fates: Mapping[str, pd.Series],
    left_out: pd.DataFrame,
    elsewhere: Mapping[tuple[int, str], int],
) -> list[FileCount]:
    """What became of the rows of every file.

    Args:
        elsewhere: how many of a file have a fate, of rows that are not among ``rows``.
    """
    parts = [
        pd.DataFrame({"arrival": rows[name]["arrival"], "fate": fate}).value_counts()
        for name, fate in fates.items()
    ]
    by_arrival = pd.concat(parts) if parts else pd.Series(dtype="int64")
    sizes = left_out["rows"].fillna(1) if "rows" in left_out else pd.Series(1, left_out.index)
    excluded = sizes.groupby([left_out["file"], left_out["table"]]).sum()
    known = by_arrival.to_dict() | dict(elsewhere)
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
