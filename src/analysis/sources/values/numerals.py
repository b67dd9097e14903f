"""Numbers as people and tools write them -> plain digits, or nothing where two readings exist."""

import re
import unicodedata

import pandas as pd

_PLAIN = r"[0-9]{1,16}(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?"
_GROUP = "[ '’]"  # between thousands these mean nothing else; a comma or a point might
_GROUPED = rf"[0-9]{{1,3}}({_GROUP}[0-9]{{3}})+(\.[0-9]+)?"
_COMMAS = r"[0-9]{1,3}(,[0-9]{3})+"
_DECIMAL_COMMA = r"([0-9]{1,3}([.'’ ][0-9]{3})+|[0-9]{1,16})(,[0-9]+)?"
_TWO_READINGS = r"-?[0-9.]*,[0-9]+"
_POWERS = {"K": 1e3, "M": 1e6, "B": 1e9, "MIO": 1e6, "TSD": 1e3, "MIL": 1e3, "万": 1e4, "W": 1e4}
ABBREVIATED = re.compile(
    rf"([0-9]+(?:\.[0-9]+|,[0-9]{{1,2}})?) ?({'|'.join(_POWERS)})\.?", re.IGNORECASE
)
_SIGNS = {
    "\N{MINUS SIGN}": "-",
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{ARABIC THOUSANDS SEPARATOR}": ",",
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FULLWIDTH FULL STOP}": ".",
    "\N{FULLWIDTH PERCENT SIGN}": "%",
}

NO_NUMBER = frozenset(
    {"-", "--", "–", "—", "n.a.", "n/a", "na", "nan", "null", "none", "inf", "+inf", "-inf"}
)


def plain_numbers(
    text: pd.Series, *, whole: bool, decimal: str | None = None, abbreviated: bool = False
) -> pd.Series:
    """Every number in plain digits with a point.

    Missing where the text is not one number.

    Args:
        text: stripped strings.
        whole: of counts: a comma between groups of three digits can only separate thousands.
        decimal: ``.`` or ``,`` where it is declared. None accepts what has one reading.
        abbreviated: ``1.2K``, ``3 Mio`` and ``3.60万`` are numbers, as tools round them.

    Example:
        >>> plain_numbers(pd.Series(["12,500", "1 234", "3,4"]), whole=True).fillna("").to_list()
        ['12500', '1234', '']
    """
    if text.str.fullmatch("[0-9]{0,16}" if decimal == "," else f"({_PLAIN})?").all():
        return text
    written = _ascii(text)
    plain = written.where(written.str.fullmatch(_PLAIN))
    if decimal == ",":
        european = written.where(written.str.fullmatch(_DECIMAL_COMMA))
        found = european.str.replace("[.'’ ]", "", regex=True).str.replace(",", ".", regex=False)
        plain = found.fillna(plain.where(~plain.str.contains(".", regex=False, na=False)))
    else:
        commas = _COMMAS if whole or decimal == "." else rf"{_COMMAS}\.[0-9]+"
        grouped = rf"{_GROUPED}|{commas}" + (r"(\.[0-9]+)?" if decimal == "." else "")
        fits = written.where(written.str.fullmatch(grouped))
        plain = plain.fillna(fits.str.replace(f"{_GROUP}|,", "", regex=True))
    return plain.fillna(_spelt_out(written, decimal)) if abbreviated else plain


def has_two_readings(text: pd.Series) -> pd.Series:
    """Whether a comma may mean decimals as well as thousands."""
    return _ascii(text).str.removesuffix("%").str.strip().str.fullmatch(_TWO_READINGS)


def _ascii(text: pd.Series) -> pd.Series:
    """Digits, spaces and minus signs of any script as ASCII."""
    odd = ~text.str.fullmatch("[ -~]*")
    if not odd.any():
        return text
    return text.where(~odd, text[odd].map(_one_ascii).reindex(text.index))


def _one_ascii(text: str) -> str:
    return "".join(map(_one_character, text))


def _one_character(char: str) -> str:
    """``²`` is no digit: 5² is not 52."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    return " " if char.isspace() else _SIGNS.get(char, char)


def _spelt_out(text: pd.Series, decimal: str | None) -> pd.Series:
    pointed = text.str.replace(",", ".", regex=False) if decimal == "," else text
    return pointed.map(_one_spelt_out, na_action="ignore").astype("str")


def _one_spelt_out(text: str) -> str | None:
    match = ABBREVIATED.fullmatch(text)
    return match and str(round(float(match[1].replace(",", ".")) * _POWERS[match[2].upper()]))
