"""What an outcome costs: ratios of sums, arms compared, and growth with followers.

Cost per outcome is always a ratio of sums. The mean of creators' own costs per outcome is
another number: with log-normal outcomes of sd 1 it is 1.8 times too high however many creators
there are, and one creator without an order makes it infinite. Return on spend is the same ratio
upside down, ``ratio_of_sums(revenue, cost)``; all ratios here are free of the currency.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from analysis.evidence.estimators.elasticity import follower_elasticity, usable
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, t_interval
from analysis.evidence.estimators.intervals import ARMS, Bounds, fieller_from_zero, totals_by_person
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.estimators.rows import Flags, Floats, Integers, checked_amounts


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
    """Cost per outcome of one tier, with Fieller's interval.

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
    checked_amounts(cost=cost, outcome=outcome)
    if person is not None:
        cost, outcome = _added_up(cost, person), _added_up(outcome, person)
    count = len(cost)
    if count < 2:
        raise NotEstimableError("one creator alone tells nothing about spread")
    if outcome.sum() <= 0:
        raise NotEstimableError("the creators have no outcome, so none has a price")
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

    It is the reciprocal of ``rate_ratio`` of outcomes per unit of cost, so that cost and
    conversion are judged alike. Strata in which nobody has an outcome hold nothing to compare and
    are left out.

    Args:
        cost: per creator, 0 for a gift without cost.
        outcome: per creator, with those who brought none: leaving them out makes their tier look
            cheap.
        micro, stratum, level, permutations, rng, person: as for ``rate_ratio``.

    Raises:
        NotEstimableError: an arm has no cost or no outcome, one creator brought all of an arm's
            outcome, or cost per outcome is fixed, as by a commission.
    """
    checked_amounts(cost=cost, outcome=outcome)
    label = np.unique(stratum, return_inverse=True)[1]
    kept = _added_up(outcome, label)[label] > 0
    rows = (cost[kept], outcome[kept], micro[kept], label[kept])
    owner = None if person is None else person[kept]
    _refuse_one_sided(*rows[:3], person=owner)
    _refuse_without_contrast(*rows)
    found = rate_ratio(
        rows[1],
        rows[0],
        *rows[2:],
        weight="exposure",
        level=level,
        permutations=permutations,
        rng=rng,
        person=owner,
    )
    return replace(found, ratio=1 / found.ratio, low=1 / found.high, high=1 / found.low)


def _refuse_one_sided(
    cost: Floats, outcome: Floats, micro: Flags, *, person: Integers | None
) -> None:
    held = totals_by_person([cost, outcome], micro, person=person)
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
    difference, error, df = fit(rows[0], rows[1][:, None], *rows[2:]).slope
    if error <= 1e-12:
        raise NotEstimableError("every creator has the same cost per outcome")
    low, high = t_interval(difference, error, df, level=level)
    return CostElasticity(cost_slope, outcome_slope, difference, low, high)
