"""Format declarations: which header a file of a tool has, and what its columns mean."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from analysis.contract import TABLES
from analysis.errors import UsageError
from analysis.study import validation_summary


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DropRule(_Declared):
    """Rows that are no data, such as totals: those whose text matches, with the reason."""

    matches: str
    reason: str
    column: str | None = None  # None: the whole line, for rows that do not fit the header


class ColumnRule(_Declared):
    """Where a contract column comes from.

    Exactly one of ``source`` (a column of the file), ``constant`` and ``product`` (two columns,
    the second of which is a rounded rate; a rate of 0 then means "too small to tell").
    """

    source: str | None = Field(default=None, alias="from")
    constant: str | None = Field(default=None, alias="is")
    product: tuple[str, str] | None = None
    replace: dict[str, str] = {}
    nulls: tuple[str, ...] = ()
    whole: bool = False  # the tool writes counts as floating point, like 22799.999999999996
    date_format: str | None = None
    utc_offset_hours: float = 0


def _column_rule(value: object) -> object:
    return {"from": value} if isinstance(value, str) else value


Rule = Annotated[ColumnRule, BeforeValidator(_column_rule)]


class FileRule(_Declared):
    """One kind of file of a tool, recognised by columns that its header must hold."""

    header: tuple[str, ...]
    drop: tuple[DropRule, ...] = ()
    tables: dict[str, dict[str, Rule]]


class SourceFormat(_Declared):
    """One tool or research set: its files, and notes that every page built from it shows."""

    name: str
    title: str
    notes: tuple[str, ...] = ()
    files: tuple[FileRule, ...]


@cache
def known_formats() -> tuple[SourceFormat, ...]:
    """Every format of this package, the project's own tables first."""
    folder = resources.files("analysis.sources")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yml")), key=lambda f: f.name)
    return own_formats() + tuple(_load(f.read_text(encoding="utf-8"), f.name) for f in files)


def load_format(path: Path) -> SourceFormat:
    """Read one format declaration.

    Raises:
        UsageError: no YAML, or not of this form; every failing entry is named.
    """
    return _load(path.read_text(encoding="utf-8"), str(path))


def own_formats() -> tuple[SourceFormat, ...]:
    """The project's own roster: contract tables under their own column names."""
    rules = tuple(
        FileRule(
            header=tuple(sorted(table.needed)),
            tables={table.name: {name: ColumnRule(**{"from": name}) for name in table.names}},
        )
        for table in TABLES.values()
    )
    return (SourceFormat(name="roster", title="Roster in the project's own form", files=rules),)


def _load(text: str, where: str) -> SourceFormat:
    try:
        declared = SourceFormat.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise UsageError(f"{where}: not YAML: {error}") from error
    except ValidationError as error:
        raise UsageError(f"{where}: {validation_summary(error)}") from error
    unknown = [
        f"{table}.{column}"
        for rule in declared.files
        for table, columns in rule.tables.items()
        for column in columns
        if table not in TABLES or column not in TABLES[table].names
    ]
    if unknown:
        raise UsageError(f"{where}: the contract has no {', '.join(unknown)}")
    return declared
