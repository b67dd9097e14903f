"""The demo's site as people use it: with a mouse, a keyboard, a phone, a printer."""

import csv
import io
import re

import pytest

from analysis.show.gaps import gap, gap_range
from tests.browser.reader import (
    CUT_OFF,
    DESKTOP,
    FAULTY_TEXTS,
    HIDDEN,
    PAPER,
    PHONE,
    REACHABLE,
    axe_violations,
    figures,
    focus_stops,
)

pytestmark = pytest.mark.prove

REPORTS = ["summary", "data", "engagement", "conversion", "cost", "engagement-food"]
PAGES = ["index", *REPORTS]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
_CUT_AT_THE_FIRST_SECTION = """() => document
  .querySelectorAll(".cell:has(h2):not(:has(.grids)), .cell:has(h2):not(:has(.grids)) ~ *, footer")
  .forEach(one => one.remove())"""
EACH = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def site(site_of):
    """The demo's whole-dataset reports and one niche."""
    return site_of("demo").site


@pytest.fixture(scope="module")
def window(chromium, site):
    """A reader's window; whatever a page asks for beyond its own site fails the test."""
    context = chromium.new_context(accept_downloads=True, service_workers="block")
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    beyond = [url for url in asked if not url.startswith((site.as_uri(), "data:image/"))]
    assert not beyond, beyond


@pytest.fixture
def at(window, site):
    """Open a page of the site in a window of some size."""

    def open_page(name, size=DESKTOP):
        window.set_viewport_size(size)
        window.goto((site / f"{name}.html").as_uri())
        return window

    yield open_page
    window.emulate_media(media="screen")


def test_the_summary_prints_on_two_pages_with_header_and_page_numbers(site):
    """A page tree of a PDF counts its pages, in plain text (ISO 32000-1, 7.7.3.2)."""
    printed = (site / "summary.pdf").read_bytes()
    assert re.findall(rb"/Count (\d+)", printed) == [b"2"]
    style = (site / "summary.html").read_text(encoding="utf-8").partition("</style>")[0]
    assert 'counter(page) " of " counter(pages)' in style
    assert "Data through 2026-09-30" in style


def test_from_the_index_to_a_verdict_and_its_numbers(at, site):
    page = at("index")
    page.get_by_role("link", name="Summary", exact=True).click()
    assert page.url == (site / "summary.html").as_uri()
    assert page.get_by_role("heading", level=1).count() == 1
    verdicts = page.get_by_role("table", name="Instagram", exact=True)
    row = verdicts.get_by_role("row").filter(has_text="all niches").first
    assert "engagement per follower" in verdicts.get_by_role("columnheader").last.inner_text()
    said = row.get_by_role("cell").last.inner_text()
    page.get_by_role("link", name="All reports").first.click()
    assert page.url == (site / "index.html").as_uri()
    with page.expect_download() as expected:
        page.get_by_role("link", name="results.csv").first.click()
    rows = list(csv.DictReader(io.StringIO(expected.value.path().read_text(encoding="utf-8"))))
    told = next(
        row
        for row in rows
        if (row["metric"], row["platform"], row["niche"], row["estimand"])
        == ("engagement_per_follower", "instagram", "all niches", "typical")
        and row["claim"] == "H1"
    )
    assert told["verdict"] == "SUPPORTED"
    assert "● micro" in said
    ends = float(told["deciding_low"]), float(told["deciding_high"])
    assert gap(float(told["estimate"])) in said
    assert gap_range(*ends) in said


@EACH
@SIZES
def test_a_page_breaks_no_rule_of_accessibility(name, size, at):
    assert axe_violations(at(name, size)) == []


@EACH
def test_a_phone_never_scrolls_sideways(name, at):
    page = at(name, PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


@EACH
def test_the_keyboard_reaches_everything_and_shows_where_it_is(name, at):
    page = at(name)
    stops = focus_stops(page)
    assert [place for place, _ in stops] == list(range(page.locator(REACHABLE).count()))
    assert all(seen for _, seen in stops)


@EACH
def test_paper_shows_what_the_screen_folds_or_scrolls(name, at):
    """Of the first page of a plan, which is there to be sent, all above its first section.

    Lists of pages are there to be clicked, and stay off paper.
    """
    page = at(name, PAPER)
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('.unprinted').forEach(one => one.remove())")
    if name == "summary":
        page.evaluate(_CUT_AT_THE_FIRST_SECTION)
    assert page.evaluate(HIDDEN) == []
    assert page.evaluate(CUT_OFF) == []


def test_a_cell_of_the_grid_opens_the_page_of_its_question_and_niche(at, site):
    """Of the niche where it has a page of its own, of all niches where not."""
    page = at("summary")
    cells = page.locator(".grids td:has(b):not(.none)")
    links = page.locator(".grids td a")
    assert links.count() == cells.count() > 50
    targets = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert {*targets} == {f"{name}.html" for name in REPORTS[2:]}
    row = page.get_by_role("table", name="Instagram", exact=True).get_by_role("row")
    row.filter(has_text="food").get_by_role("link").last.click()
    assert page.url == (site / "engagement-food.html").as_uri()


@EACH
@SIZES
def test_a_dark_page_breaks_no_rule_of_accessibility(name, size, at):
    page = at(name, size)
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 27)"
    assert axe_violations(page) == []
    page.emulate_media(color_scheme="light")


@EACH
def test_a_page_has_one_style_block_and_no_style_beside_it(name, at):
    page = at(name)
    assert page.locator("style").count() == 1
    assert page.locator("[style]").count() == 0


@pytest.mark.parametrize("name", REPORTS)
def test_figures_load_and_no_text_of_theirs_collides(name, at, site, window):
    page = at(name)
    assert all(page.evaluate("[...document.images].map(image => image.naturalWidth)"))
    drawings = dict.fromkeys(figures((site / f"{name}.html").read_text(encoding="utf-8")))
    faults = []
    window.goto("about:blank")  # the page's policy would take the drawings' styles away
    for drawing in drawings:
        for font in ("Liberation Sans", "DejaVu Sans"):
            window.set_content(drawing)
            faults += [f"{font}: {one}" for one in window.evaluate(FAULTY_TEXTS, font)]
    assert faults == []
