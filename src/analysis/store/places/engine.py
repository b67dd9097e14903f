"""The engine that holds tables that stay where they are: DuckDB here, any other through Ibis."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.store.places.declared import Place
from analysis.study.addresses import ENGINE, shown
from analysis.study.errors import DataContractError, MachineError, UsageError

DUCKDB = "duckdb://"
_THERE = "there"  # what an attached DuckDB file is called
_OURS = "micromacro"  # before the names of what we lend
_PATTERN = "*?["
_KINDS = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), "whole"),
    **dict.fromkeys(("utinyint", "usmallint", "uinteger"), "whole"),
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"), "whole"),
    **dict.fromkeys(("ubigint", "hugeint", "uhugeint", "uint64"), "large"),
    **dict.fromkeys(("float", "double", "float32", "float64"), "floating"),
    **dict.fromkeys(("varchar", "string"), "text"),
    **dict.fromkeys(("boolean",), "flag"),
    **dict.fromkeys(("date",), "day"),
    **dict.fromkeys(("timestamp with time zone",), "zoned"),
}


@dataclass(frozen=True, slots=True)
class Engine:
    """A connection to whatever holds the tables.

    Attributes:
        address: without it DuckDB reads files here.
        connection: of DuckDB or Ibis.
        here: whether it is DuckDB in this process.
        folder: from which relative paths count.
    """

    address: str
    connection: Any
    here: bool
    folder: Path


def address_of(engine: str | None, engine_file: str | None, folder: Path) -> str:
    """The address of the engine: of the environment, else declared, else in the declared file.

    Raises:
        UsageError: the file cannot be read.
    """
    if said := os.environ.get(ENGINE) or engine:
        return said
    if engine_file is None:
        return ""
    try:
        return (folder / engine_file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageError(f"engine_file: {engine_file}: cannot be read: {error}") from None


@contextmanager
def opened(address: str, folder: Path) -> Iterator[Engine]:
    """Connect to an engine; a file of DuckDB is opened for reading only.

    Raises:
        UsageError: Ibis is not installed, or there is no engine at this address.
    """
    if address and not address.startswith(DUCKDB):
        yield Engine(address, connect(address), False, folder)
        return
    import duckdb

    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("pragma disable_progress_bar")  # SET asks for ipywidgets in a notebook
        if path := address.removeprefix(DUCKDB):
            file = folder / path
            try:
                connection.execute(f"attach '{_quoted(str(file))}' as {_THERE} (read_only)")
            except duckdb.Error as error:
                raise UsageError(f"{DUCKDB}{path}: no engine there: {_one_line(error)}") from None
        yield Engine(address, connection, True, folder)


def connect(address: str) -> Any:
    """An Ibis connection.

    Raises:
        UsageError: Ibis is not installed, or there is no engine at this address.
    """
    try:
        import ibis
    except ImportError as error:
        raise UsageError("--engine needs the extra: pip install 'micromacro[engines]'") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or workers are another Python
    try:
        return ibis.connect(address)
    except Exception as error:  # noqa: BLE001, every backend has its own
        said = f"--engine {address}: no engine there: {_one_line(error)[:300]}"
        raise UsageError(shown(said, address)) from None  # the cause may repeat the address


def files_of(place: Place, folder: Path) -> list[Path]:
    """The Parquet files of a place on this machine, by name.

    Raises:
        DataContractError: there is none.
    """
    path = folder / (place.parquet or "")
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
    elif path.is_file():
        found = [path]
    else:
        start = Path(path.anchor)
        found = sorted(one for one in start.glob(str(path.relative_to(start))) if one.is_file())
    if not found:
        raise DataContractError(
            f"tables: {place.says}: no Parquet file there; name a file, a folder or a pattern"
        )
    return found


def relation(engine: Engine, name: str, place: Place) -> str:
    """A table as SQL names it.

    Args:
        name: of the contract table.
    """
    if place.table is not None:
        return f"{_THERE}.{place.table}" if engine.here else place.table
    if place.remote:
        remote = place.parquet or ""
        paths = [remote if any(one in remote for one in (*_PATTERN, ".parquet")) else f"{remote}/*"]
        if engine.here:
            answered(engine, "load httpfs")
    else:
        paths = [str(path) for path in files_of(place, engine.folder)]
    if not engine.here:
        view = f"{_OURS}_{name}_files"
        whole = place.parquet if place.remote else str(engine.folder / (place.parquet or ""))
        engine.connection.read_parquet(whole, table_name=view)
        return view
    if not place.remote:
        paths = ["".join(f"[{c}]" if c in _PATTERN else c for c in path) for path in paths]
    listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
    return f"read_parquet([{listed}])"


def kinds_of(engine: Engine, source: str) -> dict[str, str]:
    """Kind of every column of a table.

    One of whole, large (whole numbers that may not fit), floating, exact, text, flag, day, time,
    zoned (a time with its zone) and other.
    """
    if engine.here:
        rows = answered(engine, f"describe select * from {source}")  # noqa: S608
        names, types = rows["column_name"].to_pylist(), rows["column_type"].to_pylist()
        return {name: _kind(kind.lower()) for name, kind in zip(names, types, strict=True)}
    schema = engine.connection.sql(f"select * from {source}", dialect="duckdb").schema()  # noqa: S608
    return {name: _ibis_kind(kind) for name, kind in schema.items()}


def answered(engine: Engine, text: str, given: Mapping[str, str] | None = None) -> pa.Table:
    """Run a query of DuckDB's dialect and read all its rows.

    Args:
        given: names that the query may use as tables, and the queries behind them.

    Raises:
        MachineError: the engine failed.
    """
    try:
        if engine.here:
            for name, behind in (given or {}).items():
                engine.connection.execute(f"create or replace view {name} as {behind}")
            return engine.connection.execute(text).to_arrow_table(32_768)
        parts = ", ".join(f"{name} as ({behind})" for name, behind in (given or {}).items())
        whole = f"with {parts} select * from ({text}) as asked" if parts else text  # noqa: S608
        return engine.connection.sql(whole, dialect="duckdb").to_pyarrow()
    except Exception as error:  # noqa: BLE001, every backend has its own
        said = f"{engine.address or 'DuckDB'}: the engine failed: {_one_line(error)[:500]}"
        raise MachineError(shown(said, engine.address)) from None  # the cause may repeat it


def lent(engine: Engine, name: str, rows: pa.Table) -> str:
    """Give the engine a few rows for as long as it is open; the query that reads them.

    Other engines than DuckDB take texts alone: of other types in memory each has its own idea.
    """
    ours = f"{_OURS}_{name}"
    if engine.here:
        engine.connection.register(ours, rows)
        return f"select * from {ours}"  # noqa: S608
    import ibis

    texts = {
        field.name: pc.fill_null(rows[field.name].cast(pa.string()), "") for field in rows.schema
    }
    engine.connection.create_view(ours, ibis.memtable(pa.table(texts)), overwrite=True)
    return f"select {', '.join(_typed(field) for field in rows.schema)} from {ours}"  # noqa: S608


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return f"'{_quoted(text)}'"


def listed(names: Sequence[str]) -> str:
    """Names of columns as SQL writes them."""
    return ", ".join(f'"{name}"' for name in names)


def _typed(field: pa.Field) -> str:
    text = f"nullif({field.name}, '')"
    sql = {
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.date32(): "date",
        pa.timestamp("us"): "timestamp",
        pa.bool_(): "boolean",
    }.get(field.type)
    return f"cast({text} as {sql}) as {field.name}" if sql else f"{text} as {field.name}"


def _kind(kind: str) -> str:
    if kind.startswith("decimal"):
        return "exact"
    if kind.startswith("timestamp") and "zone" not in kind:
        return "time"
    return _KINDS.get(kind, "other")


def _ibis_kind(kind: Any) -> str:
    if kind.is_timestamp():
        return "zoned" if kind.timezone else "time"
    return "exact" if kind.is_decimal() else _KINDS.get(type(kind).__name__.lower(), "other")


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
