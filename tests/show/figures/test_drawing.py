"""Figures: words, numbers and equal bytes; nothing of the analyst's is touched."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn.objects as so

import analysis
from analysis.show import figures
from analysis.show.figures import drawing, numbers

DRAW = {
    "sizes": figures.sizes,
    "pooled": lambda view: figures.pooled(view, "engagement_per_follower"),
    "growth": lambda view: figures.growth(view, "engagement_per_post"),
    "chain": figures.chain,
    "handling": figures.handling,
    "forest": lambda view: figures.forest(
        analysis.answer(view, "H1"), "engagement_per_follower", view
    ),
}


@pytest.fixture(scope="module")
def demo():
    return analysis.open_view("demo")


def settings():
    """Everything that a later plot of the analyst depends on."""
    codes = {code: mpl.colors.to_rgba(code) for code in "bgrcmykw"}
    return dict(mpl.rcParams), codes, plt.get_fignums(), dict(so.Plot.config.theme)


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_leaves_the_analyst_s_settings_and_figures_alone(name, demo):
    with mpl.rc_context({"axes.grid": False, "font.size": 17, "lines.linewidth": 3}):
        own = plt.figure()
        before = settings()
        DRAW[name](demo)
        assert settings() == before
        assert plt.gcf() is own
        plt.close(own)


@pytest.mark.parametrize("name", DRAW)
def test_the_analyst_s_settings_do_not_show_in_a_figure(name, demo):
    plain = DRAW[name](demo)
    with mpl.rc_context({"axes.grid": False, "font.size": 17, "lines.linewidth": 3}):
        assert DRAW[name](demo) == plain
    assert plain.title.endswith("?")
    assert "TikTok" in [panel.title for panel in plain.panels]


def test_numbers_are_a_plain_table_without_a_broken_number():
    frame = pd.DataFrame({"<a>": [1.23456, np.nan, 12345.6], "n": [1000, 2, 3]})
    assert numbers.numbers_table(frame) == (
        '<table><thead><tr><th scope="col">&lt;a&gt;</th><th scope="col">n</th></tr></thead>'
        "<tbody><tr><td>1.235</td><td>1,000</td></tr><tr><td>–</td><td>2</td></tr>"
        "<tr><td>12,346</td><td>3</td></tr></tbody></table>"
    )


def test_a_figure_carries_words_and_numbers(five_verdicts, view):
    figure = figures.forest(five_verdicts, "engagement_per_follower", view)
    assert figure.title.endswith("?")
    html = figure._repr_html_()
    assert 'alt="all niches 1.23 (1.10 to 1.40); &lt;niche 1&gt; 1.23' in html
    assert "<details><summary>The numbers</summary><table" in html
    assert figures.forest(five_verdicts, "engagement_per_follower", view) == figure


def test_a_figure_of_nothing_is_none(five_verdicts, view):
    assert figures.forest(five_verdicts, "engagement_per_view", view) is None


def words(text):
    """A panel of one text, at the middle of an empty area."""

    def paint(area):
        area.axes.set(xticks=[], yticks=[])
        drawing.write(area, area.width / 2, area.height / 2, text, colour="macro")

    return paint


MARGINS = drawing.Margins(left=20, right=20, top=10, bottom=10)


def test_a_unit_of_a_drawing_is_a_pixel_and_a_text_has_twelve_at_least():
    drawn = drawing.panel("", "", words("<here>"), margins=MARGINS, height=100, marks=1)
    assert b'width="720" height="100" viewBox="0 0 720 100"' in drawn.wide
    assert b'width="358" height="100" viewBox="0 0 358 100"' in drawn.narrow
    assert re.findall(rb"font-size:([\d.]+)px", drawn.wide) == [b"12"]
    assert b">&lt;here&gt;</text>" in drawn.wide
    [x] = re.findall(r' x="([\d.]+)"', drawn.wide.decode())
    assert float(x) == 360  # the middle: 20 and half of 680


@pytest.mark.parametrize(("beside", "wide"), [(1, 720), (2, 564), (3, 358), (9, 358)])
def test_three_panels_and_more_are_as_wide_as_a_phone(beside, wide):
    drawn = drawing.panel("", "", words("x"), margins=MARGINS, height=60, marks=1, beside=beside)
    assert f'width="{wide}"'.encode() in drawn.wide
    assert (drawn.wide == drawn.narrow) == (wide == 358)
    shown = drawing.Figure("t?", "", (drawn,), "")._repr_html_()
    assert ("<source" in shown) == (wide != 358)


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_has_no_colour_outside_its_style_block(name, demo):
    for panel in DRAW[name](demo).panels:
        for svg in (panel.wide.decode(), panel.narrow.decode()):
            style, _, rest = svg.partition("</style>")
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", rest)
            declared, _, classes = style.partition("text{font-family")
            assert not re.search(r"#[0-9a-fA-F]{6}\b", classes)
            used = set(re.findall(r"var\((--[a-z-]+)\)", svg))
            assert used == set(re.findall(r"(--[a-z-]+):", declared))


def test_a_colour_without_a_name_is_refused():
    def paint(area):
        area.axes.plot([0, 1], [0, 1], color="#123456")

    with pytest.raises(ValueError, match="without a name: #123456"):
        drawing.panel("", "", paint, margins=MARGINS, height=60, marks=1)


def test_a_figure_with_too_many_marks_is_refused():
    with pytest.raises(ValueError, match="too heavy"):
        drawing.panel("", "", words("x"), margins=MARGINS, height=60, marks=10**6)
