"""A prepared dataset: the folder that `micromacro prepare` wrote, opened by name or place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from analysis.store.manifest import Manifest
from analysis.store.parquet import read_table
from analysis.store.places.declared import STAYING
from analysis.study.contract import HISTORY, TABLES
from analysis.study.errors import DataContractError
from analysis.study.forms import Frozen, validation_summary
from analysis.study.project import PROJECT, data_folder

if TYPE_CHECKING:
    import pandas as pd


class Dataset(Frozen):
    """A prepared folder and its manifest."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Name of the dataset."""
        return self.manifest.dataset

    @property
    def synthetic(self) -> bool:
        """Whether the data are invented."""
        return self.manifest.settings.synthetic

    def table_path(self, table: str) -> Path | None:
        """Parquet file of a contract table, None where absent."""
        path = self.folder / f"{table}.parquet"
        return path if path.exists() else None

    def has(self, table: str) -> bool:
        """Whether the input had a contract table, here or where it stays."""
        return self.table_path(table) is not None or self.stays(table)

    def stays(self, table: str) -> bool:
        """Whether the rows of a table stay where they are: only their sums come here."""
        return table == STAYING and table in self.manifest.places

    @property
    def tables(self) -> list[Path]:
        """Parquet files of the contract tables that the input had."""
        return [path for name in TABLES if (path := self.table_path(name)) is not None]

    @property
    def history(self) -> list[Path]:
        """Parquet files of what later captures overwrote: followers, placements."""
        return [path for name in HISTORY if (path := self.table_path(name)) is not None]

    @property
    def stored(self) -> dict[str, str]:
        """Digest of every table file when it was written."""
        return self.manifest.tables

    @property
    def lacks(self) -> str | None:
        """What is missing before anything can be compared.

        None if nothing is.
        """
        return self.manifest.lacks

    def exclusions(self) -> pd.DataFrame:
        """Rows left out on the way in: table, file, row, column, reason, rows, examples.

        Of tables that stay where they are, whose rows have no number, one line counts the ``rows``
        of a reason and names up to three as ``examples``, under pseudonyms.
        """
        left = read_table(self.folder / "exclusions.parquet")
        counted = left["rows"].fillna(1) if "rows" in left else 1
        return left.assign(rows=counted, examples=left.get("examples")).astype({"rows": "int64"})


def open_dataset(dataset: str | Path) -> Dataset:
    """Open a prepared dataset by name or folder.

    Args:
        dataset: a folder, or the name of one below data/processed. Relative paths count from the
            project, so that a notebook finds it from any working folder.

    Raises:
        DataContractError: there is no readable manifest; prepare the data first.
    """
    folder = PROJECT / dataset
    if not (folder / "manifest.json").exists():
        folder = data_folder("processed") / dataset
    path = folder / "manifest.json"
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataContractError(
            f"{dataset}: no prepared dataset there; run: micromacro prepare DATA"
        ) from error
    except ValidationError as error:
        raise DataContractError(
            f"{path}: not a manifest of this version ({validation_summary(error)});"
            " run micromacro prepare again"
        ) from error
    return Dataset(folder=folder, manifest=manifest)
