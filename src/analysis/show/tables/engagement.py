"""Tables along the follower counts: steps, pooled against stratified, growth."""

import numpy as np
import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.followers import (
    Growth,
    follower_growth,
    follower_steps,
    pooled_against_stratified,
)
from analysis.evidence.metrics import METRICS
from analysis.evidence.view import View
from analysis.evidence.wording import (
    MISSING,
    SHOWN,
    count,
    counts_of_arms,
    p_value,
    platform_name,
    short_ratio,
    with_interval,
)
from analysis.panel.suppression import suppress
from analysis.show.tables.layout import per_platform, sentences, table
from analysis.study.contract import PLATFORM_NAMES
from analysis.study.ranges import FollowerRange


def steps(view: View, metric: str) -> GT | HTML:
    """Show typical rates by follower steps: a jump or a slope.

    How many a whole tier has is told elsewhere, so a count that is withheld takes another one of
    its tier along.
    """
    rows, of = follower_steps(view, metric), METRICS[metric]
    if rows.empty:
        return sentences([f"{of.label}, by followers: no {of.needs} here."])
    is_micro = rows["step"].map(lambda step: view.micro.contains(FollowerRange.parse(step).low))
    held = [
        suppress(tier, down="known")
        for _, tier in rows[["creators"]].groupby([rows["platform"], is_micro], sort=False)
    ]
    shown = pd.DataFrame(
        {
            "where": rows["platform"].map(platform_name),
            "followers": rows["step"],
            "creators": pd.concat(held)["creators"].map(count),
            "typical rate": [_rate(value * of.per) for value in rows["rate"]],
            "interval": [
                f"{_rate(low * of.per)} to {_rate(high * of.per)}" if pd.notna(low) else MISSING
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
        }
    )
    return table(shown, title=f"{of.label}, by followers", first="where")


def _rate(value: float) -> str:
    return MISSING if pd.isna(value) else f"{value:.3g}"


def pooled(view: View, metric: str) -> GT:
    """Show the pooled comparison beside the one within strata (Simpson's paradox)."""
    rows = pooled_against_stratified(view, metric)
    shown = pd.DataFrame(
        {
            "compared": rows["compared"].replace(PLATFORM_NAMES, regex=True),
            "creators": [counts_of_arms(row) for row in rows.to_dict("records")],
            "micro / macro": [short_ratio(*row) for row in rows[SHOWN].to_numpy()],
        }
    )
    title = f"{METRICS[metric].label}: pooled, and like with like"
    return table(shown, title=title, first="compared")


def growth(view: View, metric: str) -> GT | HTML:
    """Show growth with followers and whether it turns."""
    return per_platform(
        follower_growth(view, metric),
        {
            "grows with followers to the power": lambda of: with_interval(
                of.elasticity.ratio, of.elasticity.low, of.elasticity.high
            ),
            "rises and then falls": _turn,
            "creators": lambda of: count(
                suppress(pd.DataFrame({"creators": [of.creators]}))["creators"].iloc[0]
            ),
        },
        title=f"{METRICS[metric].label}, along the follower counts",
    )


def _turn(found: Growth) -> str:
    turn = found.turn
    said = "not shown"
    if turn.p_value < 0.05 and turn.turning_point is not None:
        said = f"yes, from about {np.exp(turn.turning_point):,.0f} followers"
    return f"{said} (p {p_value(turn.p_value)})"
