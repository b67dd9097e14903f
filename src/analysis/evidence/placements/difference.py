"""The absolute difference between two tiers: orders per 1,000 people reached."""

from dataclasses import dataclass

import numpy as np

from analysis.evidence.estimators.estimate import Flags, Floats, Integers, t_interval
from analysis.evidence.estimators.intervals import (
    jackknife,
    jackknife_error,
    refuse_empty_arms,
    totals_by_person,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Orders per 1,000 people reached, micro minus macro.

    Attributes:
        micro_rate, macro_rate: pooled, per 1,000.
        difference: between them.
        low, high: two-sided interval at the level asked for.
    """

    micro_rate: float
    macro_rate: float
    difference: float
    low: float
    high: float


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
    totals = totals_by_person([orders, reach], micro, person=person)
    refuse_empty_arms(totals, ["orders", "reach"])
    difference, changes = jackknife(_difference, totals)
    micro_rate, macro_rate = (1000 * totals[:, 0].sum(axis=1) / totals[:, 1].sum(axis=1)).tolist()
    error, df = jackknife_error(changes[0], unit=micro_rate + macro_rate)
    low, high = t_interval(float(difference[0]), error, df, level=level)
    return Difference(micro_rate, macro_rate, float(difference[0]), low, high)


def _difference(sums: Floats) -> Floats:
    rates = 1000 * sums[:, 0] / sums[:, 1]
    return np.asarray(rates[:1] - rates[1:])
