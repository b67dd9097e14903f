"""Executed notebooks -> self-contained pages, and the index that is a fold over them."""

import ast
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

from analysis.show.markup import template
from analysis.site.records import PageRecord
from analysis.site.sanitiser import boxed, clean
from analysis.site.what_changed import changed

_TEMPLATES = resources.files("analysis.site") / "template"


def render_page(notebook: NotebookNode, record: PageRecord) -> str:
    """One self-contained page: no code, no script, no request, its own record inside.

    Cells tagged ``keep_output`` hold what nbval checks, those tagged ``try_this`` speak to
    analysts; neither is for readers of pages.
    """
    exported, _ = _exporter().from_notebook_node(notebook)
    parameters = {**_defaults(notebook), **record.parameters}
    colophon = template("analysis.site", "colophon.html.j2").render(
        record=record, parameters=parameters
    )
    body, sections = _numbered(boxed(clean(exported)) + colophon)
    below_title = template("analysis.site", "below_title.html.j2").render(
        record=record, changed=changed(record)
    )
    return _page(
        re.sub("</h1>", lambda end: end[0] + below_title, body, count=1),
        title=record.title,
        dataset=record.dataset,
        synthetic=record.synthetic,
        footer=f"{record.report_id} · run {record.run_id}",
        record=_inert(record.model_dump_json()),
        sections=sections,
    )


def _defaults(notebook: NotebookNode) -> dict[str, object]:
    """What the parameters are unless the plan says otherwise.

    The dataset stands apart.
    """
    cells = [one for one in notebook.cells if "parameters" in one.metadata.get("tags", ())]
    return {
        line.target.id: ast.literal_eval(line.value)
        for cell in cells
        for line in ast.parse(cell.source).body
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and line.value is not None
        and line.target.id != "dataset"
    }


def _numbered(body: str) -> tuple[str, list[tuple[str, markupsafe.Markup]]]:
    """A clean body whose second headings have an id each, and those ids with their headings."""
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
    """JSON inside a template element: text that no parser takes for markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return markupsafe.Markup(escaped)  # noqa: S704 - both characters that open markup are gone


def render_index(records: Sequence[PageRecord], failures: Mapping[str, str]) -> str:
    """The index: every page with its answer and state, grouped.

    Failures first.

    Args:
        records: of the pages that stand, at least one.
        failures: report id -> cause, for reports whose last run failed.
    """
    groups = dict.fromkeys(record.group for record in records)
    state, common = _common_state(records)
    body = _render(
        "index.html.j2",
        dataset=records[0].dataset,
        count=f"{len(records):,} report{'' if len(records) == 1 else 's'}{common}",
        groups=[
            (group, [_line(r, failures, state) for r in records if r.group == group])
            for group in groups
        ],
        failures=[f"{name}: {cause}" for name, cause in failures.items()],
    )
    return _page(
        body,
        title="All reports",
        dataset=records[0].dataset,
        synthetic=records[0].synthetic,
        footer=records[0].state,
    )


def _common_state(records: Sequence[PageRecord]) -> tuple[str, str]:
    """The state that all pages share, and how the line below the title says it."""
    state = records[0].state
    shared = all(record.state == state for record in records)
    return (state, f" · {state}") if shared else ("", "")


def _line(record: PageRecord, failures: Mapping[str, str], common: str) -> dict[str, str]:
    """A page in the index.

    A state that all pages share stands above, not in every line.
    """
    cause = failures.get(record.report_id)
    return {
        **record.model_dump(include={"report_id", "title", "headline"}),
        "state": "current" if record.state == common else record.state,
        "failure": f"The last run failed, this is the page before it: {cause}" if cause else "",
    }


def _page(
    body: str,
    *,
    title: str,
    dataset: str,
    synthetic: bool,
    footer: str,
    record: markupsafe.Markup | None = None,
    sections: Sequence[tuple[str, str]] = (),
) -> str:
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{fingerprint}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return _render(
        "page.html.j2",
        body=body,
        title=title,
        dataset=dataset,
        synthetic=synthetic,
        footer=footer,
        record=record,
        sections=sections,
        style=style,
        policy=policy,
    )


def _render(name: str, **values: object) -> str:
    return template("analysis.site", name).render(**values)
