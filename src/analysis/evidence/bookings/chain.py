"""Where two tiers part on the way from people reached to orders kept, and who holds the orders.

One row is one creator with the sums of its placements; rates are pooled over creators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from analysis.errors import UsageError
from analysis.evidence.bookings.intervals import (
    arm_totals,
    error_of,
    jackknife,
    ratio_with_t,
    refuse_hollow_arms,
)
from analysis.evidence.estimators.estimate import (
    Estimate,
    Flags,
    Floats,
    Integers,
    NotEstimableError,
)

STAGES = ("clicks", "sessions", "orders", "net_orders")  # after the base, in this order
_ONE_OF = {
    "reach": "person reached",
    "impressions": "impression",
    "views": "view",
    "clicks": "click",
    "sessions": "session",
    "orders": "order",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain, or all of it.

    Attributes:
        name: what is divided by what, like ``clicks per person reached``.
        absorbs: stages in between that the data lack; what happens there is inside this step.
        micro_rate, macro_rate: pooled rates of the arms.
        estimate: their ratio micro/macro.
    """

    name: str
    absorbs: tuple[str, ...]
    micro_rate: float
    macro_rate: float
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The ratio of two tiers from base to end, and the steps whose product it is.

    Attributes:
        steps: in the order of the chain; their log ratios add up to the total's.
        total: all steps as one.
        covariance: of the steps' log ratios, shape (steps, steps); it adds up to the total's
            variance.
        lacking: stages that the data do not hold. The next step absorbs them; ``net_orders`` has
            no next step, so without it orders are counted before refunds.
        constant: stages with one and the same rate for every creator, whose step is exactly 1.
        n_micro, n_macro: creators counted.
        left_out: creators that lack a value of some stage.
    """

    steps: tuple[Step, ...]
    total: Step
    covariance: Floats
    lacking: tuple[str, ...]
    constant: tuple[str, ...]
    n_micro: int
    n_macro: int
    left_out: int


def decompose(
    stages: Mapping[str, Floats], micro: Flags, *, level: float, person: Integers | None = None
) -> Chain:
    """Split the ratio of orders per person reached into the ratios of its steps.

    log(net orders per person reached, micro/macro) is the sum over steps of log(clicks per person
    reached), log(sessions per click), log(orders per session) and log(net orders per order): an
    identity of sums, without remainder. Steps and total are recomputed without each person, so
    their errors are joint; intervals are by t. With 25 to 200 creators in an arm, log-normal reach
    and rates, 95 % intervals cover .95 to .96.

    Args:
        stages: sums per creator: a base such as ``reach`` or ``impressions`` first, then any of
            ``STAGES`` in their order. NaN where a creator's value is unknown.
        micro: the arm of each creator.
        level: of the intervals.
        person: label of each creator's owner; None makes every creator a person.

    Raises:
        UsageError: no base, no stage, or stages unknown or out of order.
        NotEstimableError: an arm has nothing of a stage, or one creator has all of it.

    Example:
        >>> reach = np.array([1000.0, 3000, 2000, 6000])
        >>> clicks = np.array([20.0, 120, 40, 60])
        >>> orders = np.array([4.0, 10, 3, 2])
        >>> tier = np.array([True, True, False, False])
        >>> found = decompose(
        ...     {"reach": reach, "clicks": clicks, "orders": orders}, tier, level=0.95)
        >>> for step in (*found.steps, found.total):
        ...     print(step.name, step.absorbs, round(step.estimate.ratio, 2))
        clicks per person reached () 2.8
        orders per click ('sessions',) 2.0
        orders per person reached ('sessions',) 5.6
    """
    _refuse_disorder(list(stages))
    complete = np.isfinite(np.array(list(stages.values()))).all(axis=0)
    known = {name: values[complete] for name, values in stages.items()}
    constant = _constant(known)
    held = [name for name in known if name not in constant]
    owner = None if person is None else person[complete]
    arm = micro[complete]
    totals = arm_totals([known[name] for name in held], arm, person=owner)
    refuse_hollow_arms(totals, [name.replace("_", " ") for name in held])
    lacking = tuple(name for name in STAGES if name not in stages)
    ends = totals[:, [0, -1]]
    return Chain(
        steps=_steps(held, totals, lacking=lacking, level=level),
        total=_steps([held[0], held[-1]], ends, lacking=lacking, level=level)[0],
        covariance=_covariance(totals),
        lacking=lacking,
        constant=constant,
        n_micro=int(arm.sum()),
        n_macro=int((~arm).sum()),
        left_out=int((~complete).sum()),
    )


def _refuse_disorder(names: list[str]) -> None:
    known = [name for name in STAGES if name in names]
    if len(names) < 2 or names[1:] != known:
        raise UsageError(
            f"a chain is a base such as reach and then some of {', '.join(STAGES)} in this order;"
            f" these are {', '.join(names) or 'none'}"
        )


def _constant(known: Mapping[str, Floats]) -> tuple[str, ...]:
    """Stages in exact proportion to the one before, like net orders where nothing came back."""
    (_, before), *later = known.items()
    found = []
    for name, values in later:
        scale = values.sum() * before.sum()
        if scale > 0 and np.allclose(values * before.sum(), before * values.sum(), 1e-12, 0):
            found.append(name)
        else:
            before = values
    if len(found) == len(later):
        raise NotEstimableError("every creator has the same rates, so nothing tells spread")
    return tuple(found)


def _log_steps(sums: Floats) -> Floats:
    """Log ratios micro/macro of each stage to the one before; sums have shape (2, stages, n)."""
    rates = np.diff(np.log(sums), axis=1)
    return np.asarray(rates[0] - rates[1])


def _covariance(totals: Floats) -> Floats:
    changes = jackknife(_log_steps, totals)[1]
    return np.asarray(changes @ changes.T)


def _steps(
    names: list[str], totals: Floats, *, lacking: tuple[str, ...], level: float
) -> tuple[Step, ...]:
    logs, changes = jackknife(_log_steps, totals)
    rates = totals.sum(axis=-1)
    rates = rates[:, 1:] / rates[:, :-1]
    order = [names[0], *STAGES]
    return tuple(
        Step(
            name=f"{after.replace('_', ' ')} per {_ONE_OF.get(before, before)}",
            absorbs=tuple(
                name
                for name in lacking
                if order.index(before) < order.index(name) < order.index(after)
            ),
            micro_rate=float(rates[0, i]),
            macro_rate=float(rates[1, i]),
            estimate=ratio_with_t(
                float(logs[i]), changes[i], level=level, method="pooled rates, creator jackknife, t"
            ),
        )
        for i, (before, after) in enumerate(pairwise(names))
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
