"""Figures of lines: growth with followers, and the cost of handling."""

import pandas as pd
import seaborn.objects as so
from matplotlib.axes import Axes

from analysis.evidence.breakdown.costs import break_even
from analysis.evidence.breakdown.followers import Growth, follower_growth
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.view import View
from analysis.show.figures.drawing import (
    BLUE,
    GREY,
    ORANGE,
    Figure,
    draw,
    followers_scale,
    mark_100k_and_1m,
    numbers_table,
)

_EVERY = 5  # point of a curve stands in its table


def growth(view: View, metric: str) -> Figure | None:
    """Draw whether a metric grows in proportion to followers.

    Args:
        metric: one of those per post.

    Returns:
        None where no platform has a curve.
    """
    curves = {
        platform: pd.DataFrame(
            {
                "platform": platform,
                "followers": of.curve.followers,
                "power": of.curve.elasticity,
                "low": of.curve.elasticity_low,
                "high": of.curve.elasticity_high,
            }
        )
        for platform, of in follower_growth(view, metric).items()
        if isinstance(of, Growth)
    }
    if not curves:
        return None
    points = pd.concat(curves)
    plot = (
        so.Plot(points, x="followers", y="power", ymin="low", ymax="high")
        .facet(col="platform")
        .add(so.Band(color=BLUE))
        .add(so.Line(color=BLUE))
        .scale(x=followers_scale())
        .label(x="followers", y="grows to the power")
    )
    in_words = (
        f"{platform}: from {of['power'].iloc[0]:.2f} at the smallest accounts to"
        f" {of['power'].iloc[-1]:.2f} at the largest"
        for platform, of in curves.items()
    )
    shown = pd.concat(of.iloc[::_EVERY] for of in curves.values()).round({"followers": 0})
    return Figure(
        f"Does {METRICS[metric].label} grow in proportion to followers?",
        f"Local growth with followers. {'; '.join(in_words)}",
        "1: in proportion; below 1: less. Band: interval at each size. Dots: 100K and 1M.",
        draw(plot, marks=len(points), heights=[2], finish=_mark_proportion),
        numbers_table(shown),
    )


def _mark_proportion(panel: Axes) -> None:
    mark_100k_and_1m(panel)
    panel.axhline(1, color=GREY, linewidth=0.8)


def handling(view: View) -> Figure | None:
    """Draw how much handling turns the answer about cost per order.

    Returns:
        None where no platform has costs.
    """
    found = {p: of for p, of in break_even(view).items() if isinstance(of, BreakEven)}
    if not found:
        return None
    rows = pd.DataFrame(
        [
            (platform, extra, cost + extra * placements, tier)
            for platform, of in found.items()
            for extra in (0.0, _furthest(of))
            for tier, cost, placements in (
                ("micro", of.micro_cost, of.micro_placements),
                ("macro", of.macro_cost, of.macro_placements),
            )
        ],
        columns=["platform", "extra handling per placement", "cost per order", "tier"],
    )
    plot = (
        so.Plot(rows, x="extra handling per placement", y="cost per order", color="tier")
        .facet(col="platform")
        .share(x=False)
        .add(so.Line(), legend=False)
        .scale(color={"micro": BLUE, "macro": ORANGE})
        .limit(y=(0, None))
    )
    in_words = (
        f"{platform}: {of.micro_cost:.2f} micro and {of.macro_cost:.2f} macro without extra"
        f" handling, equal at {'no amount' if of.amount is None else f'{of.amount:.2f}'}"
        for platform, of in found.items()
    )
    return Figure(
        "How much handling of a booking turns the answer?",
        f"Cost per order against extra handling cost per placement. {'; '.join(in_words)}",
        "Blue: micro; orange: macro. Where the lines cross, both cost the same per order.",
        draw(plot, marks=len(rows), heights=[2]),
        numbers_table(rows),
    )


def _furthest(found: BreakEven) -> float:
    """End of the axis: twice the break-even, or a placement's cost."""
    if found.amount is not None:
        return 2 * found.amount
    return found.micro_cost / found.micro_placements
