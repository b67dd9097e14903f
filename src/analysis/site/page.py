"""Executed notebooks -> self-contained pages, and the index of them."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import markupsafe
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.evidence.wording import day_in_words
from analysis.show.markup import render
from analysis.site.parameters import declared
from analysis.site.records import PageRecord
from analysis.site.sanitiser import boxed, clean
from analysis.site.what_changed import changed

_TEMPLATES = resources.files("analysis.site") / "template"


def render_page(notebook: NotebookNode, record: PageRecord) -> str:
    """Render a self-contained page with its record inside.

    No code, no script, no request. Cells tagged ``keep_output`` hold what nbval checks, those
    tagged ``try_this`` speak to analysts; neither is for readers of pages.
    """
    exported, _ = _exporter().from_notebook_node(notebook)
    parameters = {
        name: record.parameters.get(name, default)
        for name, (_, default) in declared(notebook.cells).items()
        if name != "dataset"
    }
    colophon = render("site", "colophon", record=record, parameters=parameters)
    body, sections = _numbered(boxed(clean(exported)) + colophon)
    below_title = render("site", "below_title", record=record, changed=changed(record))
    return _page(
        re.sub("</h1>", lambda end: end[0] + below_title, body, count=1),
        record,
        title=record.title,
        footer=f"{record.report_id} · run {record.run_id}",
        inert_record=_inert(record.model_dump_json()),
        sections=sections,
    )


def _numbered(body: str) -> tuple[str, list[tuple[str, markupsafe.Markup]]]:
    """Give second headings an id each, and list both."""
    sections: list[tuple[str, markupsafe.Markup]] = []

    def number(heading: re.Match[str]) -> str:
        clean_heading = markupsafe.Markup(heading[1])  # noqa: S704 - the body was cleaned
        sections.append((f"section-{len(sections) + 1}", clean_heading))
        return f'<h2 id="{sections[-1][0]}">{heading[1]}</h2>'

    return re.sub(r"<h2[^>]*>(.*?)</h2>", number, body, flags=re.DOTALL), sections


@cache
def _exporter() -> HTMLExporter:
    return HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        config=Config(
            TagRemovePreprocessor={"enabled": True, "remove_cell_tags": {"keep_output", "try_this"}}
        ),
    )


def _inert(text: str) -> markupsafe.Markup:
    """Escape JSON so that no parser takes it for markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return markupsafe.Markup(escaped)  # noqa: S704 - both characters that open markup are gone


def render_index(records: Sequence[PageRecord], failures: Mapping[str, str]) -> str:
    """Render the index: failures, then every page by group.

    Args:
        records: of the pages that stand, at least one.
        failures: report id -> cause, for reports whose last run failed.
    """
    first = records[0]
    groups = dict.fromkeys(record.group for record in records)
    body = render(
        "site",
        "index",
        dataset=first.dataset,
        groups={name: [one for one in records if one.group == name] for name in groups},
        pages=len(records),
        common_state=first.state if len({record.state for record in records}) == 1 else "",
        failures=failures,
    )
    return _page(body, first, title="All reports", footer=first.state)


def _page(body: str, record: PageRecord, **values: object) -> str:
    """Put a body that is safe into a whole page."""
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{fingerprint}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    about = record.model_dump(include={"dataset", "synthetic", "out_of_date"})
    if record.out_of_date and record.valid_until and record.last_day:
        about |= {"since": day_in_words(record.valid_until), "ends": day_in_words(record.last_day)}
    blank = {"inert_record": None, "sections": ()}
    return render("site", "page", body=body, style=style, policy=policy, **about, **blank | values)
