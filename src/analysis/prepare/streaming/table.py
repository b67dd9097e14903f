"""The posts table of a prepared folder and the way back to the files, written as they come."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.prepare.streaming.alike import Files
from analysis.prepare.streaming.stage import named
from analysis.store.parquet import ROW_GROUP
from analysis.store.pseudonyms import pseudonyms
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import NOT_AVAILABLE, POSTS, STATES

_OPTIONS = {"write_page_checksum": True, "compression": "zstd", "store_schema": False}
_STATE = pa.dictionary(pa.int8(), pa.string())


class PostsTable:
    """Writes posts under numbers and pseudonyms, as ``write_table`` would write them all."""

    def __init__(
        self,
        folder: Path,
        origins: Path,
        files: Files,
        *,
        key: bytes,
        campaign: Callable[[str], str],
    ) -> None:
        """Begin.

        Args:
            folder: of the prepared tables.
            origins: file of the way back: number of a post, of its file in the manifest, and row.
            files: where posts come from.
            key: of the pseudonyms.
            campaign: what replaces names of people in names of campaigns.
        """
        self._files, self._key, self._written = files, key, 0
        self._campaign = campaign
        self._metadata = _metadata()
        numbers = [one.name for one in _schema() if _is_number(one.type)]
        self._posts = pq.ParquetWriter(
            folder / "posts.parquet",
            _schema(),
            use_dictionary=[name for name in _schema().names if name not in numbers],
            **_OPTIONS,
        )
        os.close(os.open(origins, os.O_WRONLY | os.O_CREAT, 0o600))
        self._origins = pq.ParquetWriter(
            origins,
            _ORIGINS,
            compression="zstd",
            use_dictionary=False,
        )

    def add(self, posts: pa.Table) -> None:
        """Write the kept rows of a bucket."""
        n = len(posts)
        account = posts["account"].combine_chunks()
        whose = named(account.dictionary)
        ids = pseudonyms(whose["handle"], whose["platform"], key=self._key)
        numbers = pa.array(np.arange(self._written + 1, self._written + n + 1))
        there = dict(zip(posts.column_names, posts.columns, strict=True))
        there |= {
            "creator_id": _coded(account.indices, ids),
            "platform": _coded(account.indices, whose["platform"]),
            "post_id": numbers,
            "capture": _coded(posts["capture"].combine_chunks(), pd.Series(self._files.days)),
        }
        if "link" in there:
            links = pd.Series(there["link"].to_pandas(), dtype="str")
            there["link"] = pa.array(pseudonyms(links, "link", key=self._key), pa.string())
        if "campaign" in there:
            named_for = there["campaign"].combine_chunks().dictionary_encode()
            texts = [self._campaign(one) for one in named_for.dictionary.to_pylist()]
            shown = pa.DictionaryArray.from_arrays(named_for.indices, pa.array(texts, pa.string()))
            there["campaign"] = shown.cast(pa.string())
        for name in POSTS.metrics:
            if f"{name}_state" in there:
                codes = there[f"{name}_state"].combine_chunks()
                there[f"{name}_state"] = pa.DictionaryArray.from_arrays(codes, pa.array(STATES))
        columns = [there.get(field.name, _absent(field, n)) for field in _schema()]
        table = pa.table(columns, schema=_schema())
        self._posts.write_table(table, row_group_size=ROW_GROUP)
        way_back = pa.table([numbers, posts["arrival"], posts["row"]], schema=_ORIGINS)
        self._origins.write_table(way_back)
        self._written += n

    def close(self) -> None:
        """Finish both files."""
        self._posts.add_key_value_metadata(self._metadata)
        self._posts.close()
        self._origins.close()


_ORIGINS = pa.schema({"post_id": pa.int64(), "file": pa.int32(), "row": pa.int64()})


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_timestamp(kind))


def _coded(codes: pa.Array, texts: pd.Series) -> pa.DictionaryArray:
    """Texts by their place among ``texts``, each text once in the dictionary."""
    places, distinct = pd.factorize(texts)
    taken = pa.array(places.astype("int32")).take(codes)
    own = pa.array(distinct.to_numpy(dtype=object), pa.string())
    return pa.DictionaryArray.from_arrays(taken, own)


def _absent(field: pa.Field, rows: int) -> pa.Array:
    if field.type == _STATE:
        codes = np.full(rows, STATES.index(NOT_AVAILABLE), dtype="int8")
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(STATES))
    return pa.nulls(rows, field.type)


def _schema() -> pa.Schema:
    """As the table is written: what has few values as a dictionary."""
    coded = pa.dictionary(pa.int32(), pa.string())
    fields = {"creator_id": coded}
    for column in POSTS.columns:
        if column.name != "handle":
            fields[column.name] = ARROW_TYPE[column.kind]
    fields |= {"platform": coded, "post_id": pa.int64()}
    fields |= {f"{name}_state": _STATE for name in POSTS.metrics}
    return pa.schema({**fields, "capture": coded})


def _metadata() -> dict[str, str]:
    """What pandas writes into its files, so that they are read into the same types."""
    kinds = {column.name: pd.ArrowDtype(ARROW_TYPE[column.kind]) for column in POSTS.columns}
    kinds |= {"post_id": pd.Int64Dtype().numpy_dtype, "link": pd.StringDtype(na_value=np.nan)}
    text = pd.StringDtype(na_value=np.nan)
    empty = pd.DataFrame(
        {name: pd.Series([], dtype=kinds.get(name, text)) for name in _schema().names}
    )
    file = io.BytesIO()
    empty.to_parquet(file, index=False)
    found = pq.read_metadata(file).metadata
    return {key.decode(): value.decode() for key, value in found.items()}
