"""Addresses of engines: what may be said of them, and what of them is secret."""

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from analysis.study.errors import UsageError

ENGINE = "MICROMACRO_ENGINE"  # address of the engine that holds the tables; DuckDB here if not set
SECRET_WORDS = ("pass", "pwd", "token", "secret", "key", "credential", "auth", "sig")  # in names
_LOGIN = re.compile(r"(?<=://)([^?#]*)@")
_PARAMETERS = re.compile("[?&;#]")
_SHORTEST = 3  # characters; shorter ones stand in every word


def shown(text: str, address: str) -> str:
    """A text without the user, password and tokens of an address, however they are encoded.

    Example:
        >>> shown("pg://ann:pw1@db/w: no engine; pw1 is wrong", "pg://ann:pw1@db/w")
        'pg://***@db/w: no engine; *** is wrong'
    """
    name, password, others = _secrets(address)
    if name or password:
        text = text.replace(f"{_login(address)}@", "***@")
    found = {
        spelling
        for secret in (password, *others, name)
        for spelling in (secret, unquote(secret), unquote_plus(secret))
    }
    for one in sorted(found, key=len, reverse=True):
        if len(one) >= _SHORTEST:  # not inside a word, nor inside the Base64 of an image
            text = re.sub(rf"(?<![\w+/]){re.escape(one)}(?![\w+/])", "***", text)
    return text


def refuse_password(address: str) -> None:
    """Refuse an argument with a password, which every user of the machine could read.

    Raises:
        UsageError: it has one; the message does not repeat it.
    """
    if holds_secret(address):
        raise UsageError(
            f"--engine: a password in an argument can be read by every user of this machine; put"
            f" the address into {ENGINE} instead"
        )


def holds_secret(address: str) -> bool:
    """Whether an address has a password, a token or the like.

    Example:
        >>> holds_secret("pg://ann:pw1@db/w"), holds_secret("pg://db/w"), holds_secret("x://?pwd=1")
        (True, False, True)
    """
    _, password, others = _secrets(address)
    return bool(password or others)


def _login(address: str) -> str:
    found = _LOGIN.search(address)
    return found[1] if found else ""


def _secrets(address: str) -> tuple[str, str, list[str]]:
    """User, password and values of parameters that are named like secrets, as they are written."""
    name, _, password = _login(address).partition(":")
    found = [one for part in _PARAMETERS.split(address)[1:] for one in _values(part)]
    return name, password, found


def _values(parameter: str) -> Iterator[str]:
    """The secret of a parameter, whose value may hold others: ``x=UID%3Dann%3BPWD%3Dpw``."""
    name, _, value = parameter.partition("=")
    if value:
        below = [one for part in _PARAMETERS.split(unquote(value)) for one in _values(part)]
        if below or is_secret(unquote(name)):
            yield from (value, *below)


def is_secret(name: str) -> bool:
    """Whether a parameter or variable is named like a secret.

    Example:
        >>> is_secret("sslKey"), is_secret("HOME")
        (True, False)
    """
    return any(word in name.lower() for word in SECRET_WORDS)


def engine_address() -> str:
    """Address of the engine that holds the tables; empty where DuckDB reads them here."""
    return os.environ.get(ENGINE, "")
