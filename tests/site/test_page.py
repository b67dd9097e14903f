"""Pages: self-contained, without script, with their own record; the index folds them."""

import re

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.show.media_type import RESULTS_MIME
from analysis.site.page import render_index, render_page
from analysis.site.records import PageRecord, pack, read_record, recorded, unpack
from tests.site.test_matrix import row

COLUMNS = ["result_id", "estimate"]


def notebook(*outputs):
    cells = [nbformat.v4.new_markdown_cell("# A question & more", id="a")]
    for number, data in enumerate(outputs):
        cell = nbformat.v4.new_code_cell("secret_code()", id=f"c{number}")
        cell.outputs = [nbformat.v4.new_output("display_data", data)]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def bundle(said, *rows):
    return {
        "text/plain": f"{said}\nmore",
        "text/html": f"<p><b>{said}</b></p><ul><li>more</li></ul>",
        RESULTS_MIME: {"columns": COLUMNS, "rows": [list(row) for row in rows], "answers": ["x"]},
    }


def record(**changes):
    values = {
        "report_id": "summary",
        "title": "Summary",
        "group": "Overview",
        "dataset": "demo",
        "synthetic": False,
        "run_id": "r1",
        "data_digest": "d1",
        "study_digest": "s1",
        "parameters": {"niche": "all"},
        "state": "Data through 2026-09-30",
        "last_day": "2026-09-30",
        "valid_until": "2026-12-31",
        "out_of_date": False,
        "versions": ("python 3.11",),
        "since": None,
        "changes": (),
        "headline": 'a < b & "c" </template><script>alert(1)</script>',
        "answers": (),
        "front": False,
        "results": pack([{"result_id": "x", "niche": "food", "estimate": 1.5}]),
    }
    return PageRecord(**{**values, **changes})


def test_a_page_hides_code_and_carries_its_record_unharmed():
    page = render_page(notebook(bundle("Said", ("x", 1.5))), record())
    assert "secret_code" not in page
    assert "<b>Said</b>" in page
    assert read_record(page) == record()


def test_a_page_has_no_script_and_names_no_other_host():
    page = render_page(notebook({"text/html": "<b>x</b><script>alert(1)</script>"}), record())
    assert "<script" not in page
    assert not re.search(r"https?://|@import|url\(", page)
    assert "default-src 'none'" in page


def test_only_synthetic_pages_say_so():
    assert "SYNTHETIC" not in render_page(notebook(), record())
    assert "SYNTHETIC" in render_page(notebook(), record(synthetic=True))


def test_a_page_out_of_date_says_since_when_and_how_far_its_data_go():
    late = {"out_of_date": True, "last_day": "2019-05-15", "valid_until": "2019-08-15"}
    for page in (render_page(notebook(), record(**late)), render_index([record(**late)], {})):
        assert "<b>Out of date since 15 August 2019.</b> The data end on 15 May 2019." in page
    assert "Out of date" not in render_page(notebook(), record())


def test_cells_for_nbval_are_not_for_readers():
    made = notebook({"text/plain": "checked text"})
    made.cells[1].metadata["tags"] = ["keep_output"]
    assert "checked text" not in render_page(made, record())


def test_recorded_rows_are_collected_over_outputs():
    made = notebook(bundle("First", ("x", 1.0)), bundle("Second", ("y", 2.0)))
    said, answers, results, ways = recorded(made)
    assert ways == []
    assert (said, answers) == ("First", ("x",))
    assert results == [dict(zip(COLUMNS, row, strict=True)) for row in (("x", 1.0), ("y", 2.0))]


def test_two_values_for_one_result_are_refused():
    with pytest.raises(ValueError, match="two values for x"):
        recorded(notebook(bundle("A", ("x", 1.0)), bundle("B", ("x", 1.1))))


