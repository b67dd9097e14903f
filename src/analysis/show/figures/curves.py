"""Figures of what stands behind the verdicts: growth with followers, the chain, handling."""

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from analysis.evidence.breakdown.conversions import conversion_chains
from analysis.evidence.breakdown.costs import break_even
from analysis.evidence.breakdown.curves import Growth, follower_growth
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.placements.chain import Chain
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.show.figures.drawing import (
    Figure,
    follower_count,
    numbers_table,
    ratio_axis,
    style,
    svg_of,
)


def growth(view: View, metric: str) -> Figure | None:
    """Does a metric per post grow in proportion to followers, and does that change with size?

    Args:
        metric: one of those per post.

    Returns:
        None where no platform has a curve.
    """
    found = {
        platform: of
        for platform, of in follower_growth(view, metric).items()
        if isinstance(of, Growth)
    }
    if not found:
        return None
    with style():
        canvas, axes = _panels(len(found))
        for axis, (platform, of) in zip(axes, found.items(), strict=True):
            curve = of.curve
            axis.fill_between(
                curve.followers, curve.elasticity_low, curve.elasticity_high, alpha=0.25
            )
            axis.plot(curve.followers, curve.elasticity)
            axis.axhline(1, color="#555555", linewidth=0.8)
            for mark in (100_000, 1_000_000):
                axis.axvline(mark, color="#555555", linewidth=0.8, linestyle=":")
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: follower_count(value)))
            axis.set_title(platform_name(platform), loc="left")
        axes[0].set_ylabel("grows to the power")
        canvas.supxlabel("followers")
        svg = svg_of(canvas, marks=41 * len(found))
    described = "; ".join(
        f"{platform}: from {of.curve.elasticity[0]:.2f} at the smallest accounts to"
        f" {of.curve.elasticity[-1]:.2f} at the largest"
        for platform, of in found.items()
    )
    return Figure(
        f"Does {METRICS[metric].label} grow in proportion to followers?",
        f"Local growth with followers. {described}",
        "1: in proportion; below 1: less. Band: interval at each size. Dots: 100K and 1M.",
        svg,
        numbers_table(_curve_points(found)),
    )


def _curve_points(found: dict[str, Growth]) -> pd.DataFrame:
    """Every fifth point of the curves."""
    return pd.concat(
        pd.DataFrame(
            {
                "platform": platform,
                "followers": of.curve.followers.round(),
                "power": of.curve.elasticity,
                "low": of.curve.elasticity_low,
                "high": of.curve.elasticity_high,
            }
        ).iloc[::5]
        for platform, of in found.items()
    )


def chain(view: View) -> Figure | None:
    """At which step from reach to orders do the tiers part? None where no platform has a chain."""
    found = {p: of for p, of in conversion_chains(view).items() if isinstance(of, Chain)}
    if not found:
        return None
    rows = pd.DataFrame(
        [
            (platform, step.name, fit.ratio, fit.low, fit.high)
            for platform, of in found.items()
            for step in (*of.steps, of.total)
            for fit in (step.estimate,)
        ],
        columns=["platform", "step", "micro / macro", "low", "high"],
    )
    with style():
        tallest = rows.groupby("platform").size().max()
        canvas = Canvas(figsize=(8, 0.8 + len(found) * (0.6 + 0.3 * tallest)), layout="constrained")
        axes = canvas.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axis, (platform, of) in zip(axes, rows.groupby("platform"), strict=True):
            axis.barh(of["step"], of["micro / macro"] - 1, left=1, color="#9fc5e8", height=0.5)
            axis.hlines(of["step"], of["low"], of["high"], color="#0b5394", linewidth=1.8)
            ratio_axis(axis, low=rows["low"].min(), high=rows["high"].max())
            axis.set_title(platform_name(platform), loc="left")
        axes[-1].set_xlabel("micro / macro")
        svg = svg_of(canvas, marks=len(rows))
    described = "; ".join(
        f"{row.platform} {row.step} {row[3]:.2f} ({row.low:.2f} to {row.high:.2f})"
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


def handling(view: View) -> Figure | None:
    """How much handling of a booking turns the answer? None where no platform has costs."""
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
    with style():
        canvas, axes = _panels(len(found))
        for axis, (platform, of) in zip(axes, rows.groupby("platform"), strict=True):
            for tier, line in of.groupby("tier", sort=False):
                axis.plot(line.iloc[:, 1], line["cost per order"], label=tier)
            amount = found[str(platform)].amount
            if amount is not None:
                axis.axvline(amount, color="#555555", linewidth=0.8, linestyle=":")
            axis.set_title(platform_name(platform), loc="left")
            axis.set_ylim(bottom=0)
        axes[0].set_ylabel("cost per order")
        axes[0].legend(frameon=False)
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
        numbers_table(rows),
    )


def _furthest(found: BreakEven) -> float:
    """End of the axis: well beyond the break-even, or as much as a placement costs."""
    if found.amount is not None:
        return 2 * found.amount
    return found.micro_cost / found.micro_placements


def _panels(count: int) -> tuple[Canvas, list[mpl.axes.Axes]]:
    canvas = Canvas(figsize=(8, 2.6), layout="constrained")
    return canvas, list(canvas.subplots(1, count, sharey=True, squeeze=False)[0])
