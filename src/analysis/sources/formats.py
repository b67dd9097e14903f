"""Format declarations: which header a file of a tool has, and what its columns mean."""

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analysis.sources.blanks import blank_entries, content_of
from analysis.sources.values.declared import DateFormat, Decimal, Pattern, TimeZone
from analysis.study.contract import IMPORTED, TABLES
from analysis.study.errors import DataContractError
from analysis.study.forms import Frozen, read_form, several

ROSTER = "roster"


def _column_rule(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


def _no_lines(value: object) -> object:
    return () if value is None else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_no_lines)]
Columns = Annotated[tuple[str, ...], BeforeValidator(several)]
DateFormats = Annotated[tuple[DateFormat, ...], BeforeValidator(several)]


class DropRule(Frozen):
    """Rows that are no data, such as totals, and why."""

    matches: Pattern
    reason: str
    column: str | None = None  # None: the whole line, for rows that do not fit the header


class ColumnRule(Frozen):
    """Where a contract column comes from, and how its text is read.

    Exactly one origin: ``from`` (a column of the file, or the first of several that it has),
    ``is`` (a constant; ``{currency}`` stands for what a column name says), ``name_of`` (the name
    of the first of several columns that the file has), ``product`` (two columns, the second of
    which is a rounded rate; a rate of 0 then means "too small to tell"), ``any`` (several columns
    of yes and no: yes where one of them says so), ``joined`` (several columns, one after the other
    with a space between) or ``folder`` (the folder of the file, or what
    ``accounts`` in dataset.yml says: exports of one account name none).
    """

    source: Columns = Field(default=(), alias="from")
    constant: str | None = Field(default=None, alias="is")
    name_of: Columns = ()
    product: tuple[str, str] | None = None
    any_of: Columns = Field(default=(), alias="any")
    joined: Columns = ()
    folder: Literal[True] | None = None
    extract: Pattern | None = None  # its group is the value; text without a match is unreadable
    replace: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None  # what any other text stands for
    nulls: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()  # texts that say that the platform hides the number
    suppressed: tuple[str, ...] = ()  # texts that say that the number is too small to be told
    missing: Literal["hidden", "not available"] = "not available"  # what an empty cell means
    whole: bool = False  # the tool writes counts as floating point, like 22799.999999999996
    abbreviated: bool = False  # 1.2K is a number
    percent: bool = False  # the tool writes 31 for 31 %
    decimal: Decimal | None = None  # None: what dataset.yml says, else what has one reading
    date_format: DateFormats = ()  # the first that fits; none: what dataset.yml says, else ISO 8601
    time_zone: TimeZone | None = None  # of times without one; None: what dataset.yml says

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnRule":
        named = [bool(one) for one in (self.source, self.name_of, self.any_of, self.joined)]
        given = [one is not None for one in (self.constant, self.product, self.folder)]
        if sum([*named, *given]) != 1:
            raise ValueError(
                "write exactly one of from, is, name_of, product, any, joined and folder"
            )
        if self.extract is not None and not re.compile(self.extract).groups:
            raise ValueError(f"extract {self.extract!r} has no group: put the value in ( )")
        return self


Rule = Annotated[ColumnRule, BeforeValidator(_column_rule)]


class PeriodRule(Frozen):
    """How a report says which days its lines are about.

    ``columns`` names two columns of the file, the first and the last day; ``preamble`` two
    patterns for the lines above the header, whose group is the day. Two reports whose periods
    overlap are never added up.
    """

    columns: tuple[str, str] | tuple[()] = ()
    preamble: tuple[Pattern, Pattern] | tuple[()] = ()
    date_format: DateFormat | None = None  # None: ISO 8601

    @model_validator(mode="after")
    def _one_place(self) -> "PeriodRule":
        if bool(self.columns) == bool(self.preamble):
            raise ValueError("write columns or preamble, two each: the first and the last day")
        return self


