"""Behind the growth: how followers grew, and whether a creator's engagement kept pace with them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import by_platform, labels, selected_arms
from analysis.evidence.comparisons import panel_of
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, t_interval, t_p_value
from analysis.evidence.gates import ARMS, few_persons
from analysis.evidence.metrics import METRICS
from analysis.evidence.relationship.differences import Difference, difference
from analysis.evidence.view import View
from analysis.panel.relationship import KEY

_GROWTH = METRICS["follower_growth"]
TOO_ROUNDED = "steps of their rounding"  # in the reason why followers are too rounded to tell
STEPS = 10  # of rounding, that a creator's own followers have to spread over


@dataclass(frozen=True, slots=True)
class Growth:
    """Mean growth of the arms.

    Attributes:
        macro: follower range of the macro side.
        gap: of the logarithm of followers over 30 days.
    """

    macro: str
    gap: Difference


@dataclass(frozen=True, slots=True)
class OwnGrowth:
    """Engagement against a creator's own growth, in one arm.

    Attributes:
        arm: micro or macro.
        creators: accounts whose followers are known at two posts or more.
        power: per cent more engagement of a post for one per cent more followers of the same
            creator; 1 keeps pace.
    """

    arm: str
    creators: int
    power: Estimate


def growth_gaps(view: View) -> dict[str, tuple[Growth, ...] | str]:
    """Per platform, how fast followers grew: against macro and each part with enough creators.

    Tiers go by the followers at the beginning: by those at the end, who has grown would be macro.
    """
    return by_platform(selected_arms(panel_of(view, _GROWTH), view), _gaps, view=view)


def _gaps(rows: pd.DataFrame, *, view: View) -> tuple[Growth, ...]:
    rows = rows[rows[_GROWTH.exposure].notna()]
    if rows.empty:
        raise NotEstimableError(f"no {_GROWTH.needs}")
    grown = np.log((rows[_GROWTH.numerator] + 0.5) / rows[_GROWTH.exposure])
    found = []
    for macro in view.contrasts:
        inside = rows[rows["micro"] | rows["followers"].map(macro.contains).astype(bool)]
        try:
            if why := _few(inside, view):
                raise NotEstimableError(why)
            gap = difference(grown[inside.index], inside, level=view.study.level)
            found.append(Growth(str(macro), gap))
        except NotEstimableError:
            if macro == view.macro:
                raise
    return tuple(found)


def own_growth(view: View) -> dict[str, tuple[OwnGrowth, ...] | str]:
    """Per platform, whether a creator's engagement keeps pace with their own followers.

    Least squares of log interactions on log followers of the day inside creators (fixed effects);
    errors leave out whole persons. It is asked only where a creator's followers spread over ten
    steps of their rounding or more: counts of three digits move by rounding before they move by
    growth, and noise in followers pulls the power towards 0.
    """
    rows = selected_arms(view.creators, view)
    rows = rows.merge(view.growth, on=KEY, how="left", validate="one_to_one")
    return by_platform(rows, _own, view=view)


def _own(rows: pd.DataFrame, *, view: View) -> tuple[OwnGrowth, ...]:
    met = rows[rows["posts_met"].fillna(0) >= 2]
    if met.empty:
        raise NotEstimableError("no posts with the followers of their own day")
    if why := _few(met, view):
        raise NotEstimableError(why)
    if (steps := rounding_steps(met)) < STEPS:
        raise NotEstimableError(
            f"a creator's own followers spread over {steps:.2g} {TOO_ROUNDED}; at least"
            f" {STEPS} are needed"
        )
    return tuple(_powers(met, view))


def rounding_steps(rows: pd.DataFrame) -> float:
    """Steps of rounding that a typical creator's own log followers spread over.

    Args:
        rows: ``moved``, ``posts_met``, ``step`` and ``followers_after`` of each creator.

    Example:
        Followers of 100,000 in steps of 1,000, at two posts .01 apart: a deviation of .00707 is
        .707 of a step.

        >>> rows = pd.DataFrame({"moved": [5e-5], "posts_met": [2.0], "step": [1_000.0],
        ...                      "followers_after": [100_000.0]})
        >>> round(rounding_steps(rows), 3)
        0.707
    """
    spread = np.sqrt(rows["moved"].clip(lower=0) / (rows["posts_met"] - 1))
    return float((spread / (rows["step"] / rows["followers_after"])).median())


def _powers(rows: pd.DataFrame, view: View) -> Iterator[OwnGrowth]:
    for arm, is_micro in zip(ARMS, (True, False), strict=True):
        inside = rows[rows["micro"] == is_micro]
        sums = inside.groupby(labels(inside["person"]))[["moved", "moved_with"]].sum()
        whole = sums.sum()
        slope = float(whole["moved_with"] / whole["moved"])
        left = (whole["moved_with"] - sums["moved_with"]) / (whole["moved"] - sums["moved"])
        df = len(sums) - 1
        error = float(np.sqrt(df / len(sums) * ((left - slope) ** 2).sum()))
        low, high = t_interval(slope, error, df, level=view.study.level)
        p_value = t_p_value(slope - 1, error, df)
        method = "fixed effects of creators, persons left out, t"
        power = Estimate(slope, error, df, low, high, p_value, method, is_elasticity=True)
        yield OwnGrowth(arm, len(inside), power)


def _few(rows: pd.DataFrame, view: View) -> str:
    micro = rows["micro"].to_numpy(dtype=bool)
    least = view.study.minimums.creators_per_arm
    return few_persons(micro, labels(rows["person"]), least=least)