def test_the_index_tells_the_answer_each_page_and_each_failure():
    pages = [record(headline="They engage more."), record(report_id="food", group="Engagement")]
    index = render_index(pages, {"food": "ValueError: no rows", "gone": "killed by SIGKILL"})
    assert '<a href="food.html">' in index
    assert "They engage more." in index
    assert "food: ValueError: no rows" in index
    assert "(the page before the last run, which failed)" in index
    assert "gone: killed by SIGKILL" in index
    assert "<script" not in index


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (["INCONCLUSIVE"], "1 comparison: nobody ahead, open in 1"),
        (["INCONCLUSIVE"] * 3, "3 comparisons: nobody ahead, open in 3"),
        (["SUPPORTED", "CONTRADICTED"], "2 comparisons: micro ahead in 1, macro in 1"),
        (["CONTRADICTED", *["EQUIVALENT"] * 2], "3 comparisons: macro ahead in 1, alike in 2"),
    ],
)
def test_the_index_names_no_count_of_nothing(verdicts, said):
    niches = ["all niches", "food", "home"][: len(verdicts)]
    estimates = {"SUPPORTED": 1.5, "CONTRADICTED": 0.7}
    told = [
        row(niche, estimate=estimates.get(verdict, 1.1 + len(niche) / 100), verdict=verdict)
        for niche, verdict in zip(niches, verdicts, strict=True)
    ]
    answers = {"results": pack(told), "answers": ("orders_per_click:tiktok:all niches",)}
    assert f"<h1>{said}</h1>" in render_index([record(**answers)], {})


def test_the_index_counts_who_is_ahead_and_links_every_cell():
    told = [row("all niches"), row("food", estimate=1.1, verdict="INCONCLUSIVE")]
    answers = {"results": pack(told), "answers": ("orders_per_click:tiktok:all niches",)}
    index = render_index([record(**answers)], {})
    assert "<h1>2 comparisons: micro ahead in 1, open in 1</h1>" in index
    assert (
        '<a href="summary.html" aria-label="food, orders per click, TikTok: open, +10%">' in index
    )


def test_a_niche_s_page_carries_the_niche_in_its_title_and_links_what_else_there_is_on_it():
    told = record(report_id="food", group='Food & "more"')
    page = render_page(notebook(), told)
    assert re.search("<h1[^>]*>Food &amp; &#34;more&#34;: [^<]+</h1>", page)
    links = re.findall(r'<a href="index.html#(group-\w+)">([^<]*)</a>', page)
    assert [said for _, said in links] == ["More on Food &amp; &#34;more&#34;", "Summary and data"]
    whole = record(group="Whole dataset")
    index = render_index([whole, told], {})
    assert all(f'<p id="{group}">' in index for group, _ in links)
    assert "index.html#group-" not in render_page(notebook(), whole)


def test_a_report_without_a_page_is_told_with_what_it_lacks_and_never_linked():
    bare = [row("home", estimate=None, verdict="NOT TESTABLE")]
    lone = record(report_id="home", title="Home", results=pack(bare))
    index = render_index([record(), lone], {})
    assert "<li>Home: fewer than 20 macro creators</li>" in index
    assert "home.html" not in index
    assert "All pages: 1" in index


@given(st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.floats(0, 9)))))
def test_packed_rows_come_back(rows):
    packed = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert unpack(pack(packed)) == packed


def test_a_page_states_every_parameter():
    told = record(parameters={"niche": "food"})
    sheet = notebook()
    cell = nbformat.v4.new_code_cell(
        'dataset: str = "x"\nniche: str = "all"\nseed: int = 7  # of draws'
    )
    cell.metadata.tags = ["parameters"]
    sheet.cells.append(cell)
    assert "<dt>Parameters</dt><dd>niche food; seed 7</dd>" in render_page(sheet, told)


@pytest.mark.parametrize(("niche", "stands"), [("all", True), ("food", False), ("tea", True)])
def test_a_page_of_a_niche_stands_on_an_estimate_in_the_niche(niche, stands):
    """What holds for the whole dataset stood for pages of nineteen niches without any."""
    rows = [
        {"result_id": "x", "niche": "named against others", "estimate": 0.9},
        {"result_id": "y", "niche": "food", "estimate": None},
        {"result_id": "z", "niche": "tea", "estimate": 1.1},
    ]
    assert record(parameters={"niche": niche}, results=pack(rows)).has_page == stands
