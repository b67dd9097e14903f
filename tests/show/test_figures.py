"""Figures: what they draw, tell and hold back, and the bytes that carry them."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas

from analysis.evidence.breakdown.niches import NichesTogether
from analysis.evidence.estimators.synthesis import random_effects
from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer
from analysis.show import figures
from analysis.show.figures import drawing, histograms, ratios
from analysis.show.figures.svg import lean

WHOLE = "1K-100K vs 100K+"
RATIOS = {"beauty": 1.5, "food": 1.2, "chess": 0.9}


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
            "ci_low": ratio / 1.2,
            "ci_high": ratio * 1.2,
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


@dataclass
class Sizes:
    """As much of a view as the figure of sizes asks for."""

    creators: pd.DataFrame
    platform: str = "all"
    niche: str = field(default="all")


def of_sizes(*followers):
    return pd.DataFrame({"platform": "tiktok", "niche": "beauty", "followers": followers})


def test_sizes_are_told_to_the_nearest_five_and_not_below():
    few, many = [50_000] * 4, [100_000] * 5 + [150_000] * 8
    figure = figures.sizes(Sizes(of_sizes(*few, *many)))
    told = re.findall(r"<tr><td>tiktok</td><td>(.*?)</td><td>(.*?)</td></tr>", figure.numbers)
    assert told == [("100K to 180K", "15")]


def test_100_000_followers_stand_right_of_the_mark():
    counts = histograms._counts(pd.Series([99_999] * 5 + [100_000] * 6))
    assert counts["from"].round().tolist() == [56234, 100_000]
    assert counts["creators"].tolist() == [5, 5]


def test_sizes_of_a_few_creators_are_no_figure():
    assert figures.sizes(Sizes(of_sizes(1000, 2000))) is None
    assert figures.sizes(Sizes(of_sizes(*[1000] * 9), niche="food")) is None


def test_the_pot_stands_beside_like_with_like(monkeypatch):
    rows = [
        ("tiktok, pooled", 30, 40, 0.8, 0.7, 0.9),
        ("tiktok, within niches", 30, 40, 1.3, 1, 2),
    ]
    columns = ["compared", "n_micro", "n_macro", "estimate", "ci_low", "ci_high"]
    found = pd.DataFrame(rows, columns=columns)
    monkeypatch.setattr(ratios, "pooled_against_stratified", lambda view, metric: found)
    figure = figures.pooled(None, "engagement_per_follower")
    assert "TikTok, pooled 0.80 (0.70 to 0.90); TikTok, within niches 1.30" in figure.description
    monkeypatch.setattr(ratios, "pooled_against_stratified", lambda view, metric: found.iloc[:0])
    assert figures.pooled(None, "engagement_per_follower") is None


def drawn(label):
    """matplotlib's own bytes, and ours."""
    with drawing.style():
        canvas = Canvas(figsize=(4, 2))
        axis = canvas.subplots()
        axis.plot([1, 2, 3], [1.23456, 2, 0.5], "o")
        axis.set_title(label)
        original = drawing.io.BytesIO()
        canvas.savefig(original, format="svg")
        return original.getvalue(), lean(original.getvalue())


def test_a_lean_drawing_keeps_every_text_and_every_mark():
    label = 'a style="fill: red" <b> id="x" & 1.23456 é'
    original, ours = (svg.decode() for svg in drawn(label))
    texts = re.compile(r"<text[^>]*>([^<]*)</text>")
    assert texts.findall(ours) == texts.findall(original)
    assert "1.23456" in ours
    assert len(ours) < 0.5 * len(original)
    places = [
        [float(x) for x in re.findall(r'<use [^>]*x="([\d.]+)"', svg)] for svg in (original, ours)
    ]
    assert len(places[0]) == 3
    assert np.allclose(*places, atol=0.051)


def test_a_lean_drawing_refers_only_to_what_it_holds():
    ours = drawn("label")[1].decode()
    referred = set(re.findall(r"#(\w+)[\")]", ours))
    assert referred
    assert referred <= set(re.findall(r' id="(\w+)"', ours))


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
        drawing.svg_of(None, marks=10**6)
