"""Tables on disk: Parquet whose every page has a checksum, so that no damage goes unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study.errors import DataContractError

if TYPE_CHECKING:
    import pandas as pd

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
    except OSError as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> DataContractError:
    """The refusal of a stored table that was changed."""
    return DataContractError(
        f"{path}: damaged since it was written ({error}); run micromacro prepare again"
    )
