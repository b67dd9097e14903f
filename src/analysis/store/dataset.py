"""A prepared dataset: the folder that `micromacro prepare` wrote, and what its manifest says."""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.sources.formats import Decimal, TimeZone
from analysis.store.parquet import read_table
from analysis.study.contract import TABLES
from analysis.study.errors import DataContractError
from analysis.study.project import PROJECT, data_folder
from analysis.study.registration import validation_summary


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlantedRatio(_Record):
    """A ratio micro/macro that was planted in an invented dataset."""

    metric: str
    estimand: str
    platform: str
    niche: str
    ratio: float


Attribution = Literal["roster", "code", "utm", "link"]


class Settings(_Record):
    """dataset.yml: what the files themselves do not say.

    Attributes:
        currency, rates: what money is counted in, and what one unit of another currency is worth.
        date_format, time_zone, decimal, encoding: how text is written where no format says.
        accounts: file or folder -> account, for exports that name none.
        attribution: what says which orders and visits are a placement's; the first that has a
            number counts, so that an order seen by two tools counts once.
        window_days: days from a placement's start on which orders count; None counts all from its
            start on.
        mature_after_days: a post younger than this when it was captured is too young to compare.
    """

    name: str | None = Field(default=None, pattern=r"^\w[\w .-]*$")  # it names folders
    brand: str | None = None
    currency: str | None = None
    rates: dict[str, float] = {}
    date_format: str | None = None
    time_zone: TimeZone | None = None
    decimal: Decimal | None = None
    encoding: str | None = None
    accounts: dict[str, str] = {}
    attribution: tuple[Attribution, ...] = ("roster", "code", "utm", "link")
    window_days: int | None = Field(default=None, ge=1)
    mature_after_days: int = Field(default=7, ge=0)
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


class Join(_Record):
    """How the rows of one table found their partner in another: many to one, never more.

    ``rows`` is always ``matched + unmatched + ambiguous + without``.

    Attributes:
        by: what they share.
        without: rows that do not state it.
        ambiguous: rows for which several partners state it; none is taken.
        partners: rows of the other table that were found at least once.
    """

    table: str
    to: str
    by: str
    rows: int
    matched: int
    unmatched: int
    ambiguous: int
    without: int
    partners: int
    cardinality: Literal["many to one"] = "many to one"


class Manifest(_Record):
    """What was prepared, from which bytes, by which code, with which counts.

    ``data_digest`` is of what was read; ``arrived_digest`` of the bytes and settings that arrived
    and of the erased accounts, which tells whether the dataset is out of date.
    """

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
    arrived_digest: str = ""
    joins: tuple[Join, ...] = ()
    warnings: tuple[str, ...] = ()
    tables: dict[str, str] = {}  # file name -> digest

    def told(self) -> list[str]:
        """What was read, in lines for the person who prepared it."""
        counted = [
            f"{f.file} -> {f.table}: {f.rows_read} rows read, {f.kept} kept, {f.merged} merged,"
            f" {f.duplicates} duplicates, {f.excluded} excluded"
            for f in self.files
        ]
        joined = [
            f"{j.table} to {j.to} by {j.by}, {j.cardinality}: {j.matched} of {j.rows} rows found"
            f" one of {j.partners}, {j.unmatched} none, {j.ambiguous} several,"
            f" {j.without} state nothing"
            for j in self.joins
        ]
        ignored = [f"{name}: ignored" for name in self.ignored]
        return [*counted, *joined, *ignored, *(f"look: {warning}" for warning in self.warnings)]

    def masked(self, mask: Callable[[str], str]) -> "Manifest":
        """The same with the names of files passed through ``mask``, because they name people."""
        arrived = {*(f.file for f in self.files), *self.ignored, *self.refused}
        changed = {name: new for name in arrived if (new := mask(name)) != name}

        def told(text: str) -> str:
            for name in sorted(changed, key=len, reverse=True):
                text = text.replace(name, changed[name])
            return text

        return self.model_copy(
            update={
                "files": tuple(f.model_copy(update={"file": told(f.file)}) for f in self.files),
                "ignored": tuple(map(told, self.ignored)),
                "refused": {told(name): told(why) for name, why in self.refused.items()},
                "warnings": tuple(map(told, self.warnings)),
            }
        )


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

    @property
    def tables(self) -> list[Path]:
        """Parquet files of the contract tables that the input had."""
        return [path for name in TABLES if (path := self.table_path(name)) is not None]

    @property
    def stored(self) -> dict[str, str]:
        """Digest of every table file when it was written."""
        return self.manifest.tables

    @property
    def lacks(self) -> str | None:
        """What is missing before anything can be compared; None if nothing is."""
        if self.table_path("creators") is None:
            return "no creators table (who has how many followers)"
        rows = {path.stem: pq.read_metadata(path).num_rows for path in self.tables}
        if not rows.pop("creators"):
            return "no usable row in creators (who has how many followers)"
        if any(rows.values()):
            return None
        totals = ["lifetime_likes", "lifetime_views"]
        if read_table(self.folder / "creators.parquet", totals).notna().any(axis=None):
            return None
        return "creators alone decide nothing; add posts or placements"

    def exclusions(self) -> pd.DataFrame:
        """Rows left out on the way in: table, file, row, column, reason."""
        return read_table(self.folder / "exclusions.parquet")


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
    package = Path(__file__).parents[1]
    files = sorted(
        path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return digest(
        part for path in files for part in (str(path.relative_to(package)), path.read_bytes())
    )


def to_json(record: object) -> str:
    """JSON with sorted keys, so that equal content has equal bytes."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
