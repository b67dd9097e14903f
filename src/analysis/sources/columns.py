"""One column of a file -> typed values, states, and the rows that cannot be read."""

import re
from dataclasses import fields

import pandas as pd

from analysis.sources.formats import ColumnRule, PeriodRule
from analysis.sources.headers import Recognised
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import Left
from analysis.sources.values.numerals import ABBREVIATED
from analysis.sources.values.states import states_of
from analysis.sources.values.text import Parsed, Written, parse
from analysis.study.contract import ARROW_TYPE, HIDDEN, NOT_AVAILABLE, TRACKED, Column
from analysis.study.errors import DataContractError

NO_TEXT = "\0"
_SHORT = "if 12.5K is a number here, write abbreviated: true"
_HIDDEN_COUNTS = ("-1", "-1.0")
_WRITTEN = [field.name for field in fields(Written)]


def read_column(
    rows: pd.DataFrame,
    column: Column,
    rule: ColumnRule | None,
    file: str,
    found: Recognised,
    written: Written,
    account: str | None,
) -> tuple[pd.Series, pd.Series, list[Left], str | None]:
    """Values, states, unreadable rows and a note of one contract column."""
    text, origin = _origin(rows, rule, file, found, account)
    if rule is None or (text is None and rule.product is None):
        nothing = pd.Series(None, index=rows.index, dtype=pd.ArrowDtype(ARROW_TYPE[column.kind]))
        return nothing, pd.Series(NOT_AVAILABLE, rows.index, dtype="str"), [], None
    if rule.product is not None:
        values, wrong = _product(rows, rule.product)
        return values, states_of(values, pd.Series("", rows.index), rule), wrong, None
    told = _in_words(text, rule)
    off = _says_hidden(told, column)
    parsed = parse(
        told.mask(told.isin([*rule.hidden, *rule.suppressed]) | off, ""),
        column,
        Written(*(getattr(rule, one) or getattr(written, one) for one in _WRITTEN)),
    )
    if parsed.undecided:
        raise DataContractError(f"{file}: column {origin}, {parsed.undecided}")
    note = f"column {origin} {parsed.note}" if parsed.note else None
    states = states_of(parsed.values, told, rule).mask(off, HIDDEN)
    return parsed.values, states, _unreadable(parsed, origin, told, column, rule), note


def _origin(
    rows: pd.DataFrame, rule: ColumnRule | None, file: str, found: Recognised, account: str | None
) -> tuple[pd.Series | None, str]:
    """A column's text, None where absent, and its name."""
    if rule is None:
        return None, ""
    if rule.folder:
        if account is None:
            raise DataContractError(
                f"{file}: an export of one account, and nothing says of which; put it into a folder"
                " that is called like the account, or name it under accounts in dataset.yml"
            )
        return pd.Series(account, rows.index, dtype="str"), "folder"
    if rule.constant is not None:
        constant = rule.constant.replace("{currency}", found.currency)
        return pd.Series(constant, rows.index, dtype="str"), "constant"
    present = next((name for name in rule.source or rule.name_of if name in rows), None)
    if present is None:
        return None, ""
    if rule.name_of:
        return pd.Series(present.lower(), rows.index, dtype="str"), present
    return rows[present], found.names[present]


def _says_hidden(told: pd.Series, column: Column) -> pd.Series:
    """Counts of -1, as scrapers write what the platform hides."""
    if not (column.metric and column.kind == "count"):
        return pd.Series(False, told.index)
    return told.str.strip().isin(_HIDDEN_COUNTS)


def _in_words(text: pd.Series, rule: ColumnRule) -> pd.Series:
    """The text after what the format declares about it."""
    text = text.mask(text.isin(rule.nulls), "")
    if rule.extract is not None:
        stands = text.isin(["", *rule.hidden, *rule.suppressed])
        match = text.str.extract(rule.extract, expand=False).astype("str")
        text = text.where(stands, match.fillna(NO_TEXT))
    told = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.otherwise is not None:
        known = [*rule.replace, *rule.nulls, *rule.hidden, *rule.suppressed, ""]
        told = told.mask(~text.isin(known), rule.otherwise)
    return _without_float_noise(told) if rule.whole else told


def _unreadable(
    parsed: Parsed, name: str, told: pd.Series, column: Column, rule: ColumnRule
) -> list[Left]:
    """Rows whose text is no value, by what would help."""
    open_rows = told[parsed.unreadable]
    if open_rows.empty:
        return []
    unmatched = open_rows.eq(NO_TEXT) & (rule.extract is not None)
    short = open_rows.str.strip().str.fullmatch(ABBREVIATED) & (column.kind == "count")
    reasons = {
        f"its format's pattern {rule.extract} finds nothing in it": unmatched,
        f"not {parsed.expected}; {_SHORT}": short & ~unmatched,
        f"not {parsed.expected}": ~short & ~unmatched,
    }
    return [
        Left(open_rows.index[where], name, reason, fault=True)
        for reason, where in reasons.items()
        if where.any()
    ]


def _unread(parsed: Parsed, name: str) -> list[Left]:
    rows = parsed.unreadable.index[parsed.unreadable]
    return [Left(rows, name, f"not {parsed.expected}", fault=True)] if len(rows) else []


def _without_float_noise(text: pd.Series) -> pd.Series:
    """Counts without the noise of floating point.

    ``22799.999999999996`` -> ``22800``; a real fraction stays, to be refused.
    """
    number = pd.to_numeric(text, errors="coerce")
    near = (number - number.round()).abs() < 1e-6 * number.abs()
    return text.mask(near, number.where(near).round().astype("Int64").astype("str"))


def _product(rows: pd.DataFrame, names: tuple[str, str]) -> tuple[pd.Series, list[Left]]:
    """Whole count from a count and a rounded rate.

    Not available where the rate rounds to 0.
    """
    count = parse(rows[names[0]], Column(names[0], "count", ""))
    rate = parse(rows[names[1]], Column(names[1], "proportion", ""))
    shares = rate.values.astype("Float64")
    product = (count.values.astype("Float64") * shares).round().where(shares > 0)
    values = product.astype("Int64").astype(pd.ArrowDtype(ARROW_TYPE["count"]))
    return values, _unread(count, names[0]) + _unread(rate, names[1])


def with_all_columns(wrong: list[Left]) -> list[Left]:
    """Every column of short numbers beside the advice to declare them, once for all."""
    short = list(dict.fromkeys(left.column for left in wrong if left.reason.endswith(_SHORT)))
    advice = f"{_SHORT} ({', '.join(short)})"
    return [
        left._replace(reason=left.reason.replace(_SHORT, advice)) if left.column in short else left
        for left in wrong
    ]


def period_of(
    rows: pd.DataFrame, period: PeriodRule | None, text: TextTable
) -> tuple[pd.Series, pd.Series]:
    """First and last day of what each row is about, missing where nothing says them."""
    unknown = pd.Series("", rows.index, dtype="str")
    said = [unknown, unknown]
    if period is not None and period.preamble:
        matches = [re.search(pattern, text.preamble, re.MULTILINE) for pattern in period.preamble]
        said = [pd.Series(m[m.lastindex or 0] if m else "", rows.index) for m in matches]
    elif period is not None and set(period.columns) <= set(rows.columns):
        said = [rows[name] for name in period.columns]
    form = Written(date_format=period.date_format if period else None)
    days = [parse(one.astype("str"), TRACKED["day"], form).values for one in said]
    begins, ends = (day.astype("datetime64[us]").dt.normalize() for day in days)
    return begins, ends
