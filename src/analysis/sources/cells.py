"""Texts of one column under their rule -> values; and why what cannot be read has none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import pandas as pd

from analysis.sources.formats import ColumnRule
from analysis.sources.values.checks import Left
from analysis.sources.values.moments import fitting_formats, readable_share
from analysis.sources.values.numerals import ABBREVIATED
from analysis.sources.values.patterns import extracted
from analysis.sources.values.states import states_of
from analysis.sources.values.text import Parsed, Written, parse
from analysis.study.contract import HIDDEN, Column

NO_TEXT = "\0"
_SHORT = "if 12.5K is a number here, write abbreviated: true"
_POINTS = "if a point separates thousands here, write decimal: ','"
_POINTED = r"[0-9]{1,3}\.[0-9]{3}\+?"
_TWO_POWERS = "mil and B have two readings; write the digits"
_NO_YEAR = "the year is missing; export it with full dates"
_YEARLESS = r"[^0-9]*[0-9]{1,2}[^0-9]*([0-9]{1,2}[^0-9]*)?"  # July 16, 16.07.
SAMPLE = 500
_HIDDEN_COUNTS = ("-1", "-1.0")
_WRITTEN = [one.name for one in fields(Written) if one.name != "currency"]


@dataclass(frozen=True, slots=True)
class Understood:
    """Texts of one column, read.

    Attributes:
        told: after what the format declares about them.
        parsed: as values.
        states: of a metric, why it has no value.
    """

    told: pd.Series
    parsed: Parsed
    states: pd.Series


def how_written(rule: ColumnRule, written: Written, *, told: pd.Series) -> Written:
    """How a column is written: what its format says before what the dataset does."""
    own = {one: getattr(rule, one) or getattr(written, one) for one in _WRITTEN}
    own["date_format"] = date_format_of(told, rule.date_format) or written.date_format
    return Written(**own, currency=written.currency)


def understand(told: pd.Series, column: Column, rule: ColumnRule, written: Written) -> Understood:
    """Read texts of one column, after ``in_words``, under its rule."""
    off = _says_hidden(told, column)
    no_value = told.isin([*rule.hidden, *rule.suppressed]) | off
    parsed = parse(told.mask(no_value, ""), column, written)
    return Understood(told, parsed, states_of(parsed.values, told, rule).mask(off, HIDDEN))


def date_format_of(told: pd.Series, forms: Sequence[str]) -> str | None:
    """Of several declared formats the one under which most texts are dates."""
    if len(forms) < 2:
        return forms[0] if forms else None
    sample = told[told.ne("")].head(SAMPLE).str.strip()
    return max(forms, key=lambda form: readable_share(sample, form))


def _says_hidden(told: pd.Series, column: Column) -> pd.Series:
    """Counts of -1, as scrapers write what the platform hides."""
    if not (column.metric and column.kind == "count"):
        return pd.Series(False, told.index)
    return told.str.strip().isin(_HIDDEN_COUNTS)


def in_words(text: pd.Series, rule: ColumnRule) -> pd.Series:
    """Text after what the format declares about it."""
    text = text.mask(text.isin(rule.nulls), "")
    if rule.extract is not None:
        stands = text.isin(["", *rule.hidden, *rule.suppressed])
        match = extracted(text, rule.extract)
        text = text.where(stands, match.fillna(NO_TEXT))
    told = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.otherwise is not None:
        known = [*rule.replace, *rule.nulls, *rule.hidden, *rule.suppressed, ""]
        told = told.mask(~text.isin(known), rule.otherwise)
    if rule.percent:
        told = (told.str.strip() + "%").mask(told.eq(""), "")
    return _without_float_noise(told) if rule.whole else told


def unreadable(
    rest: pd.Series, expected: str, name: str, column: Column, rule: ColumnRule, written: Written
) -> list[Left]:
    """Rows whose text is no value, by what would help.

    Args:
        rest: every such text of the file, as ``Understood.told``.
        expected: what a readable value looks like.
        name: what messages call the column.
    """
    if rest.empty:
        return []
    rest = rest.str.strip()
    found: list[Left] = []
    for reason, where in _reasons(rest, expected, column, rule, written):
        rows = rest.index[where(rest)]
        rest = rest.drop(rows)
        found += [Left(rows, name, reason, fault=True)] if len(rows) else []
    return found


def _reasons(
    text: pd.Series, expected: str, column: Column, rule: ColumnRule, written: Written
) -> Iterator[tuple[str, Callable[[pd.Series], pd.Series]]]:
    """Why texts are no value: what could be wrong, and how that shows; the last fits them all."""
    if rule.extract is not None:
        pattern = f"its format's pattern {rule.extract} finds nothing in it"
        yield pattern, lambda rest: rest.eq(NO_TEXT)
    if column.kind in ("day", "time"):
        yield _NO_YEAR, lambda rest: rest.str.fullmatch(_YEARLESS)
        if written.date_format is None and (forms := fitting_formats(text.head(SAMPLE))):
            either = " or ".join(f'"{form}"' for form in forms)
            yield f"not {expected}; write date_format: {either}", lambda rest: rest.ne("")
    if column.kind == "count" and written.abbreviated:
        yield _TWO_POWERS, lambda rest: rest.str.fullmatch(ABBREVIATED)
    elif column.kind == "count":
        yield f"not {expected}; {_SHORT}", lambda rest: rest.str.fullmatch(ABBREVIATED)
    if column.kind == "count" and written.decimal is None:
        yield (
            f"not {expected}; {_POINTS}",
            lambda rest: rest.str.fullmatch(_POINTED),
        )
    yield f"not {expected}", lambda rest: rest.ne("")


def _without_float_noise(text: pd.Series) -> pd.Series:
    """Counts without the noise of floating point.

    ``22799.999999999996`` -> ``22800``; a real fraction stays, to be refused.
    """
    number = pd.to_numeric(text, errors="coerce")
    near = (number - number.round()).abs() < 1e-6 * number.abs()
    return text.mask(near, number.where(near).round().astype("Int64").astype("str"))
