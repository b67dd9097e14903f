"""Files -> tables of text, every row with its number; nothing is interpreted, nothing guessed."""

import io
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from analysis.sources.reading.containers import check_workbook, content_of, kind_of
from analysis.sources.reading.documents import MOST_COLUMNS, records_of
from analysis.sources.reading.quotes import out_of_quotes, stands_in_quotes
from analysis.sources.reading.workbooks import Rows, workbook_rows
from analysis.study.errors import DataContractError

_DELIMITERS = "\t;,|"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"
_NUMBER_SIGN = re.compile(rb"#[,;\t|]")  # a first column called #, not a comment


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row with more or fewer fields than the header."""

    row: int
    fields: int
    text: str


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
    """

    name: str
    rows: pd.DataFrame
    ragged: tuple[RaggedRow, ...] = ()
    open_end: bool = False
    preamble: str = ""
    above: frozenset[str] = frozenset()

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
    if encoding is None and not content.startswith(_UTF_16):
        while content.startswith(_UTF_8_MARK):
            content = content.removeprefix(_UTF_8_MARK)
        if content.endswith(b"\0") or content.count(b"\0") > len(content) / 10:
            raise DataContractError(f"{name}: holds zero bytes; save it as CSV in UTF-8")
    try:
        used = encoding or ("utf-16" if content.startswith(_UTF_16) else "utf-8")
        text = content.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise DataContractError(
            f"{name}: line {line} is not {encoding or 'UTF-8'} text ({error}); save it as CSV in"
            " UTF-8, or name its encoding in dataset.yml"
        ) from error
    return text.removeprefix("\ufeff").encode()


def _delimited(content: bytes, name: str, header_row: int) -> TextTable:
    content, above = _after_preamble(content, name, header_row)
    skipped = len(above)
    open_end = not content.endswith((b"\n", b"\r"))
    content = content.rstrip(b"\r\n") + b"\n"
    line = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    if stands_in_quotes(line):
        content = out_of_quotes(content, name)
        line = re.split(rb"[\r\n]", content, maxsplit=1)[0]
    if not line:
        raise DataContractError(f"{name}: the first row is empty; column names are expected there")
    if line.count(b'"') % 2:
        raise DataContractError(f"{name}: the header must stand on one line")
    try:
        table, ragged = _fields(content, line.decode(), name)
    except pa.ArrowInvalid as error:
        reason = " ".join(str(error).split())
        raise DataContractError(f"{name}: not readable as a table ({reason})") from error
    rows = table.rename_columns([column.strip() for column in table.column_names]).to_pandas()
    tail = [*rows.iloc[-1:].to_numpy().ravel(), *(row.text for row in ragged[-1:])]
    if content.count(b'"') % 2 and any("\n" in cell or "\r" in cell for cell in tail):
        raise DataContractError(f'{name}: a quote (") is opened and never closed; close it')
    ragged = [replace(row, row=row.row + skipped) for row in ragged]
    rows.index = _row_numbers(len(rows), {row.row for row in ragged}, first=2 + skipped)
    preamble = b"".join(above).decode()
    return TextTable(name, _named(rows, name), tuple(ragged), open_end, preamble)


def _after_preamble(content: bytes, name: str, header_row: int) -> tuple[bytes, list[bytes]]:
    """The text after a preamble, and the preamble's lines.

    A preamble is comment lines (``#``), the line ``sep=;``, or what stands above a declared row.
    """
    if header_row > 1:
        lines = content.splitlines(keepends=True)
        return b"".join(lines[header_row - 1 :]), lines[: header_row - 1]
    if not content.startswith((b"#", b"sep=", b"SEP=")) or _NUMBER_SIGN.match(content):
        return content, []
    lines, skipped = content.splitlines(keepends=True), 1
    if content.startswith(b"#"):
        no_data = (line.startswith(b"#") or not line.strip() for line in lines)
        skipped = next((n for n, skip in enumerate(no_data) if not skip), len(lines))
        for number, line in enumerate(lines[skipped:], start=skipped + 1):
            if line.startswith(b"#"):
                raise DataContractError(
                    f"{name}: a second table begins at line {number}; export each by itself"
                )
    return b"".join(lines[skipped:]), lines[:skipped]


def _fields(content: bytes, header: str, name: str) -> tuple[pa.Table, list[RaggedRow]]:
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
            column_types=_text_columns(header, delimiter, name), strings_can_be_null=False
        ),
    )
    return table, ragged


def _text_columns(header: str, delimiter: str, name: str) -> dict[str, pa.DataType]:
    names = pa_csv.read_csv(
        io.BytesIO((header + "\n").encode()),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
    ).column_names
    if len(names) > MOST_COLUMNS:
        raise DataContractError(
            f"{name}: {len(names):,} columns; {MOST_COLUMNS:,} are read at most"
        )
    return dict.fromkeys(names, pa.string())


def _row_numbers(aligned: int, ragged: set[int], *, first: int) -> pd.Index:
    """Numbers of the aligned rows in the file."""
    candidates = range(first, first + aligned + len(ragged))
    return pd.Index([row for row in candidates if row not in ragged], name="row", dtype="int64")


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
