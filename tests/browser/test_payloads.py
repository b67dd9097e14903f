"""Hostile text in Chromium: nothing runs, loads or leads away, by either defence alone.

The defences are the Content-Security-Policy of a page and the allow-list that its body passes.
"""

import re

import nbformat
import pytest

from analysis.site import page as site
from analysis.site.publish import publish_page
from analysis.study.errors import MachineError
from tests.browser.payloads import AWAY, PAYLOADS, REFRESHES
from tests.browser.watch import acts, deeds, without_policy
from tests.runs.records import record

pytestmark = pytest.mark.prove

# What may swallow whatever follows it comes last, and apart.
KINDS = [
    ("text/plain", "image/png", "image/jpeg", "text/markdown"),
    ("text/html", "image/svg+xml", "text/latex", "application/javascript"),
]
_MAIN = re.compile(r"(?<=<main>).*(?=</main>)", re.DOTALL)


def document(payload):
    """A page with a text as every kind of output and every entry of its record, and the index."""
    told = record(
        "report",
        ["x", payload, 1.5, payload],
        **dict.fromkeys(("title", "group", "dataset", "state", "headline", "data_digest"), payload),
        run_id=payload,
        parameters={"niche": payload},
    )
    pages = [site.render_index([told], {"report": payload, "gone": payload})]
    pages += [site.render_page(notebook(payload, kinds), told) for kinds in KINDS]
    return _MAIN.sub(lambda _: "".join(_MAIN.search(page)[0] for page in pages), pages[-1])


def notebook(payload, kinds):
    wrong = nbformat.v4.new_output("error", ename=payload, evalue=payload, traceback=[payload])
    shown = [nbformat.v4.new_output("display_data", {kind: payload}) for kind in kinds]
    cell = nbformat.v4.new_code_cell("", id="a")
    cell.outputs = [wrong, nbformat.v4.new_output("stream", text=payload), *shown]
    title = nbformat.v4.new_markdown_cell("# Title", id="t")
    return nbformat.v4.new_notebook(cells=[title, cell])


@pytest.fixture(scope="module")
def guarded():
    """Documents as they are published."""
    return {text: document(text) for text in PAYLOADS}


@pytest.fixture(scope="module")
def raw():
    """The same without the allow-list."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "clean", lambda body: body)
        return {text: document(text) for text in PAYLOADS}


def stripped(documents):
    return {text: without_policy(one) for text, one in documents.items()}


def acted(done):
    return {text for text, own in done.items() if any(map(acts, own))}


def test_payloads_are_many_and_differ():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60


def test_both_defences_leave_nothing_even_to_refuse(chromium, guarded):
    assert deeds(chromium, guarded) == {}


def test_the_allow_list_alone(chromium, guarded):
    assert deeds(chromium, stripped(guarded)) == {}


def test_the_policy_alone_stops_all_but_what_leads_away(chromium, raw):
    assert acted(deeds(chromium, raw)) == {*AWAY, *REFRESHES}


def test_without_defence_they_act(chromium, raw):
    """The control: the other tests would see it."""
    found = acted(deeds(chromium, stripped(raw)))
    assert len(found) >= 60
    assert {*AWAY, *REFRESHES} <= found


@pytest.mark.parametrize("payload", REFRESHES)
def test_a_page_that_leads_away_by_itself_is_not_published(payload, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "clean", lambda body: body)
    page = site.render_page(notebook(payload, ["text/html"]), told := record("report"))
    with pytest.raises(MachineError, match="the page holds"):
        publish_page(tmp_path, told, page, b"{}")
