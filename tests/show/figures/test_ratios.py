"""Figures of ratios: what they draw, say and leave out, and where the marks lie."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.show import figures
from analysis.show.figures import ratios

WHOLE = "1K-100K vs 100K+"
RATIOS = {"beauty": 1.5, "food": 1.2, "chess": 0.9}
COMPARED = ["compared", "n_micro", "n_macro", "estimate", "deciding_low", "deciding_high"]


@pytest.fixture
def answer():
    rows = [
        {
            **dict.fromkeys(RESULT_COLUMNS),
            "metric": "engagement_per_follower",
            "estimand": estimand,
            "platform": "instagram",
            "niche": niche,
            "contrast": WHOLE,
            "n_micro": 1200,
            "n_macro": pd.NA,
            "estimate": ratio,
            "deciding_low": ratio / 1.2,
            "deciding_high": ratio * 1.2,
            "verdict": "INCONCLUSIVE" if ratio < 1.2 else "SUPPORTED",
        }
        for estimand in ("typical", "portfolio")
        for niche, ratio in {ALL_NICHES: 1.2, **RATIOS}.items()
    ]
    frame = pd.DataFrame(rows).astype({"planted": float})
    return Answer("H1", "says", "higher", frame, WHOLE)


def texts(panel):
    return re.findall(r"<text[^>]*>([^<]*)</text>", panel.narrow.decode())


def test_a_forest_draws_one_estimand_all_niches_first_then_the_largest(answer, view):
    figure = figures.forest(answer, "engagement_per_follower", view)
    [panel] = figure.panels
    assert panel.title == "Instagram"
    assert [one for one in texts(panel) if one in {ALL_NICHES, *RATIOS}] == [
        ALL_NICHES,
        "beauty",
        "food",
        "chess",
    ]
    assert figure.numbers.count("<tr><td>instagram") == 4
    assert "<td>1,200</td><td>withheld</td>" in figure.numbers


def test_a_forest_says_each_gap_in_words_and_an_open_one_is_open(answer, view):
    said = texts(figures.forest(answer, "engagement_per_follower", view).panels[0])
    assert {"50% more", "20% more", "open, −10%"} <= set(said)
    assert {"← micro less", "micro more →", "−20%", "+25%", "double"} <= set(said)


def test_where_a_niche_is_planted_its_true_ratio_is_crossed(answer, view):
    rows = answer.frame.assign(planted=1.25)
    true = figures.forest(
        Answer("H1", "says", "higher", rows, WHOLE), "engagement_per_follower", view
    )
    plain = figures.forest(answer, "engagement_per_follower", view)
    assert "Cross: the true ratio of the invented data." in true.legend
    assert "Cross" not in plain.legend
    assert true.numbers == plain.numbers
    crosses, without = (svg.panels[0].wide.count(b"<use") for svg in (true, plain))
    assert crosses - without == 4


def test_an_interval_beyond_the_axis_ends_in_an_arrowhead(answer, view):
    wide = answer.frame.assign(deciding_high=90.0)
    far = figures.forest(
        Answer("H1", "says", "higher", wide, WHOLE), "engagement_per_follower", view
    )
    plain = figures.forest(answer, "engagement_per_follower", view)
    assert far.panels[0].wide.count(b"<use") - plain.panels[0].wide.count(b"<use") == 4


@pytest.fixture
def compare(monkeypatch, view):
    """A function that draws rows of the pooled comparison."""

    def draw(*rows):
        found = pd.DataFrame(rows, columns=COMPARED)
        monkeypatch.setattr(ratios, "pooled_against_stratified", lambda view, metric: found)
        return figures.pooled(view, "engagement_per_follower")

    return draw


def test_everyone_pooled_stands_beside_like_with_like(compare):
    figure = compare(
        ("all platforms, pooled", 60, 80, 0.9, 0.8, 1.1),
        ("within platform and niche", 60, 80, 1.3, 1.1, 1.6),
        ("tiktok, pooled", 30, 40, 0.8, 0.7, 0.9),
        ("tiktok, within niches", 30, 40, 1.3, 1, 2),
    )
    everywhere, tiktok = figure.panels
    assert everywhere.title == "all platforms"
    assert {"pooled", "within platform", "and niche"} <= set(texts(everywhere))
    assert tiktok.title == "TikTok"
    assert "TikTok, pooled 0.80 (0.70 to 0.90); TikTok, within niches 1.30" in tiktok.description
    assert {"20% less", "open, +30%"} <= set(texts(tiktok))
    assert compare() is None


def test_equal_factors_are_equal_distances(compare):
    """0.5, 1 and 2 lie as far apart; every interval, a factor 1.2 either way, is as wide."""
    [panel] = compare(
        *(
            (f"tiktok, {name}", 9, 9, ratio, ratio / 1.2, ratio * 1.2)
            for name, ratio in (("a", 0.5), ("b", 1), ("c", 2))
        )
    ).panels
    svg = panel.wide.decode()
    lines = re.findall(r'd="M([\d.]+) ([\d.]+)L([\d.]+) \2" class', svg)
    middles = sorted((float(left) + float(right)) / 2 for left, _, right in lines)
    assert np.diff(middles) == pytest.approx([middles[1] - middles[0]] * 2, abs=0.11)
    lengths = [float(right) - float(left) for left, _, right in lines]
    of_two = middles[1] - middles[0]
    assert lengths == pytest.approx([2 * of_two * np.log(1.2) / np.log(2)] * 3, abs=0.21)


def test_no_platform_with_a_chain_is_no_figure(monkeypatch):
    monkeypatch.setattr(ratios, "conversion_chains", lambda view: {"tiktok": "no clicks"})
    assert figures.chain(None) is None
