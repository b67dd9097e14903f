"""JSON -> tables of text: every list of records is a table, dotted paths are its columns."""

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.study.errors import DataContractError

_NO_TEXT = "\0"  # stands for characters that are no text; rows with it are excluded


def records_of(
    content: bytes, name: str, *, lines: bool = False
) -> dict[str, tuple[pd.DataFrame, frozenset[str]]]:
    """Tables of a document, by the path of their list.

    The document itself has the empty path.

    A record's own values stand under their path below it, such as ``statistics.viewCount``; values
    beside its list, further up, under their path from the top, such as
    ``business_discovery.username``. Numbers keep the digits that the file has. The answers of a
    media insights request (a list of ``name`` and ``values``) become one record.

    Returns:
        By path the records, and the columns of which no record has a value of its own.

    Args:
        content: text in UTF-8.
        name: of the file, for messages.
        lines: one document per line.

    Raises:
        DataContractError: no JSON, too deep, a key twice in one object, or no record in it.
    """
    try:
        texts = content.decode().splitlines() if lines else [content.decode()]
        documents = [_parsed(text) for text in texts if text.strip()]
        found: dict[str, list[dict[str, str]]] = {}
        own: dict[str, set[str]] = {}
        whole: Any = documents if lines else documents[0] if documents else {}
        for path, above, record in _records(whole, "", {}):
            found.setdefault(path, []).append(above | record)
            own.setdefault(path, set()).update(record)
    except RecursionError as error:
        raise DataContractError(f"{name}: not readable as JSON: nested too deeply") from error
    except ValueError as error:
        raise DataContractError(f"{name}: not readable as JSON: {error}") from error
    if not found:
        raise DataContractError(f"{name}: holds no record")
    tables = {path: pd.DataFrame(rows, dtype="str").fillna("") for path, rows in found.items()}
    return {path: (rows, frozenset(rows.columns) - own[path]) for path, rows in tables.items()}


def _parsed(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if repeated := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValueError(f"an object names {', '.join(repeated)} twice")
        return dict(pairs)

    return json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=unique
    )


def _records(
    value: Any, path: str, above: dict[str, str]
) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Records at or below a value, each with its path and the values that stand above it."""
    if isinstance(value, list) and (insights := _insights(value)) is not None:
        yield path, above, insights
        return
    for record in value if isinstance(value, list) else [value]:
        if not isinstance(record, dict):
            continue
        own, lists = _flat(record, "")
        if own:
            yield path, above, own
        stem = f"{path}." if path else ""
        below = above | {f"{stem}{key}": text for key, text in own.items()}
        for key, values in lists.items():
            yield from _records(values, f"{stem}{key}", below)


def _flat(record: dict[str, Any], prefix: str) -> tuple[dict[str, str], dict[str, list[Any]]]:
    """A record's values by dotted path, and its lists."""
    own: dict[str, str] = {}
    lists: dict[str, list[Any]] = {}
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            deeper, deeper_lists = _flat(value, f"{name}.")
            own |= deeper
            lists |= deeper_lists
        elif isinstance(value, list):
            if any(isinstance(one, dict) for one in value):
                lists[name] = value
        else:
            own[name] = _text(value)
    return own, lists


def _insights(values: list[Any]) -> dict[str, str] | None:
    """``[{name: reach, values: [{value: 5}], id: 17/insights/reach}, ...]`` as one record."""
    found: dict[str, str] = {}
    for one in values:
        if not (isinstance(one, dict) and "name" in one and {"values", "total_value"} & set(one)):
            return None
        inside = one.get("total_value") or (one.get("values") or [{}])[0]
        found[f"insights.{one['name']}"] = _text(inside.get("value"))
        found["insights.media"] = _text(one.get("id")).partition("/")[0]
    return found or None


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character
        return _NO_TEXT
    return text