class FileRule(Frozen):
    """One kind of file, recognised by columns of its header.

    Case and spaces of column names do not matter; ``{currency}`` in a name stands for three
    capital letters. ``aliases`` are the names that a column has in other languages and versions.
    ``repeats`` says which of several rows of one key counts in a table: the first, or the one
    with the highest number in a column; without it they are duplicates or a contradiction.
    ``list`` names the list of a document, like ``profile.audience.countries``, where several have
    the same columns. ``ignored`` says why nothing of such a file is read: it is named beside a
    file of the same tool in its folder that is read, and refused alone. ``beside`` knows such a
    file only there, by columns that its sibling has too.
    """

    header: tuple[str, ...] = Field(min_length=1)
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    drop: tuple[DropRule, ...] = ()
    repeats: dict[str, str] = Field(default_factory=dict)
    period: PeriodRule | None = None
    list_of: str | None = Field(default=None, alias="list")
    open_end: bool = False  # the tool writes no line break after the last line
    ignored: str | None = None
    beside: bool = False
    tables: dict[str, dict[str, Rule]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rests_on_its_header(self) -> "FileRule":
        rules = [rule for columns in self.tables.values() for rule in columns.values()]
        several = [(*(rule.product or ()), *rule.any_of, *rule.joined) for rule in rules]
        used = {name for names in several for name in names}
        used |= {drop.column for drop in self.drop if drop.column is not None}
        used |= {column for column in self.repeats.values() if column != "first"}
        if lacking := sorted(used - set(self.header)):
            raise ValueError(f"header must also name {', '.join(lacking)}")
        unknown = [
            f"{table}.{column}"
            for table, columns in self.tables.items()
            for column in columns
            if table not in IMPORTED or column not in IMPORTED[table].names
        ]
        if unknown:
            raise ValueError(f"the contract has no {', '.join(unknown)}")
        return self

    @property
    def reads(self) -> frozenset[str]:
        """Every column that the rule looks at, under its first name."""
        rules = [rule for columns in self.tables.values() for rule in columns.values()]
        named = [name for rule in rules for name in (*rule.source, *rule.name_of)]
        period = self.period.columns if self.period else ()
        return frozenset([*self.header, *named, *period])


class SourceFormat(Frozen):
    """One tool or research set: its files and notes.

    Every page built from it shows the notes. ``questions`` are a draft's: until each is answered
    and deleted, nothing is read.
    """

    name: str
    title: str
    notes: Lines = ()
    questions: Lines = ()
    files: tuple[FileRule, ...]


# What tells the project's own tables apart, whole or in part: a column is needed only by its use.
_OWN_HEADERS = {
    "creators": (
        ("followers", "handle", "niche", "platform"),
        ("handle", "niche", "platform"),
        ("followers", "handle", "platform"),
    ),
    "posts": (
        ("handle", "likes", "platform"),
        ("handle", "platform", "post_id"),
        ("handle", "platform", "posted_at"),
    ),
    "placements": (
        ("campaign", "clicks", "handle", "orders", "platform"),
        ("clicks", "handle", "orders", "platform"),
        ("fee", "handle", "platform"),
        ("campaign", "handle", "platform"),
    ),
    "comments": (("age_seconds", "handle", "is_by_creator", "platform", "post_id"),),
    "mentions": (("handle", "is_paid", "platform", "post_id"),),
    "audience": (("dimension", "handle", "platform", "segment"),),
}
EXPLANATION = ("table", "column", "needed", "meaning", "write")  # a sheet for people, not data


@cache
def known_formats() -> tuple[SourceFormat, ...]:
    """Every format of this package, the project's own tables first."""
    folder = resources.files("analysis.sources.known")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yml")), key=lambda f: f.name)
    return own_formats() + tuple(_load(f.read_bytes(), f.name) for f in files)


def load_format(path: Path) -> SourceFormat:
    """Read one format declaration.

    Raises:
        DataContractError: no YAML, or not of this form; every failing entry is named. Or a draft
            in which a question is still open.
    """
    found = _load(path.read_bytes(), str(path))
    if found.name == ROSTER:
        raise DataContractError(f"{path}: name: {ROSTER} is our own; give the format another")
    if found.questions:
        asked = "".join(f"\n  {n}. {one}" for n, one in enumerate(found.questions, start=1))
        raise DataContractError(
            f"{path}: a draft with open questions is not used; answer each in the rules and delete"
            f" it from questions:{asked}"
        )
    return found


def own_formats() -> tuple[SourceFormat, ...]:
    """The project's own roster: contract tables under their own column names."""
    rules = tuple(
        FileRule(
            header=header,
            tables={name: {n: ColumnRule(**{"from": n}) for n in TABLES[name].names}},
        )
        for name, headers in _OWN_HEADERS.items()
        for header in headers
    )
    explained = FileRule(header=EXPLANATION, tables={})
    title = "Roster in the project's own form"
    return (SourceFormat(name=ROSTER, title=title, files=(*rules, explained)),)


def _load(text: bytes, where: str) -> SourceFormat:
    content = content_of(text)
    if content is None:
        raise DataContractError(f"{where}: is empty; delete it, or write a format into it")
    if blank := blank_entries(content):
        raise DataContractError(f"{where}: still to be filled in: {'; '.join(blank)}")
    return read_form(text, SourceFormat, where, refusal=DataContractError)
