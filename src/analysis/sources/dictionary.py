"""docs/data-dictionary.md from the contract and the formats: `python -m ...dictionary > FILE`."""

import sys

from analysis.sources.formats import SourceFormat, known_formats
from analysis.study.contract import IMPORTED, STATES, TABLES, Column, Table

_HEAD = """\
# Data dictionary

Made from `src/analysis/contract.py` and the YAML files of `src/analysis/sources/`;
`make dictionary` renews it. **Bold** columns must be in a roster; personal columns become keyed
pseudonyms.

Every metric has a column `<name>_state` beside it: {states}. Only the first two have a value.
"""
_FORMATS = """
# Formats

A file is recognised by the columns below, in any order, whatever the case. A YAML file of the same
form in a dataset's own folder goes before ours; `micromacro sources --suggest FILE` drafts one.

| format | what it is | feeds | recognised by |
|---|---|---|---|
"""


def dictionary() -> str:
    """The dictionary as Markdown."""
    head = _HEAD.format(states=", ".join(STATES))
    tables = "".join(_table(table) for table in IMPORTED.values())
    formats = "".join(_format(source) for source in known_formats())
    return head + tables + _FORMATS + formats


def _table(table: Table) -> str:
    note = "" if table.name in TABLES else " Tools feed it; there is no such sheet in the roster."
    head = f"\n## {table.name}\n\n{table.meaning}{note}\n\n| column | kind | meaning |\n"
    return head + "|---|---|---|\n" + "".join(_row(column) for column in table.columns)


def _row(column: Column) -> str:
    name = f"**{column.name}**" if column.needed else column.name
    kind = "metric" if column.metric else column.kind
    personal = " (personal)" if column.personal else ""
    choices = f": {', '.join(column.choices)}" if column.choices else ""
    return f"| {name} | {kind}{personal} | {column.meaning}{choices} |\n"


def _format(source: SourceFormat) -> str:
    return "".join(
        f"| {source.name} | {source.title} | {', '.join(rule.tables)}"
        f" | {', '.join(rule.header)} |\n"
        for rule in source.files
        if rule.tables
    )


if __name__ == "__main__":
    sys.stdout.write(dictionary())
