"""Figures of lines: growth with followers, and the cost of handling."""

import pandas as pd
import seaborn as sns

from analysis.evidence.breakdown.costs import break_even
from analysis.evidence.breakdown.followers import Growth, follower_growth
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.view import View
from analysis.evidence.wording import money, platform_name
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import (
    Area,
    Figure,
    Margins,
    Panel,
    follower_axis,
    label_axis,
    panel,
    write,
)
from analysis.show.figures.numbers import numbers_table

_EVERY = 5  # point of a curve stands in its table
_MARGINS = Margins(left=52, right=34, top=22, bottom=40)
_HEIGHT = 240


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
    bounds = (
        min(of["low"].min() for of in curves.values()),
        max(of["high"].max() for of in curves.values()),
    )
    shown = pd.concat(of.iloc[::_EVERY] for of in curves.values()).round({"followers": 0})
    return Figure(
        f"Does {METRICS[metric].label} grow in proportion to followers?",
        "Local growth, to the power of followers: 1 is in proportion, below 1 less. Band: interval"
        " at each size. Dotted: 100,000 and a million followers.",
        tuple(_growth_panel(name, of, bounds, len(curves)) for name, of in curves.items()),
        numbers_table(shown),
    )


def _growth_panel(
    platform: str, of: pd.DataFrame, bounds: tuple[float, float], beside: int
) -> Panel:
    def paint(area: Area) -> None:
        axes = area.axes
        follower_axis(area, of["followers"].min(), of["followers"].max())
        axes.set_ylim(min(bounds[0], 0.9) - 0.05, max(bounds[1], 1.1) + 0.05)
        axes.axhline(1, color=LIGHT["ink"], linewidth=1)
        axes.fill_between(of["followers"], of["low"], of["high"], color=LIGHT["band"], linewidth=0)
        sns.lineplot(of, x="followers", y="power", ax=axes, color=LIGHT["link"], linewidth=2)
        label_axis(area, across="followers", up="grows to the power")

    return panel(
        platform_name(platform),
        f"From {of['power'].iloc[0]:.2f} at the smallest accounts to"
        f" {of['power'].iloc[-1]:.2f} at the largest",
        paint,
        margins=_MARGINS,
        height=_HEIGHT,
        marks=len(of),
        beside=beside,
    )


def handling(view: View) -> Figure | None:
    """Draw how much handling turns the answer about cost per order.

    Returns:
        None where no platform has costs.
    """
    found = {p: of for p, of in break_even(view).items() if isinstance(of, BreakEven)}
    if not found:
        return None
    unit = f" ({view.currency})" if view.currency else ""
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
    by_platform = dict([*rows.groupby("platform", sort=False)])
    return Figure(
        "How much handling of a booking turns the answer?",
        "Cost per order against extra handling cost per placement. Where the lines cross, both cost"
        " the same per order.",
        tuple(
            _handling_panel(platform, by_platform[platform], of, view.currency, len(found))
            for platform, of in found.items()
        ),
        numbers_table(rows.rename(columns={"cost per order": f"cost per order{unit}"})),
    )


def _handling_panel(
    platform: str, rows: pd.DataFrame, of: BreakEven, currency: str, beside: int
) -> Panel:
    top = 1.15 * rows["cost per order"].max()

    def paint(area: Area) -> None:
        area.axes.set_ylim(0, top)
        area.axes.margins(x=0)
        area.axes.locator_params(nbins=4)
        for tier, line in rows.groupby("tier", sort=False):
            area.axes.plot(
                line["extra handling per placement"],
                line["cost per order"],
                color=LIGHT[str(tier)],
                linewidth=2,
            )
        ends = rows.groupby("tier", sort=False)["cost per order"].last()
        for tier, sign in (("micro", "●"), ("macro", "■")):
            upper = ends[tier] >= ends.max()
            y = ends[tier] / top * area.height + (14 if upper else -14)
            write(area, area.width, y, f"{sign} {tier}", colour=tier, align="right", bold=True)
        label_axis(area, across=f"extra handling per placement{unit}", up=f"cost per order{unit}")

    unit = f" ({currency})" if currency else ""
    equal = "no amount" if of.amount is None else money(of.amount, currency)
    return panel(
        platform_name(platform),
        f"{money(of.micro_cost, currency)} micro and {money(of.macro_cost, currency)} macro without"
        f" extra handling, equal at {equal}",
        paint,
        margins=_MARGINS,
        height=_HEIGHT,
        marks=len(rows),
        beside=beside,
    )


def _furthest(found: BreakEven) -> float:
    """End of the axis: twice the break-even, or a placement's cost."""
    if found.amount is not None:
        return 2 * found.amount
    return found.micro_cost / found.micro_placements
