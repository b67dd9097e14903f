"""What an outcome costs: full cost of a placement, cost per outcome of a tier, tiers compared.

Cost per outcome is always a ratio of sums. The mean of creators' own costs per outcome is
another number: with log-normal outcomes of sd 1 it is 1.8 times too high however many creators
there are, and one creator without an order makes it infinite. Return on spend is the same ratio
upside down, ``ratio_of_sums(revenue, cost)``; all ratios here are free of the currency.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.errors import UsageError
from analysis.evidence.bookings.intervals import ARMS, Bounds, arm_totals, fieller_from_zero
from analysis.evidence.estimators.estimate import (
    Estimate,
    Flags,
    Floats,
    Integers,
    NotEstimableError,
)
from analysis.evidence.estimators.portfolio import pooled_rate_ratio

COMPONENTS = ("fee", "product_cost", "agency_fee", "boost_spend", "handling_hours")


@dataclass(frozen=True, slots=True, eq=False)
class FullCost:
    """What placements cost, all known components together.

    Attributes:
        amount: cost of each row that is ``known``, in the currency of the components.
        known: shape (rows,), rows with a value in every present component.
        present: components that some row states; the amount is their sum.
        absent: component -> why it is not part of the amount.
        blank: present component -> rows without a value.
        taken_as_zero: components whose blanks were declared to be 0.
    """

    amount: Floats
    known: Flags
    present: tuple[str, ...]
    absent: Mapping[str, str]
    blank: Mapping[str, int]
    taken_as_zero: tuple[str, ...]


def full_cost(
    components: Mapping[str, Floats],
    *,
    hourly_rate: float | None,
    blank_is_zero: Collection[str] = (),
) -> FullCost:
    """Add up fee, product, agency, boost and handling hours at an hourly rate, row by row.

    A blank is unknown, not free: a row that lacks a component which other rows state has no
    known cost. Where a blank does mean 0 (no agency, no boost), the caller says so. A component
    that no row states is left out of every row alike and named, never counted as 0.

    Args:
        components: ``COMPONENTS`` -> one amount (or hours) per row, NaN where blank.
        hourly_rate: cost of an hour of handling; None leaves handling out.
        blank_is_zero: components in which a blank means 0, if any row states them.

    Raises:
        UsageError: an unknown component.
        NotEstimableError: no row states a cost, or none states all that others do.

    Example:
        >>> cost = full_cost(
        ...     {"fee": np.array([100.0, np.nan, 0.0]), "handling_hours": np.array([2.0, 1, 1])},
        ...     hourly_rate=30)
        >>> cost.amount.tolist(), cost.known.tolist(), cost.blank["fee"]
        ([160.0, 30.0], [True, False, True], 1)
        >>> sorted(cost.absent)
        ['agency_fee', 'boost_spend', 'product_cost']
    """
    if unknown := {*components, *blank_is_zero} - {*COMPONENTS}:
        raise UsageError(f"no cost component {sorted(unknown)}; there are {', '.join(COMPONENTS)}")
    stated = [name for name in COMPONENTS if np.isfinite(components.get(name, np.empty(0))).any()]
    absent = {name: "no row states it" for name in COMPONENTS if name not in stated}
    if hourly_rate is None and "handling_hours" in stated:
        absent["handling_hours"] = "no hourly rate is given"
    present = tuple(name for name in stated if name not in absent)
    if not present:
        raise NotEstimableError("no placement states what it cost")
    price = {"handling_hours": hourly_rate or 0.0}
    amounts = np.array([components[name] * price.get(name, 1.0) for name in present])
    blanks = np.isnan(amounts)
    zero = np.isin(present, list(blank_is_zero))
    known = ~(blanks & ~zero[:, None]).any(axis=0)
    if not known.any():
        raise NotEstimableError(f"no placement states all of {', '.join(present)}")
    return FullCost(
        amount=np.nan_to_num(amounts[:, known]).sum(axis=0),
        known=known,
        present=present,
        absent=absent,
        blank=dict(zip(present, blanks.sum(axis=1).tolist(), strict=True)),
        taken_as_zero=tuple(np.array(present)[zero & blanks.any(axis=1)].tolist()),
    )


@dataclass(frozen=True, slots=True)
class RateWithInterval:
    """A ratio of sums over the creators of one tier.

    Attributes:
        rate: total cost over total outcome.
        interval: Fieller's, at the level asked for.
        creators: persons counted.
    """

    rate: float
    interval: Bounds
    creators: int


def ratio_of_sums(
    cost: Floats, outcome: Floats, *, level: float, person: Integers | None = None
) -> RateWithInterval:
    """Cost per engagement, view, click or order of one tier, with Fieller's interval by t.

    Where outcomes vary so much that their mean is not told from 0, no upper end exists and
    ``interval`` says so. Log-normal costs and outcomes of sd 0.8 and 1: a 95 % interval covers .95
    with 10, 25, 60 or 200 creators, the delta method .86 to .94; of sd 1 and 1.6 it covers .86 to
    .88, since so few creators seldom show the tail that holds the mean.

    Args:
        cost, outcome: one row per creator, not negative; a creator without outcome counts.
        level: of the interval.
        person: label of each creator's owner, whose rows are added up.

    Raises:
        NotEstimableError: fewer than two persons, or no outcome at all.

    Example:
        >>> found = ratio_of_sums(np.array([10.0, 20, 30]), np.array([100.0, 300, 200]), level=0.9)
        >>> round(found.rate, 2), found.interval.shape
        (0.1, 'between')
    """
    if person is not None:
        cost, outcome = _added_up(cost, person), _added_up(outcome, person)
    count = len(cost)
    if count < 2:
        raise NotEstimableError("one creator alone tells nothing about spread")
    if outcome.sum() <= 0:
        raise NotEstimableError(f"the {count} creators have no outcome, so none has a price")
    rate = float(cost.sum() / outcome.sum())
    if np.abs(cost - rate * outcome).max() <= 1e-12 * cost.max():
        return RateWithInterval(rate, Bounds("no spread", rate, rate), count)
    interval = fieller_from_zero(
        float(cost.mean()),
        float(outcome.mean()),
        np.cov(cost, outcome) / count,
        quantile=float(stats.t.ppf((1 + level) / 2, count - 1)),
    )
    return RateWithInterval(rate, interval, count)


def _added_up(column: Floats, group: Integers) -> Floats:
    label = np.unique(group, return_inverse=True)[1]
    return np.bincount(label, weights=column).astype(np.float64)


def cost_ratio(
    cost: Floats,
    outcome: Floats,
    micro: Flags,
    stratum: Integers,
    *,
    level: float,
    permutations: int,
    rng: np.random.Generator,
    person: Integers | None = None,
) -> Estimate:
    """Cost per outcome, micro over macro: below 1, micro is cheaper.

    The estimator is ``pooled_rate_ratio`` with cost as numerator, so that cost and conversion are
    judged alike. Strata in which nobody has an outcome hold nothing to compare and are left out.
    Log-normal costs and outcomes (sd 0.8 to 1 and 1 to 1.6; 30 to 200 micro and 25 to 100 macro
    creators; orders of 0 and gifts among them): a 95 % interval covers .950 to .959, where t
    covers .91 to .95 and a BCa bootstrap of creators .85 to .93. It covers .91 where the smaller
    tier is also far the wilder (25 creators of sd 1.6 against 100 of 0.6).

    Args:
        cost: per creator, 0 for a gift without cost.
        outcome: per creator, with those who brought none: leaving them out makes their tier look
            cheap.
        micro, stratum, level, permutations, rng, person: as for ``pooled_rate_ratio``.

    Raises:
        NotEstimableError: an arm has no cost or no outcome, one creator brought all of an arm's
            outcome, or cost per outcome is fixed, as by a commission.
    """
    label = np.unique(stratum, return_inverse=True)[1]
    kept = _added_up(outcome, label)[label] > 0
    rows = (cost[kept], outcome[kept], micro[kept], label[kept])
    owner = None if person is None else person[kept]
    _refuse_one_sided(*rows[:3], person=owner)
    _refuse_without_contrast(*rows)
    with np.errstate(over="ignore"):  # an infinite end is refused below
        found = pooled_rate_ratio(
            *rows, level=level, permutations=permutations, rng=rng, person=owner
        )
    if not np.isfinite(found.high):
        raise NotEstimableError("so few creators hold the outcome that nothing bounds the ratio")
    return found


def _refuse_one_sided(
    cost: Floats, outcome: Floats, micro: Flags, *, person: Integers | None
) -> None:
    held = arm_totals([cost, outcome], micro, person=person)
    for name, (costs, outcomes) in zip(ARMS, held, strict=True):
        if outcomes.sum() <= 0:
            raise NotEstimableError(f"the {name} creators have no outcome, so none has a price")
        if costs.sum() <= 0:
            raise NotEstimableError(f"the {name} creators cost nothing between them")
        if outcomes.max() >= outcomes.sum() * (1 - 1e-12):
            raise NotEstimableError(f"one {name} creator brought all of the tier's outcome")


def _refuse_without_contrast(
    cost: Floats, outcome: Floats, micro: Flags, stratum: Integers
) -> None:
    groups, label = np.unique(2 * stratum + micro, return_inverse=True)
    if len(groups) == len(np.unique(stratum)):
        raise NotEstimableError("no stratum has creators of both tiers")
    costs, outcomes = _added_up(cost, label)[label], _added_up(outcome, label)[label]
    if np.allclose(cost * outcomes, outcome * costs, rtol=1e-12, atol=0):
        raise NotEstimableError("every creator of a tier has the same cost per outcome")
