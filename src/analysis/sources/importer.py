"""One text table under a format -> typed contract rows, and every row left out with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.sources.cells import NO_TEXT
from analysis.sources.columns import (
    ReadColumn,
    period_of,
    read_column,
    with_all_columns,
    with_signs,
    with_tiktok_moments,
)
from analysis.sources.formats import DropRule, FileRule
from analysis.sources.headers import Recognised, misspelt
from analysis.sources.reading.delimited import RaggedRow
from analysis.sources.reading.tables import TextTable
from analysis.sources.values.checks import Left, broken_promises, oddities
from analysis.sources.values.patterns import fullmatches
from analysis.sources.values.text import Written
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import (
    IMPORTED,
    NOT_AVAILABLE,
    POSTS,
    TRACKED,
    Kind,
    Table,
)
from analysis.study.errors import DataContractError

EXCLUSION_COLUMNS = ("table", "file", "row", "column", "reason")
_OPEN_END = (
    "the last line has no end, as this tool writes it; were the download cut off there, rows would"
    " be missing"
)
NO_TEXT_REASON = "holds what is no text"
HEADER_AGAIN = "the header again"
RANK = "rank"  # of several rows of one key the highest counts, where the format says so
BEGINS, ENDS = "begins", "ends"  # of the period that a line of a report is about


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave to one contract table.

    Attributes:
        table: the contract table.
        file: name of the file, with ``#sheet`` for a workbook.
        source: name of the format.
        rows_read: data rows of the file.
        rows: typed rows with every contract column, the state of every metric, and ``rank`` where
            the format says which of several rows of one key counts; of reports the first and last
            day, ``begins`` and ``ends``, missing where unknown; indexed by ``row`` of the file.
        exclusions: one row per row left out, ``EXCLUSION_COLUMNS``: the first reason counts.
        faults: how many of these hold what cannot be; the others were no data.
        warnings: what somebody should look at.
        unread: ``platform, handle`` of rows left out here; None where there are none.
    """

    table: Table
    file: str
    source: str
    rows_read: int
    rows: pd.DataFrame
    exclusions: pd.DataFrame
    faults: int = 0
    warnings: tuple[str, ...] = ()
    unread: pd.DataFrame | None = None


def import_table(
    text: TextTable,
    found: Recognised,
    *,
    written: Written | None = None,
    account: str | None = None,
) -> list[Imported]:
    """Read a text table into the contract tables it feeds.

    Args:
        text: the table as it was written.
        found: its format, as recognised.
        written: how dates and numbers are written for which the format states nothing.
        account: whose export this is, for formats that name no account.

    Raises:
        DataContractError: the file may be cut off, a column has two readings, or the export is
            of one account and nothing says of which.
    """
    if text.open_end and not found.rule.open_end:
        raise cut_off(text.name)
    named = replace(text, rows=text.rows.rename(columns={v: k for k, v in found.names.items()}))
    tables = [IMPORTED[name] for name in found.rule.tables]
    imported = [
        _import_into(table, named, found, written or Written(), account) for table in tables
    ]
    if imported:
        said = [*said_of_the_file(text, found), *imported[0].warnings]
        imported[0] = replace(imported[0], warnings=tuple(said))
    return imported


def cut_off(name: str) -> DataContractError:
    """The refusal of a file whose last line has no end."""
    return DataContractError(
        f"{name}: the last line has no end, so the file may be cut off; export it again,"
        " or end the line if it is whole; of a tool that never ends it, write open_end: true in"
        " its format"
    )


def said_of_the_file(text: TextTable, found: Recognised) -> list[str]:
    """What somebody should look at in the file itself and in its header."""
    open_end = [_OPEN_END] if text.open_end else []
    return [*(f"{text.name}: {said}" for said in (*open_end, *text.notes)), *misspelt(text, found)]


