"""One column of a file -> typed values, states, and the rows that cannot be read."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields

import pandas as pd

from analysis.sources.formats import ColumnRule, PeriodRule
from analysis.sources.headers import Recognised
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import Left
from analysis.sources.values.currencies import several, without_signs
from analysis.sources.values.moments import fitting_formats, readable_share, tiktok_moments
from analysis.sources.values.numerals import ABBREVIATED
from analysis.sources.values.patterns import extracted
from analysis.sources.values.states import states_of
from analysis.sources.values.text import Parsed, Written, parse
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import HIDDEN, TRACKED, Column
from analysis.study.errors import DataContractError

NO_TEXT = "\0"
_SHORT = "if 12.5K is a number here, write abbreviated: true"
_POINTS = "if a point separates thousands here, write decimal: ','"
_POINTED = r"[0-9]{1,3}\.[0-9]{3}\+?"
_TWO_POWERS = "mil and B have two readings; write the digits"
_NO_YEAR = "the year is missing; export it with full dates"
_YEARLESS = r"[^0-9]*[0-9]{1,2}[^0-9]*([0-9]{1,2}[^0-9]*)?"  # July 16, 16.07.
_SAMPLE = 500
_HIDDEN_COUNTS = ("-1", "-1.0")
_WRITTEN = [one.name for one in fields(Written) if one.name != "currency"]


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """One contract column of a file.

    Attributes:
        values: typed, missing where there was nothing or nothing readable.
        state: of a metric, why it has no value.
        wrong: rows that cannot be read.
        note: what somebody should look at.
        currency: of an amount, the code that a sign beside it says, else empty; None where no
            amount has a sign.
    """

    values: pd.Series
    state: pd.Series
    wrong: list[Left] = field(default_factory=list)
    note: str | None = None
    currency: pd.Series | None = None


def read_column(
    rows: pd.DataFrame,
    column: Column,
    rule: ColumnRule | None,
    file: str,
    found: Recognised,
    written: Written,
    account: str | None,
) -> ReadColumn | None:
    """Read one contract column of a file; None where its rule or the file lacks it."""
    text, origin = _origin(rows, rule, file, found, account)
    if rule is None or (text is None and rule.product is None):
        return None
    if rule.product is not None:
        values, wrong = _product(rows, rule.product)
        return ReadColumn(values, states_of(values, pd.Series("", rows.index), rule), wrong)
    told = _in_words(text, rule)
    off = _says_hidden(told, column)
    own = {one: getattr(rule, one) or getattr(written, one) for one in _WRITTEN}
    own["date_format"] = _date_format(told, rule.date_format) or written.date_format
    written = Written(**own, currency=written.currency)
    parsed = parse(
        told.mask(told.isin([*rule.hidden, *rule.suppressed]) | off, ""), column, written
    )
    if parsed.undecided:
        raise DataContractError(f"{file}: column {origin}, {parsed.undecided}")
    note = f"column {origin} {parsed.note}" if parsed.note else None
    states = states_of(parsed.values, told, rule).mask(off, HIDDEN)
    wrong = _unreadable(parsed, origin, told, column, rule, written)
    if column.kind != "amount":
        return ReadColumn(parsed.values, states, wrong, note)
    codes = without_signs(told.str.strip(), currency=written.currency)[1]
    signs = codes if codes.ne("").any() else None
    if signs is not None and (sign := several(told.str.strip())):
        note = (
            f"amounts with {sign} are read in {signs.max()}; if another currency is meant, write"
            " currency in dataset.yml"
        )
    return ReadColumn(parsed.values, states, wrong, note, signs)


def _date_format(told: pd.Series, forms: Sequence[str]) -> str | None:
    """Of several declared formats the one under which most texts are dates."""
    if len(forms) < 2:
        return forms[0] if forms else None
    sample = told[told.ne("")].head(_SAMPLE).str.strip()
    return max(forms, key=lambda form: readable_share(sample, form))


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
        match = extracted(text, rule.extract)
        text = text.where(stands, match.fillna(NO_TEXT))
    told = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.otherwise is not None:
        known = [*rule.replace, *rule.nulls, *rule.hidden, *rule.suppressed, ""]
        told = told.mask(~text.isin(known), rule.otherwise)
    return _without_float_noise(told) if rule.whole else told


def _unreadable(
    parsed: Parsed, name: str, told: pd.Series, column: Column, rule: ColumnRule, written: Written
) -> list[Left]:
    """Rows whose text is no value, by what would help."""
    rest = told[parsed.unreadable]
    if rest.empty:
        return []
    rest = rest.str.strip()
    found: list[Left] = []
    for reason, where in _reasons(rest, parsed.expected, column, rule, written):
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
        if written.date_format is None and (forms := fitting_formats(text.head(_SAMPLE))):
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
    """Every column that one advice would mend beside it, once for all."""
    advised = [(left, left.reason.partition("; ")[2]) for left in wrong]
    columns: dict[str, dict[str, None]] = {}
    for left, advice in advised:
        columns.setdefault(advice, {})[left.column] = None
    return [
        left._replace(reason=f"{left.reason} ({', '.join(columns[advice])})") if advice else left
        for left, advice in advised
    ]


def with_signs(stated: pd.Series, signs: list[pd.Series]) -> tuple[pd.Series, list[Left]]:
    """The currency of each row from a column or the signs beside its amounts.

    Rows whose amounts are in two currencies cannot be read.
    """
    codes = stated.astype("str").str.upper()
    two = pd.Series(False, stated.index)
    for sign in signs:
        said = sign.where(sign.ne(""))
        two |= (codes.notna() & said.notna() & codes.ne(said)).astype(bool)
        codes = codes.fillna(said)
    rows = two.index[two]
    reason = "amounts of one row are in two currencies"
    return codes.astype(stated.dtype), [Left(rows, "currency", reason, fault=True)]


def with_tiktok_moments(
    posts: dict[str, pd.Series], wrong: list[Left], found: Recognised
) -> tuple[list[Left], list[str]]:
    """Days that no column says, from the numbers of TikTok videos; sets ``posted_at`` in place.

    Returns:
        The rows that still cannot be read, and how many days were found so, in words.
    """
    undated = posts["posted_at"].isna()
    where = undated & posts["platform"].eq("tiktok").fillna(False).astype(bool)
    if not where.any():
        return wrong, []
    moments = tiktok_moments(posts["post_id"].astype("str").where(where))
    gained = moments.notna()
    posts["posted_at"] = posts["posted_at"].fillna(moments.astype(posts["posted_at"].dtype))
    rule = found.rule.tables["posts"].get("posted_at")
    dates = {found.names.get(name, name) for name in rule.source} if rule else set()
    rows = gained.index[gained]
    if rows.empty:
        return wrong, []
    still = [
        left._replace(rows=left.rows.difference(rows)) if left.column in dates else left
        for left in wrong
    ]
    said = f"{len(rows):,} posts: the day was read from the video's number"
    return [left for left in still if len(left.rows)], [said]


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
