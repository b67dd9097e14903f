"""Tables on disk: Parquet whose every page has a checksum, so that no damage goes unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.errors import DataContractError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROW_GROUP = 2**18  # rows that one thread reads at a time


def write_table(rows: pd.DataFrame, path: Path) -> None:
    """Write a table with a checksum on every page."""
    rows.to_parquet(
        path, index=False, write_page_checksum=True, compression="zstd", row_group_size=ROW_GROUP
    )


def digests(folder: Path) -> dict[str, str]:
    """Digest of every table of a folder, by file name."""
    return {path.name: _digest(path) for path in sorted(folder.glob("*.parquet"))}


def verify(folder: Path, written: Mapping[str, str]) -> None:
    """Check tables before an engine that ignores checksums reads them.

    Raises:
        DataContractError: one is not as it was written.
    """
    for name, before in written.items():
        if _digest(folder / name) != before:
            raise damaged(folder / name, ValueError("other bytes"))


def altered(folder: Path, written: Mapping[str, str]) -> list[str]:
    """Names of tables that are missing or not as they were written."""
    return [
        name
        for name, before in written.items()
        if not (folder / name).is_file() or _digest(folder / name) != before
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table that ``write_table`` wrote; every page is checked.

    Raises:
        DataContractError: it is not as it was written.
    """
    import pandas as pd

    try:
        return pd.read_parquet(path, columns=columns, page_checksum_verification=True)
    except FileNotFoundError as error:
        raise damaged(path, OSError("it is gone")) from error
    except (OSError, ValueError) as error:  # pyarrow raises both
        raise damaged(path, error) from error


def blocks(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """A table that ``write_table`` wrote, in parts of at most ``ROW_GROUP`` rows.

    Raises:
        DataContractError: it is not as it was written.
    """
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield from file.iter_batches(ROW_GROUP, columns=columns)
    except OSError as error:
        raise damaged(path, error) from error


def copy_without(path: Path, target: Path, *, column: str, value: str) -> None:
    """Write a table anew without the rows that hold a value in a column, nor it in other text.

    Raises:
        DataContractError: it is not as it was written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    options = {"write_page_checksum": True, "compression": "zstd"}
    with pq.ParquetWriter(target, schema, **options) as writer:
        for rows in blocks(path):
            left = rows.filter(pc.fill_null(pc.not_equal(rows[column], value), True))
            if len(left):
                table = pa.Table.from_batches([left]).cast(schema)
                for place, name in enumerate(schema.names):
                    if pa.types.is_string(schema.types[place]) and name != column:
                        new = pc.replace_substring(table[name], value, "erased")
                        table = table.set_column(place, schema.field(place), new)
                writer.write_table(table, row_group_size=ROW_GROUP)


def damaged(path: Path, error: Exception) -> DataContractError:
    """The refusal of a stored table that was changed."""
    return DataContractError(
        f"{path}: damaged since it was written ({error}); run micromacro prepare again"
    )
