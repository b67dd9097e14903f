"""One text table under a format -> typed contract rows, and every row left out with its reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from analysis.sources.text import parse

EXCLUSION_COLUMNS = ("table", "file", "row", "column", "reason")


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
    reasons = pd.DataFrame(
        [_ragged_reason(ragged, rule.drop, len(text.header)) for ragged in text.ragged],
        columns=["row", "column", "reason"],
    )
    found = [reasons, _dropped(text, rule.drop)]
    rows = text.rows.drop(index=found[1]["row"])
    typed: dict[str, pd.Series] = {}
    for column in table.columns:
        typed[column.name], unreadable = _column(rows, column, columns.get(column.name))
        found.append(unreadable)
    frame = pd.DataFrame(typed, index=rows.index)
    found.append(_broken_promises(table, frame))
    excluded = pd.concat(found, ignore_index=True).drop_duplicates("row").sort_values("row")
    excluded = excluded.assign(table=table.name, file=text.name)[list(EXCLUSION_COLUMNS)]
    kept = frame.drop(index=frame.index.intersection(excluded["row"]))
    return Imported(table, text.name, source.name, text.rows_read, kept, excluded)


def _ragged_reason(
    ragged: RaggedRow, drops: Sequence[DropRule], width: int
) -> tuple[int, str, str]:
    for drop in drops:
        if drop.column is None and re.fullmatch(drop.matches, ragged.text):
            return ragged.row, "", drop.reason
    return ragged.row, "", f"{ragged.fields} fields where the header has {width}"


def _dropped(text: TextTable, drops: Sequence[DropRule]) -> pd.DataFrame:
    found = [
        _reason(_matching(text.rows[drop.column], drop.matches), drop.column, drop.reason)
        for drop in drops
        if drop.column is not None
    ]
    return pd.concat(found) if found else _reason(pd.Index([]), "", "")


def _matching(text: pd.Series, pattern: str) -> pd.Index:
    return text.index[text.str.fullmatch(pattern)]


def _column(
    rows: pd.DataFrame, column: Column, rule: ColumnRule | None
) -> tuple[pd.Series, pd.DataFrame]:
    if rule is None or (rule.source is not None and rule.source not in rows):
        missing = pd.Series(None, index=rows.index, dtype=pd.ArrowDtype(ARROW_TYPE[column.kind]))
        return missing, _reason(pd.Index([]), column.name, "")
    if rule.product is not None:
        return _product(rows, rule.product)
    constant = pd.Series(rule.constant, rows.index, dtype="str")
    text = constant if rule.source is None else rows[rule.source]
    text = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.whole:
        text = _without_float_noise(text)
    parsed = parse(text, column, date_format=rule.date_format, time_zone=rule.time_zone or "UTC")
    unreadable = rows.index[parsed.unreadable]
    return parsed.values, _reason(unreadable, rule.source or column.name, f"not {parsed.expected}")


def _without_float_noise(text: pd.Series) -> pd.Series:
    """``22799.999999999996`` -> ``22800``; a real fraction stays, to be refused as a count."""
    number = pd.to_numeric(text, errors="coerce")
    near = (number - number.round()).abs() < 1e-6 * number.abs()
    return text.mask(near, number.where(near).round().astype("Int64").astype("str"))


def _product(rows: pd.DataFrame, names: tuple[str, str]) -> tuple[pd.Series, pd.DataFrame]:
    """Whole count from a count and a rounded rate; not available where the rate rounds to 0."""
    count = parse(rows[names[0]], Column(names[0], "count", ""))
    rate = parse(rows[names[1]], Column(names[1], "proportion", ""))
    shares = rate.values.astype("Float64")
    product = (count.values.astype("Float64") * shares).round().where(shares > 0)
    unreadable = [
        _reason(rows.index[read.unreadable], name, f"not {read.expected}")
        for name, read in zip(names, (count, rate), strict=True)
    ]
    dtype = pd.ArrowDtype(ARROW_TYPE["count"])
    return product.astype("Int64").astype(dtype), pd.concat(unreadable)


def _broken_promises(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    found = [
        _reason(frame.index[frame[column.name].isna()], column.name, "no value")
        for column in table.columns
        if column.filled
    ]
    if table.name == "placements":
        exact = ~frame["clicks_rounded"].fillna(False).astype(bool)
        more = exact & (frame["orders"] > frame["clicks"]).fillna(False).astype(bool)
        found.append(_reason(frame.index[more], "orders", "more orders than clicks"))
        refunds = (frame["orders_refunded"] > frame["orders"]).fillna(False).astype(bool)
        found.append(_reason(frame.index[refunds], "orders_refunded", "more refunds than orders"))
    return pd.concat(found)


def _reason(rows: pd.Index, column: str | None, reason: str) -> pd.DataFrame:
    return pd.DataFrame({"row": rows.astype("int64"), "column": column or "", "reason": reason})
