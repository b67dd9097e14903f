"""Numbers and names in words: ratios, intervals, p-values, counts, platforms, lists."""

import math
from calendar import month_name
from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from analysis.study.contract import PLATFORM_NAMES

MISSING = "–"
SHOWN = ["estimate", "deciding_low", "deciding_high"]  # of a result, wherever it stands
SUPPRESSED = "withheld"
# Decimals of currencies that have other than two (ISO 4217).
_MINOR_UNITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_WHOLE_FROM = 10_000
_TOGETHER = "\N{WORD JOINER}"  # no line ends beside it
_APART = "\N{NO-BREAK SPACE}"


def platform_name(platform: object) -> str:
    """Spell a platform as its owner does.

    An unknown one as it is.

    Example:
        >>> platform_name("tiktok"), platform_name("twitch")
        ('TikTok', 'twitch')
    """
    return PLATFORM_NAMES.get(str(platform), str(platform))


def day_in_words(day: str) -> str:
    """Write a day of the calendar out.

    Example:
        >>> day_in_words("2026-09-30")
        '30 September 2026'
    """
    on = date.fromisoformat(day)
    return f"{on.day} {month_name[on.month]} {on.year}"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def decimals(low: float, high: float) -> int:
    """Decimals, two or more, at which rounding moves no end of an interval onto 1.

    Example:
        >>> decimals(1.1, 1.3), decimals(1.003, 1.3), decimals(0.5, 0.9996)
        (2, 3, 4)
    """
    return next(
        (
            digits
            for digits in (2, 3)
            if all((round(end, digits) == 1) == (end == 1) for end in (low, high))
        ),
        4,
    )


def with_interval(value: float, low: float, high: float, *, form: str = "", unit: str = "") -> str:
    """Write a value and its interval for a sentence.

    Args:
        value, low, high: to be written.
        form: of a number; as many decimals as keep an end off 1 where none is given.
        unit: after the value.

    Example:
        >>> with_interval(1.2, 1.1, 1.312, unit=" times")
        '1.20 times (1.10 to 1.31)'
    """
    form = form or f".{decimals(low, high)}f"
    return f"{value:{form}}{unit} ({low:{form}} to {high:{form}})"


def row_ratio(row: Mapping[str, object], *, unit: str = "") -> str:
    """Write the estimate of a result's row and the interval that decides it for a sentence."""
    value, low, high = (float(str(row[name])) for name in SHOWN)
    return with_interval(value, low, high, unit=unit)


def short_ratio(value: float, low: float, high: float) -> str:
    """Write a ratio and its interval for a table.

    Missing is not enough data.

    Example:
        >>> short_ratio(float("nan"), 0, 0)
        'not enough data'
    """
    if pd.isna(value):
        return "not enough data"
    form = f".{decimals(low, high)}f"
    return f"{value:{form}}{_APART}({low:{form}}{_TOGETHER}–{_TOGETHER}{high:{form}})"


def money(amount: float, currency: str) -> str:
    """Write an amount in a currency, with as many decimals as the currency has.

    Amounts from 10,000 are whole; what is less than a hundredth part has two digits.

    Example:
        >>> written = [money(28.5, "EUR"), money(14_924.4, "VND"), money(-3.2, "KWD")]
        >>> [one.replace(_APART, " ") for one in [*written, money(0.00312, "EUR")]]
        ['EUR 28.50', 'VND 14,924', '-KWD 3.200', 'EUR 0.0031']
    """
    sign, size = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{currency}{_APART if currency else ''}{bare_money(size, currency)}"


def sum_of_money(amount: float, currency: str) -> str:
    """Write a sum as ``money`` does, and nothing below the currency's smallest coin.

    Example:
        >>> sum_of_money(0.000002, "EUR").replace(_APART, " "), sum_of_money(0.3, "VND")[-1]
        ('EUR 0.00', '0')
    """
    return money(round(amount, _MINOR_UNITS.get(currency, 2)), currency)


def bare_money(amount: float, currency: str) -> str:
    """Write an amount of at least 0 as ``money`` does, where the currency stands beside it.

    Example:
        >>> bare_money(7_772.63, "VND"), bare_money(7_772.63, "EUR")
        ('7,773', '7,772.63')
    """
    places = _MINOR_UNITS.get(currency, 2)
    if amount >= _WHOLE_FROM:
        return f"{amount:,.0f}"
    if 0 < amount < 10**-places:
        return f"{float(f'{amount:.2g}'):f}".rstrip("0")
    return f"{amount:,.{places}f}"


def p_value(value: float) -> str:
    """Write a p-value to two digits, never as 0.

    Example:
        >>> p_value(0.034), p_value(1e-9), p_value(float("nan"))
        ('0.034', '< 0.0001', '–')
    """
    if math.isnan(value):
        return MISSING
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}"


def count(number: object) -> str:
    """Write a count of creators; missing is suppressed.

    Example:
        >>> count(1200), count(pd.NA)
        ('1,200', 'withheld')
    """
    return SUPPRESSED if pd.isna(number) else f"{int(str(number)):,}"


def counts_of_arms(row: Mapping[str, object]) -> str:
    """Write the creators of both arms.

    Example:
        >>> counts_of_arms({"n_micro": 1200, "n_macro": 31})
        '1,200 | 31'
    """
    return f"{count(row['n_micro'])} | {count(row['n_macro'])}"
