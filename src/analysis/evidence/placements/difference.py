"""The absolute difference between two tiers: orders per 1,000 people reached."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.evidence.estimators.estimate import Flags, Floats, Integers
from analysis.evidence.estimators.intervals import (
    arm_totals,
    error_of,
    jackknife,
    refuse_hollow_arms,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Orders per 1,000 people reached, micro minus macro.

    Attributes:
        micro_rate, macro_rate: pooled, per 1,000.
        difference: between them.
        standard_error: of the difference.
        low, high: two-sided interval at the level asked for.
        p_value: two-sided, of a difference of 0.
        method: estimator, standard error and reference distribution, in words.
    """

    micro_rate: float
    macro_rate: float
    difference: float
    standard_error: float
    low: float
    high: float
    p_value: float
    method: str


def difference_per_thousand(
    orders: Floats, reach: Floats, micro: Flags, *, level: float, person: Integers | None = None
) -> Difference:
    """How many more orders 1,000 people reached bring with micro than with macro creators.

    Raises:
        NotEstimableError: an arm has no orders (``bound_without_orders`` says what can be said),
            or one creator has all of them.

    Example:
        >>> found = difference_per_thousand(
        ...     np.array([3.0, 5, 1, 1]), np.full(4, 1000.0), np.array([True, True, False, False]),
        ...     level=0.95)
        >>> found.difference
        3.0
    """
    totals = arm_totals([orders, reach], micro, person=person)
    refuse_hollow_arms(totals, ["orders", "reach"])
    difference, changes = jackknife(_difference, totals)
    micro_rate, macro_rate = (1000 * totals[:, 0].sum(axis=1) / totals[:, 1].sum(axis=1)).tolist()
    error, freedom = error_of(changes[0], unit=micro_rate + macro_rate)
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * error
    return Difference(
        micro_rate=micro_rate,
        macro_rate=macro_rate,
        difference=float(difference[0]),
        standard_error=error,
        low=float(difference[0]) - half,
        high=float(difference[0]) + half,
        p_value=float(2 * stats.t.sf(abs(difference[0]) / error, freedom)),
        method="pooled rates, creator jackknife, t",
    )


def _difference(sums: Floats) -> Floats:
    rates = 1000 * sums[:, 0] / sums[:, 1]
    return np.asarray(rates[:1] - rates[1:])
