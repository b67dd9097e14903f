"""docs/data-dictionary.md from what is declared: contract, panel, results and formats."""

import sys

from analysis.evidence.results import RESULT_MEANINGS
from analysis.panel.columns import PANEL_COLUMNS
from analysis.sources.formats import SourceFormat, known_formats
from analysis.study.contract import IMPORTED, STATES, TABLES, Column, Table

_HEAD = """\
# Data dictionary

Made by `make dictionary` from what is declared: the contract (`study/contract.csv`), the creator
panel (`panel/columns.csv`), `results.csv` (`evidence/results.csv`) and the formats
(`sources/known/*.yml`). **Bold** columns must be in a roster; personal columns become keyed
pseudonyms.

Every metric has a column `<name>_state` beside it: {states}. Only the first two have a value.
"""
_PANEL = """
## The creator panel

One row per account, what their posts and placements in scope add up to: `view.creators` in a
notebook. A sum never mixes rows with and without a metric: every numerator stands beside the
exposure of the same rows, and a sum without any known row is missing, never 0.
"""
_RESULTS = """
## results.csv

One row per comparison; `run_id`, the last column, is of the page that it stands on.
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
    panel = _described(_PANEL, PANEL_COLUMNS)
    results = _described(_RESULTS, RESULT_MEANINGS)
    return head + tables + panel + results + _FORMATS + formats


def _described(head: str, columns: dict[str, str]) -> str:
    rows = "".join(f"| {name} | {meaning} |\n" for name, meaning in columns.items())
    return f"{head}\n| column | meaning |\n|---|---|\n{rows}"


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
