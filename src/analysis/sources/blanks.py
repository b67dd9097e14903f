"""Entries of a format that have a name and no value yet."""

from collections.abc import Iterator

import yaml

from analysis.study.contract import PLATFORMS
from analysis.study.forms import from_yaml

_MEANT = {
    "title": " (what the tool is called, for the pages)",
    "platform": f" (write {{ is: NAME }}, one of {', '.join(PLATFORMS)} or another, or its column)",
    "name": " (a short name of the format)",
}


def content_of(text: bytes) -> object:
    """What YAML says; nothing of what is no YAML, which ``read_form`` refuses."""
    try:
        return from_yaml(text)
    except (yaml.YAMLError, ValueError):
        return {}


def blank_entries(content: object) -> list[str]:
    """Entries of YAML that have a name and no value, each with what belongs there."""
    return [f"{path}{_MEANT.get(path.rpartition('.')[2], '')}" for path in _blank(content, "")]


def _blank(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _blank(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _blank(one, f"{path}.{number}")
    elif value is None and path not in ("notes", "questions"):
        yield path.removesuffix(".is").removesuffix(".from")
