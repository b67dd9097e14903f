"""Posts that may be one with another post of their account: found by column, then merged."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.duplicates import KEPT, merge_posts
from analysis.prepare.judge import with_ids
from analysis.prepare.streaming.hashes import hashes
from analysis.prepare.streaming.stage import named
from analysis.sources.importer import RANK
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import NOT_AVAILABLE, POSTS, STATES

MOST_ALIKE = 200_000  # rows that are merged at a time
_ODD = np.uint64(0x9E3779B97F4A7C15)
_PLACE = {state: place for place, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Files:
    """What every row of a file has in common, by number of the file.

    Attributes:
        names, sources, captures: as in an ``Arrival``.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    captures: tuple[str, ...]

    @property
    def days(self) -> list[str]:
        """Every capture once."""
        return list(dict.fromkeys(self.captures))

    @property
    def capture_codes(self) -> dict[str, int]:
        """Place of each capture among ``days``."""
        return {capture: code for code, capture in enumerate(self.days)}


def alike(posts: pa.Table, unnamed: np.ndarray) -> np.ndarray:
    """Where posts may be one with another post of their account, or have no id.

    Args:
        posts: with the ``place`` of their account. What is compared are hashes, so that a few that
            are not alike may be among them.
        unnamed: places that stand for no account.
    """
    place = posts["place"].to_numpy()
    flagged = np.isin(place, unnamed)
    ids = posts["post_id"].combine_chunks() if "post_id" in posts.column_names else None
    if ids is None or ids.null_count == len(ids):
        return np.ones(len(posts), dtype=bool)
    if ids.null_count:
        without = pc.is_null(ids).to_numpy(zero_copy_only=False)
        flagged |= np.isin(place, place[without])
    own = place.astype("uint64")
    flagged |= _repeated((own + hashes(pc.fill_null(ids, ""))) * _ODD)
    moments = posts["posted_at"].combine_chunks()
    if moments.null_count == len(moments):
        return flagged
    dated = pc.is_valid(moments).to_numpy(zero_copy_only=False)
    loose = pc.fill_null(moments.cast(pa.int64()), 0).to_numpy().view("uint64") * _ODD
    loose = (loose + own) * _ODD
    tight = loose.copy()
    for name in POSTS.metrics:
        if name in posts.column_names:
            tight += pc.fill_null(posts[name], -1).to_numpy().view("uint64")
            tight *= _ODD
    if flagged.any():
        flagged |= dated & np.isin(loose, loose[flagged & dated])
    flagged |= dated & _repeated(tight)
    return flagged


def _repeated(keys: np.ndarray) -> np.ndarray:
    """Where a key stands more than once."""
    ordered = np.sort(keys)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.isin(keys, again) if len(again) else np.zeros(len(keys), dtype=bool)


def parts_by_account(places: np.ndarray) -> Iterator[np.ndarray]:
    """Rows in parts of ``MOST_ALIKE`` or so, no account in two, each in the given order."""
    order = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.diff(places[order], prepend=-1))
    first = 0
    if not len(order):
        return
    for end in [*starts[1:], len(order)]:
        if end - first >= MOST_ALIKE or end == len(order):
            yield np.sort(order[first:end])
            first = end


def merged(
    rows: pa.Table, accounts: pa.Array, files: Files
) -> tuple[pa.Table, np.ndarray, Counter[str]]:
    """Put rows that are alike together.

    Returns:
        The kept rows; the fate of each row; and how often what somebody should look at was found.
    """
    frame = with_ids(_frame(rows, accounts, files))
    fate = pd.Series(KEPT, frame.index, dtype="str")
    kept, said = merge_posts(frame, fate)
    base = rows.take(pa.array(kept.index.to_numpy()))
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    for name in base.column_names:
        if name in (*POSTS.names, "capture") and name != "post_id":
            columns[name] = pa.array(kept[name].array)
        elif name.endswith("_state"):
            columns[name] = pa.array(kept[name].map(_PLACE).to_numpy(dtype="int8"))
        else:
            columns[name] = base[name]
    columns["capture"] = pa.array(kept["capture"].map(files.capture_codes).to_numpy(dtype="int16"))
    return pa.table(columns), fate.to_numpy(dtype=object), said


def _frame(rows: pa.Table, accounts: pa.Array, files: Files) -> pd.DataFrame:
    """Rows as ``judge.stacked`` gives them."""
    whose = named(accounts).iloc[rows["place"].to_numpy()].reset_index(drop=True)
    typed = {
        column.name: pd.Series(
            rows[column.name].combine_chunks()
            if column.name in rows.column_names
            else pa.nulls(len(rows), ARROW_TYPE[column.kind]),
            dtype=pd.ArrowDtype(ARROW_TYPE[column.kind]),
        )
        for column in POSTS.columns
        if column.name not in whose
    }
    states = pd.array(STATES, dtype="str")
    for name in POSTS.metrics:
        there = f"{name}_state" in rows.column_names
        codes = (
            rows[f"{name}_state"].to_numpy() if there else np.full(len(rows), _PLACE[NOT_AVAILABLE])
        )
        typed[f"{name}_state"] = pd.Series(states.take(codes))
    arrival = rows["arrival"].to_numpy()
    written = pd.Series(rows["written"].to_pandas(), dtype="str")
    ranks = {RANK: pd.Series(rows[RANK].to_numpy())} if RANK in rows.column_names else {}
    text = pd.ArrowDtype(pa.string())
    return pd.DataFrame(
        {
            "row": rows["row"].to_numpy(),
            "platform": whose["platform"].astype(text),
            "handle": whose["handle"],
            "account": written.fillna(whose["handle"]),
            **typed,
            **ranks,
            "arrival": arrival,
            "file": pd.Series(files.names, dtype="str").iloc[arrival].to_numpy(),
            "source": pd.Series(files.sources, dtype="str").iloc[arrival].to_numpy(),
            "capture": pd.Series(files.captures, dtype="str").iloc[arrival].to_numpy(),
        }
    )
