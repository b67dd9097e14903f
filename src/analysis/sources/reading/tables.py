"""Files -> tables of text, every row with its number; nothing is interpreted, nothing guessed."""

import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.sources.reading.containers import check_workbook, content_of, kind_of
from analysis.sources.reading.delimited import RaggedRow, read_delimited
from analysis.sources.reading.documents import MOST_COLUMNS, records_of
from analysis.sources.reading.workbooks import Rows, workbook_rows
from analysis.study.errors import DataContractError

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8_MARK = b"\xef\xbb\xbf"
ZEROS = "holds zero bytes; save it as CSV in UTF-8"


@dataclass(frozen=True, slots=True)
class TextTable:
    """One table of text.

    Attributes:
        name: of the file, with ``#sheet`` for a workbook and ``#path`` for JSON.
        rows: one column of strings per named header, index ``row``: the first line is row 1.
            Empty cells are empty strings; rows without any text are left out.
        ragged: rows that could not be aligned with the header; they are not in ``rows``.
        open_end: the last line of the file has no end, so that the file may be cut off.
        preamble: the lines above the header.
        above: columns of JSON that stand beside a list of records and not in them.
        notes: what somebody should look at in the text itself.
    """

    name: str
    rows: pd.DataFrame
    ragged: tuple[RaggedRow, ...] = ()
    open_end: bool = False
    preamble: str = ""
    above: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Sheet of a workbook or list of JSON that it is; empty of a file of one table."""
        return self.name.partition("#")[2]

    @property
    def header(self) -> tuple[str, ...]:
        """Column names as the file writes them."""
        return tuple(self.rows.columns)

    @property
    def rows_read(self) -> int:
        """Data rows of the file, aligned or not."""
        return len(self.rows) + len(self.ragged)


def read_tables(
    path: Path, name: str, *, encoding: str | None = None, header_row: int = 1
) -> list[TextTable]:
    """Read every table of a file as text.

    Args:
        path: a file with one of ``DATA_SUFFIXES``; the delimiter is the one most frequent in the
            header line.
        name: what messages and exclusions call it.
        encoding: declared encoding of text files that are not in UTF-8.
        header_row: row of the column names, of text files and workbooks; those above are a title.

    Raises:
        DataContractError: the file is of another kind, empty, no text, cut off, hostile, or its
            header repeats a name.
    """
    kind = kind_of(path, name)
    if kind == ".xlsx":
        return _sheets(path, name, header_row)
    if kind == ".parquet":
        return [_parquet(path, name)]
    content = _text(content_of(path, name), name, encoding)
    if kind in (".json", ".jsonl"):
        return [
            replace(_numbered(f"{name}#{part}" if part else name, records, first=1), above=above)
            for part, (records, above) in records_of(content, name, lines=kind == ".jsonl").items()
        ]
    return [_delimited(content, name, header_row)]


def _text(content: bytes, name: str, encoding: str | None) -> bytes:
    """Text in UTF-8 without a mark."""
    if encoding is None and not content.startswith(UTF_16):
        while content.startswith(UTF_8_MARK):
            content = content.removeprefix(UTF_8_MARK)
        if content.endswith(b"\0") or content.count(b"\0") > len(content) / 10:
            raise DataContractError(f"{name}: {ZEROS}")
    try:
        used = encoding or ("utf-16" if content.startswith(UTF_16) else "utf-8")
        text = content.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise no_utf_8(name, line, str(error), encoding or "UTF-8") from error
    return text.removeprefix("\ufeff").encode()


def no_utf_8(name: str, line: int, error: str, encoding: str = "UTF-8") -> DataContractError:
    """The refusal of a text in another encoding."""
    return DataContractError(
        f"{name}: line {line} is not {encoding} text ({error}); save it as CSV in"
        " UTF-8, or name its encoding in dataset.yml"
    )


def _delimited(content: bytes, name: str, header_row: int) -> TextTable:
    read = read_delimited(content, name, header_row)
    return TextTable(
        name, _named(read.rows, name), read.ragged, read.open_end, read.preamble, notes=read.notes
    )


def _named(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns that have a name and rows that hold any text.

    A column that is repeated with the same text counts once.
    """
    header = list(rows.columns)
    if not any(header):
        raise DataContractError(f"{name}: the first row is empty; column names are expected there")
    first = [not column or header.index(column) == n for n, column in enumerate(header)]
    again = {
        column
        for n, column in enumerate(header)
        if not first[n] and not rows.iloc[:, n].equals(rows.iloc[:, header.index(column)])
    }
    if again or (len(rows) == 0 and not all(first)):
        repeated = sorted(again or {c for n, c in enumerate(header) if not first[n]})
        raise DataContractError(
            f"{name}: the header repeats {', '.join(repeated)}; keep one of each"
        )
    named = rows.loc[:, [bool(column) and one for column, one in zip(header, first, strict=True)]]
    return named[named.ne("").any(axis=1)]


def _numbered(name: str, records: pd.DataFrame, *, first: int) -> TextTable:
    rows = records.set_axis(pd.RangeIndex(first, first + len(records), name="row"))
    return TextTable(name, _named(rows, name))


def _parquet(path: Path, name: str) -> TextTable:
    """A flat Parquet file, every value written as text."""
    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise DataContractError(f"{name}: not a readable Parquet file: {reason}") from error
    if nested := [field.name for field in table.schema if pa.types.is_nested(field.type)]:
        raise DataContractError(f"{name}: {', '.join(nested)} holds lists or records; flatten it")
    try:
        texts = {n: table[n].cast(pa.string()).fill_null("") for n in table.column_names}
    except pa.ArrowException as error:
        raise DataContractError(f"{name}: holds what is no text: {error}") from error
    return _numbered(name, pa.table(texts).to_pandas(), first=1)


def _sheets(path: Path, name: str, header_row: int) -> list[TextTable]:
    """Every sheet that has a header.

    An empty sheet is no table.
    """
    check_workbook(path, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations that openpyxl does not keep
            sheets = workbook_rows(path)
    except Exception as error:  # hostile files break openpyxl in any way
        raise DataContractError(f"{name}: not a readable workbook: {error}") from error
    below = {title: _from(rows, header_row) for title, rows in sheets.items()}
    return [_sheet(f"{name}#{title}", rows, header_row) for title, rows in below.items() if rows]


def _from(rows: Rows, header_row: int) -> Rows:
    return {number: cells for number, cells in rows.items() if number >= header_row}


def _sheet(name: str, rows: Rows, header_row: int) -> TextTable:
    header = rows.get(header_row, [])
    width = max((number for number, column in enumerate(header, start=1) if column), default=0)
    if width > MOST_COLUMNS:
        raise DataContractError(f"{name}: {width:,} columns; {MOST_COLUMNS:,} are read at most")
    body = {n: cells for n, cells in rows.items() if n > header_row}
    lines = [cells[:width] + [""] * (width - len(cells)) for cells in body.values()]
    index = pd.Index(list(body), name="row", dtype="int64")
    table = pd.DataFrame(lines, columns=header[:width], index=index, dtype="str")
    return TextTable(name, _named(table, name))
