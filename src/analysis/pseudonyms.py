"""Handles -> keyed pseudonyms; the key and the way back stay in data/private."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import pandas as pd

from analysis.errors import MachineError

PUBLIC_DEMO_KEY = b"the demo is invented, so its key is public"
_KEY_VARIABLE = "MICROMACRO_KEY"


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
    """Write a file, whole or not at all, that only its owner may read.

    Raises:
        MachineError: disk or permission; an earlier file stands untouched.
    """
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise MachineError(f"{path}: cannot be written: {error.strerror}") from error


def account_names(handles: pd.Series) -> pd.Series:
    """Handles as platforms compare them: without a leading @, case does not matter."""
    return handles.astype("str").str.strip().str.removeprefix("@").str.lower()


def pseudonyms(names: pd.Series, kind: pd.Series | str, *, key: bytes) -> pd.Series:
    """Keyed pseudonym of every name: 16 hexadecimal digits of HMAC-SHA256.

    Args:
        names: account names or other identifying text, exact; missing stays missing.
        kind: what the name belongs to, such as the platform, so that one handle on two platforms
            gives two pseudonyms.
        key: secret of this machine.
    """
    salted = pd.Series(kind, index=names.index).astype("str") + ":" + names.astype("str")
    salted = salted.where(names.notna())
    unique = salted.dropna().unique()
    coded = {name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16] for name in unique}
    return salted.map(coded).astype("str")
