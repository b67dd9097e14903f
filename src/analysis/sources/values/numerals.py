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
_POINTS = r"[0-9]{1,3}(\.[0-9]{3}){2,}"  # 1.234.567 has no second reading
_POWERS = {"K": 1e3, "M": 1e6, "B": 1e9, "MIO": 1e6, "MLN": 1e6, "MN": 1e6, "TSD": 1e3}
_POWERS |= {"MIL": 1e3, "BIN": 1e3, "RB": 1e3, "JT": 1e6, "万": 1e4, "W": 1e4, "億": 1e8, "亿": 1e8}
ABBREVIATED = re.compile(
    rf"[~≈]? ?([0-9]+(?:\.[0-9]+|,[0-9]{{1,2}})?) ?({'|'.join(_POWERS)})\.? ?\+?", re.IGNORECASE
)
_ABOUT = r"[~≈]? ?([0-9][0-9., ]*?) ?\+?"  # a bound or a guess, where short numbers are declared
# Billion or Turkish thousand; million or Spanish thousand: the decimal mark tells the language.
_TWO_POWERS = {"B": ",", "MIL": "."}
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
        abbreviated: ``1.2K``, ``3 Mio``, ``~45K``, ``3.60万`` and ``10,000+`` are numbers, as
            tools and people round them; ``5,2 B`` and ``8.9 mil`` have two readings.

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
    if decimal is None:
        points = written.where(written.str.fullmatch(_POINTS))
        plain = plain.fillna(points.str.replace(".", "", regex=False))
    if not abbreviated:
        return plain
    about = written.where(written.str.fullmatch(_ABOUT) & plain.isna())
    rounded = about.str.replace(r"[~≈+]", "", regex=True).str.strip()
    if rounded.notna().any():
        plain = plain.fillna(plain_numbers(rounded.fillna(""), whole=whole, decimal=decimal))
        plain = plain.mask(plain.eq("") & written.ne(""))
    return plain.fillna(_spelt_out(written, decimal))


def shown_decimal(text: pd.Series) -> str | None:
    """The decimal comma where a number of the column proves it, as ``1.234,50`` does.

    None where none does, or another proves a decimal point.

    Example:
        >>> shown_decimal(pd.Series(["1.234,50", "99,50"])), shown_decimal(pd.Series(["99,50"]))
        (',', None)
    """
    written = _ascii(text)
    comma = written.str.fullmatch(r"[0-9]{1,3}([.'’ ][0-9]{3})+,[0-9]+").any()
    point = written.str.fullmatch(r"[0-9]+\.([0-9]{1,2}|[0-9]{4,})|[0-9,]+,[0-9]{3}\.[0-9]+").any()
    return "," if comma and not point else None


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
    where = text.where(~text.str.contains(",", regex=False)) if decimal == "." else text
    return where.map(_one_spelt_out, na_action="ignore").astype("str")


def _one_spelt_out(text: str) -> str | None:
    match = ABBREVIATED.fullmatch(text)
    if match and _TWO_POWERS.get(match[2].upper(), "\n") in match[1]:
        return None
    return match and str(round(float(match[1].replace(",", ".")) * _POWERS[match[2].upper()]))
