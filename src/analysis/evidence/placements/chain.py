"""Where two tiers part on the way from people reached to orders kept, and who holds the orders.

One row is one creator with the sums of its placements; rates are pooled over creators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.intervals import (
    jackknife,
    ratio_with_t,
    refuse_empty_arms,
    totals_by_person,
)
from analysis.evidence.estimators.rows import Flags, Floats, Integers
from analysis.study.errors import UsageError

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
        estimate: their ratio micro/macro, inside strata where there are strata.
    """

    name: str
    absorbs: tuple[str, ...]
    micro_rate: float
    macro_rate: float
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The ratio from base to end and its steps' ratios.

    Attributes:
        steps: in the order of the chain; their log ratios add up to the total's.
        total: all steps as one.
    """

    steps: tuple[Step, ...]
    total: Step


def decompose(
    stages: Mapping[str, Floats],
    micro: Flags,
    *,
    level: float,
    person: Integers | None = None,
    stratum: Integers | None = None,
) -> Chain:
    """Split the ratio of orders per reach into its steps.

    log(net orders per person reached, micro/macro) is the sum over steps of log(clicks per person
    reached), log(sessions per click), log(orders per session) and log(net orders per order): an
    identity of sums, without remainder. Steps and total are recomputed without each person, so
    their errors are joint; intervals are by t. With 25 to 200 creators in an arm, log-normal reach
    and rates, 95 % intervals cover .95 to .96.

    With strata (campaigns), log ratios are taken inside each and averaged with the weights
    n_micro n_macro / n, the same for every step, so that the identity holds; strata in which an
    arm lacks something, or has all of it from one person, are left out and counted.

    Args:
        stages: sums per creator: a base such as ``reach`` or ``impressions`` first, then any of
            ``STAGES`` in their order. NaN where a creator's value is unknown.
        micro: the arm of each creator.
        level: of the intervals.
        person: label of each creator's owner; None makes every creator a person.
        stratum: label per row; None compares all with all.

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
    arm, lacking = micro[complete], tuple(name for name in STAGES if name not in stages)
    label = np.zeros(len(micro), dtype=np.int64) if stratum is None else stratum
    label = np.unique(label[complete], return_inverse=True)[1]
    inside = [label == number for number in range(label.max(initial=-1) + 1)]
    columns = [known[name] * rows for name in held for rows in inside]
    totals = totals_by_person(columns, arm, person=owner).reshape(2, len(held), len(inside), -1)
    kept = _whole_strata(totals, [name.replace("_", " ") for name in held])
    creators = np.array([[(rows & of).sum() for rows in inside] for of in (arm, ~arm)])[:, kept]
    weights = creators.prod(axis=0) / creators.sum(axis=0)
    totals, weights = totals[:, :, kept], weights / weights.sum()
    ends = totals[:, [0, -1]]
    return Chain(
        steps=_steps(held, totals, weights, lacking=lacking, level=level),
        total=_steps([held[0], held[-1]], ends, weights, lacking=lacking, level=level)[0],
    )


def _whole_strata(totals: Floats, names: list[str]) -> list[int]:
    """Strata in which both arms hold every stage.

    Each by more than one person.

    Raises:
        NotEstimableError: none does; it says why the last one does not.
    """
    kept, hollow = [], NotEstimableError("no creator has a value of every stage")
    for number in range(totals.shape[2]):
        try:
            refuse_empty_arms(totals[:, :, number], names)
            kept.append(number)
        except NotEstimableError as error:
            hollow = error
    if not kept:
        raise hollow
    return kept


def _refuse_disorder(names: list[str]) -> None:
    known = [name for name in STAGES if name in names]
    if len(names) < 2 or names[1:] != known:
        raise UsageError(
            f"a chain is a base such as reach and then some of {', '.join(STAGES)} in this order;"
            f" these are {', '.join(names) or 'none'}"
        )


def _constant(known: Mapping[str, Floats]) -> tuple[str, ...]:
    """Stages in exact proportion to the one before.

    Net orders where nothing came back are an example.
    """
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


def _log_steps(sums: Floats, weights: Floats) -> Floats:
    """Log ratios micro/macro of each step, averaged over strata.

    Args:
        sums: shape (2, stages, strata, n).
        weights: shape (strata,), adding up to 1.

    Returns:
        Shape (steps, n).
    """
    rates = np.diff(np.log(sums), axis=1)
    return np.asarray(np.einsum("k,ikn->in", weights, rates[0] - rates[1]))


def _steps(
    names: list[str], totals: Floats, weights: Floats, *, lacking: tuple[str, ...], level: float
) -> tuple[Step, ...]:
    logs, changes = jackknife(partial(_log_steps, weights=weights), totals)
    rates = totals.sum(axis=(2, 3))
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
