"""A large text file -> blocks of text cells, every row with its number, in constant memory."""

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from analysis.sources.reading.containers import PACKABLE, refuse_bomb, refuse_other_kinds
from analysis.sources.reading.delimited import (
    UNCLOSED,
    RaggedRow,
    begins_with_comments,
    delimiter_of,
    text_columns,
)
from analysis.sources.reading.quotes import stands_in_quotes
from analysis.sources.reading.raw_text import RawText
from analysis.sources.reading.tables import UTF_8_MARK, UTF_16, ZEROS, no_utf_8
from analysis.study.errors import DataContractError

LARGE = 16 << 20  # bytes of a file from which it is read by block
BLOCK = 4 << 20  # of which the reader holds up to 32 before they are asked for
_PACKED = 8  # times that a packed file grows, as a guess
_FIRST = 1 << 16
_TEXT = tuple(suffix for suffix in PACKABLE if suffix not in (".json", ".jsonl"))


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Rows of a file that follow each other.

    Attributes:
        columns: strings by name of the file, empty where a cell is; rows without any text are
            left out.
        rows: number of each row in the file.
        has_zeros: whether a NUL may be among them.
    """

    columns: dict[str, pa.Array]
    rows: np.ndarray
    has_zeros: bool


def large_size(path: Path) -> int:
    """Bytes of a delimited text file, unpacked by a guess, that is large; 0 of any other."""
    name = path.name.lower()
    packed = name.endswith(".gz")
    size = path.stat().st_size * (_PACKED if packed else 1)
    text = name.removesuffix(".gz").endswith(_TEXT)
    return size if text and size >= LARGE else 0


def open_blocks(path: Path, name: str) -> "Blocks | None":
    """A large delimited text file to read by block; None where it must be read as a whole.

    That is one in another encoding than UTF-8, one that begins with comments, and one of which
    every line stands in quotes.

    Raises:
        DataContractError: another kind of file, or its header is empty, open or too wide.
    """
    try:
        with _opened(path) as file:
            first = file.read(_FIRST)
    except (OSError, EOFError, zlib.error) as error:
        raise DataContractError(f"{name}: cannot be read: {error}") from error
    refuse_other_kinds(first, name)
    if first.startswith(UTF_16):
        return None
    marks = 0
    while first.startswith(UTF_8_MARK, marks):
        marks += len(UTF_8_MARK)
    first = first[marks:]
    if begins_with_comments(first):
        return None
    said = re.match(rb"(?:sep|SEP)=[^\r\n]*(?:\r\n|\r|\n)", first)
    begin = said.end() if said else 0
    line = re.split(rb"[\r\n]", first[begin:], maxsplit=1)[0]
    if len(line) + begin == len(first) or stands_in_quotes(line) or b"\xff" in line:
        return None
    return Blocks(path, name, line, skip=marks + begin, above=1 if said else 0)


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


@dataclass(slots=True)
class Blocks:
    """The rows of a large file, to be read once.

    Attributes:
        path, name: of the file.
        line: its header.
        skip: bytes before the header.
        above: lines before the header.
        rows_read: data rows so far, aligned or not.
        ragged: rows that could not be aligned with the header.
        open_end: whether the last line has no end; known after the last block.
    """

    path: Path
    name: str
    line: bytes
    skip: int
    above: int
    rows_read: int = 0
    ragged: list[RaggedRow] = field(default_factory=list)
    open_end: bool = False
    _types: dict[str, pa.DataType] = field(default_factory=dict)
    _tap: "_Tap | None" = None

    def __post_init__(self) -> None:
        if self.line.count(b'"') % 2:
            raise DataContractError(f"{self.name}: the header must stand on one line")
        if self.line:
            self._types = text_columns(self.line.decode(), self._delimiter, self.name)
        if not self.line or not any(self._all_names):
            raise DataContractError(
                f"{self.name}: the first row is empty; column names are expected there"
            )

    @property
    def _delimiter(self) -> str:
        return delimiter_of(self.line.decode())

    @property
    def _all_names(self) -> list[str]:
        header = pa_csv.read_csv(
            pa.BufferReader(self.line + b"\n"),
            parse_options=pa_csv.ParseOptions(delimiter=self._delimiter),
        )
        return [name.strip() for name in header.column_names]

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns that have one, each once."""
        return tuple(dict.fromkeys(name for name in self._all_names if name))

    def notes(self) -> list[str]:
        """What somebody should look at; after the last block."""
        return self._tap.seen.notes() if self._tap else []

    def __iter__(self) -> Iterator[TextBlock]:
        """Read the file from its first row.

        Raises:
            DataContractError: no text in UTF-8, a quote that is never closed, a header that
                repeats a name over different cells, packed beyond reason, or cut off.
        """
        self.rows_read, self.ragged = 0, []
        with _opened(self.path) as file:
            tap = self._tap = _Tap(file, self.name, self.path, self.skip, self._delimiter.encode())
            tail: list[str] = []
            try:
                for batch, rows in self._batches(tap):
                    tail = [column[-1].as_py() for column in batch.columns]
                    yield self._block(batch, rows, has_zeros=tap.seen.zeros > 0)
            except (OSError, EOFError, zlib.error, pa.ArrowInvalid) as error:
                raise self._refusal(error, tap) from error
            tap.check_zeros()
        tail += [row.text for row in self.ragged[-1:]]
        if tap.seen.is_open and any("\n" in cell or "\r" in cell for cell in tail):
            raise DataContractError(f"{self.name}: {UNCLOSED}")
        self.open_end = tap.seen.last not in (b"\n", b"\r")

    def _refusal(self, error: Exception, tap: "_Tap") -> DataContractError:
        if tap.refusal is not None:
            return tap.refusal
        if not isinstance(error, pa.ArrowInvalid):
            return DataContractError(f"{self.name}: cannot be read: {error}")
        while tap.read(BLOCK):
            pass
        if tap.seen.is_open:
            return DataContractError(f"{self.name}: {UNCLOSED}")
        reason = " ".join(str(error).split())
        return DataContractError(f"{self.name}: not readable as a table ({reason})")

    def _batches(self, tap: "_Tap") -> Iterator[tuple[pa.RecordBatch, np.ndarray]]:
        def keep_aside(row: pa_csv.InvalidRow) -> str:
            self.ragged.append(RaggedRow(row.number + self.above, row.actual_columns, row.text))
            return "skip"

        reader = pa_csv.open_csv(
            pa.PythonFile(tap, "r"),
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=self._types, strings_can_be_null=False
            ),
        )
        following, used = 2 + self.above, 0
        for batch in reader:
            if not batch.num_rows:
                continue
            aside = np.array([one.row for one in self.ragged[used:]], dtype="int64")
            rows = np.arange(following, following + batch.num_rows + len(aside))
            rows = np.setdiff1d(rows, aside, assume_unique=True)[: batch.num_rows]
            following = int(rows[-1]) + 1
            used += int((aside < following).sum())
            yield batch, rows
        self.rows_read += len(self.ragged)

    def _block(self, batch: pa.RecordBatch, rows: np.ndarray, *, has_zeros: bool) -> TextBlock:
        columns: dict[str, pa.Array] = {}
        for name, column in zip(self._all_names, batch.columns, strict=True):
            if name in columns and not columns[name].equals(column):
                raise DataContractError(f"{self.name}: the header repeats {name}; keep one of each")
            if name:
                columns.setdefault(name, column)
        blank = None
        for column in columns.values():
            empty = pc.equal(pc.binary_length(column), 0)
            blank = empty if blank is None else pc.and_(blank, empty)
            if not blank.true_count:
                break
        if blank is not None and blank.true_count:
            stay = pc.invert(blank)
            columns = {name: column.filter(stay) for name, column in columns.items()}
            rows = rows[stay.to_numpy(zero_copy_only=False)]
        self.rows_read += len(rows)
        return TextBlock(columns, rows, has_zeros)


