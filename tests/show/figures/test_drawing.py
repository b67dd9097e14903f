"""Figures: words, numbers and equal bytes; nothing of the analyst's is touched."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn.objects as so

import analysis
from analysis.show import figures
from analysis.show.figures import drawing

DRAW = {
    "sizes": figures.sizes,
    "pooled": lambda view: figures.pooled(view, "engagement_per_follower"),
    "growth": lambda view: figures.growth(view, "engagement_per_post"),
    "chain": figures.chain,
    "handling": figures.handling,
    "forest": lambda view: figures.forest(analysis.answer(view, "H1"), "engagement_per_follower"),
}


@pytest.fixture(scope="module")
def view():
    return analysis.open_view("demo")


def settings():
    """Everything that a later plot of the analyst depends on."""
    codes = {code: mpl.colors.to_rgba(code) for code in "bgrcmykw"}
    return dict(mpl.rcParams), codes, plt.get_fignums(), dict(so.Plot.config.theme)


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_leaves_the_analyst_s_settings_and_figures_alone(name, view):
    with mpl.rc_context({"axes.grid": False, "font.size": 17, "lines.linewidth": 3}):
        own = plt.figure()
        before = settings()
        DRAW[name](view)
        assert settings() == before
        assert plt.gcf() is own
        plt.close(own)


@pytest.mark.parametrize("name", DRAW)
def test_the_analyst_s_settings_do_not_show_in_a_figure(name, view):
    plain = DRAW[name](view)
    with mpl.rc_context({"axes.grid": False, "font.size": 17, "lines.linewidth": 3}):
        assert DRAW[name](view) == plain
    assert plain.title.endswith("?")
    assert plain.svg.count(b">TikTok</text>") == (name != "pooled")


def test_numbers_are_a_plain_table_without_a_broken_number():
    frame = pd.DataFrame({"<a>": [1.23456, np.nan, 12345.6], "n": [1000, 2, 3]})
    assert drawing.numbers_table(frame) == (
        '<table><thead><tr><th scope="col">&lt;a&gt;</th><th scope="col">n</th></tr></thead>'
        "<tbody><tr><td>1.235</td><td>1,000</td></tr><tr><td>–</td><td>2</td></tr>"
        "<tr><td>12,346</td><td>3</td></tr></tbody></table>"
    )


def test_a_figure_carries_words_and_numbers(five_verdicts):
    figure = figures.forest(five_verdicts, "engagement_per_follower")
    assert figure.title.endswith("?")
    html = figure._repr_html_()
    assert 'alt="Ratios micro over macro. instagram all niches typical 1.23 (1.10 to 1.40)' in html
    assert "<details><summary>The numbers</summary><table" in html
    assert figures.forest(five_verdicts, "engagement_per_follower").svg == figure.svg


def test_a_figure_of_nothing_is_none(five_verdicts):
    assert figures.forest(five_verdicts, "engagement_per_view") is None


def test_a_figure_with_too_many_marks_is_refused():
    with pytest.raises(ValueError, match="too heavy"):
        drawing.draw(so.Plot(), marks=10**6, heights=[1])
