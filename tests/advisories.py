"""Locked packages with known advisories, from a database on this machine; no network.

The database is the export of osv.dev for PyPI: a folder of JSON files, or its all.zip.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

LOCKS = ("requirements.lock", "requirements-test.lock")
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*?\])?==([^\s;\\]+)", re.MULTILINE)
_NONE = (
    "no database of advisories here, so nothing was checked: put the export of osv.dev for PyPI"
    " (all.zip, or a folder of its files) on this machine, then make advisories DB=path"
)


def locked(*texts: str) -> dict[str, set[str]]:
    """Pinned versions by canonical name.

    Example:
        >>> locked("Jinja2==3.1.2 --hash=x")
        {'jinja2': {'3.1.2'}}
    """
    found: dict[str, set[str]] = {}
    for name, version in _PINNED.findall("\n".join(texts)):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def records(database: Path) -> Iterator[dict[str, object]]:
    """Every record of a database."""
    if database.is_dir():
        yield from (json.loads(path.read_bytes()) for path in sorted(database.rglob("*.json")))
        return
    with zipfile.ZipFile(database) as packed:
        for name in sorted(packed.namelist()):
            if name.endswith(".json"):
                yield json.loads(packed.read(name))


def affected(pins: Mapping[str, set[str]], advisories: Iterable[Mapping]) -> list[str]:
    """Lines like ``jinja2 3.1.2: GHSA-x, what it is``, sorted; withdrawn ones do not count."""
    found = set()
    for one in advisories:
        for part in [] if one.get("withdrawn") else one.get("affected", []):
            package = part.get("package", {})
            if package.get("ecosystem") == "PyPI":
                name = canonicalize_name(package["name"])
                said = f"{one['id']}, {one.get('summary') or 'without a summary'}"
                found |= {f"{name} {v}: {said}" for v in pins.get(name, ()) if _hit(v, part)}
    return sorted(found)


def _hit(version: str, part: Mapping) -> bool:
    if version in part.get("versions", ()):
        return True
    spans = [span for span in part.get("ranges", ()) if span["type"] == "ECOSYSTEM"]
    return any(_inside(Version(version), span["events"]) for span in spans)


def _inside(version: Version, events: Iterable[Mapping[str, str]]) -> bool:
    """Whether a version lies in a range: events in order, each opening or closing it."""
    inside = False
    for event in sorted(events, key=lambda event: _at(next(iter(event.values())))):
        (kind, text), *_ = event.items()
        at = _at(text)
        inside |= kind == "introduced" and version >= at
        inside &= not (kind == "fixed" and version >= at)
        inside &= not (kind == "last_affected" and version > at)
    return inside


def _at(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")


def main(database: str = "") -> int:
    """Print what is known of the locked packages; 1 where there is something."""
    if not database or not Path(database).exists():
        sys.stderr.write(f"{_NONE}\n")
        return 2 if database else 0
    pins = locked(*(Path(name).read_text(encoding="utf-8") for name in LOCKS))
    found = affected(pins, records(Path(database)))
    lines = [*found, f"{len(pins)} locked packages, {len(found)} advisories"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
