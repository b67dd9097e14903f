"""Figures of ratios: what they draw, say and leave out, and where the marks lie."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.breakdown.niches import NichesTogether
from analysis.evidence.estimators.synthesis import random_effects
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
        }
        for estimand in ("typical", "portfolio")
        for niche, ratio in {ALL_NICHES: 1.2, **RATIOS}.items()
    ]
    frame = pd.DataFrame(rows).astype({"planted": float})
    return Answer("H1", "says", "higher", frame, WHOLE)


@pytest.fixture
def together():
    found = random_effects(np.log([*RATIOS.values()]), np.full(3, 0.1), level=0.95)
    return NichesTogether("instagram", "engagement_per_follower", "typical", (*RATIOS,), found)


def test_a_forest_shows_each_niche_pulled_and_a_further_one(answer, together):
    figure = figures.forest(answer, "engagement_per_follower", [together])
    pulled = np.exp(together.synthesis.shrunken[0])
    assert pulled < 1.5
    assert f"<td>beauty</td><td>{ratios.PULLED}</td><td>{pulled:.4g}</td>" in figure.numbers
    low, high = np.exp(together.synthesis.prediction)
    assert f"<td>{ratios.FURTHER}</td><td>–</td><td>{low:.4g}</td><td>{high:.4g}" in figure.numbers
    assert b">a further niche</text>" in figure.svg
    for mark in ("Blue dot", "Hollow diamond", "Orange square", "Last row"):
        assert figure.legend.count(mark) == 1


def test_a_forest_alone_explains_only_what_it_draws(answer, together):
    other = NichesTogether("instagram", "orders_per_click", "typical", (), together.synthesis)
    figure = figures.forest(answer, "engagement_per_follower", [other])
    assert "diamond" not in figure.legend
    assert "further" not in figure.numbers
    assert "<td>1,200</td><td>withheld</td>" in figure.numbers


def test_where_a_niche_is_planted_its_true_ratio_is_crossed(answer):
    rows = answer.frame.assign(planted=1.25)
    true = Answer("H1", "says", "higher", rows, WHOLE)
    figure = figures.forest(true, "engagement_per_follower")
    plain = figures.forest(answer, "engagement_per_follower")
    assert "Cross: the true ratio of the invented data." in figure.legend
    assert "Cross" not in plain.legend
    assert figure.numbers == plain.numbers
    assert figure.svg.count(b"<path") - plain.svg.count(b"<path") == len(rows)


@pytest.fixture
def compare(monkeypatch):
    """A function that draws rows of the pooled comparison."""

    def draw(*rows):
        found = pd.DataFrame(rows, columns=COMPARED)
        monkeypatch.setattr(ratios, "pooled_against_stratified", lambda view, metric: found)
        return figures.pooled(None, "engagement_per_follower")

    return draw


def test_everyone_pooled_stands_beside_like_with_like(compare):
    figure = compare(
        ("tiktok, pooled", 30, 40, 0.8, 0.7, 0.9), ("tiktok, within niches", 30, 40, 1.3, 1, 2)
    )
    assert "TikTok, pooled 0.80 (0.70 to 0.90); TikTok, within niches 1.30" in figure.description
    assert compare() is None


def test_equal_factors_are_equal_distances(compare):
    """0.5, 1 and 2 lie as far apart; every interval, a factor 1.2 either way, is as wide."""
    svg = compare(
        *(
            (name, 9, 9, ratio, ratio / 1.2, ratio * 1.2)
            for name, ratio in (("a", 0.5), ("b", 1), ("c", 2))
        )
    ).svg.decode()
    dots = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+C', svg)]
    assert np.diff(dots) == pytest.approx([dots[1] - dots[0]] * 2, abs=0.11)
    lines = re.findall(r'd="M([\d.]+) ([\d.]+)L([\d.]+) \2" clip', svg)
    lengths = [float(right) - float(left) for left, _, right in lines]
    of_two = dots[1] - dots[0]
    assert lengths == pytest.approx([2 * of_two * np.log(1.2) / np.log(2)] * 3, abs=0.21)


def test_no_platform_with_a_chain_is_no_figure(monkeypatch):
    monkeypatch.setattr(ratios, "conversion_chains", lambda view: {"tiktok": "no clicks"})
    assert figures.chain(None) is None
