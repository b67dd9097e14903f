"""Every disk call of a process that prepares, those of Arrow too, and what may meet one of them."""

import errno
import os

import pyarrow as pa
import pyarrow.parquet as pq

from tests.runs import faults

NEEDS_ROOM = {"open", "write", "fsync", "replace", "mkdir", "pwrite"}


class _Written:
    """A file as Arrow writes it, each of its writes a call of ``os.write``."""

    closed = False

    def __init__(self, path):
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        self._size = 0

    def write(self, content):
        left = memoryview(content).cast("B")
        self._size += len(left)
        while left:
            left = left[os.write(self._descriptor, left) :]
        return self._size

    def tell(self):
        return self._size

    def flush(self):
        pass

    def close(self):
        if not self.closed:
            self.closed = True
            os.close(self._descriptor)


class _Table(pq.ParquetWriter):
    """A writer of Parquet whose file we see."""

    def __init__(self, where, schema, **options):
        self._own = _Written(where) if isinstance(where, str | os.PathLike) else None
        super().__init__(self._own or where, schema, **options)

    def close(self):
        super().close()
        if self._own:
            self._own.close()


class _Batches:
    """A writer of staged rows whose file we see."""

    def __init__(self, file, schema):
        self._own, self._writer = file, pa.RecordBatchFileWriter(file, schema)

    def write_table(self, rows):
        self._writer.write_table(rows)

    def close(self):
        self._writer.close()
        self._own.close()


class _Full(faults.Counter):
    """From the k-th call on, what needs room fails; of the first write half reaches the disk."""

    def wrap(self, name, real):
        def call(*arguments, **options):
            if name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR):
                return real(*arguments, **options)
            self.count.value += 1
            if self.place and self.count.value >= self.place and name in NEEDS_ROOM:
                if name == "write" and self.count.value == self.place:
                    real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **options)

        return call


def kill_at(place, count):
    """From now on, in this process, the k-th disk call (from 1) is its end."""
    _wrap(faults.Counter(place, faults.killed, count))


def full_from(place, count):
    """From now on, in this process, the disk is full from the k-th call (from 1) on."""
    _wrap(_Full(place, None, count))


def _wrap(counter):
    for name in faults.CALLS:
        setattr(os, name, counter.wrap(name, getattr(os, name)))
    pq.ParquetWriter = pq.core.ParquetWriter = _Table
    pa.ipc.new_file = lambda path, schema: _Batches(_Written(path), schema)
