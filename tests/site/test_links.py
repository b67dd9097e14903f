"""Links between pages lead to what stands: never nowhere, never to a page that has left."""

import re

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.show.grid import asks
from analysis.site.links import asking
from analysis.site.page import render_page
from analysis.site.publish import page_path, publish_page, read_page, retire
from analysis.site.records import pack
from analysis.site.sanitiser import clean
from analysis.site.site_index import is_current, update_index
from tests.runs.records import FACTS, record

ORDER = ["summary", "engagement", "food"]
WHOLE, FOOD = (
    {"result_id": f"H1:{niche}", "niche": niche, "estimate": 1.5, "data_digest": "d", **FACTS}
    for niche in ("all niches", "food")
)
HELD = {
    "summary": {"front": True, "rows": [WHOLE, FOOD], "answers": [WHOLE]},
    "engagement": {"rows": [WHOLE, FOOD], "answers": [WHOLE]},
    "food": {"rows": [FOOD], "answers": [FOOD]},
}


def publish(site, name, *, front="summary"):
    """Publish a page whose only table asks for both results."""
    of = HELD[name]
    told = record(
        name,
        front=name == "summary",
        results=pack(of["rows"]),
        answers=tuple(one["result_id"] for one in of["answers"]),
    )
    cells = "".join(f'<a href="#{asks(one["result_id"])}">x</a>' for one in (WHOLE, FOOD))
    cell = nbformat.v4.new_code_cell("1", id="c")
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": cells})]
    title = nbformat.v4.new_markdown_cell(f"# {name}", id="t")
    made = nbformat.v4.new_notebook(cells=[title, cell])
    publish_page(site, told, render_page(made, told, front=front), nbformat.writes(made).encode())


def leads(site, name):
    """Where the summary's link and the two cells of a page lead."""
    page = page_path(site, name).read_text(encoding="utf-8")
    return re.findall(r'href="(\S*)\.html" data-asks', page)


def test_a_cell_leads_to_the_page_that_states_its_result_and_never_to_itself(tmp_path):
    for name in ORDER:
        publish(tmp_path, name)
    assert leads(tmp_path, "summary") == ["index", "index"]
    update_index(tmp_path, ORDER)
    assert leads(tmp_path, "summary") == ["engagement", "food"]
    assert leads(tmp_path, "engagement") == ["summary", "summary", "food"]
    assert leads(tmp_path, "food") == ["summary", "summary", "summary"]
    assert all(read_page(tmp_path, name) for name in ORDER)
    assert is_current(tmp_path, ORDER)


@pytest.mark.parametrize("first", [["summary"], ["food"], ["engagement", "food"], ORDER])
def test_however_pages_came_and_went_their_links_are_those_of_what_stands(tmp_path, first):
    """As after ``--only``, a failure or a page that leaves the plan: the bytes are the same."""
    late, whole = tmp_path / "late", tmp_path / "whole"
    for name in first:
        publish(late, name, front="summary" if "summary" in first else "")
    update_index(late, ORDER)
    assert set(leads(late, first[0])) <= {"index", *first}
    for site, names in ((late, [name for name in ORDER if name not in first]), (whole, ORDER)):
        for name in names:
            publish(site, name)
        update_index(site, ORDER)
    pages = [[page_path(site, name).read_bytes() for name in ORDER] for site in (late, whole)]
    assert pages[0] == pages[1]
    retire(whole, ["food", "summary"])
    update_index(whole, ["engagement"])
    assert leads(whole, "engagement") == ["index", "index", "index"]


def test_a_pdf_goes_with_the_page_whose_links_changed(tmp_path):
    publish(tmp_path, "summary")
    (tmp_path / "summary.pdf").write_bytes(b"of before")
    update_index(tmp_path, ["summary"])
    assert (tmp_path / "summary.pdf").exists()
    publish(tmp_path, "food")
    update_index(tmp_path, ORDER)
    assert not (tmp_path / "summary.pdf").exists()


@given(st.sampled_from(["p", "a title", "td"]), st.text(max_size=20))
def test_what_a_notebook_says_is_no_link_of_ours(tag, text):
    said = f'<{tag} data-asks="front">{text}<a href="x.html" data-asks="front">y</a></{tag}>'
    said += 'href="#asks-0c" href="x.html" data-asks="front"'
    assert not re.search(r"<[^>]*data-asks", asking(clean(said)))
