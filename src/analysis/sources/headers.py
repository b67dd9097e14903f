"""Which format a header belongs to: order, case, spaces, language and currency do not matter."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sources.formats import ROSTER, FileRule, SourceFormat, known_formats
from analysis.sources.reading.tables import TextTable
from analysis.study.errors import DataContractError

_CURRENCY = "{currency}"
_MARKS = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{EN DASH}": "-"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file under its format.

    Attributes:
        names: what the rule calls each column -> what the file calls it.
        currency: what a column name says, such as USD; empty if none does.
    """

    source: SourceFormat
    rule: FileRule
    names: dict[str, str]
    currency: str = ""


def recognise(text: TextTable, formats: Sequence[SourceFormat]) -> Recognised:
    """The format whose header columns are all in the file.

    A format of the dataset's own folder wins over ours, then the one that names most columns.

    Raises:
        DataContractError: no format fits; the nearest one and what it lacks are named.
    """
    rules = [(source, rule) for source in formats for rule in source.files if not rule.beside]
    known = [pair for pair in rules if pair[1].list_of in (None, text.part)]
    fitting = [
        Recognised(source, rule, names, _currency(rule, names))
        for source, rule in known
        if (names := _found(rule, text.header)).keys() >= set(rule.header)
        and not {names[name] for name in rule.header} <= text.above
    ]
    if fitting:
        return max(
            fitting,
            key=lambda one: (
                one.source not in known_formats(),
                one.rule.list_of is not None,
                len(one.rule.header),
            ),
        )
    feeding = [pair for pair in known if pair[1].tables]
    source, rule = max(feeding, key=lambda pair: _likeness(pair[1], text.header))
    lacking = [name for name in rule.header if name not in _found(rule, text.header)]
    found = len(rule.header) - len(lacking)
    if len(formats) > 1 and (found < 2 or found <= len(lacking)):
        raise DataContractError(
            f"{text.name}: no known format has this header; micromacro sources lists what is read,"
            " and with --suggest FILE drafts a format for this one"
        )
    raise DataContractError(
        f"{text.name}: no known format has this header; the nearest, {source.name}"
        f" ({', '.join(rule.tables)}), also needs {', '.join(lacking)}{_meant(lacking, text)};"
        " micromacro sources --suggest FILE drafts a format of its own"
    )


def beside(
    text: TextTable, siblings: Sequence[tuple[SourceFormat, Sequence[str]]]
) -> Recognised | None:
    """The format of a file that is known only beside another one of the same tool.

    Args:
        text: a file whose header tells too little.
        siblings: format and header of each file of the same folder that was read. What the rule
            does not name must be a column of such a file too.
    """
    plain = {*map(comparable, text.header)}
    for source, columns in siblings:
        for rule in (rule for rule in source.files if rule.beside):
            names = _found(rule, text.header)
            shared = plain - {*map(comparable, names.values())}
            if names.keys() >= set(rule.header) and shared <= {*map(comparable, columns)}:
                return Recognised(source, rule, names, _currency(rule, names))
    return None


def comparable(name: str) -> str:
    """A column's name without what does not matter: case, further spaces, soft hyphens, marks.

    Example:
        >>> comparable(" Post  ID ") == comparable("post id")
        True
    """
    seen = "".join(char for char in name if unicodedata.category(char) != "Cf")  # soft hyphens
    return re.sub(r"\s+", " ", seen.strip().casefold()).translate(_MARKS)


def misspelt(text: TextTable, found: Recognised) -> list[str]:
    """Columns that nothing reads although they were probably meant to be read.

    In a roster that is every further column; tools have many that mean nothing here, so of theirs
    only those that look like one that is missing.
    """
    read, roster = set(found.names.values()), found.source.name == ROSTER
    known = {name for rule in found.source.files for name in rule.reads}
    missing = sorted((found.rule.reads if roster else known) - found.names.keys())
    exact = {comparable(name) for name in known}  # of another report of this tool
    rest = [c for c in text.header if c not in read and (roster or comparable(c) not in exact)]
    near = {column: _near(column, missing) for column in rest}
    return [
        f"{text.name}: column {column!r} is not read{meant}"
        for column, meant in near.items()
        if meant or roster
    ]


def _near(word: str, words: Sequence[str]) -> str:
    plain = {comparable(one): one for one in words}
    near = difflib.get_close_matches(comparable(word), list(plain), n=1, cutoff=0.8)
    return f"; did you mean {plain[near[0]]}?" if near else ""


def _meant(lacking: Sequence[str], text: TextTable) -> str:
    pairs = {
        name: near[0]
        for name in lacking
        if (near := difflib.get_close_matches(name, text.header, n=1, cutoff=0.75))
    }
    said = [f"{name} (is it {near!r}?)" for name, near in pairs.items()]
    return f"; closest are {', '.join(said)}" if said else ""


def _found(rule: FileRule, header: Sequence[str]) -> dict[str, str]:
    """What the rule calls a column -> what this header calls it."""
    written = {comparable(column): column for column in reversed(header)}
    found = {}
    for name in rule.reads:
        for called in (name, *rule.aliases.get(name, ())):
            if (column := _column(called, written)) is not None:
                found[name] = column
                break
    return found


def _column(called: str, written: dict[str, str]) -> str | None:
    if _CURRENCY not in called:
        return written.get(comparable(called))
    pattern = _pattern(called)
    return next((column for plain, column in written.items() if pattern.fullmatch(plain)), None)


def _pattern(called: str) -> re.Pattern[str]:
    return re.compile(re.escape(comparable(called)).replace(re.escape(_CURRENCY), "([a-z]{3})"))


def _currency(rule: FileRule, names: dict[str, str]) -> str:
    for name in (name for name in names if _CURRENCY in name):
        for called in (name, *rule.aliases.get(name, ())):
            if match := _pattern(called).fullmatch(comparable(names[name])):
                return match[1].upper()
    return ""


def _likeness(rule: FileRule, header: Sequence[str]) -> tuple[float, int]:
    common = len(_found(rule, header).keys() & set(rule.header))
    return common / len(rule.header), common
