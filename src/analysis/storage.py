"""Tables on disk: Parquet whose every page has a checksum, so that no damage goes unseen."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from analysis.errors import DataContractError


def write_table(rows: pd.DataFrame, path: Path) -> None:
    """Write a table with a checksum on every page, texts that repeat by number."""
    rows.to_parquet(path, index=False, write_page_checksum=True, compression="zstd")


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table that ``write_table`` wrote; every page is checked.

    Raises:
        DataContractError: it is not as it was written.
    """
    try:
        return pd.read_parquet(path, columns=columns, page_checksum_verification=True)
    except OSError as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> DataContractError:
    """The refusal of a stored table that changed after it was written."""
    return DataContractError(
        f"{path}: damaged since it was written ({error}); run micromacro prepare again"
    )
