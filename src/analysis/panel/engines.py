"""The creator panel where the data live: `creators.sql` on Spark or a warehouse, through Ibis."""

import os
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.panel.binding import filled
from analysis.store.dataset import Dataset
from analysis.store.places.engine import connect
from analysis.study.addresses import shown
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import ASKED, CREATORS, Table
from analysis.study.errors import MachineError


def run_there(
    query: str, scope: Mapping[str, object], dataset: Dataset, address: str
) -> pd.DataFrame:
    """Run the panel's SQL on another engine.

    Args:
        query: in DuckDB's dialect, with ``$name`` for parameters; Ibis translates it.
        scope: values of the parameters.
        dataset: whose tables the engine reads, unless it has tables of these names already.
        address: what ``ibis.connect`` takes, such as ``pyspark://`` or ``duckdb://``.

    Raises:
        UsageError: Ibis is not installed, or there is no engine at this address.
    """
    connection = connect(address)
    there = set(connection.list_tables())
    try:
        for table in ASKED:
            if table.name not in there:
                _bring(connection, dataset, table)
        panel = connection.sql(filled(query, scope), dialect="duckdb").to_pandas()
    except Exception as error:  # noqa: BLE001, every backend has its own
        said = f"{address}: the engine failed: {' '.join(str(error).split())[:500]}"
        raise MachineError(shown(said, address)) from None  # the cause may repeat the address
    return _as_duckdb_has_it(panel)


def _bring(connection: Any, dataset: Dataset, table: Table) -> None:
    """Let the engine read a table's Parquet file.

    Creators get the number of their arrival, in a file beside the panels: from memory Spark would
    take missing texts for objects.
    """
    import ibis

    path = dataset.table_path(table.name)
    if table is CREATORS and path is not None:
        rows = pq.read_table(path, page_checksum_verification=True)
        arrived = rows.append_column("arrival", pa.array(range(len(rows)), pa.int64()))
        beside = dataset.folder / "panels" / "creators.parquet"
        beside.parent.mkdir(exist_ok=True)
        part = beside.with_name(f".{beside.name}-{os.getpid()}")
        pq.write_table(arrived, part)
        os.replace(part, beside)
        connection.read_parquet(str(beside), table_name=table.name)
    elif path is not None:
        connection.read_parquet(str(path), table_name=table.name)
    else:
        fields = [(c.name, ARROW_TYPE[c.kind]) for c in table.columns if c.name != "handle"]
        empty = pa.schema([("creator_id", pa.string()), *fields]).empty_table()
        connection.create_view(table.name, ibis.memtable(empty), overwrite=True)


def _as_duckdb_has_it(panel: pd.DataFrame) -> pd.DataFrame:
    """The table with the types that DuckDB returns.

    Whole numbers with gaps are floating point.
    """
    typed = panel.convert_dtypes(dtype_backend="pyarrow")
    return pa.Table.from_pandas(typed, preserve_index=False).to_pandas(ignore_metadata=True)
