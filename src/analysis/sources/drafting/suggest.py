"""A draft of a format for a file that no format fits."""

import re
import unicodedata
from pathlib import Path

from analysis.sources.drafting.propose import propose
from analysis.sources.drafting.write import write
from analysis.sources.formats import known_formats
from analysis.sources.headers import recognise
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.study.errors import DataContractError

_HEADER_ROWS = range(1, 9)  # column names may stand below a title


def suggest(path: Path) -> str:
    """Draft the YAML of a format for a file.

    What a name says and no value speaks against stands as a rule; what has two readings, or is not
    said, is a question, and a format with an open question is not used. No value of a column that
    may name people is shown.

    Raises:
        DataContractError: the file cannot be read, a known format reads it already, or none of its
            columns is one that is read.
    """
    for row in _HEADER_ROWS:
        try:
            texts = read_tables(path, path.name, header_row=row)
        except DataContractError:
            if row == 1:
                raise
            continue
        unknown = [text for text in texts if not _known(text)]
        if row == 1 and not unknown:
            source = recognise(texts[0], known_formats()).source
            known = f"{source.name}: {source.title}"
            raise DataContractError(f"{path.name}: is read already, as {known}")
        if proposals := [found for text in unknown if (found := propose(text)).rules]:
            return write(_slug(path), path.name, proposals, header_row=row)
    raise DataContractError(
        f"{path.name}: no column is called like followers, likes, views, clicks, orders or a fee;"
        " docs/formats.md says how to write a format by hand"
    )


def _known(text: TextTable) -> bool:
    try:
        recognise(text, known_formats())
    except DataContractError:
        return False
    return True


def _slug(path: Path) -> str:
    plain = unicodedata.normalize("NFKD", path.name.split(".")[0]).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-") or "my-format"
