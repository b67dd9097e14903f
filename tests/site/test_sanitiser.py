"""The allow-list: what could run or load goes, figures and links of the site stay."""

import re

import pytest

from analysis.site.sanitiser import boxed, clean


@pytest.mark.parametrize(
    "evil",
    [
        "<img src=x onerror=alert(1)>",
        '<img src="https://evil.example/a.png">',
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="//evil.example">x</a>',
        '<meta http-equiv="refresh" content="0;url=https://evil.example">',
        '<p style="background:url(https://evil.example)">x</p>',
        "<svg><script>alert(1)</script></svg>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        '<form action="https://evil.example"><button>x</button></form>',
        "<style>@import 'https://evil.example'</style>",
        '<base href="https://evil.example/">',
    ],
)
def test_what_could_run_or_load_is_gone(evil):
    left = clean(f"<p>kept</p>{evil}")
    assert "<p>kept</p>" in left
    assert not re.search(r"script|evil|onerror|javascript|text/html|style|http-equiv", left)


def test_figures_and_links_inside_the_site_stay():
    inside = (
        '<img src="data:image/svg+xml;base64,AAAA" alt="words">'
        '<a href="results.csv">x</a><a href="#top">x</a><a href="engagement-food.html">x</a>'
    )
    assert clean(inside) == inside


def test_a_table_keeps_the_classes_that_have_a_style():
    written = (
        '<table class="gt_table"><tr class="gt_x"><td class="gt_row gt_right a">1</td></tr></table>'
    )
    assert clean(written) == (
        '<table class="gt_table"><tbody><tr><td class="gt_right a">1</td></tr></tbody></table>'
    )


def test_a_picture_loads_only_from_inside_the_page():
    inside = "data:image/svg+xml;base64,PHN2Zz4="
    media = '<source media="(min-width:640px)" srcset="{}">'
    kept = f'<picture>{media.format(inside)}<img src="{inside}" alt="a"></picture>'
    assert clean(kept) == kept
    for address in ("http://evil.test/a.png", f"{inside} 1x, http://evil.test/a.png 2x"):
        assert "srcset" not in clean(kept.replace(f'srcset="{inside}"', f'srcset="{address}"'))
    assert "media" not in clean(kept.replace("640px", "1px"))


def test_the_commonest_cell_of_a_table_carries_no_words():
    number, text = '<td class="gt_right">1</td>', "<td>a</td>"
    table = f"<table><tbody><tr>{number}{number}{text}</tr></tbody></table>"
    assert '<tbody class="numbers"><tr><td>1</td><td>1</td><td class="text">a</td></tr>' in boxed(
        table
    )
    of_texts = (
        f'<table><tbody><tr>{number}{text}<td colspan="1" rowspan="1">b</td></tr></tbody></table>'
    )
    assert f"<tr>{number}{text}<td>b</td></tr>" in boxed(of_texts)
