"""Signs of money beside an amount: taken off, and told as currency codes."""

import re

import pandas as pd

_DOLLARS = ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD")
# What a sign can mean; the first is taken, and said, where several can be meant.
_SIGNS: dict[str, tuple[str, ...]] = {
    "$": _DOLLARS,
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "€": ("EUR",),
    "£": ("GBP",),
    "₫": ("VND",),
    "₺": ("TRY",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "฿": ("THB",),
    "₱": ("PHP",),
    "₽": ("RUB",),
    "zł": ("PLN",),
    "Rp": ("IDR",),
    "RM": ("MYR",),
    "R$": ("BRL",),
    "US$": ("USD",),
    "S$": ("SGD",),
    "A$": ("AUD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "HK$": ("HKD",),
    "MX$": ("MXN",),
    "NT$": ("TWD",),
    "Kč": ("CZK",),
    "Ft": ("HUF",),
    "TL": ("TRY",),
    "元": ("CNY",),
    "円": ("JPY",),
}
_CODES = """
usd eur gbp chf sek nok dkk isk pln czk huf rub try brl mxn inr cny jpy krw vnd thb idr myr php aud
cad nzd sgd hkd twd zar aed ils ars cop clp
"""
CODES = frozenset(_CODES.split())  # that a column's name may end with
_SIGN = "|".join([*map(re.escape, sorted(_SIGNS, key=len, reverse=True)), "[A-Z]{3}"])
_MONEY = re.compile(
    rf"(?P<minus>[-\N{{MINUS SIGN}}]?) ?(?:(?P<before>{_SIGN})\s?)?"
    rf"(?P<number>[-\N{{MINUS SIGN}}]?[0-9][^A-Za-z]*?)(?:\s?(?P<after>{_SIGN})\.?)?"
)


def without_signs(text: pd.Series, *, currency: str | None = None) -> tuple[pd.Series, pd.Series]:
    """Amounts without the sign of their currency, and the currency that it says.

    Args:
        text: stripped strings.
        currency: the dataset's, which a sign of several currencies means if it can.

    Returns:
        The amounts; and a code like EUR for each, empty where there is no sign.

    Example:
        >>> amounts, codes = without_signs(pd.Series(["$1,234.50", "12 EUR", "-€3", "7"]))
        >>> amounts.to_list(), codes.to_list()
        (['1,234.50', '12', '-3', '7'], ['USD', 'EUR', 'EUR', ''])
    """
    signed = ~text.str.fullmatch(r"[-0-9.,]*")
    codes = pd.Series("", text.index, dtype="str")
    if not signed.any():
        return text, codes
    read = {one: _read(one, currency) for one in text[signed].unique()}
    amounts = text.where(~signed, text.map({one: amount for one, (amount, _) in read.items()}))
    return amounts, codes.where(~signed, text.map({one: code for one, (_, code) in read.items()}))


def currency_of(sign: str) -> str:
    """The code of a currency that a sign or a code stands for; empty if neither.

    Example:
        >>> currency_of("€"), currency_of("sek"), currency_of("raw")
        ('EUR', 'SEK', '')
    """
    if sign.lower() in CODES:
        return sign.upper()
    return _SIGNS[sign][0] if sign in _SIGNS else ""


def several(text: pd.Series) -> str | None:
    """The sign of several currencies that stands in a column, if any does."""
    found = "|".join(re.escape(sign) for sign, codes in _SIGNS.items() if len(codes) > 1)
    signs = text.str.extract(
        rf"(?:^-? ?|[0-9]\s?)({found})(?:\s?[0-9]|\.?$)", expand=False
    ).dropna()
    return None if signs.empty else str(signs.iloc[0])


def _read(text: str, currency: str | None) -> tuple[str, str]:
    match = _MONEY.fullmatch(text)
    sign = match and (match["before"] or match["after"])
    if not match or not sign or (match["before"] and match["after"]):
        return text, ""
    meant = _SIGNS.get(sign, (sign,))
    return match["minus"] + match["number"], currency if currency in meant else meant[0]
