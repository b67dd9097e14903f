"""Judge: which rows may stay, under which names; the others left out with a reason; all counted."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.prepare.duplicates import DUPLICATES, IS_PLANNED, KEPT, MERGED
from analysis.prepare.joins import accounts, many_to_one
from analysis.prepare.raw_folder import Arrival
from analysis.sources.importer import EXCLUSION_COLUMNS
from analysis.store.accounts import account_names
from analysis.store.manifest import FileCount, Join
from analysis.study.contract import COMMENTS, CREATORS, POSTS, RESERVED_NICHES, TOO_YOUNG, Table

NOT_STATED = "not stated"
UNKNOWN = "no such creator in creators"
NO_HANDLE = "handle: no value"
ERASED = "erased at the creator's request"
_COLUMN = {UNKNOWN: "handle", ERASED: "handle"}
_TOOK_PLACE = ("live", "done", "posted", "published", "completed", "paid")
_WHY = {
    **dict.fromkeys(("planned", "booked", "confirmed", "pending", "invited"), IS_PLANNED),
    **dict.fromkeys(("declined", "rejected", "refused"), "booking was declined"),
    **dict.fromkeys(("cancelled", "canceled"), "booking was cancelled"),
}
_UNKNOWN = "booking_status is none of planned, live, done, declined, cancelled"

NO_POST = "no such post in posts"
TOO_RECENT = "less than 48 hours old when it was exported: its answer may still come"
_ANSWERED_IN = pd.Timedelta(hours=48)
_NO_POSTS = pd.DataFrame({name: pd.Series(dtype="str") for name in (*COMMENTS.key, "posted_at")})

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
    return with_ids(rows) if table is POSTS else rows


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

    Posts of one account stand together, in the order of the accounts: whoever adds them up by
    account then finds its sums in the processor's cache.
    """
    if table is CREATORS:
        rows = rows.assign(niche=rows["niche"].fillna(NOT_STATED))
    open_rows = fate[rows.index].eq(KEPT)
    for column in table.columns:
        if column.filled:
            empty = open_rows & rows[column.name].isna().astype(bool)
            fate[empty.index[empty]] = f"{column.name}: no value"
            open_rows &= ~empty
    rows = rows[open_rows]
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
    excluded = left_out.groupby(["file", "table"]).size()
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


def under_posts(
    comments: pd.DataFrame,
    arrived: pd.DataFrame | None,
    kept: pd.DataFrame | None,
    erased: Erased | None,
) -> tuple[pd.DataFrame, pd.Series, list[Join]]:
    """Give comments the account and the number of their post.

    Comments have no id, and two of them may be alike in everything, so they are compared by the
    post: of a post that several captures have comments of, those of the latest count, and a file
    that arrived twice counts once. Where the day of the export is known, comments that were then
    younger than 48 hours are left out.

    Args:
        comments: rows that arrived; in their order.
        arrived: every post that arrived, with the accounts that other files gave them.
        kept: posts that are kept; comments are given their places, from 1.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        The comments that are kept, with ``handle`` and ``post_id``, by post; the fate of every
        row; and the count of the join.
    """
    posts = _NO_POSTS if arrived is None else arrived
    named = _with_handles(comments, posts)
    fate = judge(named, erased)
    open_rows = fate.eq(KEPT)
    for column in COMMENTS.columns:
        if column.filled:
            empty = open_rows & named[column.name].isna().astype(bool)
            fate[empty.index[empty]] = f"{column.name}: no value"
            open_rows &= ~empty
    stays = _NO_POSTS if kept is None else kept
    partner, _, join = many_to_one(
        _marks(named[open_rows]), _marks(stays), table="comments", to="posts", by="post id"
    )
    fate[partner.index[partner.isna()]] = NO_POST
    under = partner.dropna()
    young = _too_young(named.loc[under.index], under.map(stays["posted_at"]))
    fate[under.index] = _once(named.loc[under.index], under).mask(young, TOO_RECENT)
    counted = under[fate[under.index].eq(KEPT)]
    numbers = pd.Series(np.arange(1, len(stays) + 1), stays.index)
    placed = counted.map(numbers).astype("int64").sort_values(kind="stable")
    return named.loc[placed.index].assign(post_id=placed), fate, [join]


def _marks(rows: pd.DataFrame) -> pd.Series:
    """Account and post as one text, missing where either is."""
    return accounts(rows) + " " + rows["post_id"].astype("str")


def _with_handles(comments: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Comments whose file names no account, under that of the one account with such a post."""
    nameless = comments["handle"].isna()
    if not nameless.any() or posts.empty:
        return comments
    known = posts[posts["handle"].notna()].drop_duplicates(["platform", "post_id", "handle"])
    partner, _, _ = many_to_one(
        accounts(comments[nameless], "post_id"),
        accounts(known, "post_id"),
        table="comments",
        to="posts",
        by="post id",
    )
    found = partner.map(known["handle"]).reindex(comments.index)
    return comments.assign(handle=comments["handle"].mask(nameless, found))


def _once(comments: pd.DataFrame, post: pd.Series) -> pd.Series:
    """Fate of comments with a post: of the latest capture, and of one of two equal files."""
    latest = comments.groupby(post)["capture"].transform("max")
    fate = pd.Series(KEPT, comments.index, dtype="str").mask(comments["capture"] < latest, MERGED)
    first = comments.groupby([post, "capture", "digest"])["arrival"].transform("min")
    return fate.mask(fate.eq(KEPT) & comments["arrival"].ne(first), DUPLICATES)


def _too_young(comments: pd.DataFrame, posted_at: pd.Series) -> pd.Series:
    """Whether a comment could not be answered for 48 hours before the end of the export's day."""
    captured = pd.to_datetime(comments["capture"].where(comments["capture"].ne("")))
    age = pd.to_timedelta(comments["age_seconds"].astype("Int64"), unit="s")
    written = posted_at.astype("datetime64[us]") + age
    ends = captured + pd.Timedelta(days=1)
    return (written + _ANSWERED_IN > ends).fillna(False).astype(bool)
