"""Typed posts on disk, in buckets of accounts, each of which fits in memory."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.prepare.raw_folder import RawFile
from analysis.prepare.streaming.hashes import bucket_of
from analysis.prepare.streaming.memory import give_back
from analysis.sources.importer import RANK
from analysis.sources.reading.blocks import large_size
from analysis.store.accounts import PLAIN_NAME, account_names
from analysis.store.disk import fresh_folder
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import NOT_AVAILABLE, POSTS, STATES
from analysis.study.errors import MachineError

BYTES = 32 << 20  # of text that make a bucket
TOGETHER = 16 << 20  # of typed rows that go to the buckets at a time
_ROOM = 1.6  # bytes on disk, staged and written, for a byte of text
_CODES = {state: code for code, state in enumerate(STATES)}


@dataclass(slots=True)
class Stage:
    """Where posts wait.

    Attributes:
        fresh: folder of the tables that are being written; everything goes with it.
        folder: of the buckets.
        buckets: how many.
        files: what each arrival gave, by its number in the raw folder.
    """

    fresh: Path
    folder: Path
    buckets: int
    files: dict[str, "StagedFile"] = field(default_factory=dict)
    _begun: int = 0

    def file(self, name: str) -> "StagedFile":
        """Where the posts of a file go."""
        self._begun += 1
        self.files[name] = StagedFile(self.folder / str(self._begun), self.buckets)
        return self.files[name]

    def discard(self, name: str) -> None:
        """Forget what a file gave: it was refused, or is read whole."""
        if (staged := self.files.pop(name, None)) is not None:
            staged.restart()

    def accounts(self) -> Iterator[pa.Array]:
        """Every account once, bucket by bucket."""
        for number in range(self.buckets):
            parts = [pc.unique(one.accounts(number)) for one in self.files.values()]
            yield pc.unique(pa.chunked_array(parts, pa.string()))

    def has(self, column: str) -> bool:
        """Whether a file has a column."""
        return any(column in one.columns for one in self.files.values())

    @property
    def origins(self) -> Path:
        """Where the way back from posts to rows of files waits."""
        return self.folder / "origins.parquet"


@contextmanager
def staging(out: Path, files: Sequence[RawFile]) -> Iterator[Stage | None]:
    """A stage beside a prepared folder, gone at the end; None where no file is large.

    A killed run leaves it behind, and the next one removes it first.

    Raises:
        MachineError: the disk has no room for it.
    """
    size = sum(large_size(file.path) for file in files)
    if not size:
        yield None
        return
    with fresh_folder(out) as fresh:
        folder = fresh.parent / "stage"
        folder.mkdir()
        free, needed = shutil.disk_usage(folder).free, size * _ROOM
        if free < needed:
            raise MachineError(
                f"{out}: {free / 1e6:,.0f} MB are free, about {needed / 1e6:,.0f} MB are needed;"
                " free the rest, or name another folder with --out"
            )
        yield Stage(fresh, folder, buckets=max(1, round(size / BYTES)))


class StagedFile:
    """The posts of one file, in buckets: the ``Kept`` of ``sources.streaming``.

    A table of a bucket has ``row``, ``account`` (platform and comparable name, like tiktok:anna;
    nothing after the colon where no account is named), ``written`` (the name as the file has it,
    missing where that is the comparable one), the contract's other columns that the file has, and
    for each metric ``<metric>_state``, its place in ``STATES``.
    """

    def __init__(self, folder: Path, buckets: int) -> None:
        self._folder, self._buckets = folder, buckets
        self._writers: dict[int, pa.ipc.RecordBatchFileWriter] = {}
        self._waiting: list[pa.Table] = []
        self.columns: set[str] = set()
        self._gone = np.empty(0, dtype="int64")

    def add(self, rows: pa.Table) -> None:
        """Stage rows with ``platform`` and ``handle``.

        Raises:
            MachineError: disk or permission.
        """
        account, written = _accounts(rows["platform"], rows["handle"])
        names = [name for name in rows.column_names if name not in ("platform", "handle")]
        staged = pa.table(
            {"account": account, "written": written, **{name: rows[name] for name in names}}
        )
        self.put(staged)

    def add_frame(self, rows: pd.DataFrame) -> None:
        """Stage what ``import_table`` gave; index is the row."""
        columns = {"row": pa.array(rows.index.to_numpy(dtype="int64"))}
        for name in POSTS.names:
            columns[name] = pa.array(rows[name].array)
        for name in POSTS.metrics:
            columns[f"{name}_state"] = pa.array(rows[f"{name}_state"].map(_CODES), pa.int8())
        if RANK in rows:
            columns[RANK] = pa.array(rows[RANK], pa.float64())
        self.add(pa.table(columns))

    def put(self, staged: pa.Table) -> None:
        """Stage rows that have an ``account``.

        Raises:
            MachineError: disk or permission.
        """
        self.columns |= {*staged.column_names}
        self._waiting.append(staged)
        if sum(part.nbytes for part in self._waiting) > TOGETHER:
            self._put_waiting()

    def _put_waiting(self) -> None:
        if not self._waiting:
            return
        staged = pa.concat_tables(self._waiting)
        self._waiting.clear()
        account = staged["account"].combine_chunks()
        give_back()
        try:
            if self._buckets == 1:
                self._write(0, staged)
                return
            bucket = bucket_of(account, self._buckets)
            staged = staged.take(pa.array(np.argsort(bucket, kind="stable")))
            counts = np.bincount(bucket, minlength=self._buckets)
            starts = np.cumsum(counts) - counts
            for number in np.flatnonzero(counts):
                self._write(int(number), staged.slice(starts[number], counts[number]))
        except OSError as error:
            raise no_room(self._folder, error) from error

    def restart(self) -> None:
        """Forget every row."""
        self._waiting.clear()
        self.close()
        self._writers, self._gone = {}, np.empty(0, dtype="int64")
        shutil.rmtree(self._folder, ignore_errors=True)

    def drop(self, rows: np.ndarray) -> None:
        """Forget rows by their number in the file."""
        self._gone = np.concatenate([self._gone, rows])

    def close(self) -> None:
        """After the last row.

        Raises:
            MachineError: disk or permission.
        """
        self._put_waiting()
        try:
            for writer in self._writers.values():
                writer.close()
        except OSError as error:
            raise no_room(self._folder, error) from error

    def parts(self) -> Iterator[pa.Table]:
        """The rows of every bucket."""
        self.close()
        for number in range(self._buckets):
            if (part := self.bucket(number)) is not None:
                yield part

    def frame(self) -> pd.DataFrame:
        """Every row in memory, as ``import_table`` gives them."""
        parts = [_NO_ROWS, *self.parts()]
        rows = pa.concat_tables(parts, promote_options="default").sort_by("row")
        whose = named(rows["account"])
        handle = pd.Series(rows["written"].to_pandas(), dtype="str").fillna(whose["handle"])
        text = pd.ArrowDtype(pa.string())
        typed = {"platform": whose["platform"].astype(text), "handle": handle.astype(text)}
        states = pd.array(STATES, dtype="str")
        for column in POSTS.columns:
            name, kind = column.name, ARROW_TYPE[column.kind]
            there = name in rows.column_names
            values = rows[name].combine_chunks() if there else pa.nulls(len(rows), kind)
            typed.setdefault(name, pd.Series(values, dtype=pd.ArrowDtype(kind)))
            if column.metric:
                nothing = np.full(len(rows), _CODES[NOT_AVAILABLE])
                codes = rows[f"{name}_state"].to_numpy() if there else nothing
                typed[f"{name}_state"] = pd.Series(states.take(codes))
        return pd.DataFrame(typed).set_axis(pd.Index(rows["row"].to_numpy(), name="row"))

    def bucket(self, number: int) -> pa.Table | None:
        """The rows of a bucket, in the order of the file; None where there are none."""
        path = self._path(number)
        if not path.exists():
            return None
        with pa.OSFile(str(path)) as file:
            rows = pa.ipc.open_file(file).read_all()
        if len(self._gone):
            rows = rows.filter(pc.invert(pc.is_in(rows["row"], pa.array(self._gone))))
        return rows

    def accounts(self, number: int) -> pa.ChunkedArray:
        """The accounts of a bucket's rows."""
        path = self._path(number)
        if not path.exists():
            return pa.chunked_array([], pa.string())
        first = pa.ipc.IpcReadOptions(included_fields=[0])
        with pa.OSFile(str(path)) as file:
            return pa.ipc.open_file(file, options=first).read_all()["account"]

    def forget(self, number: int) -> None:
        """Free the disk of a bucket."""
        with suppress(FileNotFoundError):
            self._path(number).unlink()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.arrow"

    def _write(self, number: int, rows: pa.Table) -> None:
        if number not in self._writers:
            self._folder.mkdir(exist_ok=True)
            self._writers[number] = pa.ipc.new_file(self._path(number), rows.schema)
        self._writers[number].write_table(rows)