def _import_into(
    table: Table, text: TextTable, found: Recognised, written: Written, account: str | None
) -> Imported:
    rule, width = found.rule, len(text.header)
    no_data = [why_ragged(ragged, rule.drop, width) for ragged in text.ragged]
    no_data += dropped(text.rows, rule.drop)
    no_data.append(_header_again(text.rows, found))
    wrong = [left for left in no_data if left.fault] + _no_text(text.rows)
    rows = _without(text.rows, row_numbers([*no_data, *wrong]))
    typed: dict[str, pd.Series] = {}
    notes: list[str] = []
    signs: list[pd.Series] = []
    absent = _Absent(rows.index)
    for column in table.columns:
        own = rule.tables[table.name].get(column.name)
        stated = read_column(rows, column, own, text.name, found, written, account)
        read = stated or absent.column(column.kind)
        typed[column.name] = read.values
        if column.metric:
            typed[f"{column.name}_state"] = read.state
        wrong += read.wrong
        notes += [read.note] if read.note else []
        signs += [read.currency] if read.currency is not None else []
    typed |= _of_several(rows, table, rule, text)
    if table is POSTS:
        wrong, dated = with_tiktok_moments(typed, wrong, found)
        notes += dated
    if signs and "currency" in typed:
        typed["currency"], odd = with_signs(typed["currency"], signs)
        wrong += odd
    wrong = with_all_columns(wrong)
    frame = pd.DataFrame(typed, index=rows.index)
    wrong += broken_promises(table, frame)
    excluded = exclusions_of([*no_data, *wrong]).assign(table=table.name, file=text.name)
    kept = _without(frame, excluded["row"].to_numpy())
    said = dict.fromkeys([*notes, *oddities(table, kept)])
    return Imported(
        table,
        text.name,
        found.source.name,
        text.rows_read,
        kept,
        excluded[list(EXCLUSION_COLUMNS)],
        faults=len(np.unique(row_numbers(wrong))),
        warnings=tuple(f"{text.name}: {note}" for note in said),
        unread=None if kept is frame else frame.drop(index=kept.index)[["platform", "handle"]],
    )


def _of_several(
    rows: pd.DataFrame, table: Table, rule: FileRule, text: TextTable
) -> dict[str, pd.Series]:
    """What tells which of several rows of one post, or lines of one report, counts."""
    told: dict[str, pd.Series] = {}
    if ranking := rule.repeats.get(table.name):
        told[RANK] = _rank(rows, ranking)
    if table is TRACKED:
        told[BEGINS], told[ENDS] = period_of(rows, rule.period, text)
    return told


class _Absent:
    """Columns that a file lacks: the same for every contract column of one kind."""

    def __init__(self, index: pd.Index) -> None:
        self._index = index
        self._state = pd.Series(NOT_AVAILABLE, index, dtype="str")
        self._columns: dict[Kind, ReadColumn] = {}

    def column(self, kind: Kind) -> ReadColumn:
        """Nothing, of one kind."""
        if kind not in self._columns:
            nothing = pd.Series(None, self._index, dtype=pd.ArrowDtype(ARROW_TYPE[kind]))
            self._columns[kind] = ReadColumn(nothing, self._state)
        return self._columns[kind]


def _without(rows: pd.DataFrame, numbers: np.ndarray) -> pd.DataFrame:
    """Copies nothing where nothing is left out, as in most files."""
    return rows.drop(index=numbers, errors="ignore") if len(numbers) else rows


def row_numbers(found: Sequence[Left]) -> np.ndarray:
    """Numbers of the rows that are left out, one for each reason."""
    numbers = [left.rows.to_numpy(dtype="int64") for left in found]
    return np.concatenate([np.empty(0, dtype="int64"), *numbers])


def exclusions_of(found: Sequence[Left]) -> pd.DataFrame:
    """One line per row: the first reason counts."""
    sizes = [len(left.rows) for left in found]
    lines = {
        "row": row_numbers(found),
        "column": pd.Series([left.column for left in found], dtype="str").repeat(sizes).array,
        "reason": pd.Series([left.reason for left in found], dtype="str").repeat(sizes).array,
    }
    return pd.DataFrame(lines).drop_duplicates("row").sort_values("row")


def why_ragged(ragged: RaggedRow, drops: Sequence[DropRule], width: int) -> Left:
    """Why a row that does not fit the header is left out."""
    row = pd.Index([ragged.row])
    for drop in drops:
        if drop.column is None and fullmatches(ragged.text, drop.matches):
            return Left(row, "", drop.reason)
    return Left(row, "", f"{ragged.fields} fields where the header has {width}", fault=True)


def dropped(rows: pd.DataFrame, drops: Sequence[DropRule]) -> list[Left]:
    """Rows that the format says are no data."""
    return [
        Left(rows.index[rows[drop.column].str.fullmatch(drop.matches)], drop.column, drop.reason)
        for drop in drops
        if drop.column is not None
    ]


def _header_again(rows: pd.DataFrame, found: Recognised) -> Left:
    written = [found.names.get(column, column) for column in rows.columns]
    alike = rows[rows.iloc[:, 0].eq(written[0])]
    return Left(alike.index[(alike == written).all(axis=1)], "", HEADER_AGAIN)


def _no_text(rows: pd.DataFrame) -> list[Left]:
    return [
        Left(rows.index[bad], str(column), NO_TEXT_REASON, fault=True)
        for column in rows
        if (bad := rows[column].str.contains(NO_TEXT, regex=False)).any()
    ]


def _rank(rows: pd.DataFrame, ranking: str) -> pd.Series:
    """Rank by which a row wins: its place or a column's number."""
    if ranking == "first":
        return pd.Series(-rows.index.to_numpy(dtype="float64"), rows.index)
    return pd.to_numeric(rows[ranking], errors="coerce").fillna(-np.inf).astype("float64")
