"""Delimited text -> rows of cells with their numbers, and those that do not fit the header."""

import io
import re
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from analysis.sources.reading.documents import MOST_COLUMNS
from analysis.sources.reading.quotes import out_of_quotes, stands_in_quotes
from analysis.sources.reading.raw_text import RawText
from analysis.study.errors import DataContractError

UNCLOSED = 'a quote (") is opened and never closed; close it'
_DELIMITERS = "\t;,|"
_NUMBER_SIGN = re.compile(rb"#[,;\t|]")  # a first column called #, not a comment


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row with more or fewer fields than the header."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True, slots=True)
class Delimited:
    """What a delimited text holds; as ``TextTable``, columns without a name included."""

    rows: pd.DataFrame
    ragged: tuple[RaggedRow, ...]
    open_end: bool
    preamble: str
    notes: tuple[str, ...]


def read_delimited(content: bytes, name: str, header_row: int) -> Delimited:
    """Read text in UTF-8 whose delimiter is the one most frequent in its header.

    Raises:
        DataContractError: no header, no table, or a quote that is never closed.
    """
    content, above = _after_preamble(content, name, header_row)
    skipped = len(above)
    open_end = not content.endswith((b"\n", b"\r"))
    arrived = content
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
        raise DataContractError(f"{name}: {UNCLOSED}")
    ragged = [replace(row, row=row.row + skipped) for row in ragged]
    rows.index = _row_numbers(len(rows), {row.row for row in ragged}, first=2 + skipped)
    preamble = b"".join(above).decode()
    notes = _notes(arrived, line.decode(), skipped)
    return Delimited(rows, tuple(ragged), open_end, preamble, notes)


def _notes(content: bytes, header: str, skipped: int) -> tuple[str, ...]:
    seen = RawText(delimiter_of(header).encode(), lines=skipped)
    seen.feed(content)
    return tuple(seen.notes())


def _after_preamble(content: bytes, name: str, header_row: int) -> tuple[bytes, list[bytes]]:
    """The text after a preamble, and the preamble's lines.

    A preamble is comment lines (``#``), the line ``sep=;``, or what stands above a declared row.
    """
    if header_row > 1:
        lines = content.splitlines(keepends=True)
        return b"".join(lines[header_row - 1 :]), lines[: header_row - 1]
    if not (begins_with_comments(content) or content.startswith((b"sep=", b"SEP="))):
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


def begins_with_comments(content: bytes) -> bool:
    """Whether lines of comments stand above the header."""
    return content.startswith(b"#") and not _NUMBER_SIGN.match(content)


def delimiter_of(header: str) -> str:
    """The delimiter that is most frequent in a header, outside quotes."""
    return max(_DELIMITERS, key=re.sub('"[^"]*"', "", header).count)


def _fields(content: bytes, header: str, name: str) -> tuple[pa.Table, list[RaggedRow]]:
    """Rows that fit the header as text, and those that do not."""
    delimiter = delimiter_of(header)
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
            column_types=text_columns(header, delimiter, name), strings_can_be_null=False
        ),
    )
    return table, ragged


def text_columns(header: str, delimiter: str, name: str) -> dict[str, pa.DataType]:
    """The columns of a header, all of text."""
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
