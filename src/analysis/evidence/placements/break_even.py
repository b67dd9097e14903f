"""How much handling one placement may cost before many small creators stop paying."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from analysis.evidence.estimators.intervals import (
    Bounds,
    fieller_from_zero,
    jackknife,
    jackknife_error,
    refuse_empty_arms,
    totals_by_person,
)
from analysis.evidence.estimators.rows import Flags, Floats, Integers

State = Literal["dearer above", "already dearer", "never dearer", "cheaper above"]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Extra cost per placement that makes the tiers' prices equal.

    Attributes:
        state: of the point estimates. Micro is ``dearer above`` the amount (cheaper now, with more
            placements per outcome); ``already dearer`` without any extra cost; ``never dearer``
            (cheaper now, and without more placements per outcome); or ``cheaper above`` the amount
            (dearer now, with fewer placements per outcome).
        amount: in the currency of the cost; None where no amount from 0 upwards makes them equal.
        interval: amounts at which the tiers are not told apart. One that begins at 0 does not
            exclude that micro is dearer already, one without upper end that it never is.
        micro_cost, macro_cost: cost per outcome without the extra.
        micro_placements, macro_placements: placements per outcome.
    """

    state: State
    amount: float | None
    interval: Bounds
    micro_cost: float
    macro_cost: float
    micro_placements: float
    macro_placements: float


def break_even_handling_cost(
    cost: Floats,
    outcome: Floats,
    placements: Floats,
    micro: Flags,
    *,
    level: float,
    person: Integers | None = None,
) -> BreakEven:
    """Extra cost per placement that makes costs per outcome equal.

    (C + h M) / O of both tiers is equal at h = (C/O macro - C/O micro) / (M/O micro - M/O macro),
    sums of cost C, placements M and outcome O. The interval is Fieller's set for this ratio of
    two differences, with their joint jackknife covariance over persons and t. On log-normal costs
    and outcomes as in ``cost_ratio`` a 95 % interval covers .959 to .971.

    Args:
        cost: per creator; handling already in it stays, and the amount comes on top.
        outcome: per creator, with those who brought none.
        placements: behind the row.
        micro: the arm of each creator.
        level: of the interval.
        person: label of each creator's owner; None makes every creator a person.

    Raises:
        NotEstimableError: an arm has no outcome, or one creator brought all of it, or nothing
            varies.

    Example:
        Micro: 2 a click from 3 placements per 100 clicks; macro: 5 from 1. At 150 each, both
        are at 6.5.

        >>> found = break_even_handling_cost(
        ...     np.array([90.0, 110, 400, 600]), np.array([40.0, 60, 90, 110]),
        ...     np.array([1.0, 2, 1, 1]), np.array([True, True, False, False]), level=0.95)
        >>> found.state, round(found.amount, 6)
        ('dearer above', 150.0)
    """
    totals = totals_by_person([cost, placements, outcome], micro, person=person)
    refuse_empty_arms(totals[:, 1:], ["placements", "outcome"])
    sums = totals.sum(axis=-1)
    costs, placed = (sums[:, :2] / sums[:, 2:]).T.tolist()
    (saved, added), changes = jackknife(_differences, totals)
    if max(abs(added), np.abs(changes[1]).max()) <= 1e-12 * max(placed):
        added, changes = 0.0, changes * [[1.0], [0.0]]  # placements in proportion to outcomes
    at = saved / added if added else 0.0
    df = jackknife_error(changes[0] - at * changes[1], unit=max(costs) or 1.0)[1]
    interval = fieller_from_zero(
        float(saved),
        float(added),
        changes @ changes.T,
        quantile=float(stats.t.ppf((1 + level) / 2, df)),
    )
    state, reached = _state(float(saved), float(added))
    return BreakEven(state, float(at) if reached else None, interval, *costs, *placed)


def _differences(sums: Floats) -> Floats:
    """Cost that micro saves and placements it adds, per outcome."""
    cost, placements, outcome = sums[:, 0], sums[:, 1], sums[:, 2]
    saved, added = cost / outcome, placements / outcome
    return np.array([saved[1] - saved[0], added[0] - added[1]])


def _state(saved: float, added: float) -> tuple[State, bool]:
    """The state, and whether any amount makes the tiers equal."""
    if saved > 0:
        return ("dearer above", True) if added > 0 else ("never dearer", False)
    return ("cheaper above", True) if added < 0 else ("already dearer", False)
