"""Handles -> keyed pseudonyms; the key and the way back stay in data/private."""

import hashlib
import hmac
import os
import secrets
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
        MachineError: the folder or the key cannot be written or read.
    """
    if synthetic:
        return PUBLIC_DEMO_KEY
    if from_environment := os.environ.get(_KEY_VARIABLE):
        return from_environment.encode()
    path = private / "key"
    try:
        if not path.exists():
            write_private(path, secrets.token_hex(32).encode())
        return path.read_bytes()
    except OSError as error:
        raise MachineError(
            f"{path}: cannot keep the key of the pseudonyms: {error.strerror}"
        ) from error


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def pseudonyms(names: pd.Series, kind: pd.Series | str, *, key: bytes) -> pd.Series:
    """Keyed pseudonym of every name: 16 hexadecimal digits of HMAC-SHA256.

    Args:
        names: handles or other identifying text; missing stays missing. Case and a leading @ do
            not matter.
        kind: what the name belongs to, such as the platform, so that one handle on two platforms
            gives two pseudonyms.
        key: secret of this machine.
    """
    plain = names.astype("str").str.strip().str.removeprefix("@").str.lower()
    salted = (pd.Series(kind, index=names.index).astype("str") + ":" + plain).where(names.notna())
    unique = salted.dropna().unique()
    coded = {name: hmac.new(key, name.encode(), hashlib.sha256).hexdigest()[:16] for name in unique}
    return salted.map(coded).astype("str")
