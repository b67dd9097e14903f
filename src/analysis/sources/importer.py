"""One text table under a format -> typed contract rows, and every row left out with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.contract import ARROW_TYPE, TABLES, Column, Table
from analysis.errors import DataContractError
from analysis.sources.formats import (
    ColumnRule,
    DropRule,
    FileRule,
    SourceFormat,
    known_formats,
)
from analysis.sources.readers import RaggedRow, TextTable
from analysis.sources.text import Parsed, parse

EXCLUSION_COLUMNS = ("table", "file", "row", "column", "reason")


class _Left(NamedTuple):
    """Rows left out for one reason."""

    rows: pd.Index
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave to one contract table.

    Attributes:
        table: the contract table.
        file: name of the file, with ``#sheet`` for a workbook.
        source: name of the format.
        rows_read: data rows of the file.
        rows: typed rows with every contract column, indexed by ``row`` of the file.
        exclusions: one row per row left out, ``EXCLUSION_COLUMNS``: the first reason counts.
    """

    table: Table
    file: str
    source: str
    rows_read: int
    rows: pd.DataFrame
    exclusions: pd.DataFrame


def recognise(text: TextTable, formats: Sequence[SourceFormat]) -> tuple[SourceFormat, FileRule]:
    """The format whose header columns are all in the file.

    A format of the dataset's own folder wins over ours, then the one that names most columns.

    Raises:
        DataContractError: no format fits; the nearest one and what it lacks are named.
    """
    known = [(source, rule) for source in formats for rule in source.files]
    header = set(text.header)
    fitting = [pair for pair in known if header.issuperset(pair[1].header)]
    if fitting:
        return max(fitting, key=lambda pair: (pair[0] not in known_formats(), len(pair[1].header)))
    feeding = [pair for pair in known if pair[1].tables]
    source, rule = max(feeding, key=lambda pair: _likeness(pair[1].header, header))
    if len(formats) > 1 and not header.intersection(rule.header):
        raise DataContractError(
            f"{text.name}: no known format has a column of this header; micromacro sources lists"
            " what is read"
        )
    lacking = [name for name in rule.header if name not in header]
    raise DataContractError(
        f"{text.name}: no known format has this header; the nearest, {source.name}"
        f" ({', '.join(rule.tables)}), also needs {', '.join(lacking)}"
    )


def _likeness(wanted: Sequence[str], header: set[str]) -> tuple[float, int]:
    common = len(header.intersection(wanted))
    return common / len(wanted), common


def import_table(
    text: TextTable,
    source: SourceFormat,
    rule: FileRule,
    *,
    date_format: str | None = None,
    time_zone: str = "UTC",
) -> list[Imported]:
    """Read a text table into each contract table that its format feeds.

    Args:
        text: the table as it was written.
        source, rule: as recognised.
        date_format, time_zone: of days and times for which the format states none.
    """
    found = []
    for name, declared in rule.tables.items():
        columns = {
            column: own.model_copy(
                update={
                    "date_format": own.date_format or date_format,
                    "time_zone": own.time_zone or time_zone,
                }
            )
            for column, own in declared.items()
        }
        found.append(_import_into(TABLES[name], columns, text, source, rule))
    return found


def _import_into(
    table: Table,
    columns: Mapping[str, ColumnRule],
    text: TextTable,
    source: SourceFormat,
    rule: FileRule,
) -> Imported:
    width = len(text.header)
    found = [_why_ragged(ragged, rule.drop, width) for ragged in text.ragged]
    found += _dropped(text.rows, rule.drop)
    rows = text.rows.drop(index=_rows(found), errors="ignore")
    typed: dict[str, pd.Series] = {}
    for column in table.columns:
        typed[column.name], unreadable = _column(rows, column, columns.get(column.name))
        found += unreadable
    frame = pd.DataFrame(typed, index=rows.index)
    found += _broken_promises(table, frame)
    excluded = _exclusions(found).assign(table=table.name, file=text.name)
    kept = frame.drop(index=frame.index.intersection(excluded["row"]))
    exclusions = excluded[list(EXCLUSION_COLUMNS)]
    return Imported(table, text.name, source.name, text.rows_read, kept, exclusions)


