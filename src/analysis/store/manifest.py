"""What was prepared, from which bytes, by which code, with which counts."""

from collections.abc import Callable
from typing import Literal

from pydantic import Field, model_validator

from analysis.store.places.declared import Version
from analysis.store.settings import Settings
from analysis.study.forms import Frozen


class FileCount(Frozen):
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


class Join(Frozen):
    """How rows of one table found their one partner in another.

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


class Manifest(Frozen):
    """What was prepared, from which bytes, code and counts.

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
    ignored: dict[str, str]  # file name -> why it is no data
    refused: dict[str, str]
    niches: tuple[str, ...]
    platforms: tuple[str, ...]
    campaigns: tuple[str, ...]
    first_day: str | None
    last_day: str | None
    placed_from: str | None
    arrived_digest: str = ""
    joins: tuple[Join, ...] = ()
    warnings: tuple[str, ...] = ()
    tables: dict[str, str] = Field(default_factory=dict)  # file name -> digest
    lacks: str | None = None  # what is missing before anything can be compared
    places: dict[str, Version] = Field(default_factory=dict)  # of tables that stay where they are
    key_mark: str = ""  # by which the key of the pseudonyms is known again

    def lines(self) -> list[str]:
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
        ignored = [f"{name}: ignored, {why}" for name, why in self.ignored.items()]
        stay = [f"{name}: known by {one.says}" for name, one in self.places.items()]
        return [
            *counted,
            *stay,
            *joined,
            *ignored,
            *(f"look: {warning}" for warning in self.warnings),
        ]

    def masked(
        self, name: Callable[[str], str], sentence: Callable[[str], str] | None = None
    ) -> "Manifest":
        """The manifest with names of people replaced.

        Args:
            name: what replaces them in names of files, and in the reasons why one was refused.
            sentence: likewise in warnings, after names of files were.
        """
        arrived = {*(f.file for f in self.files), *self.ignored, *self.refused}
        changed = {one: new for one in arrived if (new := name(one)) != one}

        def named(text: str) -> str:
            for one in sorted(changed, key=len, reverse=True):
                text = text.replace(one, changed[one])
            return text

        def apart(reasons: dict[str, str]) -> dict[str, str]:
            found: dict[str, str] = {}
            for one, why in reasons.items():
                new, more = named(one), 1
                while new in found:
                    new, more = f"{named(one)} ({more + 1})", more + 1
                found[new] = name(named(why))
            return found

        said = [(sentence or name)(named(warning)) for warning in self.warnings]
        return self.model_copy(
            update={
                "files": tuple(f.model_copy(update={"file": named(f.file)}) for f in self.files),
                "ignored": apart(self.ignored),
                "refused": apart(self.refused),
                "warnings": tuple(said),
            }
        )