class _Tap:
    """A file as the reader takes it; every byte is looked at once as it passes."""

    closed = False

    def __init__(self, file: BinaryIO, name: str, path: Path, skip: int, delimiter: bytes) -> None:
        self.seen = RawText(delimiter)
        self.refusal: DataContractError | None = None
        self._file, self._name, self._skip = file, name, skip
        self._packed = path.stat().st_size if path.suffix.lower() == ".gz" else 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._pending = 0
        file.read(skip)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty at the end, or after a refusal."""
        if self.refusal is not None:
            return b""
        piece = self._file.read(size)
        try:
            self._check_text(piece)
            if self._packed:
                refuse_bomb(self._name, unpacked=self.seen.size + len(piece), packed=self._packed)
        except DataContractError as refusal:
            self.refusal = refusal
            raise OSError(str(refusal)) from refusal
        self.seen.feed(piece)
        return piece

    def _check_text(self, piece: bytes) -> None:
        if piece.isascii() and piece and not self._pending:
            return
        try:
            self._decoder.decode(piece, final=not piece)
            self._pending = len(self._decoder.getstate()[0])
        except UnicodeDecodeError as error:
            before = self.seen.size - self._pending + self._skip
            line = self.seen.lines + error.object.count(b"\n", 0, error.start) + 1
            place = UnicodeDecodeError("utf-8", error.object, error.start, error.end, error.reason)
            said = str(place).replace(f"position {error.start}", f"position {before + error.start}")
            raise no_utf_8(self._name, line, said) from error

    def check_zeros(self) -> None:
        """Refuse what is no text at all."""
        if self.seen.last == b"\0" or self.seen.zeros > self.seen.size / 10:
            raise DataContractError(f"{self._name}: {ZEROS}")

    def close(self) -> None:
        """The file is closed by whoever opened it."""
        self.closed = True

    def readable(self) -> bool:
        """As pyarrow asks."""
        return True

    def seekable(self) -> bool:
        """As pyarrow asks."""
        return False

    def writable(self) -> bool:
        """As pyarrow asks."""
        return False
