"""Executed notebooks -> self-contained pages, and the index that is a fold over them."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import jinja2
import markupsafe
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from analysis.pages.boxes import boxed
from analysis.pages.records import PageRecord
from analysis.pages.sanitiser import clean

_TEMPLATES = resources.files("analysis.pages") / "template"


def render_page(notebook: NotebookNode, record: PageRecord) -> str:
    """One self-contained page: no code, no script, no request, its own record inside.

    Cells tagged ``keep_output`` hold what nbval checks; they are not for readers.
    """
    body, _ = _exporter().from_notebook_node(notebook)
    state = f'<p class="state">{html.escape(f"{record.title} · {record.state}")}</p>'
    titled = re.sub("</h1>", lambda end: end[0] + state, boxed(clean(body)), count=1)
    return _page(
        titled,
        title=record.title,
        dataset=record.dataset,
        synthetic=record.synthetic,
        footer=f"{record.report_id} · run {record.run_id} · data {record.data_digest}"
        f" · study {record.study_digest}",
        record=_inert(record.model_dump_json()),
    )


@cache
def _exporter() -> HTMLExporter:
    return HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        config=Config(TagRemovePreprocessor={"enabled": True, "remove_cell_tags": {"keep_output"}}),
    )


def _inert(text: str) -> markupsafe.Markup:
    """JSON inside a template element: text that no parser takes for markup."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return markupsafe.Markup(escaped)  # noqa: S704 - both characters that open markup are gone


def render_index(records: Sequence[PageRecord], failures: Mapping[str, str]) -> str:
    """The index: every page with its answer and state, grouped; failures named.

    Args:
        records: of the pages that stand, at least one.
        failures: report id -> cause, for reports whose last run failed.
    """
    groups = dict.fromkeys(record.group for record in records)
    known = {record.report_id for record in records}
    body = _template("index.html.j2").render(
        dataset=records[0].dataset,
        groups=[
            (group, [_line(r, failures) for r in records if r.group == group]) for group in groups
        ],
        failures=[f"{name}: {cause}" for name, cause in failures.items() if name not in known],
    )
    return _page(
        body,
        title="All reports",
        dataset=records[0].dataset,
        synthetic=records[0].synthetic,
        footer=records[0].state,
        record="",
    )


def _line(record: PageRecord, failures: Mapping[str, str]) -> dict[str, str]:
    cause = failures.get(record.report_id)
    failure = f"The last run failed, this is the page before it: {cause}" if cause else ""
    return {
        **record.model_dump(include={"report_id", "title", "headline", "state"}),
        "failure": failure,
    }


def _page(body: str, *, title: str, dataset: str, synthetic: bool, footer: str, record: str) -> str:
    style = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{fingerprint}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return _template("page.html.j2").render(
        body=body,
        title=title,
        dataset=dataset,
        synthetic=synthetic,
        footer=footer,
        record=record,
        style=style,
        policy=policy,
    )


@cache
def _template(name: str) -> jinja2.Template:
    text = (_TEMPLATES / name).read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True).from_string(text)
