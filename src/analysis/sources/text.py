"""Text -> typed values under a declared format: one parser per kind of column.

A parser never guesses. It returns the values it could read and says for the others why not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.contract import ARROW_TYPE, Column, Kind

_LARGEST_COUNT = 10**15
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_EXPECTED: dict[Kind, str] = {
    "count": "a whole number in plain digits, like 12500",
    "amount": "a decimal number, like 12.50",
    "proportion": "a share between 0 and 1, like 0.08",
    "day": "a date like 2026-03-31",
    "time": "a time like 2026-03-31T18:00:00Z",
    "flag": "yes or no",
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


def parse(text: pd.Series, column: Column, *, date_format: str | None = None) -> Parsed:
    """Read a column of text as the kind that its contract declares.

    Args:
        text: strings; the empty string means that there is no value.
        column: the contract's declaration.
        date_format: ``unix_seconds`` or a strptime pattern for days and times; ISO 8601 if None.

    Example:
        >>> from analysis.contract import POSTS
        >>> parse(pd.Series(["12", "", "1.2K"]), POSTS["likes"]).unreadable.tolist()
        [False, False, True]
    """
    stripped = text.str.strip()
    empty = stripped.eq("")
    if column.kind == "choice":
        values, expected = _choice(stripped, column), "one of " + ", ".join(column.choices)
    elif column.kind in ("day", "time"):
        values = _time(stripped, date_format)
        expected = _EXPECTED[column.kind] if date_format is None else f"a time in {date_format}"
    else:
        values, expected = _PARSERS[column.kind](stripped), _EXPECTED.get(column.kind, "")
    values = values.mask(empty)
    typed = values.astype(pd.ArrowDtype(ARROW_TYPE[column.kind]))
    return Parsed(typed, typed.isna() & ~empty, expected)


def _count(text: pd.Series) -> pd.Series:
    whole = text.where(text.str.fullmatch(r"\d{1,16}(\.0+)?"))
    numbers = pd.to_numeric(whole.str.replace(r"\.0+$", "", regex=True)).astype("Int64")
    return numbers.where(numbers <= _LARGEST_COUNT)


def _amount(text: pd.Series) -> pd.Series:
    plain = text.where(text.str.fullmatch(r"\d+(\.\d+)?([eE][+-]?\d{1,2})?"))
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


def _time(text: pd.Series, date_format: str | None) -> pd.Series:
    if date_format == "unix_seconds":
        seconds = pd.to_numeric(text.where(text.str.fullmatch(r"\d{9,11}"))).astype("Int64")
        return pd.to_datetime(seconds, unit="s").astype("datetime64[us]")
    if date_format is None:
        iso = text.where(text.str.fullmatch(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?"))
        times = pd.to_datetime(iso, format="ISO8601", utc=True, errors="coerce")
    else:
        times = pd.to_datetime(text, format=date_format, utc=True, errors="coerce")
    return times.dt.tz_localize(None).astype("datetime64[us]")


def _text(text: pd.Series) -> pd.Series:
    return text


_PARSERS: dict[Kind, Callable[[pd.Series], pd.Series]] = {
    "text": _text,
    "count": _count,
    "amount": _amount,
    "proportion": _proportion,
    "flag": _flag,
}
