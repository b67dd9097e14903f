"""Handles -> keyed pseudonyms; the key and the way back stay in data/private."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from analysis.store.accounts import account_names
from analysis.study.contract import PLATFORMS
from analysis.study.errors import MachineError

if TYPE_CHECKING:
    import pandas as pd

ERASED = "erased at the creator's request"  # why a row of theirs is left out
PUBLIC_DEMO_KEY = b"the demo is invented, so its key is public"
_KEY_VARIABLE = "MICROMACRO_KEY"
_KEY, _PLATFORM = "key", "platform"  # facts in the list of the forgotten
_CODED = re.compile(r"\b[0-9a-f]{16}\b")
_MOST = 100_000  # names that are text of Python at a time, which takes five times their memory


def load_key(private: Path, *, public: bool = False) -> bytes:
    """The key of this machine, made at first need.

    Args:
        private: folder that holds the key, readable by its owner alone.
        public: of the demo, so that everybody's agrees: a fixed key that everybody knows.

    Raises:
        MachineError: the folder or the key cannot be written or read, or the key is empty.
    """
    if public:
        return PUBLIC_DEMO_KEY
    if from_environment := os.environ.get(_KEY_VARIABLE):
        return from_environment.encode()
    path = private / "key"
    if not path.exists():
        write_private(path, secrets.token_hex(32).encode())
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise MachineError(f"{path}: cannot read the key: {error.strerror}") from error
    if not key:
        raise MachineError(
            f"{path}: the key is empty; put it back, or delete the file for a new one"
        )
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole that only its owner may read.

    Raises:
        MachineError: disk or permission; an earlier file stands untouched.
    """
    with private_file(path) as file:
        file.write(content)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner may read, in its place once it is whole.

    Raises:
        MachineError: disk or permission; an earlier file stands untouched.
    """
    with _put_in_place(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file


def move_private(file: Path, path: Path) -> None:
    """Put a file where only its owner may read it.

    Raises:
        MachineError: disk or permission; an earlier file stands untouched.
    """
    with _put_in_place(path) as part:
        shutil.move(file, part)
        part.chmod(0o600)


def private_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, where there is none.

    Raises:
        MachineError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """A name beside a private file for the one that replaces it at the end.

    It is always the same one, so that the next run takes away what a killed one left.
    """
    part = path.with_name(f".{path.name}.part")
    private_folder(path.parent)
    with _one_at_a_time(path.parent):
        try:
            part.unlink(missing_ok=True)
            yield part
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise MachineError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Be the only process that writes into a folder, where its file system has locks."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def pseudonyms(names: pd.Series, kind: pd.Series | str, *, key: bytes) -> pd.Series:
    """Keyed pseudonym of every name: 16 hexadecimal digits of HMAC-SHA256.

    Args:
        names: account names or other identifying text, exact; missing stays missing.
        kind: what the name belongs to, such as the platform, so that one handle on two platforms
            gives two pseudonyms.
        key: secret of this machine.
    """
    import pandas as pd

    salted = pd.Series(kind, index=names.index).astype("str") + ":" + names.astype("str")
    places, distinct = pd.factorize(salted.where(names.notna()))
    parts = [distinct[start : start + _MOST] for start in range(0, len(distinct), _MOST)]
    arrays = [pd.Series([_coded(name, key) for name in part], dtype="str") for part in parts]
    coded = pd.concat(arrays) if arrays else pd.Series([], dtype="str")
    taken = coded.array.take(places, allow_fill=True)
    return pd.Series(taken, index=names.index, name=salted.name)


def _coded(name: str, key: bytes) -> str:
    return hmac.digest(key, name.encode(), "sha256")[:8].hex()


@dataclass(frozen=True, slots=True)
class Erased:
    """Accounts to be forgotten, known by a keyed hash alone.

    Attributes:
        hashes: of platform and handle.
        key: that made them; empty while nobody was forgotten.
        digest: changes with the list; empty while nobody was forgotten.
        platforms: of which accounts were forgotten.
    """

    hashes: frozenset[str] = frozenset()
    key: bytes = b""
    digest: str = ""
    platforms: tuple[str, ...] = PLATFORMS

    def __call__(self, rows: pd.DataFrame) -> pd.Series:
        """True for rows of a forgotten account, by ``platform`` and ``handle``."""
        import pandas as pd

        if not self.hashes:
            return pd.Series(False, index=rows.index)
        return _hashed(rows["handle"], rows["platform"], self.key).isin(self.hashes)

    def with_ids(self, creators: pd.DataFrame) -> Erased:
        """The same, also by the platform's ids of those accounts that ``creators`` states."""
        gone = creators[self(creators) & creators["account_id"].notna()]
        ids = _hashed(account_names(gone["account_id"]), gone["platform"], self.key)
        return replace(self, hashes=self.hashes | set(ids))

    def names(self, word: str) -> bool:
        """Whether a word is a forgotten account's handle."""
        if not self.hashes:
            return False
        apart = _apart(self.key)
        return any(_coded(f"{one}:{word}", apart) in self.hashes for one in self.platforms)


