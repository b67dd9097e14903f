"""Handles -> keyed pseudonyms; the key and the way back stay in data/private."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.store.accounts import account_names
from analysis.study.contract import PLATFORMS
from analysis.study.errors import MachineError

if TYPE_CHECKING:
    import pandas as pd

PUBLIC_DEMO_KEY = b"the demo is invented, so its key is public"
_KEY_VARIABLE = "MICROMACRO_KEY"
_CODED = re.compile(r"\b[0-9a-f]{16}\b")


def load_key(private: Path, *, synthetic: bool) -> bytes:
    """The key of this machine, made at first need.

    Args:
        private: folder that holds the key, readable by its owner alone.
        synthetic: an invented dataset uses a fixed public key, so that everybody's demo agrees.

    Raises:
        MachineError: the folder or the key cannot be written or read, or the key is empty.
    """
    if synthetic:
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
    with _put_in_place(path) as part:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)


def move_private(file: Path, path: Path) -> None:
    """Put a file where only its owner may read it.

    Raises:
        MachineError: disk or permission; an earlier file stands untouched.
    """
    with _put_in_place(path) as part:
        shutil.move(file, part)
        part.chmod(0o600)


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """A name beside a private file for the one that replaces it at the end."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield part
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise MachineError(f"{path}: cannot be written: {error.strerror}") from error


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
    coded = [hmac.digest(key, name.encode(), "sha256")[:8].hex() for name in distinct.tolist()]
    taken = pd.array(coded, dtype="str").take(places, allow_fill=True)
    return pd.Series(taken, index=names.index, name=salted.name)


@dataclass(frozen=True, slots=True)
class Erased:
    """Accounts to be forgotten, known by a keyed hash alone.

    Attributes:
        hashes: of platform and handle.
        key: that made them; empty while nobody was forgotten.
        digest: changes with the list; empty while nobody was forgotten.
    """

    hashes: frozenset[str] = frozenset()
    key: bytes = b""
    digest: str = ""

    def __call__(self, rows: pd.DataFrame) -> pd.Series:
        """True for rows of a forgotten account, by ``platform`` and ``handle``."""
        import pandas as pd

        if not self.hashes:
            return pd.Series(False, index=rows.index)
        return _hashed(rows["handle"], rows["platform"], self.key).isin(self.hashes)

    def names(self, word: str) -> bool:
        """Whether a word is a forgotten account's handle."""
        import pandas as pd

        asked = pd.DataFrame({"handle": word, "platform": PLATFORMS})
        return bool(self(asked).any())


def erased_accounts(private: Path) -> Erased:
    """The accounts that this machine has to forget."""
    path = private / "erased"
    if not path.exists():
        return Erased()
    hashes = frozenset(path.read_text(encoding="utf-8").split())
    listed = hashlib.sha256(" ".join(sorted(hashes)).encode()).hexdigest()[:16]
    return Erased(hashes, load_key(private, synthetic=False), listed)


def remember_to_forget(platform: str, handle: str, private: Path) -> None:
    """Add an account to those that every import leaves out.

    Only a keyed hash is kept.

    Raises:
        MachineError: the list or the key cannot be written.
    """
    import pandas as pd

    key = load_key(private, synthetic=False)
    names = account_names(pd.Series([handle]))
    known = erased_accounts(private).hashes | set(_hashed(names, platform, key))
    write_private(private / "erased", ("\n".join(sorted(known)) + "\n").encode())


def _hashed(handles: pd.Series, platform: pd.Series | str, key: bytes) -> pd.Series:
    """Hash of an account for the list of the forgotten.

    Not the pseudonym, which would lead to the creator in an old table.
    """
    apart = hmac.new(key, b"erased accounts", hashlib.sha256).digest()
    return pseudonyms(handles, platform, key=apart)


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


def masking(accounts: pd.DataFrame, erased: Erased, *, key: bytes) -> Callable[[str], str]:
    """A function that replaces account names in file names.

    Args:
        accounts: platform and handle of everybody in the dataset.
        erased: nobody knows their names any more, so every few words are asked about.
        key: of the pseudonyms.
    """
    coded = pseudonyms(accounts["handle"], accounts["platform"], key=key)
    known = dict(zip(accounts["handle"], coded, strict=True))

    def mask(name: str) -> str:
        pieces = re.split(r"((?:\W|_)+)", name)  # words at even places, what divides them between
        for length, start in _spans(len(pieces)):
            word = "".join(pieces[start : start + length])
            stands_for = known.get(word.lower()) or ("erased" if erased.names(word.lower()) else "")
            if word and stands_for:
                before, after = pieces[:start], pieces[start + length :]
                return "".join([mask("".join(before)), stands_for, mask("".join(after))])
        return name

    return mask


def _spans(pieces: int) -> list[tuple[int, int]]:
    """Lengths and starts of runs of words, longest first.

    A handle may hold points.
    """
    longest = min(pieces, 11)
    lengths = range(longest if longest % 2 else longest - 1, 0, -2)
    return [(n, start) for n in lengths for start in range(0, pieces - n + 1, 2)]
