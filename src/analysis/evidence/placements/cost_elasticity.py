"""Does cost grow faster with followers than what it buys? One slope answers."""

from dataclasses import dataclass

import numpy as np

from analysis.evidence.estimators.elasticity import follower_elasticity, usable
from analysis.evidence.estimators.estimate import (
    Estimate,
    Floats,
    Integers,
    NotEstimableError,
    t_interval,
)
from analysis.evidence.estimators.least_squares import fit


@dataclass(frozen=True, slots=True)
class CostElasticity:
    """How cost and outcome grow with followers.

    Attributes:
        cost, outcome: elasticities; their p-values are of 1.
        difference: cost minus outcome, the elasticity of cost per outcome. Above 0 a larger
            creator is dearer for what it brings, below 0 cheaper.
        low, high: interval of the difference.
    """

    cost: Estimate
    outcome: Estimate
    difference: float
    low: float
    high: float


def cost_elasticity(
    cost: Floats,
    outcome: Floats,
    followers: Floats,
    stratum: Integers,
    *,
    level: float,
    person: Integers | None = None,
) -> CostElasticity:
    """Does cost grow faster with followers than what it buys?

    The difference of two least squares slopes over the same creators is the slope of log(cost /
    outcome), so one regression gives its error: HC3, or CR3 by person, and t.

    Args:
        cost, outcome, followers: one row per creator, all positive.
        stratum: whose levels may differ.
        level: of the intervals.
        person: label of each creator's owner.

    Raises:
        NotEstimableError: a cost or an outcome of 0, which has no logarithm (leaving such
            creators out would flatter their size), or as in ``follower_elasticity``.

    Example:
        >>> size = np.array([1e3, 1e4, 1e5, 1e6, 2e3, 2e4, 2e5, 2e6])
        >>> off = np.exp([0.1, -0.1, 0.1, -0.1, -0.1, 0.1, -0.1, 0.1])
        >>> one = np.zeros(8, dtype=np.int64)
        >>> found = cost_elasticity(size**0.75 * off, size**0.9 / off, size, one, level=0.95)
        >>> round(found.cost.ratio, 2), round(found.outcome.ratio, 2), round(found.difference, 2)
        (0.75, 0.9, -0.15)
    """
    if ((cost <= 0) | (outcome <= 0)).any():
        raise NotEstimableError("some creators have no cost or no outcome, hence no logarithm")
    logs = np.log(cost), np.log(outcome)
    size = np.log(followers)
    cost_slope, outcome_slope = (
        follower_elasticity(log, size, stratum, cluster=person, level=level) for log in logs
    )
    rows = usable(logs[0] - logs[1], size, stratum, person)
    fitted = fit(rows[0], rows[1][:, None], *rows[2:])
    difference = float(fitted.coefficients[0])
    error = float(np.sqrt(fitted.covariance[0, 0]))
    if error <= 1e-12:
        raise NotEstimableError("every creator has the same cost per outcome")
    low, high = t_interval(difference, error, fitted.degrees_of_freedom, level=level)
    return CostElasticity(cost_slope, outcome_slope, difference, low, high)
