"""One bucket of posts, all those of some accounts: judged by column, merged where any are alike.

As ``settle`` decides on a whole table. Only rows that share an id or a moment with another one of
their account, or have no id, go through ``duplicates.merge``.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.duplicates import KEPT
from analysis.prepare.judge import NO_HANDLE, UNKNOWN, Erased, with_moments
from analysis.prepare.streaming.alike import Files, alike, merged, parts_by_account
from analysis.prepare.streaming.stage import named
from analysis.sources.values.states import false_counts
from analysis.store.pseudonyms import ERASED
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import HIDDEN, POSTS, STATES, TOO_YOUNG

_CODE = {state: pa.scalar(place, pa.int8()) for place, state in enumerate(STATES)}


@dataclass(slots=True)
class SettledBucket:
    """What became of the posts of some accounts.

    Attributes:
        rows: the kept ones: ``account`` (a dictionary), ``arrival``, ``row``, ``capture`` (place in
            ``Files.days``), and the contract's columns that there are, with states as places in
            ``STATES``; those of an account together.
        read: all rows, with the ``place`` of their account, as they arrived but for false counts.
        fate: of each of them.
        accounts: by place.
        partners: how many creators have posts.
        said: how often what somebody should look at was found, by its words.
    """

    rows: pa.Table
    read: pa.Table
    fate: np.ndarray
    accounts: pa.Array
    partners: int
    said: Counter[str] = field(default_factory=Counter)


def settle_bucket(
    posts: pa.Table,
    files: Files,
    *,
    known: pa.Array | None,
    erased: Erased | None,
) -> SettledBucket:
    """Decide on every post of some accounts.

    Args:
        posts: as staged, with ``arrival``, in the order of arrival.
        files: where they come from.
        known: accounts of the creators, in their order; None where there are no creators.
        erased: tells accounts of creators who asked to be forgotten.
    """
    posts, said = _without_false_counts(_with_moments(posts, files))
    accounts, place = _places(posts["account"], known)
    posts = posts.drop_columns("account").append_column("place", place)
    posts = posts.append_column("at", pa.array(np.arange(len(posts))))
    fate = np.full(len(posts), KEPT, dtype=object)
    unnamed = np.flatnonzero(pc.ends_with(accounts, ":").to_numpy(zero_copy_only=False))
    fate[np.isin(place, _forgotten(accounts, 0 if known is None else len(known), erased))] = ERASED
    kept = posts.filter(pa.array(fate == KEPT))
    flagged = alike(kept, unnamed)
    together = [_with_capture(kept.filter(pa.array(~flagged)), files)]
    several = kept.filter(pa.array(flagged))
    for part in parts_by_account(several["place"].to_numpy()):
        rows = several.take(pa.array(part))
        whole, fates, found = merged(rows, accounts, files)
        together.append(whole)
        fate[rows["at"].to_numpy()] = fates
        said.update(found)
    kept = pa.concat_tables(together, promote_options="default")
    kept = kept.take(pa.array(_by_account(kept, ordered=len(together) == 1)))
    kept, partners = _complete(kept, fate, unnamed, None if known is None else len(known))
    account = pa.DictionaryArray.from_arrays(kept["place"].combine_chunks(), accounts)
    rows = kept.drop_columns(["place", "at"]).append_column("account", account)
    return SettledBucket(rows, posts, fate, accounts, partners, said)


def _with_moments(posts: pa.Table, files: Files) -> pa.Table:
    """Posts whose age is known instead of their moment."""
    if "age_days" not in posts.column_names:
        return posts
    aged = pc.and_(pc.is_null(posts["posted_at"]), pc.is_valid(posts["age_days"]))
    if not pc.any(aged).as_py():
        return posts
    frame = (
        posts.select(["posted_at", "age_days"]).filter(aged).to_pandas(types_mapper=pd.ArrowDtype)
    )
    frame["capture"] = [files.captures[n] for n in posts["arrival"].filter(aged).to_pylist()]
    found = pa.Table.from_pandas(with_moments(frame)[["posted_at"]], preserve_index=False)
    told = found["posted_at"].combine_chunks().cast(ARROW_TYPE["time"])
    before = posts["posted_at"].combine_chunks()
    moments = pc.replace_with_mask(before, aged.combine_chunks(), told)
    return _set(posts, "posted_at", moments)


def _without_false_counts(posts: pa.Table) -> tuple[pa.Table, Counter[str]]:
    nothing = pa.nulls(len(posts), ARROW_TYPE["count"])
    series = (
        pd.Series(
            posts[name].combine_chunks() if name in posts.column_names else nothing,
            dtype=pd.ArrowDtype(ARROW_TYPE["count"]),
        )
        for name in ("likes", "comments", "views")
    )
    found = false_counts(*series)
    for name, hidden in (("likes", found.likes), ("comments", found.comments)):
        if hidden.any():
            mask = pa.array(hidden.to_numpy())
            posts = _set(posts, name, pc.if_else(mask, None, posts[name]))
            state = f"{name}_state"
            posts = _set(posts, state, pc.if_else(mask, _CODE[HIDDEN], posts[state]))
    return posts, found.said


def _set(rows: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


def _places(account: pa.ChunkedArray, known: pa.Array | None) -> tuple[pa.Array, pa.Array]:
    """All accounts, those of ``known`` first, and the place of each row's among them."""
    accounts = pa.array([], pa.string()) if known is None else known
    place = pc.index_in(account, accounts).combine_chunks()
    if place.null_count:
        strange = pc.is_null(place)
        others = account.filter(strange).combine_chunks().dictionary_encode()
        codes = pc.add(others.indices, pa.scalar(len(accounts), pa.int32()))
        place = pc.replace_with_mask(place, strange, codes)
        accounts = pa.concat_arrays([accounts, others.dictionary])
    return accounts, place


