"""Files -> tables of text, every row with its number; nothing is interpreted, nothing guessed."""

import gzip
import io
import re
import warnings
import zlib
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
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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
        name: of the file, with ``#sheet`` for a workbook.
        rows: one column of strings per named header, index ``row``: the header is row 1. Empty
            cells are empty strings; rows without any text are left out.
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


def read_tables(path: Path, name: str) -> list[TextTable]:
    """Read every table of a file as text.

    Args:
        path: a file with one of ``DATA_SUFFIXES``; the delimiter is the one most frequent in the
            header line.
        name: what messages and exclusions call it.

    Raises:
        DataContractError: the file is of another kind, empty, no text, no workbook, or its
            header repeats a name.
    """
    if not path.name.lower().endswith(DATA_SUFFIXES):
        raise DataContractError(
            f"{name}: not a kind of file that is read: {' '.join(DATA_SUFFIXES)}"
        )
    if path.suffix.lower() == ".xlsx":
        return _sheets(path, name)
    return [_delimited(_content(path, name), name)]


def _content(path: Path, name: str) -> bytes:
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".gz":
            content = gzip.decompress(content)
        if content.startswith(_UTF_16):
            content = content.decode("utf-16").encode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataContractError(f"{name}: cannot be read: {error}") from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    if content[:1] in b"\r\n":
        raise DataContractError(f"{name}: the first row is empty; column names are expected there")
    return content.rstrip(b"\r\n") + b"\n"


def _delimited(content: bytes, name: str) -> TextTable:
    line = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    if line.count(b'"') % 2:
        raise DataContractError(f"{name}: the header must stand on one line")
    try:
        table, ragged = _fields(content, line.decode())
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise DataContractError(
            f"{name}: not readable as UTF-8 text ({reason}); save it as CSV in UTF-8"
        ) from error
    rows = table.rename_columns([column.strip() for column in table.column_names]).to_pandas()
    tail = [*rows.iloc[-1:].to_numpy().ravel(), *(row.text for row in ragged[-1:])]
    if content.count(b'"') % 2 and any("\n" in cell or "\r" in cell for cell in tail):
        raise DataContractError(f'{name}: a quote (") is opened and never closed; close it')
    rows.index = _row_numbers(len(rows), {row.row for row in ragged})
    return TextTable(name, _named(rows, name), tuple(ragged))


def _fields(content: bytes, header: str) -> tuple[pa.Table, list[RaggedRow]]:
    """Rows that fit the header as text, and those that do not."""
    delimiter = max(_DELIMITERS, key=re.sub('"[^"]*"', "", header).count)
    ragged: list[RaggedRow] = []

    def keep_aside(row: pa_csv.InvalidRow) -> str:
        ragged.append(RaggedRow(row.number, row.actual_columns, row.text))
        return "skip"

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
            column_types=_text_columns(header, delimiter), strings_can_be_null=False
        ),
    )
    return table, ragged


def _text_columns(header: str, delimiter: str) -> dict[str, pa.DataType]:
    names = pa_csv.read_csv(
        io.BytesIO((header + "\n").encode()),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
    ).column_names
    return dict.fromkeys(names, pa.string())


def _row_numbers(aligned: int, ragged: set[int]) -> pd.Index:
    """Numbers of the aligned rows in the file, where the header is row 1."""
    candidates = range(2, 2 + aligned + len(ragged))
    return pd.Index([row for row in candidates if row not in ragged], name="row", dtype="int64")


def _named(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns that have a name and rows that hold any text."""
    header = [column for column in rows.columns if column]
    if not header:
        raise DataContractError(f"{name}: the first row is empty; column names are expected there")
    if repeated := sorted({column for column in header if header.count(column) > 1}):
        raise DataContractError(
            f"{name}: the header repeats {', '.join(repeated)}; keep one of each"
        )
    named = rows.loc[:, rows.columns != ""]
    return named[named.ne("").any(axis=1)]


def _sheets(path: Path, name: str) -> list[TextTable]:
    """Every sheet that has a header; an empty sheet is no table."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations that openpyxl does not keep
            lines = _lines(path)
    except Exception as error:  # hostile files break openpyxl in any way
        raise DataContractError(f"{name}: not a readable workbook: {error}") from error
    return [_sheet(f"{name}#{title}", body) for title, body in lines.items() if any(map(any, body))]


def _lines(path: Path) -> dict[str, list[list[str]]]:
    """Sheets as lines of text: what they showed when saved, never what a formula would give.

    A formula whose value was not saved stays as it is written, to be refused where it matters.
    """
    shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
    written = openpyxl.load_workbook(path, read_only=True, data_only=False)
    found = {}
    for sheet in shown.worksheets:
        both = (sheet, written[sheet.title])
        for one in both:
            one.reset_dimensions()  # some tools state them wrong, and rows would be cut off
        pairs = zip(*(one.iter_rows(values_only=True) for one in both), strict=True)
        found[sheet.title] = [
            [_cell_text(v if v is not None else w) for v, w in zip(*pair, strict=True)]
            for pair in pairs
        ]
    shown.close()
    written.close()
    return found


def _sheet(name: str, lines: list[list[str]]) -> TextTable:
    width = max((number for number, column in enumerate(lines[0], start=1) if column), default=0)
    body = [line[:width] + [""] * (width - len(line)) for line in lines[1:]]
    rows = pd.DataFrame(body, columns=lines[0][:width], dtype="str")
    rows.index = pd.RangeIndex(2, 2 + len(rows), name="row")
    return TextTable(name, _named(rows, name))


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
