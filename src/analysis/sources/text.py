"""Text -> typed values under a declared format: one parser per kind of column.

A parser never guesses. It returns the values it could read and says for the others why not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.contract import ARROW_TYPE, Column, Kind

_LARGEST_COUNT = 10**15
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}.*"
_EXPECTED: dict[Kind, str] = {
    "count": "a whole number in plain digits, like 12500",
    "amount": "a decimal number, like 12.50",
    "proportion": "a share between 0 and 1, like 0.08",
    "day": "a date like 2026-03-31",
    "time": "a time like 2026-03-31T18:00:00Z",
    "flag": "yes or no",
    "text": "text, but an error of the spreadsheet",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One column read from text.

    Attributes:
        values: typed, missing where the text was empty or unreadable; same index as the text.
        unreadable: True where there was text that could not be read.
        expected: what a readable value looks like.
    """

    values: pd.Series
    unreadable: pd.Series
    expected: str


def parse(
    text: pd.Series, column: Column, *, date_format: str | None = None, time_zone: str = "UTC"
) -> Parsed:
    """Read a column of text as the kind that its contract declares.

    Args:
        text: strings; the empty string means that there is no value.
        column: the contract's declaration.
        date_format: ``unix_seconds`` or a strptime pattern for days and times; ISO 8601 if None.
        time_zone: of times that state none. A day without a clock time stays that day.

    Example:
        >>> from analysis.contract import POSTS
        >>> parse(pd.Series(["12", "", "1.2K"]), POSTS["likes"]).unreadable.tolist()
        [False, False, True]
    """
    stripped = text.str.strip()
    empty = stripped.eq("")
    expected = _EXPECTED.get(column.kind, "")
    if column.kind == "choice":
        values, expected = _choice(stripped, column), "one of " + ", ".join(column.choices)
    elif column.kind in ("day", "time"):
        values = _time(stripped, date_format, time_zone if column.kind == "time" else "UTC")
        expected = expected if date_format is None else f"a time in {date_format}"
    else:
        values = _PARSERS[column.kind](stripped)
    values = values.mask(empty)
    typed = values.astype(pd.ArrowDtype(ARROW_TYPE[column.kind]))
    return Parsed(typed, typed.isna() & ~empty, expected)


def _count(text: pd.Series) -> pd.Series:
    """``12.0`` is how software writes a whole number; ``1.000`` may be a thousand: refused."""
    digits = text.where(text.str.fullmatch(r"[0-9]{1,16}(\.0)?")).str.removesuffix(".0")
    numbers = pd.to_numeric(digits).astype("Int64")
    return numbers.where(numbers <= _LARGEST_COUNT)


def _amount(text: pd.Series) -> pd.Series:
    plain = text.where(text.str.fullmatch(r"[0-9]{1,16}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?"))
    return pd.to_numeric(plain).astype("Float64")


def _proportion(text: pd.Series) -> pd.Series:
    numbers = _amount(text)
    return numbers.where(numbers <= 1)


def _flag(text: pd.Series) -> pd.Series:
    lower = text.str.lower()
    known = lower.isin(_TRUE | _FALSE)
    return lower.isin(_TRUE).astype("boolean").where(known)


def _choice(text: pd.Series, column: Column) -> pd.Series:
    lower = text.str.lower()
    return lower.where(lower.isin(column.choices))


def _time(text: pd.Series, date_format: str | None, time_zone: str) -> pd.Series:
    if date_format == "unix_seconds":
        seconds = pd.to_numeric(text.where(text.str.fullmatch(r"[0-9]{9,11}"))).astype("Int64")
        return pd.to_datetime(seconds, unit="s").astype("datetime64[us]")
    # A workbook's own dates arrive with a T, whatever format the typed ones have.
    form = f"{_DAY}([T ]{_CLOCK})?" if date_format is None else f"{_DAY}T{_CLOCK}"
    iso = text.str.fullmatch(form)
    times = _stamps(text.where(iso), "ISO8601")
    local = text.str.fullmatch(rf"{_DAY}[T ][0-9:.]+") & ~text.str.endswith("T00:00:00")
    if date_format is not None:
        times = times.fillna(_stamps(text.mask(iso), date_format))
        local |= ~iso & ("%H" in date_format or "%I" in date_format) & ("%z" not in date_format)
    return times if time_zone == "UTC" else times.where(~local, _to_utc(times, time_zone))


def _stamps(text: pd.Series, date_format: str) -> pd.Series:
    times = pd.to_datetime(text, format=date_format, utc=True, errors="coerce")
    return times.dt.tz_localize(None).astype("datetime64[us]")


def _to_utc(times: pd.Series, time_zone: str) -> pd.Series:
    """Clock times of a place as UTC; of the hour that comes twice in autumn, the first."""
    first = np.ones(len(times), dtype=bool)
    placed = times.dt.tz_localize(time_zone, ambiguous=first, nonexistent="shift_forward")
    return placed.dt.tz_convert("UTC").dt.tz_localize(None)


def _text(text: pd.Series) -> pd.Series:
    return text.mask(text.isin(_EXCEL_ERRORS))


_PARSERS: dict[Kind, Callable[[pd.Series], pd.Series]] = {
    "text": _text,
    "count": _count,
    "amount": _amount,
    "proportion": _proportion,
    "flag": _flag,
}
