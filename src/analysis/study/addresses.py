"""Addresses of engines: what may be said of them, and what of them is secret."""

import os
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from analysis.study.errors import UsageError

ENGINE = "MICROMACRO_ENGINE"  # address of the engine that holds the tables; DuckDB here if not set
_SECRET = ("pass", "pwd", "token", "secret", "key", "credential", "auth", "sig")
_SHORTEST = 3  # characters; shorter ones stand in every word


def shown(text: str, address: str) -> str:
    """A text without the user, password and tokens of an address.

    Example:
        >>> shown("pg://ann:pw1@db/w: no engine; pw1 is wrong", "pg://ann:pw1@db/w")
        'pg://***@db/w: no engine; *** is wrong'
    """
    try:
        login, query = urlsplit(address).netloc.rpartition("@")[0], urlsplit(address).query
    except ValueError:
        return text.replace(address, "***")
    if login:
        text = text.replace(f"{login}@", "***@")
    name, _, password = login.partition(":")
    found = [password, *(value for key, value in parse_qsl(query) if _is_secret(key)), name]
    for one in (spelling for secret in found for spelling in (secret, unquote(secret))):
        if len(one) >= _SHORTEST:  # not inside a word, nor inside the Base64 of an image
            text = re.sub(rf"(?<![\w+/]){re.escape(one)}(?![\w+/])", "***", text)
    return text


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET)


def refuse_password(address: str) -> None:
    """Refuse an argument with a password, which every user of the machine could read.

    Raises:
        UsageError: it has one; the message does not repeat it.
    """
    parts = address.partition("://")[2].partition("/")[0].rpartition("@")[0]
    query = parse_qsl(address.partition("?")[2])
    if ":" in parts or any(_is_secret(name) for name, _ in query):
        raise UsageError(
            f"--engine: a password in an argument can be read by every user of this machine; put"
            f" the address into {ENGINE} instead"
        )


def engine_address() -> str:
    """Address of the engine that holds the tables; empty where DuckDB reads them here."""
    return os.environ.get(ENGINE, "")