def _rows(found: Sequence[_Left]) -> np.ndarray:
    numbers = [left.rows.to_numpy(dtype="int64") for left in found]
    return np.concatenate([np.empty(0, dtype="int64"), *numbers])


def _exclusions(found: Sequence[_Left]) -> pd.DataFrame:
    """One line per row: the first reason counts."""
    sizes = [len(left.rows) for left in found]
    lines = {
        "row": _rows(found),
        "column": pd.Series([left.column for left in found], dtype="str").repeat(sizes).array,
        "reason": pd.Series([left.reason for left in found], dtype="str").repeat(sizes).array,
    }
    return pd.DataFrame(lines).drop_duplicates("row").sort_values("row")


def _why_ragged(ragged: RaggedRow, drops: Sequence[DropRule], width: int) -> _Left:
    row = pd.Index([ragged.row])
    for drop in drops:
        if drop.column is None and re.fullmatch(drop.matches, ragged.text):
            return _Left(row, "", drop.reason)
    return _Left(row, "", f"{ragged.fields} fields where the header has {width}")


def _dropped(rows: pd.DataFrame, drops: Sequence[DropRule]) -> list[_Left]:
    return [
        _Left(rows.index[rows[drop.column].str.fullmatch(drop.matches)], drop.column, drop.reason)
        for drop in drops
        if drop.column is not None
    ]


def _column(
    rows: pd.DataFrame, column: Column, rule: ColumnRule | None
) -> tuple[pd.Series, list[_Left]]:
    if rule is None or (rule.source is not None and rule.source not in rows):
        missing = pd.Series(None, index=rows.index, dtype=pd.ArrowDtype(ARROW_TYPE[column.kind]))
        return missing, []
    if rule.product is not None:
        return _product(rows, rule.product)
    constant = pd.Series(rule.constant, rows.index, dtype="str")
    text = constant if rule.source is None else rows[rule.source]
    text = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.whole:
        text = _without_float_noise(text)
    parsed = parse(text, column, date_format=rule.date_format, time_zone=rule.time_zone or "UTC")
    return parsed.values, _unreadable(parsed, rule.source or column.name)


def _unreadable(parsed: Parsed, column: str) -> list[_Left]:
    rows = parsed.unreadable.index[parsed.unreadable]
    return [_Left(rows, column, f"not {parsed.expected}")] if len(rows) else []


def _without_float_noise(text: pd.Series) -> pd.Series:
    """``22799.999999999996`` -> ``22800``; a real fraction stays, to be refused as a count."""
    number = pd.to_numeric(text, errors="coerce")
    near = (number - number.round()).abs() < 1e-6 * number.abs()
    return text.mask(near, number.where(near).round().astype("Int64").astype("str"))


def _product(rows: pd.DataFrame, names: tuple[str, str]) -> tuple[pd.Series, list[_Left]]:
    """Whole count from a count and a rounded rate; not available where the rate rounds to 0."""
    count = parse(rows[names[0]], Column(names[0], "count", ""))
    rate = parse(rows[names[1]], Column(names[1], "proportion", ""))
    shares = rate.values.astype("Float64")
    product = (count.values.astype("Float64") * shares).round().where(shares > 0)
    values = product.astype("Int64").astype(pd.ArrowDtype(ARROW_TYPE["count"]))
    return values, _unreadable(count, names[0]) + _unreadable(rate, names[1])


def _broken_promises(table: Table, frame: pd.DataFrame) -> list[_Left]:
    found = [
        _Left(frame.index[frame[column.name].isna()], column.name, "no value")
        for column in table.columns
        if column.filled
    ]
    if table.name == "placements":
        exact = ~frame["clicks_rounded"].fillna(False).astype(bool)
        more = exact & (frame["orders"] > frame["clicks"]).fillna(False).astype(bool)
        found.append(_Left(frame.index[more], "orders", "more orders than clicks"))
        refunds = (frame["orders_refunded"] > frame["orders"]).fillna(False).astype(bool)
        found.append(_Left(frame.index[refunds], "orders_refunded", "more refunds than orders"))
    return found
