"""Figures of what stands behind the verdicts: growth with followers, the chain, handling."""

from functools import partial

import matplotlib as mpl
import pandas as pd
import seaborn as sns

from analysis.evidence.breakdown.conversions import conversion_chains
from analysis.evidence.breakdown.costs import break_even
from analysis.evidence.breakdown.followers import Growth, follower_growth
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.placements.chain import Chain
from analysis.evidence.view import View
from analysis.evidence.wording import with_interval
from analysis.show.figures.drawing import (
    BLUE,
    GREY,
    PALE,
    Figure,
    follower_axis,
    numbers_table,
    per_platform,
    ratio_axis,
    style,
    svg_of,
)

_BESIDE = {"col": "platform", "sharey": True}
_EXTRA, _COST = "extra handling per placement", "cost per order"


def growth(view: View, metric: str) -> Figure | None:
    """Does a metric per post grow in proportion to followers, and does that change with size?

    Args:
        metric: one of those per post.

    Returns:
        None where no platform has a curve.
    """
    growths = follower_growth(view, metric)
    found = {platform: of.curve for platform, of in growths.items() if isinstance(of, Growth)}
    if not found:
        return None
    points = pd.concat(
        pd.DataFrame(
            {
                "platform": platform,
                "followers": curve.followers.round(),
                "power": curve.elasticity,
                "low": curve.elasticity_low,
                "high": curve.elasticity_high,
            }
        )
        for platform, curve in found.items()
    )
    with style():
        canvas = per_platform(points, _power, size=(8, 2.6), **_BESIDE)
        canvas.axes[0].set_ylabel("grows to the power")
        canvas.supxlabel("followers")
        svg = svg_of(canvas, marks=len(points))
    described = "; ".join(
        f"{platform}: from {curve.elasticity[0]:.2f} at the smallest accounts to"
        f" {curve.elasticity[-1]:.2f} at the largest"
        for platform, curve in found.items()
    )
    return Figure(
        f"Does {METRICS[metric].label} grow in proportion to followers?",
        f"Local growth with followers. {described}",
        "1: in proportion; below 1: less. Band: interval at each size. Dots: 100K and 1M.",
        svg,
        numbers_table(points.groupby("platform").nth(slice(None, None, 5))),
    )


def _power(points: pd.DataFrame, axis: mpl.axes.Axes) -> None:
    axis.fill_between(points["followers"], points["low"], points["high"], alpha=0.25)
    sns.lineplot(points, x="followers", y="power", ax=axis)
    axis.axhline(1, color=GREY, linewidth=0.8)
    follower_axis(axis)


def chain(view: View) -> Figure | None:
    """At which step from reach to orders do the arms part? None where no platform has a chain."""
    rows = pd.DataFrame(
        [
            (platform, step.name, fit.ratio, fit.low, fit.high)
            for platform, of in conversion_chains(view).items()
            if isinstance(of, Chain)
            for step in (*of.steps, of.total)
            for fit in (step.estimate,)
        ],
        columns=["platform", "step", "micro / macro", "low", "high"],
    )
    if rows.empty:
        return None
    with style():
        steps = rows.groupby("platform").size()
        draw = partial(_steps, low=rows["low"].min(), high=rows["high"].max())
        size = (8, 0.8 + len(steps) * (0.6 + 0.3 * steps.max()))
        canvas = per_platform(rows, draw, size=size, row="platform", sharey=False)
        canvas.supxlabel("micro / macro")
        svg = svg_of(canvas, marks=len(rows))
    described = "; ".join(
        f"{row.platform} {row.step} {with_interval(row[3], row.low, row.high)}"
        for row in rows.itertuples()
    )
    return Figure(
        "At which step from reach to orders do the tiers part?",
        f"Ratios micro over macro of each step. {described}",
        "Bar: ratio of the step; line: its interval; 1: no difference. The steps multiply to the"
        " last bar.",
        svg,
        numbers_table(rows),
    )


def _steps(rows: pd.DataFrame, axis: mpl.axes.Axes, *, low: float, high: float) -> None:
    axis.barh(rows["step"], rows["micro / macro"] - 1, left=1, color=PALE, height=0.5)
    axis.hlines(rows["step"], rows["low"], rows["high"], color=BLUE, linewidth=1.8)
    ratio_axis(axis, low=low, high=high)


def handling(view: View) -> Figure | None:
    """How much handling of a placement turns the answer? None where no platform has costs."""
    found = {p: of for p, of in break_even(view).items() if isinstance(of, BreakEven)}
    if not found:
        return None
    rows = pd.DataFrame(
        [
            (platform, extra, cost + extra * placements, arm, of.amount)
            for platform, of in found.items()
            for extra in (0.0, _furthest(of))
            for arm, cost, placements in (
                ("micro", of.micro_cost, of.micro_placements),
                ("macro", of.macro_cost, of.macro_placements),
            )
        ],
        columns=["platform", _EXTRA, _COST, "tier", "amount"],
    )
    with style():
        canvas = per_platform(rows, _costs, size=(8, 2.6), **_BESIDE)
        canvas.axes[0].set_ylabel(_COST)
        canvas.axes[0].legend(frameon=False)
        canvas.supxlabel("extra handling cost per placement")
        svg = svg_of(canvas, marks=len(rows))
    described = "; ".join(
        f"{platform}: {of.micro_cost:.2f} micro and {of.macro_cost:.2f} macro without extra"
        f" handling, equal at {'no amount' if of.amount is None else f'{of.amount:.2f}'}"
        for platform, of in found.items()
    )
    return Figure(
        "How much handling of a booking turns the answer?",
        f"Cost per order against extra handling cost per placement. {described}",
        "Where the lines cross, both tiers cost the same per order.",
        svg,
        numbers_table(rows.drop(columns="amount")),
    )


def _costs(rows: pd.DataFrame, axis: mpl.axes.Axes) -> None:
    sns.lineplot(rows, x=_EXTRA, y=_COST, hue="tier", errorbar=None, ax=axis)
    axis.legend().remove()
    amount = rows["amount"].iloc[0]
    if pd.notna(amount):
        axis.axvline(amount, color=GREY, linewidth=0.8, linestyle=":")
    axis.set_ylim(bottom=0)


def _furthest(found: BreakEven) -> float:
    """End of the axis: well beyond the break-even, or as much as a placement costs."""
    if found.amount is not None:
        return 2 * found.amount
    return found.micro_cost / found.micro_placements
