"""Versions of tables that stay where they are: by what a change of them is seen."""

from pathlib import Path

from analysis.store.digests import digest
from analysis.store.places.declared import Place, Tables, Version
from analysis.store.places.engine import (
    DUCKDB,
    Engine,
    address_of,
    answered,
    files_of,
    kinds_of,
    listed,
    opened,
    relation,
)
from analysis.study.errors import DataContractError

_UNSURE = "by counts, sums and ends of its columns alone, for which every run reads it"


def versions_of(
    tables: Tables, folder: Path, *, engine: str | None, engine_file: str | None
) -> dict[str, Version]:
    """Look which versions the tables have now.

    Args:
        folder: from which relative paths count.
        engine, engine_file: as in ``Settings``.

    Raises:
        DataContractError: a table is not there.
        UsageError, MachineError: the engine cannot be reached, or fails.
    """
    address = address_of(engine, engine_file, folder)
    with opened(address, folder) as open_engine:
        return {name: version_of(open_engine, name, place) for name, place in tables.items()}


def version_of(engine: Engine, name: str, place: Place) -> Version:
    """The version that a table has now; arguments as in ``versions_of``."""
    if place.parquet and not place.remote:
        return _of_files(files_of(place, engine.folder))
    if not engine.address and place.table:
        raise DataContractError(
            f"tables: {name}: {place.table} is of an engine; write engine: or engine_file:"
        )
    source = relation(engine, name, place)
    if place.parquet and engine.here:
        return _of_objects(engine, source)
    if engine.here:
        (rows,) = answered(engine, f"select count(*) as n from {source}")["n"].to_pylist()  # noqa: S608
        return _of_database(engine.folder / engine.address.removeprefix(DUCKDB), place, rows)
    return _of_columns(engine, source, place)


def _of_files(paths: list[Path]) -> Version:
    import pyarrow.parquet as pq

    rows, parts = 0, []
    for path in paths:
        stat = path.stat()
        try:
            count = pq.read_metadata(path).num_rows
        except (OSError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise DataContractError(f"{path.name}: not a readable Parquet file: {reason}") from None
        rows += count
        parts.append(f"{path} {stat.st_size} {stat.st_mtime_ns} {count}")
    return Version(digest=digest(parts), rows=rows, says=f"path, size and time of {_files(paths)}")


def _of_objects(engine: Engine, source: str) -> Version:
    """Files on object storage: as their store lists them, and the rows of their footers."""
    paths = source.removeprefix("read_parquet(").removesuffix(")")
    found = answered(
        engine,
        f"select filename, size, last_modified from read_blob({paths}) order by filename",  # noqa: S608
    ).to_pylist()
    (rows,) = answered(
        engine,
        f"select sum(num_rows)::bigint as n from parquet_file_metadata({paths})",  # noqa: S608
    )["n"].to_pylist()
    parts = [f"{one['filename']} {one['size']} {one['last_modified']}" for one in found]
    says = f"path, size and time of {_files(found)} on object storage"
    return Version(digest=digest([*parts, str(rows)]), rows=rows, says=says)


def _of_database(path: Path, place: Place, rows: int) -> Version:
    """A table of a DuckDB file: by the file and the log beside it."""
    stats = [one.stat() for one in (path, Path(f"{path}.wal")) if one.exists()]
    parts = [f"{stat.st_size} {stat.st_mtime_ns}" for stat in stats]
    says = "size and time of the DuckDB file"
    return Version(digest=digest([str(path), place.says, *parts]), rows=rows, says=says)


def _of_columns(engine: Engine, source: str, place: Place) -> Version:
    """A table of another engine: by the column that grows, else by a fingerprint of it all."""
    kinds = kinds_of(engine, source)
    asked = ["count(*)"]
    if place.changed is not None:
        if place.changed not in kinds:
            raise DataContractError(f"{place.says}: no column {place.changed}, named by changed:")
        asked.append(f"max({listed([place.changed])})")
    else:
        for name, kind in sorted(kinds.items()):
            column = listed([name])
            asked.append(f"count({column})")
            asked += {"whole": [f"sum({column})"]}.get(kind, [])
            asked += [] if kind in ("flag", "other") else [f"min({column})", f"max({column})"]
    text = ", ".join(f"cast({one} as text) as c{n}" for n, one in enumerate(asked))
    (found,) = answered(engine, f"select {text} from {source}").to_pylist()  # noqa: S608
    says = f"its rows and the latest {place.changed}" if place.changed else _UNSURE
    parts = [str(found[f"c{n}"]) for n in range(len(asked))]
    return Version(digest=digest([place.says, *parts]), rows=int(found["c0"]), says=says)


def _files(found: list[Path] | list[dict[str, object]]) -> str:
    return f"{len(found):,} file{'s' * (len(found) != 1)}"
