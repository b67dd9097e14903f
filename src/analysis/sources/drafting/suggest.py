"""A draft of a format for a file that no format fits."""

import re
import unicodedata
from pathlib import Path

from analysis.sources.drafting.propose import propose
from analysis.sources.drafting.write import write
from analysis.sources.formats import ROSTER, known_formats
from analysis.sources.headers import Recognised, beside, recognise
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.study.errors import DataContractError

_HEADER_ROWS = range(1, 9)  # column names may stand below a title


def suggest(path: Path, *, encoding: str | None = None, header_row: int | None = None) -> str:
    """Draft the YAML of a format for a file.

    What a name says and no value speaks against stands as a rule; what has two readings, or is not
    said, is a question, and a format with an open question is not used. No value of a column that
    may name people is shown.

    Args:
        path: the file.
        encoding: of a text that is not in UTF-8, as dataset.yml says.
        header_row: of the column names, where dataset.yml says it; None looks for it.

    Raises:
        DataContractError: the file cannot be read, a known format reads it already, or none of its
            columns is one that is read.
    """
    for row in (header_row,) if header_row else _HEADER_ROWS:
        try:
            texts = read_tables(path, path.name, encoding=encoding, header_row=row)
        except DataContractError:
            if row in (1, header_row):
                raise
            continue
        known = {text.name: _known(text) or _known_beside(text, path) for text in texts}
        if known and all(known.values()):
            said = known[texts[0].name]
            if row > 1:
                said = f"below its title it {said}; write header_row: {row} into dataset.yml"
            raise DataContractError(f"{path.name}: {said}")
        unknown = [text for text in texts if not known[text.name]]
        if proposals := [found for text in unknown if (found := propose(text)).rules]:
            return write(_slug(path), path.name, proposals, header_row=1 if header_row else row)
    raise DataContractError(
        f"{path.name}: no column is called like followers, likes, views, clicks, orders or a fee;"
        " docs/formats.md says how to write a format by hand"
    )


def _known(text: TextTable) -> str:
    """As what a table is read, or why it is not; empty if no known format fits."""
    try:
        found = recognise(text, known_formats())
    except DataContractError:
        return ""
    return "" if _holds_more(text, found) else _as(found)


def _holds_more(text: TextTable, found: Recognised) -> bool:
    """Whether one sheet has it all: our own table of accounts, and columns of bookings beside."""
    return (
        found.source.name == ROSTER and not propose(text).rules.keys() <= found.rule.tables.keys()
    )


def _as(found: Recognised, where: str = "") -> str:
    tool = f"{found.source.name}: {found.source.title}"
    if found.rule.ignored:
        return f"is known{where}, as of {tool}, and not read: {found.rule.ignored}"
    return f"is read already{where}, as {tool}"


def _known_beside(text: TextTable, path: Path) -> str:
    """Beside which file of its folder a table is known, and as what; empty if beside none."""
    anywhere = [(source, text.header) for source in known_formats()]
    if beside(text, anywhere) is None:
        return ""
    for other in sorted(one for one in path.parent.iterdir() if one.is_file() and one != path):
        try:
            texts = read_tables(other, other.name)
            siblings = [(recognise(one, known_formats()).source, one.header) for one in texts]
        except DataContractError:
            continue
        if found := beside(text, siblings):
            return _as(found, f", beside {other.name}")
    return ""


def _slug(path: Path) -> str:
    plain = unicodedata.normalize("NFKD", path.name.split(".")[0]).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-") or "my-format"
