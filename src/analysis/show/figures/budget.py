"""Figure of a budget: what one campaign brings by how much of it goes to micro creators."""

import pandas as pd

from analysis.decisions.decide import Decision
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import Area, Figure, Margins, label_axis, panel
from analysis.show.figures.numbers import numbers_table

_EVERY = 10  # point of a curve stands in its table
_MARGINS = Margins(left=64, right=20, top=28, bottom=40)
_HEIGHT = 280


def split(decision: Decision) -> Figure | None:
    """Draw the outcome of one campaign by micro's share of its budget.

    Returns:
        None where the split is refused.
    """
    found = decision.split
    if found is None:
        return None
    points = found.curve.assign(share=100 * found.curve["share"])
    tier, outcome = decision.tiers[0], decision.outcome
    axis = f"share of the budget for {tier} (%)"

    def paint(area: Area) -> None:
        axes = area.axes
        axes.set_ylim(0, 1.08 * points["high"].max())
        axes.margins(x=0)
        axes.locator_params(nbins=5)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        near = [100 * end for end in found.nearly]
        axes.axvspan(near[0], near[1], color=LIGHT["tint"], linewidth=0)
        axes.fill_between(
            points["share"], points["low"], points["high"], color=LIGHT["band"], linewidth=0
        )
        axes.plot(points["share"], points["middle"], color=LIGHT["link"], linewidth=2)
        axes.axvline(100 * found.share_now, color=LIGHT["ink"], linewidth=1, linestyle="--")
        label_axis(area, across=axis, up=f"{outcome} per campaign")

    first, last = points.iloc[0], points.iloc[-1]
    numbers = points.iloc[::_EVERY][["share", "middle", "low", "high"]].round(0).astype("int64")
    return Figure(
        f"How many {outcome} does a campaign bring, by the share of {tier}?",
        "Line and band: middle and 80 % range. Dashed: today's mix. Tint: within 2 % of the best.",
        (
            panel(
                "",
                f"{_point(first)} to {_point(last)}; today's mix is {100 * found.share_now:.0f} %",
                paint,
                margins=_MARGINS,
                height=_HEIGHT,
                marks=len(points),
            ),
        ),
        numbers_table(numbers.rename(columns={"share": axis, "middle": outcome})),
    )


def _point(point: pd.Series) -> str:
    return (
        f"{point['middle']:,.0f} ({point['low']:,.0f} to {point['high']:,.0f}) at"
        f" {point['share']:.0f} %"
    )