_NO_ROWS = pa.table(
    {
        "row": pa.array([], pa.int64()),
        **dict.fromkeys(("account", "written"), pa.array([], pa.string())),
    }
)


def named(accounts: pa.Array | pa.ChunkedArray) -> pd.DataFrame:
    """Platform and handle of accounts like tiktok:anna; the handle is missing where none is."""
    parts = pd.Series(accounts.to_pandas(), dtype="str").str.split(":", n=1, expand=True)
    parts = parts.reindex(columns=[0, 1]).set_axis(["platform", "handle"], axis=1)
    return parts.assign(handle=parts["handle"].mask(parts["handle"].eq("")))


def _accounts(
    platform: pa.ChunkedArray, handle: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Platform and comparable name as one text, and the name where it is written otherwise."""
    plain = pc.fill_null(pc.match_substring_regex(handle, rf"\A{PLAIN_NAME}\z"), True)
    name, written = handle, pa.nulls(len(handle), pa.string())
    if pc.all(plain).as_py() is False:
        odd = pc.if_else(plain, None, handle).combine_chunks().dictionary_encode()
        names = account_names(pd.Series(odd.dictionary.to_pandas(), dtype="str"))
        alike = pa.array(names.to_numpy(dtype=object), pa.string()).take(odd.indices)
        name = pc.if_else(plain, handle, alike)
        written = pc.if_else(pc.equal(name, handle), None, handle)
    return pc.binary_join_element_wise(platform, pc.fill_null(name, ""), ":"), written


def no_room(folder: Path, error: OSError) -> MachineError:
    """The refusal of a disk that cannot be written."""
    free = shutil.disk_usage(folder.parent).free
    return MachineError(
        f"{folder.parent}: cannot be written: {error}; {free / 1e6:,.0f} MB are free"
    )
