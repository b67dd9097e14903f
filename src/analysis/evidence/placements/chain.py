"""Where two tiers part on the way from people reached to orders kept.

One row is one creator, or one creator in one campaign, with the sums of its placements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.intervals import refuse_empty_arms, totals_by_person
from analysis.evidence.estimators.rate_ratio import (
    Held,
    arranged,
    from_changes,
    held_by_person,
    log_ratios,
    model_skewness,
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
    permutations: int,
    seed: int,
    person: Integers | None = None,
    stratum: Integers | None = None,
) -> Chain:
    """Split the ratio of orders per reach into its steps.

    The ratio of each stage per person reached is the portfolio's, as ``rate_ratio`` computes it;
    a step is the ratio of its stage over that of the stage before. So log(net orders per person
    reached, micro/macro) is the sum over steps of log(clicks per person reached), log(sessions per
    click), log(orders per session) and log(net orders per order), without remainder, and the total
    has the portfolio's interval. Errors leave out the same persons at every stage, and the arms
    are permuted alike.

    With strata (campaigns), every step weighs them by people reached, so that the identity holds:
    a step in the middle can then differ from the portfolio's ratio of the same name.

    Args:
        stages: sums per row: a base such as ``reach`` or ``impressions`` first, then any of
            ``STAGES`` in their order. NaN where a value is unknown.
        micro: the arm of each row.
        level: of the intervals.
        permutations: arrangements of the arms to draw.
        seed: of the arrangements.
        person: label of each row's owner; None makes every row a person.
        stratum: label per row; None compares all with all.

    Raises:
        UsageError: no base, no stage, or stages unknown or out of order.
        NotEstimableError: an arm has nothing of a stage, or one person has all of it.

    Example:
        >>> reach = np.array([1000.0, 3000, 2000, 6000])
        >>> clicks = np.array([20.0, 120, 40, 60])
        >>> orders = np.array([4.0, 10, 3, 2])
        >>> found = decompose({"reach": reach, "clicks": clicks, "orders": orders},
        ...                   np.arange(4) < 2, level=0.95, permutations=99, seed=1)
        >>> for step in (*found.steps, found.total):
        ...     print(step.name, step.absorbs, round(step.estimate.ratio, 2))
        clicks per person reached () 2.8
        orders per click ('sessions',) 2.0
        orders per person reached ('sessions',) 5.6
    """
    _refuse_disorder(list(stages))
    label = np.zeros(len(micro), dtype=np.int64) if stratum is None else stratum
    owner = np.arange(len(micro)) if person is None else person
    kept = np.isfinite(np.array(list(stages.values()))).all(axis=0)
    both = [np.isin(label, label[kept & arm]) for arm in (micro, ~micro)]
    kept &= np.logical_and(*both)
    known = {name: values[kept] for name, values in stages.items()}
    names = [name for name in known if name not in _constant(known)]
    totals = totals_by_person([known[name] for name in names], micro[kept], person=owner[kept])
    refuse_empty_arms(totals, [name.replace("_", " ") for name in names])
    rates = totals.sum(axis=2)
    per_base = {
        name: held_by_person(known[name], known[names[0]], micro[kept], label[kept], owner[kept])
        for name in names
    }
    lacking = tuple(name for name in STAGES if name not in stages)

    def step(before: str, after: str) -> Step:
        ends = rates[:, names.index(after)] / rates[:, names.index(before)]
        return Step(
            name=f"{after.replace('_', ' ')} per {_ONE_OF.get(before, before)}",
            absorbs=tuple(_between(before, after, [names[0], *STAGES], lacking)),
            micro_rate=float(ends[0]),
            macro_rate=float(ends[1]),
            estimate=_step(
                per_base[before], per_base[after], level=level, permutations=permutations, seed=seed
            ),
        )

    return Chain(
        steps=tuple(step(*ends) for ends in pairwise(names)), total=step(names[0], names[-1])
    )


def _step(before: Held, after: Held, *, level: float, permutations: int, seed: int) -> Estimate:
    """The ratio of the later stage per base over that of the earlier one."""
    whole = [log_ratios(held) for held in (after, before)]

    def under(count: int) -> Iterator[tuple[Floats, Floats]]:
        alike = (arranged(held, count, np.random.default_rng(seed)) for held in (after, before))
        for later, earlier in zip(*alike, strict=True):
            yield later[0] - earlier[0], later[1] - earlier[1]

    return from_changes(
        float(whole[0][0][0] - whole[1][0][0]),
        whole[0][1][0] - whole[1][1][0],
        level=level,
        weight="exposure",
        skewness=model_skewness(replace(after, exposures=before.counts), "exposure"),
        permutations=permutations,
        under=under,
    )


def _between(before: str, after: str, order: list[str], lacking: tuple[str, ...]) -> Iterator[str]:
    return (
        name for name in lacking if order.index(before) < order.index(name) < order.index(after)
    )


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