def erased_accounts(private: Path) -> Erased:
    """The accounts that this machine has to forget.

    Raises:
        MachineError: the list was made with another key, so that it names nobody any more.
    """
    path = private / "erased"
    if not path.exists():
        return Erased()
    try:
        said = [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        if not said:  # what a full disk may leave
            raise ValueError("empty")
    except ValueError as error:
        raise MachineError(
            f"{path}: damaged, so whom it names is not known; put it back from a copy"
        ) from error
    hashes = frozenset(one for one in said if ":" not in one)
    facts = [tuple(one.split(":", 1)) for one in said if ":" in one]
    key = load_key(private)
    made_with = {value for name, value in facts if name == _KEY}
    if made_with and made_with != {mark_of(key)}:
        raise MachineError(
            f"{path}: made with another key, so nobody on it would be known again; put back"
            f" {private / 'key'} or {_KEY_VARIABLE} as it was"
        )
    platforms = (*PLATFORMS, *(value for name, value in facts if name == _PLATFORM))
    listed = hashlib.sha256(" ".join(sorted(hashes)).encode()).hexdigest()[:16]
    return Erased(hashes, key, listed, tuple(dict.fromkeys(platforms)))


def remember_to_forget(platform: str, handle: str, private: Path) -> None:
    """Add an account to those that every import leaves out.

    Only a keyed hash is kept, with the platform and a mark by which the key is known again.

    Raises:
        MachineError: the list or the key cannot be written.
    """
    import pandas as pd

    known = erased_accounts(private)
    key = load_key(private)
    names = account_names(pd.Series([handle]))
    hashes = known.hashes | set(_hashed(names, platform, key))
    others = sorted({*known.platforms, platform} - {*PLATFORMS})
    facts = [f"{_KEY}:{mark_of(key)}", *(f"{_PLATFORM}:{one}" for one in others)]
    write_private(private / "erased", ("\n".join([*facts, *sorted(hashes)]) + "\n").encode())


def mark_of(key: bytes) -> str:
    """By which a key is known again, and not found."""
    return hmac.digest(key, b"mark of the key", "sha256")[:8].hex()


def _hashed(handles: pd.Series, platform: pd.Series | str, key: bytes) -> pd.Series:
    """Hash of an account for the list of the forgotten.

    Not the pseudonym, which would lead to the creator in an old table.
    """
    return pseudonyms(handles, platform, key=_apart(key))


def _apart(key: bytes) -> bytes:
    return hmac.new(key, b"erased accounts", hashlib.sha256).digest()


def unmasked(text: str, way_back: Path) -> str:
    """A message for the owner, with handles for pseudonyms.

    Args:
        text: a message.
        way_back: the ``handles.csv`` of the dataset.
    """
    if not _CODED.search(text) or not way_back.exists():
        return text
    import pandas as pd

    known = pd.read_csv(way_back, dtype="str", keep_default_na=False)
    handles = dict(zip(known["creator_id"], known["handle"], strict=True))
    return _CODED.sub(lambda match: handles.get(match[0], match[0]), text)
