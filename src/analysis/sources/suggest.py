"""A draft of a format for a file that no format fits: what can be told from names and values."""

import difflib
from pathlib import Path

import pandas as pd

from analysis.sources.formats import known_formats
from analysis.sources.headers import recognise
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.sources.values.text import Written, parse
from analysis.study.contract import IMPORTED, PLATFORMS, Column, Table
from analysis.study.errors import DataContractError

_LIKE = 0.75
_SHOWN = 3
_DATE_FORMATS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%Y %H:%M", "%b %d, %Y")
_READ = 200  # rows that a draft looks at


def suggest(path: Path) -> str:
    """Draft the YAML of a format for a file.

    The person who knows the tool finishes it.

    What is certain stands as a rule; what has two readings stands as a comment with both. Values
    are shown for columns that no rule took, but not of columns that may name people.

    Raises:
        DataContractError: the file cannot be read, or a known format reads it already.
    """
    texts = read_tables(path, path.name)
    parts = [_draft(text) for text in texts if not _known(text)]
    if not parts:
        source = recognise(texts[0], known_formats()).source
        raise DataContractError(f"{path.name}: is read already, as {source.name}: {source.title}")
    name = path.name.split(".")[0].lower().replace(" ", "-")
    head = f"name: {name}\ntitle: # what the tool is called, for the pages\nfiles:\n"
    return head + "".join(parts)


def _known(text: TextTable) -> bool:
    try:
        recognise(text, known_formats())
    except DataContractError:
        return False
    return True


def _draft(text: TextTable) -> str:
    table = max(IMPORTED.values(), key=lambda one: len(_matches(text, one)))
    found = _matches(text, table)
    header = ", ".join(_quoted(name) for name in dict.fromkeys(found.values())) or "# columns"
    lines = [f"  - header: [{header}]", "    tables:", f"      {table.name}:"]
    lines += [f"        {_rule(text.rows, table[name], of)}" for name, of in found.items()]
    if "platform" in table.names and "platform" not in found:
        lines.append(f"        platform: {{ is: }} # one of {', '.join(PLATFORMS)}")
    if "handle" in table.names and "handle" not in found:
        lines.append("        handle: { folder: true } # or the column that names the account")
    lacking = [c.name for c in table.columns if c.filled and c.name not in (*found, "platform")]
    lines += [f"        # {name}: still to be found" for name in lacking if name != "handle"]
    rest = [column for column in text.header if column not in found.values()]
    lines += [f"    # not used: {column}{_examples(text.rows[column])}" for column in rest]
    return "\n".join([*lines, ""])


def _matches(text: TextTable, table: Table) -> dict[str, str]:
    """Contract column -> the file's column of the likest name.

    Names are the contract's and those of our formats.
    """
    names: dict[str, set[str]] = {column.name: {column.name} for column in table.columns}
    for source in known_formats():
        for rule in source.files:
            for name, own in rule.tables.get(table.name, {}).items():
                for called in own.source:
                    names[name] |= {called, *rule.aliases.get(called, ())}
    found: dict[str, str] = {}
    for column in text.header:
        scores = {
            name: max(_likeness(column, one) for one in known) for name, known in names.items()
        }
        best = max(scores, key=lambda name: scores[name])
        if scores[best] >= _LIKE and best not in found and _fits(text.rows[column], table[best]):
            found[best] = column
    return found


def _likeness(a: str, b: str) -> float:
    column, known = (one.lower().replace("_", " ") for one in (a, b))
    shared = set(known.split()) <= set(column.split())
    share = len(known) / max(len(column), 1)
    return max(difflib.SequenceMatcher(None, column, known).ratio(), shared * (_LIKE + share / 5))


def _fits(text: pd.Series, column: Column) -> bool:
    """Whether a column could be read at all, under some declaration."""
    sample = text[text.ne("")].head(_READ)
    if column.kind in ("day", "time"):
        return bool(sample.empty or _date_formats(sample) or _readable(sample, column, Written()))
    ways = (Written(), Written(decimal=","), Written(abbreviated=True))
    return sample.empty or any(_readable(sample, column, way) for way in ways)


def _readable(sample: pd.Series, column: Column, written: Written) -> bool:
    parsed = parse(sample, column, written)
    return parsed.undecided is None and not parsed.unreadable.any()


def _date_formats(sample: pd.Series) -> list[str]:
    column = Column("", "time", "")
    return [form for form in _DATE_FORMATS if _readable(sample, column, Written(form))]


def _rule(rows: pd.DataFrame, column: Column, of: str) -> str:
    sample = rows[of][rows[of].ne("")].head(_READ)
    plain = f"{column.name}: {_quoted(of)}"
    if _readable(sample, column, Written()):
        return plain
    if column.kind in ("day", "time"):
        first, *others = _date_formats(sample)
        either = f" # or {', '.join(others)}: both fit, ask the tool" if others else ""
        return f'{column.name}: {{ from: {_quoted(of)}, date_format: "{first}" }}{either}'
    if _readable(sample, column, Written(abbreviated=True)):
        return f"{column.name}: {{ from: {_quoted(of)}, abbreviated: true }}"
    return f'{column.name}: {{ from: {_quoted(of)}, decimal: "," }} # if 3,4 is three and a bit'


def _examples(text: pd.Series) -> str:
    """Some numbers of a column.

    Words may name people and stay out.
    """
    values = [value for value in text[text.ne("")].unique()[:_SHOWN] if value[0].isdigit()]
    return f" (like {'; '.join(values)})" if values else ""


def _quoted(name: str) -> str:
    plain = name.replace(" ", "").replace("_", "").isalnum() and not name[0].isdigit()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
