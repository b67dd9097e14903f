"""One text table under a format -> typed contract rows, and every row left out with its reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.contract import ARROW_TYPE, TABLES, Column, Table
from analysis.errors import DataContractError
from analysis.sources.formats import ColumnRule, DropRule, FileRule, SourceFormat
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
    """The format whose header columns are all in the file; the one that names most wins.

    Raises:
        DataContractError: no format fits; the nearest one and what it lacks are named.
    """
    known = [(source, rule) for source in formats for rule in source.files]
    header = set(text.header)
    fitting = [pair for pair in known if header.issuperset(pair[1].header)]
    if fitting:
        return max(fitting, key=lambda pair: len(pair[1].header))
    source, rule = max(known, key=lambda pair: _share(pair[1].header, header))
    lacking = [name for name in rule.header if name not in header]
    raise DataContractError(
        f"{text.name}: no known format has this header; the nearest, {source.name}"
        f" ({', '.join(rule.tables)}), also needs {', '.join(lacking)}"
    )


def _share(wanted: Sequence[str], header: set[str]) -> float:
    return len(header.intersection(wanted)) / len(wanted)


def import_table(text: TextTable, source: SourceFormat, rule: FileRule) -> list[Imported]:
    """Read a text table into each contract table that its format feeds."""
    return [
        _import_into(TABLES[name], columns, text, source, rule)
        for name, columns in rule.tables.items()
    ]


def _import_into(
    table: Table,
    columns: dict[str, ColumnRule],
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
        return _product(rows, rule.product), _reason(pd.Index([]), column.name, "")
    text = rows[rule.source] if rule.source else pd.Series(rule.constant, rows.index, dtype="str")
    text = text.replace(rule.replace).mask(text.isin(rule.nulls), "")
    if rule.whole:
        text = _without_float_noise(text)
    parsed = parse(text, column, date_format=rule.date_format)
    values = parsed.values
    if rule.utc_offset_hours:
        shifted = values.astype("datetime64[us]") - pd.Timedelta(hours=rule.utc_offset_hours)
        values = shifted.astype(values.dtype)
    written = rule.source or column.name
    unreadable = rows.index[parsed.unreadable]
    return values, _reason(unreadable, written, f"not {parsed.expected}")


def _without_float_noise(text: pd.Series) -> pd.Series:
    """``22799.999999999996`` -> ``22800``; a real fraction stays, to be refused as a count."""
    number = pd.to_numeric(text, errors="coerce")
    near = (number - number.round()).abs() < 1e-6 * number.abs()
    return text.mask(near, number.round().astype("Int64").astype("str"))


def _product(rows: pd.DataFrame, names: tuple[str, str]) -> pd.Series:
    """Whole count from a count and a rounded rate; not available where the rate rounds to 0."""
    count, rate = (pd.to_numeric(rows[name].where(rows[name].ne(""))) for name in names)
    product = (count * rate).round().where(rate > 0)
    return product.astype("Int64").astype(pd.ArrowDtype(ARROW_TYPE["count"]))


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
