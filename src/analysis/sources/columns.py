"""One column of a file -> typed values, states, and the rows that cannot be read."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple

import pandas as pd

from analysis.sources.cells import how_written, in_words, understand, unreadable
from analysis.sources.formats import ColumnRule, PeriodRule
from analysis.sources.headers import Recognised
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import Left
from analysis.sources.values.currencies import several, without_signs
from analysis.sources.values.moments import tiktok_moments
from analysis.sources.values.states import states_of
from analysis.sources.values.text import Parsed, Written, parse
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import TRACKED, Column
from analysis.study.errors import DataContractError


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
    if rule is None or (text is None and rule.product is None and not rule.any_of):
        return None
    if rule.any_of:
        values, wrong = _any_of(rows, rule.any_of)
        return ReadColumn(values, states_of(values, pd.Series("", rows.index), rule), wrong)
    if rule.product is not None:
        values, wrong = _product(rows, rule.product)
        return ReadColumn(values, states_of(values, pd.Series("", rows.index), rule), wrong)
    told = in_words(text, rule)
    own = how_written(rule, written, told=told)
    understood = understand(told, column, rule, own)
    parsed = understood.parsed
    if parsed.undecided:
        raise DataContractError(f"{file}: column {origin}, {parsed.undecided}")
    note = f"column {origin} {parsed.note}" if parsed.note else None
    wrong = unreadable(told[parsed.unreadable], parsed.expected, origin, column, rule, own)
    if column.kind != "amount":
        return ReadColumn(parsed.values, understood.states, wrong, note)
    codes = without_signs(told.str.strip(), currency=written.currency)[1]
    signs = codes if codes.ne("").any() else None
    if signs is not None and (sign := several(told.str.strip())):
        note = (
            f"amounts with {sign} are read in {signs.max()}; if another currency is meant, write"
            " currency in dataset.yml"
        )
    return ReadColumn(parsed.values, understood.states, wrong, note, signs)


class Origin(NamedTuple):
    """Where a contract column comes from: a column of the file, or one text for all its rows.

    Attributes:
        column: what the rule calls it, None where there is none.
        constant: None where there is none.
        name: what messages call it.
    """

    column: str | None
    constant: str | None
    name: str


def origin_of(
    rule: ColumnRule | None,
    names: Collection[str],
    file: str,
    found: Recognised,
    account: str | None,
) -> Origin:
    """Where a contract column comes from; nowhere where the file lacks it.

    Args:
        names: of the file's columns, as the rule calls them.

    Raises:
        DataContractError: the export is of one account and nothing says of which.
    """
    if rule is None:
        return Origin(None, None, "")
    if rule.folder:
        if account is None:
            raise DataContractError(
                f"{file}: an export of one account, and nothing says of which; put it into a folder"
                " that is called like the account, or name it under accounts in dataset.yml"
            )
        return Origin(None, account, "folder")
    if rule.constant is not None:
        return Origin(None, rule.constant.replace("{currency}", found.currency), "constant")
    present = next((name for name in rule.source or rule.name_of if name in names), None)
    if present is None:
        return Origin(None, None, "")
    if rule.name_of:
        return Origin(None, present.lower(), present)
    return Origin(present, None, found.names[present])


def _origin(
    rows: pd.DataFrame, rule: ColumnRule | None, file: str, found: Recognised, account: str | None
) -> tuple[pd.Series | None, str]:
    """A column's text, None where absent, and its name."""
    if rule is not None and rule.joined:
        text = rows[list(rule.joined)].agg(" ".join, axis=1)
        return text.str.strip(), " and ".join(rule.joined)
    column, constant, name = origin_of(rule, rows.columns, file, found, account)
    if constant is not None:
        return pd.Series(constant, rows.index, dtype="str"), name
    return (None if column is None else rows[column]), name


def _unread(parsed: Parsed, name: str) -> list[Left]:
    rows = parsed.unreadable.index[parsed.unreadable]
    return [Left(rows, name, f"not {parsed.expected}", fault=True)] if len(rows) else []


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


def _any_of(rows: pd.DataFrame, names: Sequence[str]) -> tuple[pd.Series, list[Left]]:
    """Yes where one of several columns says so, no where all say no; else nobody knows."""
    flags = {name: parse(rows[name], Column(name, "flag", "")) for name in names}
    said = reduce(or_, (flag.values.astype("boolean") for flag in flags.values()))
    wrong = [left for name, flag in flags.items() for left in _unread(flag, name)]
    return said.astype(pd.ArrowDtype(ARROW_TYPE["flag"])), wrong


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
