"""Digests of content and of this code: two runs of equal digests end in equal bytes."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def digest(parts: Iterable[str | bytes]) -> str:
    """Short digest of texts and bytes; the boundaries between parts count."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()[:16]


@cache
def code_digest() -> str:
    """Digest of every source file of this package."""
    package = Path(__file__).parents[1]
    files = sorted(
        path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )
    return digest(
        part for path in files for part in (str(path.relative_to(package)), path.read_bytes())
    )


def to_json(record: object) -> str:
    """JSON with sorted keys, so that equal content has equal bytes."""
    return json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
