"""The first screen of a decided and of an undecided site: words, bytes, drawings, rules.

``make look`` asks the same of four sites and leaves pictures of them.
"""

import os
import re
from pathlib import Path

import pytest

from tests.browser.reader import DESKTOP, FAULTY_TEXTS, PHONE, axe_violations

pytestmark = pytest.mark.prove

LOOK = os.environ.get("MICROMACRO_LOOK")  # a folder for pictures
SITES = {"demo": "the demo", "tiktokshop-vn-affiliate": "a shop where nothing is decided"}
if LOOK:
    SITES |= {"instagram-kim2020": "engagement alone", "tiktok-famous-2020": "a small set"}
MOST_WORDS = {DESKTOP["width"]: 150, PHONE["width"]: 115}
# Bytes. Three pages of the demo miss their aim, by 92, 38 and 200 KB: drawings of three platforms
# for wide and narrow windows, tables of eight niches, and the record of every way of counting.
AIM_OF_THE_SUMMARY, AIM = 60_000, 150_000
OVER = {
    ("demo", "engagement"): 234_000,
    ("demo", "conversion"): 168_000,
    ("demo", "relationship"): 181_000,
    ("demo", "robustness"): 203_000,
}
_SAID = ".headline, .lead, .box > *, .doubt > p"
_WORDS = f"""height => [...document.querySelectorAll("{_SAID}")]
  .filter(one => one.getBoundingClientRect().top < height)
  .map(one => one.innerText).join(" ").split(/\\s+/).filter(one => one).length"""
_BELOW = """([within, height]) => [...document.querySelectorAll(within)]
  .filter(one => one.getBoundingClientRect().bottom > height)
  .map(one => one.className)"""


@pytest.fixture(scope="module", params=list(SITES), ids=list(SITES.values()))
def summary(request, site_of):
    """The summary of a site, printed too."""
    return site_of(request.param).site / "summary.html"


@pytest.fixture
def at(chromium, summary):
    """Open the page in a window of some size and scheme."""
    context = chromium.new_context()
    page = context.new_page()

    def open_page(size=DESKTOP, scheme="light"):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.goto(summary.as_uri())
        return page

    yield open_page
    context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_is_read_in_half_a_minute(at, size):
    """PAGES 8: at most 150 running words, 115 on a phone, 22 in the answer."""
    page = at(size)
    assert page.evaluate(_WORDS, size["height"]) <= MOST_WORDS[size["width"]]
    assert len(page.locator(".headline").inner_text().split()) <= 22


def test_the_answer_its_ranges_what_to_do_and_the_doubt_need_no_scrolling(at):
    parts = ".said, .strip, .box, .doubt > p, .totals table"
    assert at().evaluate(_BELOW, [parts, DESKTOP["height"]]) == []
    assert at(PHONE).evaluate(_BELOW, [".said, .box, .question:first-child", 844]) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_it_breaks_no_rule_of_accessibility(at, size, scheme):
    assert axe_violations(at(size, scheme)) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("font", ["Liberation Sans", "DejaVu Sans"])
def test_no_text_of_the_strip_collides_or_leaves_the_window(at, size, font):
    page = at(size)
    drawings = page.evaluate(
        "[...document.querySelectorAll('.strip svg')].map(one => one.outerHTML)"
    )
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
    page.goto("about:blank")
    style = "<style>svg { font-size: 12px }</style>"
    for drawing in dict.fromkeys(drawings):
        page.set_content(style + drawing)
        assert page.evaluate(FAULTY_TEXTS, font) == []


def test_colours_stand_in_the_style_block_and_nowhere_else(summary):
    page = summary.read_text(encoding="utf-8")
    body = re.sub(r"<style>.*?</style>|<template.*?</template>", "", page, flags=re.DOTALL)
    assert page.count("<style>") == 1
    assert not re.search(r"style=|#[0-9a-f]{3,6}\b|\bfill=", body)


def test_every_link_leads_somewhere(summary):
    page = summary.read_text(encoding="utf-8")
    links = dict.fromkeys(re.findall(r'href="([^"]+)"', page))
    assert links
    for link in links:
        file, _, anchor = link.partition("#")
        target = summary.parent / file if file else summary
        assert target.is_file(), link
        assert not anchor or f'id="{anchor}"' in target.read_text(encoding="utf-8"), link


def test_money_has_a_currency_and_paper_shows_it_on_two_pages(summary):
    page = summary.read_text(encoding="utf-8")
    assert re.search(r">Spent, [^<]*(EUR|VND)</th>|No money is known here", page)
    printed = summary.with_suffix(".pdf")
    if printed.exists():
        assert re.findall(rb"/Count (\d+)", printed.read_bytes()) == [b"2"]


def test_every_page_is_light(summary):
    """A page that is over its aim stands in ``OVER`` with what it weighs, and may not grow."""
    site = summary.parent
    name = next(name for name in SITES if f"· {name}</title>" in summary.read_text("utf-8"))
    most = {page.stem: OVER.get((name, page.stem), AIM) for page in site.glob("*.html")}
    most |= {"summary": AIM_OF_THE_SUMMARY}
    weights = {page: (site / f"{page}.html").stat().st_size for page in most}
    assert {page: size for page, size in weights.items() if size > most[page]} == {}


@pytest.mark.skipif(not LOOK, reason="make look takes the pictures")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_picture_for_the_eye(at, size, scheme, request):
    folder = Path(str(LOOK))
    folder.mkdir(parents=True, exist_ok=True)
    site = request.node.callspec.params["summary"]
    picture = at(size, scheme).screenshot()
    (folder / f"{site}-{size['width']}-{scheme}.png").write_bytes(picture)
