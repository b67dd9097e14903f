"""Files that are written whole or not at all, and locks that die with their holder."""

import ctypes
import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from analysis.study.errors import LockedError, MachineError

_MODE = 0o666  # less what the umask takes: whether a web server reads a site is its owner's to say


def draft_of(path: Path) -> Path:
    """Where a file's next content is written first."""
    return path.with_name(f".{path.name}.draft")


def write_whole(
    path: Path, content: bytes, *, check: Callable[[bytes], object] | None = None
) -> None:
    """Replace a file at once: draft, fsync, rename.

    Readers see old or new, never half.

    The draft has one name, so that a killed writer leaves at most one and the next overwrites it;
    two writers of one file need a lock.

    Args:
        path: the file; its folder is made.
        content: all of it.
        check: given what can be read back from the draft; what it raises leaves the earlier file.

    Raises:
        MachineError: disk or permission; the earlier file stands untouched.
    """
    draft = draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(draft, content)
        if check is not None:
            check(draft.read_bytes())
        os.replace(draft, path)
        _sync_folder(path.parent)
    except OSError as error:
        _drop(draft)
        raise MachineError(_refused(path, len(content), error)) from error
    except BaseException:
        _drop(draft)
        raise


def _write_through(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags, _MODE)
    except FileExistsError:  # of a killed writer, or a link that somebody put there
        path.unlink()
        descriptor = os.open(path, flags, _MODE)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Put a rename on the disk.

    The fsync of a file alone does not say under which name.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _drop(draft: Path) -> None:
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _refused(path: Path, size: int, error: OSError) -> str:
    said = f"{path}: cannot be written: {error.strerror}"
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        return said
    with suppress(OSError):
        said += f"; {shutil.disk_usage(path.parent).free / 1e6:.1f} MB are free"
    return f"{said}, {size / 1e6:.1f} MB are needed"


@contextmanager
def fresh_folder(path: Path) -> Iterator[Path]:
    """An empty folder that will take another's place.

    One at a time.

    It has one name, so that what a killed writer left goes when the next begins.
    """
    working = path.with_name(f".{path.name}.working")
    with held(path.with_name(f".{path.name}.lock"), wait=True):
        shutil.rmtree(working, ignore_errors=True)
        fresh = working / "fresh"
        fresh.mkdir(parents=True)
        try:
            yield fresh
        finally:
            shutil.rmtree(working, ignore_errors=True)


def replace_folder(path: Path, fresh: Path) -> None:
    """Put a folder in the place of another and remove the other.

    Linux exchanges the two in one step; where the file system cannot, there is no folder for a
    moment, which a reader takes for nothing prepared.

    Args:
        path: the place.
        fresh: the new folder, on the same file system.
    """
    if not path.exists():
        os.replace(fresh, path)
        return
    if not _exchanged(fresh, path):
        before = fresh.with_name(f"{fresh.name}.before")
        os.replace(path, before)
        try:
            os.replace(fresh, path)
        except OSError:
            os.replace(before, path)
            raise
        fresh = before
    shutil.rmtree(fresh)


def _exchanged(one: Path, other: Path) -> bool:
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    if exchange is None:
        return False
    here = -100  # AT_FDCWD: as the paths say
    done: int = exchange(here, os.fsencode(one), here, os.fsencode(other), 2)  # RENAME_EXCHANGE
    return done == 0


@contextmanager
def held(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[None]:
    """Hold a lock file for the length of a block.

    The operating system frees the lock when its holder dies, however it dies, so that nothing
    stale can stand in the way. The file stays; while it is held alone it names the holder.

    Args:
        path: the lock file; its folder is made.
        shared: several may hold it so at a time, but none alone meanwhile.
        wait: until it is free, instead of refusing.

    Raises:
        LockedError: somebody else holds it; the message names who.
        MachineError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _MODE)
    except OSError as error:
        raise MachineError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise LockedError(
                f"{path}: held by {holder or 'another run'}; wait until it ends, or end it"
            ) from error
        if shared:
            yield
            return
        try:
            os.truncate(descriptor, 0)
            os.pwrite(descriptor, _signature().encode(), 0)
            yield
        finally:
            os.truncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _signature() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return f"process {os.getpid()} on {socket.gethostname()} since {now}\n"
