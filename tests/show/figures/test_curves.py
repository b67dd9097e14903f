"""Figures of lines: where they begin and end, in words and numbers."""

from types import SimpleNamespace

import numpy as np
import pytest

from analysis.show import figures
from analysis.show.figures import curves


@pytest.mark.parametrize(
    ("amount", "said", "furthest"),
    [(15.0, "EUR\N{NO-BREAK SPACE}15.00", 30), (None, "no amount", 20)],
)
def test_handling_is_drawn_well_beyond_the_break_even(monkeypatch, amount, said, furthest):
    """Micro: 40 an order and 2 placements an order; 20 a placement where nothing breaks even."""
    costs = {"micro_cost": 40.0, "macro_cost": 70.0, "micro_placements": 2, "macro_placements": 1}
    found = curves.BreakEven("dearer above", amount, None, **costs)
    monkeypatch.setattr(curves, "break_even", lambda view: {"tiktok": found, "youtube": "no fee"})
    figure = figures.handling(SimpleNamespace(currency="EUR"))
    [panel] = figure.panels
    assert panel.title == "TikTok"
    amounts = "EUR\N{NO-BREAK SPACE}40.00 micro and EUR\N{NO-BREAK SPACE}70.00 macro"
    assert panel.description == f"{amounts} without extra handling, equal at {said}"
    last = 40 + 2 * furthest
    assert f"<td>{furthest}</td><td>{last}</td><td>micro</td>" in figure.numbers
    assert f"<td>{furthest}</td><td>{70 + furthest}</td><td>macro</td>" in figure.numbers
    assert "youtube" not in figure.numbers


def test_a_curve_is_told_by_its_ends_and_every_fifth_point(monkeypatch):
    grid = np.geomspace(1_000, 1_000_000, 11)
    power = np.linspace(1.2, 0.7, 11)
    curve = SimpleNamespace(
        followers=grid, elasticity=power, elasticity_low=power - 0.1, elasticity_high=power + 0.1
    )
    found = {"tiktok": curves.Growth(None, curve, None, 99), "youtube": "too few"}
    monkeypatch.setattr(curves, "follower_growth", lambda view, metric: found)
    figure = figures.growth(None, "engagement_per_post")
    [panel] = figure.panels
    assert panel.description == "From 1.20 at the smallest accounts to 0.70 at the largest"
    assert figure.numbers.count("<tr><td>tiktok</td>") == 3
    assert "<td>31,623</td><td>0.95</td><td>0.85</td><td>1.05</td>" in figure.numbers


def test_without_a_line_there_is_no_figure(monkeypatch):
    monkeypatch.setattr(curves, "break_even", lambda view: {"tiktok": "no fee"})
    monkeypatch.setattr(curves, "follower_growth", lambda view, metric: {"tiktok": "too few"})
    assert figures.handling(SimpleNamespace(currency="")) is None
    assert figures.growth(None, "engagement_per_post") is None
