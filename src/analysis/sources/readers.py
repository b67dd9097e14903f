"""Files -> tables of text, every row with its number; nothing is interpreted, nothing guessed."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from analysis.errors import DataContractError

DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".xlsx")
_DELIMITERS = "\t;,|"


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row whose number of fields is not that of the header."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True, slots=True)
class TextTable:
    """One table of text.

    Attributes:
        name: file name, with ``#sheet`` for a workbook.
        rows: one column of strings per header, index ``row``: the header is row 1. Empty cells
            are empty strings.
        ragged: rows that could not be aligned with the header; they are not in ``rows``.
    """

    name: str
    rows: pd.DataFrame
    ragged: tuple[RaggedRow, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """Column names as the file writes them."""
        return tuple(self.rows.columns)

    @property
    def rows_read(self) -> int:
        """Data rows of the file, aligned or not."""
        return len(self.rows) + len(self.ragged)


def read_tables(path: Path) -> list[TextTable]:
    """Read every table of a file as text.

    Args:
        path: a file with one of ``DATA_SUFFIXES``; the delimiter is the one most frequent in the
            header line.

    Raises:
        DataContractError: the file is empty, no text, no workbook, or its header repeats a name.
    """
    if path.name.endswith(".xlsx"):
        return list(_sheets(path))
    return [_delimited(path)]


def _delimited(path: Path) -> TextTable:
    content = _bytes(path)
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").strip("\r")
    if not first.strip():
        raise DataContractError(f"{path.name}: the first line is empty; a header is expected there")
    delimiter = max(_DELIMITERS, key=first.count)
    ragged: list[RaggedRow] = []

    def keep_aside(row: pa_csv.InvalidRow) -> str:
        ragged.append(RaggedRow(row.number, row.actual_columns, row.text))
        return "skip"

    try:
        table = pa_csv.read_csv(
            io.BytesIO(content),
            read_options=pa_csv.ReadOptions(use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=_text_columns(first, delimiter), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise DataContractError(f"{path.name}: not readable as UTF-8 text: {error}") from error
    rows = table.rename_columns([name.strip() for name in table.column_names]).to_pandas()
    _refuse_repeated(path.name, list(rows.columns))
    rows.index = _row_numbers(len(rows), {row.row for row in ragged})
    return TextTable(path.name, rows, tuple(ragged))


def _bytes(path: Path) -> bytes:
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise DataContractError(f"{path.name}: cannot be read: {error}") from error
    return content.removeprefix(b"\xef\xbb\xbf")


def _text_columns(header_line: str, delimiter: str) -> dict[str, pa.DataType]:
    names = pa_csv.read_csv(
        io.BytesIO((header_line + "\n").encode()),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
    ).column_names
    return dict.fromkeys(names, pa.string())


def _row_numbers(aligned: int, ragged: set[int]) -> pd.Index:
    """Numbers of the aligned rows in the file, where the header is row 1."""
    candidates = range(2, 2 + aligned + len(ragged))
    return pd.Index([row for row in candidates if row not in ragged], name="row", dtype="int64")


def _sheets(path: Path) -> Iterator[TextTable]:
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise DataContractError(f"{path.name}: not a readable workbook: {error}") from error
    for sheet in workbook.worksheets:
        lines = [[_cell_text(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
        if not lines or not any(lines[0]):
            continue
        width = max(i + 1 for i, name in enumerate(lines[0]) if name)
        header = [name.strip() for name in lines[0][:width]]
        _refuse_repeated(f"{path.name}#{sheet.title}", header)
        body = [line[:width] + [""] * (width - len(line)) for line in lines[1:]]
        rows = pd.DataFrame(body, columns=header, dtype="str")
        rows.index = pd.RangeIndex(2, 2 + len(rows), name="row")
        filled = rows.ne("").any(axis=1)
        yield TextTable(f"{path.name}#{sheet.title}", rows[filled])
    workbook.close()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refuse_repeated(name: str, header: list[str]) -> None:
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated:
        raise DataContractError(f"{name}: the header repeats {', '.join(repeated)}; keep one each")
