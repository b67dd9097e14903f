"""A prepared dataset: the folder that `micromacro prepare` wrote, and what its manifest says."""

import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.errors import DataContractError
from analysis.sources.formats import TimeZone
from analysis.study import validation_summary

PROJECT = Path(__file__).resolve().parents[2]


def data_folder(part: str) -> Path:
    """A folder of this machine's data, ``processed`` or ``private``; MICROMACRO_DATA moves both."""
    return Path(os.environ.get("MICROMACRO_DATA", PROJECT / "data")).absolute() / part


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlantedRatio(_Record):
    """A ratio micro/macro that was planted in an invented dataset."""

    metric: str
    estimand: str
    platform: str
    niche: str
    ratio: float


class Settings(_Record):
    """dataset.yml: what the files themselves do not say."""

    name: str | None = Field(default=None, pattern=r"^\w[\w .-]*$")  # it names folders
    brand: str | None = None
    currency: str | None = None
    date_format: str | None = None
    time_zone: TimeZone = "UTC"
    synthetic: bool = False
    planted: tuple[PlantedRatio, ...] = ()


class FileCount(_Record):
    """What became of the rows of one file in one contract table.

    ``rows_read`` is always ``kept + merged + excluded + duplicates``.
    """

    file: str
    table: str
    source: str
    digest: str
    rows_read: int
    kept: int
    merged: int
    excluded: int
    duplicates: int

    @model_validator(mode="after")
    def _nothing_is_lost(self) -> "FileCount":
        if self.rows_read != self.kept + self.merged + self.excluded + self.duplicates:
            raise ValueError(f"{self.file}: the counts of {self.table} do not add up")
        return self


class Manifest(_Record):
    """What was prepared, from which bytes, by which code, with which counts."""

    dataset: str
    data_digest: str
    code_digest: str
    settings: Settings
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[FileCount, ...]
    ignored: tuple[str, ...]
    refused: dict[str, str]
    niches: tuple[str, ...]
    platforms: tuple[str, ...]
    campaigns: tuple[str, ...]
    first_day: str | None
    last_day: str | None


class Dataset(_Record):
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
        """Parquet file of a contract table, None where the input had none."""
        path = self.folder / f"{table}.parquet"
        return path if path.exists() else None

    def exclusions(self) -> pd.DataFrame:
        """Rows left out on the way in: table, file, row, column, reason."""
        return pd.read_parquet(self.folder / "exclusions.parquet")


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
        manifest = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
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


def digest(parts: Iterable[str | bytes]) -> str:
    """Short digest of texts and bytes; the boundaries between parts count."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()[:16]


@cache
def code_digest() -> str:
    """Digest of every source file of this package."""
    package = Path(__file__).parent
    files = sorted(
        path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return digest(
        part for path in files for part in (str(path.relative_to(package)), path.read_bytes())
    )


def to_json(record: object) -> str:
    """JSON with sorted keys, so that equal content has equal bytes."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
