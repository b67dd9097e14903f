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
from analysis.show.colours import variables
from analysis.show.markup import render
from analysis.site.exports.summaries import first_answers
from analysis.site.links import asking
from analysis.site.matrix import Matrix, matrix
from analysis.site.parameters import declared
from analysis.site.records import WHOLE, PageRecord, group_id
from analysis.site.sanitiser import boxed, clean
from analysis.site.what_changed import changed

_TEMPLATES = resources.files("analysis.site") / "template"


def render_page(notebook: NotebookNode, record: PageRecord, *, front: str = "") -> str:
    """Render a self-contained page with its record inside.

    No code, no script, no request. Cells tagged ``keep_output`` hold what nbval checks, those
    tagged ``try_this`` speak to analysts; neither is for readers of pages.

    Args:
        notebook: executed.
        record: of the page.
        front: id of the first page of the site; empty where none stands. Other links between
            pages lead to the index until the site is whole (``analysis.site.links``).
    """
    exported, _ = _exporter().from_notebook_node(notebook)
    parameters = {
        name: record.parameters.get(name, default)
        for name, (_, default) in declared(notebook.cells).items()
        if name != "dataset"
    }
    said = changed(record)
    colophon = render("site", "colophon", record=record, parameters=parameters, changed=said)
    body, sections = _numbered(asking(boxed(clean(exported))) + colophon)
    below_title = render("site", "below_title", record=record, changed=said)
    about = "" if record.group == WHOLE else markupsafe.escape(f"{record.group}: ")

    def titled(head: re.Match[str]) -> str:
        return f"{head[1]}{about}{head[2]}{below_title}"

    return _page(
        re.sub("(<h1[^>]*>)(.*?</h1>)", titled, body, count=1, flags=re.DOTALL),
        record,
        title=record.title,
        footer=f"{record.report_id} · run {record.run_id}",
        inert_record=_inert(record.model_dump_json()),
        sections=sections,
        first=front,
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
    """Render the index: failures, the matrix of answers, what has too little data, every page.

    Args:
        records: of every report, in the order of the plan, at least one.
        failures: report id -> cause, for reports whose last run failed.
    """
    first, laid = records[0], matrix(records)
    front, _ = first_answers(records)
    pages = [one for one in records if one.has_page]
    groups = dict.fromkeys(one.group for one in pages)
    body = render(
        "site",
        "index",
        dataset=first.dataset,
        state=first.state,
        title=_title(laid, len(records)),
        headline=front.headline if front else first.headline,
        front=front.report_id if front else "",
        changed=changed(front) if front else "",
        failures=failures,
        matrix=laid,
        missing=laid.missing if laid else (),
        lone=[(one.title, one.rows[0]["reason"]) for one in records if not one.has_page],
        pages={name: [one for one in pages if one.group == name] for name in groups},
        count=len(pages),
    )
    return _page(body, first, title="All reports", footer=first.state)


def _title(laid: Matrix | None, reports: int) -> str:
    """How many comparisons stand how."""
    if laid is None:
        return "1 report" if reports == 1 else f"{reports:,} reports"
    counts = laid.counts
    tested = sum(counts.values()) - counts["none"]
    sides = [f"{side} in {counts[side]}" for side in ("micro", "macro") if counts[side]]
    ahead = ", ".join(sides).replace(" in ", " ahead in ", 1) or "nobody ahead"
    others = [f"{kind} in {counts[kind]}" for kind in ("alike", "open") if counts[kind]]
    comparisons = "comparison" if tested == 1 else "comparisons"
    return f"{tested:,} {comparisons}: {', '.join([ahead, *others])}"


def _page(body: str, record: PageRecord, *, title: str, **values: object) -> str:
    """Put a body that is safe into a whole page."""
    own = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
    style = variables() + own + _margins(record, title)
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{fingerprint}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    about = record.model_dump(include={"dataset", "synthetic", "out_of_date", "front"})
    if record.out_of_date and record.valid_until and record.last_day:
        about |= {"since": day_in_words(record.valid_until), "ends": day_in_words(record.last_day)}
    beside = {f"More on {record.group}": record.group_id, "Summary and data": group_id(WHOLE)}
    about["beside"] = {} if record.group == WHOLE else beside
    blank = {"inert_record": None, "sections": (), "title": title, "first": ""}
    return render("site", "page", body=body, style=style, policy=policy, **about, **blank | values)


def _margins(record: PageRecord, title: str) -> str:
    """Style of the margins of a printed page: whose, until when, run, page n of m."""
    days = record.state.split(" · ")[0]
    late = f"Out of date since {record.valid_until}" if record.out_of_date else days
    invented = " · Invented data of an invented brand" if record.synthetic else ""
    boxes = {
        "top-left": f'"{_css_text(f"{record.dataset}: {title}")}"',
        "top-right": f'"{_css_text(late)}"',
        "bottom-left": f'"Run {_css_text(record.run_id)}{invented}"',
        "bottom-right": '"Page " counter(page) " of " counter(pages)',
    }
    font = "font: 8.5pt sans-serif"
    rules = " ".join(f"@{place} {{ content: {said}; {font} }}" for place, said in boxes.items())
    return f"@page {{ size: A4; margin: 19mm 14mm 16mm; {rules} }}\n"


def _css_text(text: str) -> str:
    r"""Escape a text for a string of a style sheet; nothing can end the string or the sheet.

    Example:
        >>> _css_text("a<b")
        'a\\3c b'
    """
    return re.sub(r"[^\w .,:-]", lambda sign: f"\\{ord(sign[0]):x} ", text)