def _forgotten(accounts: pa.Array, known: int, erased: Erased | None) -> np.ndarray:
    """Places of accounts that asked to be forgotten; none of the known ones did."""
    if erased is None or len(accounts) == known:
        return np.empty(0, dtype="int64")
    return known + np.flatnonzero(erased(named(accounts.slice(known))).to_numpy(dtype=bool))


def _by_account(kept: pa.Table, *, ordered: bool) -> np.ndarray:
    """Order by account, and within it of arrival; ``ordered`` where all are in that of arrival."""
    place = kept["place"].to_numpy()
    if len(place) and place.max() < 2**16:
        place = place.astype("uint16")  # sorted by digits, ten times as fast
    if ordered:
        return np.argsort(place, kind="stable")
    by_arrival = np.argsort(kept["at"].to_numpy(), kind="stable")
    return by_arrival[np.argsort(place[by_arrival], kind="stable")]


def _with_capture(posts: pa.Table, files: Files) -> pa.Table:
    codes = np.array([files.capture_codes[capture] for capture in files.captures], dtype="int16")
    return posts.append_column("capture", pa.array(codes[posts["arrival"].to_numpy()]))


def _complete(
    kept: pa.Table, fate: np.ndarray, unnamed: np.ndarray, known: int | None
) -> tuple[pa.Table, int]:
    """Posts of known accounts, and how many accounts have any; sets the fate of the others."""
    place, at = kept["place"].to_numpy(), kept["at"].to_numpy()
    nameless = np.isin(place, unnamed)
    fate[at[nameless]] = NO_HANDLE
    stays = ~nameless
    if known is not None:
        strange = stays & (place >= known)
        fate[at[strange]] = UNKNOWN
        stays &= ~strange
    return (kept if stays.all() else kept.filter(pa.array(stays))), len(np.unique(place[stays]))


def without_young(kept: pa.Table, files: Files, mature_after_days: int) -> pa.Table:
    """Drop counts that were taken too early to compare; their state says so."""
    days = pd.to_datetime(pd.Series(files.days).where(lambda day: day.ne("")))
    stated = "counted_at" in kept.column_names
    if days.isna().all() and not stated:
        return kept
    until = (days + pd.Timedelta(days=1 - mature_after_days)).astype("datetime64[us]")
    latest = pa.array(until.to_numpy(), ARROW_TYPE["time"]).take(kept["capture"].combine_chunks())
    if stated:
        wait = pa.scalar(pd.Timedelta(days=mature_after_days).to_pytimedelta(), pa.duration("us"))
        latest = pc.coalesce(pc.subtract(kept["counted_at"].combine_chunks(), wait), latest)
    young = pc.fill_null(pc.greater(kept["posted_at"], latest), False)
    if not pc.any(young).as_py():
        return kept
    for name in POSTS.metrics:
        if name in kept.column_names:
            immature = pc.and_(young, pc.is_valid(kept[name]))
            state = f"{name}_state"
            kept = _set(kept, state, pc.if_else(immature, _CODE[TOO_YOUNG], kept[state]))
            kept = _set(kept, name, pc.if_else(immature, None, kept[name]))
    return kept
