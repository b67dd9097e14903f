"""Text -> typed values under a declared format: one parser per kind of column.

A parser never guesses. It returns the values it could read and says for the others why not.
"""

import re
from dataclasses import dataclass, field

import pandas as pd

from analysis.sources.values.currencies import without_signs
from analysis.sources.values.declared import ISO
from analysis.sources.values.moments import Clocks, read_moments
from analysis.sources.values.numerals import (
    NO_NUMBER,
    has_two_readings,
    plain_numbers,
    shown_decimal,
)
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import PLATFORM_SPELLINGS, Column, Kind

LARGEST_COUNT = 10**15
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_UNSEEN = re.compile("[\x01-\x08\x0b-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JOINED_EMOJI = re.compile("(?<=[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d")
_WORD = r"[^\W\d_][\w .+-]{0,29}"  # a platform under its own name
_MINUS = "[-\N{MINUS SIGN}]"
NUMBERS = ("count", "amount", "proportion")
EXPECTED: dict[Kind, str] = {
    "count": "a whole number in plain digits, like 12500",
    "amount": "a decimal number, like 12.50",
    "proportion": "a share between 0 and 1, like 0.08",
    "day": "a date like 2026-03-31",
    "time": "a date like 2026-03-31 or a time like 2026-03-31T18:00:00Z",
    "flag": "yes or no",
    "text": "text, but an error of the spreadsheet",
}


@dataclass(frozen=True, slots=True)
class Written:
    """How a column writes its values, where that must be declared.

    Attributes:
        date_format: ``unix_seconds``, ``unix_milliseconds``, ``excel_days`` or a strptime pattern;
            ISO 8601 if None.
        time_zone: of clock times that state none; None takes them as UTC, and refuses a column
            in which some times state their zone and some do not.
        decimal: ``.`` or ``,``; None accepts what has one reading.
        abbreviated: 1.2K is a number.
        currency: the dataset's, which a sign like $ means if it can.
    """

    date_format: str | None = None
    time_zone: str | None = None
    decimal: str | None = None
    abbreviated: bool = False
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """One column read from text.

    Attributes:
        values: typed, missing where the text was empty or unreadable; same index as the text.
        unreadable: True where there was text that could not be read.
        expected: what a readable value looks like.
        undecided: why the whole column has two readings and none may be taken; None if it has one.
        note: how a column without declared format was read, where somebody should look at it.
        clocks: of times, what they say about their zone.
    """

    values: pd.Series
    unreadable: pd.Series
    expected: str
    undecided: str | None = None
    note: str | None = None
    clocks: Clocks = field(default_factory=Clocks)


def parse(text: pd.Series, column: Column, written: Written | None = None) -> Parsed:
    """Read a column as the kind its contract declares.

    Args:
        text: strings; the empty string means that there is no value.
        column: the contract's declaration.
        written: what was declared about the way values are written.

    Example:
        >>> from analysis.study.contract import POSTS
        >>> parse(pd.Series(["12", "", "1.2K"]), POSTS["likes"]).unreadable.tolist()
        [False, False, True]
    """
    written = written or Written()
    stripped = trimmed(text)
    if column.kind in NUMBERS:
        stripped = stripped.mask(stripped.str.lower().isin(NO_NUMBER), "")
    empty = stripped.eq("")
    expected, undecided, note = EXPECTED.get(column.kind, ""), None, None
    clocks = Clocks()
    if column.kind == "choice":
        lower = stripped.str.lower().replace(PLATFORM_SPELLINGS)
        values = lower.where(lower.isin(column.choices) | lower.str.fullmatch(_WORD))
        expected = f"a name like {', '.join(column.choices)}"
    elif column.kind in ("day", "time"):
        moments = read_moments(stripped, written.date_format, written.time_zone, column.kind)
        values, clocks = moments.values, moments.clocks
        undecided, note = clocks.undecided, moments.note or clocks.note
        if written.date_format not in (None, ISO):
            expected = f"a time in {written.date_format}"
    elif column.kind in NUMBERS:
        values = _number(stripped, column.kind, written)
        undecided = _decimal_undecided(stripped, values, written)
    else:
        values = _flag(stripped) if column.kind == "flag" else _text(stripped)
    values = values.mask(empty)
    typed = values.astype(pd.ArrowDtype(ARROW_TYPE[column.kind]))
    return Parsed(typed, typed.isna() & ~empty, expected, undecided, note, clocks)


def trimmed(text: pd.Series) -> pd.Series:
    """Visible text without spaces around it."""
    return visible(text).str.strip()


def visible(text: pd.Series) -> pd.Series:
    """Text without characters that nobody sees, in composed form (NFC).

    Control characters, zero-width spaces and overrides of the reading direction would make two
    names out of one; a joiner inside an emoji stays.
    """
    odd = ~text.str.fullmatch("[ -~\t\n]*")
    if not odd.any():
        return text
    composed = text[odd].str.normalize("NFC")
    unseen = composed.str.contains(_UNSEEN.pattern, regex=True)
    composed = composed.where(
        ~unseen, composed[unseen].map(_without_unseen).reindex(composed.index)
    )
    return text.where(~odd, composed.reindex(text.index))


def _without_unseen(text: str) -> str:
    kept = _JOINED_EMOJI.sub("\ue000", text)
    return _UNSEEN.sub("", kept).replace("\ue000", "\u200d")


def _number(text: pd.Series, kind: Kind, written: Written) -> pd.Series:
    whole = kind == "count"
    if kind == "amount":
        text, _ = without_signs(text, currency=written.currency)
        back = text.str.match(_MINUS)
        text = text.mask(back, text.str[1:])
    if kind == "proportion":
        percent = text.str.endswith("%")
        text = text.str.removesuffix("%").str.strip()
    decimal = written.decimal or (None if whole else shown_decimal(text))
    plain = plain_numbers(text, whole=whole, decimal=decimal, abbreviated=written.abbreviated)
    if whole:  # ``12.0`` is how software writes a whole number; ``1.000`` may be a thousand
        digits = plain.where(plain.str.fullmatch(r"[0-9]{1,16}(\.0)?")).str.removesuffix(".0")
        counts = pd.to_numeric(digits).astype("Int64")
        return counts.where(counts <= LARGEST_COUNT)
    numbers = pd.to_numeric(plain).astype("Float64")
    if kind == "amount":
        return numbers.mask(back, -numbers).where(numbers <= LARGEST_COUNT)
    shares = numbers.where(~percent, numbers / 100)
    return shares.where(shares <= 1)


def _decimal_undecided(text: pd.Series, values: pd.Series, written: Written) -> str | None:
    unread = text[values.isna() & text.ne("")]
    if written.decimal is not None or unread.empty:
        return None
    double = unread[has_two_readings(unread)]
    if double.empty:
        return None
    return (
        f"row {double.index[0]}: {double.iloc[0]!r} has two readings; write decimal: ',' or"
        " decimal: '.' in dataset.yml"
    )


def _flag(text: pd.Series) -> pd.Series:
    lower = text.str.lower()
    known = lower.isin(_TRUE | _FALSE)
    return lower.isin(_TRUE).astype("boolean").where(known)


def _text(text: pd.Series) -> pd.Series:
    return text.mask(text.isin(EXCEL_ERRORS) | text.eq("\0"))
