"""JSON -> tables of text: every list of records is a table, dotted paths are its columns."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.study.errors import DataContractError

MOST_COLUMNS = 1000  # of a table
_GENDERS = {"F": "female", "M": "male", "U": "unknown"}  # of Instagram, as others write them
_NO_TEXT = "\0"  # stands for characters that are no text; rows with it are excluded


def records_of(
    content: bytes, name: str, *, lines: bool = False
) -> dict[str, tuple[pd.DataFrame, frozenset[str]]]:
    """Tables of a document, by the path of their list.

    The document itself has the empty path.

    A record's own values stand under their path below it, such as ``statistics.viewCount``; values
    beside its list, further up, under their path from the top, such as
    ``business_discovery.username``. Numbers keep the digits that the file has. The answers of a
    media insights request (a list of ``name`` and ``values``) become one record, those of an
    audience request one record for each part, and the rows of a YouTube Analytics report one each.

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
        found: dict[str, _Found] = {}
        whole: Any = documents if lines else documents[0] if documents else {}
        for path, above, record in _records(whole, "", {}):
            found.setdefault(path, _Found()).add(record, above)
    except RecursionError as error:
        raise DataContractError(f"{name}: not readable as JSON: nested too deeply") from error
    except ValueError as error:
        raise DataContractError(f"{name}: not readable as JSON: {error}") from error
    if not found:
        raise DataContractError(f"{name}: holds no record")
    narrow = {path: one for path, one in found.items() if not one.is_wide}
    if not narrow:
        raise DataContractError(f"{name}: more than {MOST_COLUMNS:,} columns; it is not read")
    return {path: (one.rows(), frozenset(one.envelope) - one.own) for path, one in narrow.items()}


@dataclass(slots=True)
class _Found:
    """The records of one list, and once for all of a list what stands above them."""

    records: list[dict[str, str]] = field(default_factory=list)
    above: list[dict[str, str]] = field(default_factory=list)
    lists: list[int] = field(default_factory=list)
    own: set[str] = field(default_factory=set)
    envelope: set[str] = field(default_factory=set)

    def add(self, record: dict[str, str], above: dict[str, str]) -> None:
        """Take one record, unless its list is too wide for a table."""
        if self.is_wide:
            return
        if not self.above or self.above[-1] is not above:
            self.above.append(above)
            self.envelope.update(above)
        self.records.append(record)
        self.lists.append(len(self.above) - 1)
        self.own.update(record)

    @property
    def is_wide(self) -> bool:
        """Whether it has more columns than any table, as where names are keys."""
        return len(self.own) + len(self.envelope) > 2 * MOST_COLUMNS or (
            len(self.own | self.envelope) > MOST_COLUMNS
        )

    def rows(self) -> pd.DataFrame:
        """One row per record; a value of its own goes before one above."""
        records = pd.DataFrame(self.records, dtype="str")
        above = pd.DataFrame(self.above, dtype="str").iloc[self.lists].reset_index(drop=True)
        for name in above:
            own = records[name] if name in records else pd.Series(None, records.index, dtype="str")
            records[name] = own.fillna(above[name])
        order = [*above, *(name for name in records if name not in above)]
        return records[order].fillna("")


def _parsed(text: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        named = dict(pairs)
        if len(named) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated = sorted(key for key, count in counts.items() if count > 1)
            raise ValueError(f"an object names {', '.join(repeated)} twice")
        return named

    return json.loads(
        text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=unique
    )


def _records(
    value: Any, path: str, above: dict[str, str]
) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Records at or below a value, each with its path and the values that stand above it."""
    if isinstance(value, list) and any(audiences := [*map(_parts_of_audience, value)]):
        yield from ((path, above, part) for parts in audiences for part in parts)
        value = [one for one, parts in zip(value, audiences, strict=True) if not parts]
    if isinstance(value, list) and (insights := _insights(value)) is not None:
        yield path, above, insights
        return
    if isinstance(value, dict) and (report := [*_lines_of_report(value)]):
        yield from (("rows", above, line) for line in report)
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
    """``[{name: reach, values: [{value: 5}], id: 17/insights/reach}, ...]`` as one record.

    None where it is another list, or one record could not hold all of it.
    """
    found: dict[str, str] = {}
    for one in values:
        if not (isinstance(one, dict) and "name" in one and {"values", "total_value"} & set(one)):
            return None
        inside = [one["total_value"]] if one.get("total_value") else one.get("values") or [{}]
        name, media = f"insights.{one['name']}", _text(one.get("id")).partition("/")[0]
        single = isinstance(inside, list) and len(inside) == 1 and isinstance(inside[0], dict)
        if not single or name in found or found.get("insights.media", media) != media:
            return None
        found |= {name: _text(inside[0].get("value")), "insights.media": media}
    return found or None


def _parts_of_audience(value: Any) -> list[dict[str, str]]:
    """Demographics of Instagram's insights, one record for each part of the audience.

    ``{name: follower_demographics, total_value: {breakdowns: [{dimension_keys: [age, gender],
    results: [{dimension_values: [18-24, F], value: 31}]}]}}``. None of anything else.
    """
    about = isinstance(value, dict) and str(value.get("name")).endswith("_demographics")
    total = value.get("total_value") if about else None
    if not isinstance(total, dict):
        return []
    try:
        return [
            {
                "insights.metric": _text(value.get("name")),
                "insights.dimension": " and ".join(map(_text, breakdown["dimension_keys"])),
                "insights.segment": " ".join(
                    _GENDERS.get(one, _text(one)) if key == "gender" else _text(one)
                    for key, one in zip(
                        breakdown["dimension_keys"], part["dimension_values"], strict=True
                    )
                ),
                "insights.value": _text(part.get("value")),
            }
            for breakdown in total.get("breakdowns") or ()
            for part in breakdown.get("results") or ()
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        told = f"{value['name']}: a part whose dimension_values are not one for each of"
        raise ValueError(f"{told} dimension_keys") from error


def _lines_of_report(value: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Lines of a report of YouTube Analytics: ``columnHeaders`` and ``rows`` of plain values."""
    headers, rows = value.get("columnHeaders"), value.get("rows")
    if not (isinstance(headers, list) and isinstance(rows, list)):
        return
    if not any(isinstance(row, list) for row in rows):
        return
    names = [_text(one.get("name")) if isinstance(one, dict) else "" for one in headers]
    for number, row in enumerate(rows, 1):
        if not (isinstance(row, list) and len(row) == len(names)):
            raise ValueError(
                f"row {number} of {len(rows)} has not one value for each of {len(names)} columns"
            )
        yield dict(zip(names, map(_text, row), strict=True))


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character
        return _NO_TEXT
    return text
