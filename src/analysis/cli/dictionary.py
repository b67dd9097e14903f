"""docs/data-dictionary.md from what is declared: contract, panel, results and formats."""

import sys

import jinja2

from analysis.evidence.results import RESULT_MEANINGS
from analysis.panel.columns import PANEL_COLUMNS
from analysis.sources.formats import known_formats
from analysis.study.contract import IMPORTED, STATES, TABLES


def dictionary() -> str:
    """The dictionary as Markdown, from ``template/dictionary.md.j2``."""
    loader = jinja2.PackageLoader("analysis.cli", "template")
    markdown = jinja2.Environment(  # noqa: S701 - Markdown of our own words
        loader=loader, trim_blocks=True, keep_trailing_newline=True
    )
    return markdown.get_template("dictionary.md.j2").render(
        states=STATES,
        tables=IMPORTED.values(),
        roster=TABLES,
        panel=PANEL_COLUMNS,
        results=RESULT_MEANINGS,
        formats=known_formats(),
    )


if __name__ == "__main__":
    sys.stdout.write(dictionary())
