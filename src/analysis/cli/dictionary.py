"""docs/data-dictionary.md from what is declared: contract, panel, results and formats."""

import sys

import jinja2

from analysis.evidence.results import RESULT_MEANINGS
from analysis.panel.columns import PANEL_COLUMNS, RELATIONSHIP_COLUMNS
from analysis.panel.doubts import DOUBTS
from analysis.sources.formats import known_formats
from analysis.study.contract import FORMS, IMPORTED, STATES, TABLES


def markdown(name: str, **values: object) -> str:
    """Fill a template of Markdown with our own words."""
    loader = jinja2.PackageLoader("analysis.cli", "template")
    documents = jinja2.Environment(  # noqa: S701 - Markdown escapes nothing
        loader=loader, trim_blocks=True, keep_trailing_newline=True
    )
    return documents.get_template(f"{name}.md.j2").render(values)


def dictionary() -> str:
    """The dictionary as Markdown, from ``template/dictionary.md.j2``."""
    return markdown(
        "dictionary",
        states=STATES,
        tables=IMPORTED.values(),
        roster=TABLES,
        forms=FORMS.values(),
        panel=PANEL_COLUMNS,
        relationship=RELATIONSHIP_COLUMNS,
        results=RESULT_MEANINGS,
        doubts=DOUBTS.values(),
        formats=known_formats(),
    )


if __name__ == "__main__":
    sys.stdout.write(dictionary())
