"""Orders: how many more per 1,000 people reached, who holds them, and an arm without any."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from analysis.evidence.estimators.estimate import NotEstimableError, t_interval
from analysis.evidence.estimators.intervals import (
    ARMS,
    jackknife,
    jackknife_error,
    refuse_empty_arms,
    totals_by_person,
)
from analysis.evidence.estimators.rows import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Concentration:
    """Who holds a tier's orders; it stands beside every pooled figure.

    Attributes:
        largest: how many creators the shares are of.
        micro_share, macro_share: of the tier's orders, held by its ``largest`` creators.
        micro_alike, macro_alike: equal creators that would be as concentrated, 1 / sum of squared
            shares (Simpson 1949, Nature 163; Hill 1973, Ecology 54). Far below the number of
            creators, a pooled figure speaks of a few of them.
    """

    largest: int
    micro_share: float
    macro_share: float
    micro_alike: float
    macro_alike: float


def concentration(
    orders: Floats, micro: Flags, *, largest: int, person: Integers | None = None
) -> Concentration:
    """Share of a tier's orders with its largest creators.

    Args:
        orders: per creator, those without any included.
        micro: the arm of each creator.
        largest: creators of each tier, by their own orders.
        person: label of each creator's owner, whose accounts in one tier count as one.

    Raises:
        NotEstimableError: a tier has no orders.

    Example:
        >>> held = np.array([50.0, 30, 20, 4, 4, 4, 4])
        >>> tier = np.array([True, True, True, False, False, False, False])
        >>> found = concentration(held, tier, largest=2)
        >>> found.micro_share, found.macro_share, found.macro_alike
        (0.8, 0.5, 4.0)
    """
    shares, alike = [], []
    for name, held in zip(
        ARMS, totals_by_person([orders], micro, person=person)[:, 0], strict=True
    ):
        if held.sum() <= 0:
            raise NotEstimableError(f"the {name} creators have no orders between them")
        share = np.sort(held / held.sum())[::-1]
        shares.append(float(share[:largest].sum()))
        alike.append(float(1 / (share**2).sum()))
    return Concentration(largest, *shares, *alike)


@dataclass(frozen=True, slots=True)
class RateBound:
    """What a tier without any order still says about its rate.

    Attributes:
        upper: one-sided upper bound of the mean creator's orders per click.
        clicks: of the tier.
        effective_clicks: independent clicks that say as much.
        correlation: of two clicks of one creator, taken from the other tier.
    """

    upper: float
    clicks: float
    effective_clicks: float
    correlation: float


def bound_without_orders(
    clicks: Floats, other_orders: Floats, other_clicks: Floats, *, level: float
) -> RateBound:
    """Upper bound of orders per click in a tier without orders.

    Were clicks independent, it would be the rule of three, 3 / clicks (Hanley and Lippman-Hand
    1983, JAMA 249). Those of one creator are not, and creators' rates can spread in many ways. For
    a mean rate p and a correlation r between clicks of one creator, no spread leaves creators
    without orders more often than this one: rate q = p + r (1 - p) with probability p / q, else 0
    (the lower principal representation of two moments; Karlin and Studden 1966, Tchebycheff
    Systems). The bound is the largest p at which that spread leaves the whole tier without orders
    in 1 - level of cases. At r = 0 it is the rule of three over clicks, at r = 1 over creators.
    The tier itself says nothing about r, so r comes from the other tier.

    Args:
        clicks: per creator of the tier without orders.
        other_orders, other_clicks: per creator of the other tier.
        level: of the bound, one-sided.

    Raises:
        NotEstimableError: as ``between_creator_correlation``, or no clicks.

    Example:
        The other tier has rates .005, .01 and .02: r = .0041, and 2,000 clicks count as 1,630.

        >>> orders, clicks = np.array([5.0, 10, 20]), np.full(3, 1000.0)
        >>> found = bound_without_orders(np.full(20, 100.0), orders, clicks, level=0.95)
        >>> round(found.upper, 5), round(found.effective_clicks)
        (0.00184, 1630)
    """
    correlation = between_creator_correlation(other_orders, other_clicks)
    held = clicks[clicks > 0]
    if not len(held):
        raise NotEstimableError("the tier without orders has no clicks either")
    log_alpha = float(np.log1p(-level))

    def excess(rate: float) -> float:
        selling = rate + correlation * (1 - rate)
        none = (correlation * (1 - rate) + rate * (1 - selling) ** held) / selling
        return float(np.log(np.maximum(none, 1e-300)).sum() - log_alpha)

    over_creators = -np.expm1(log_alpha / len(held))
    upper = float(brentq(excess, 1e-300, over_creators * (1 + 1e-9), xtol=1e-300, rtol=1e-12))
    return RateBound(
        upper=upper,
        clicks=float(held.sum()),
        effective_clicks=float(log_alpha / np.log1p(-upper)),
        correlation=correlation,
    )


def between_creator_correlation(orders: Floats, clicks: Floats) -> float:
    """Correlation of two clicks of one creator, from 0 to 1.

    Analysis of variance of the clicks' outcomes by creator (Donner 1986, International Statistical
    Review 54).

    Args:
        orders, clicks: per creator; clicks are exact, so no creator has more orders.

    Raises:
        NotEstimableError: more orders than clicks, fewer than two creators with clicks, no
            orders, or orders on every click.

    Example:
        Rates .2 and .4 over 100 clicks each: mean square between 200 * .1^2 / 1 = 2, within
        100 * (.16 + .24) / 198 = .2020, so (2 - .2020) / (2 + 99 * .2020).

        >>> round(between_creator_correlation(np.array([20.0, 40]), np.array([100.0, 100])), 4)
        0.0817
    """
    if (orders > clicks).any():
        raise NotEstimableError("some creators have more orders than clicks")
    orders, clicks = orders[clicks > 0], clicks[clicks > 0]
    if len(clicks) < 2 or clicks.sum() <= len(clicks):
        raise NotEstimableError("too few creators or clicks to tell how much creators differ")
    rate, pooled = orders / clicks, orders.sum() / clicks.sum()
    if not 0 < pooled < 1:
        raise NotEstimableError("the other tier has no orders, or one on every click")
    between = (clicks * (rate - pooled) ** 2).sum() / (len(clicks) - 1)
    within = (orders * (1 - rate)).sum() / (clicks.sum() - len(clicks))
    usual = (clicks.sum() - (clicks**2).sum() / clicks.sum()) / (len(clicks) - 1)
    return float(np.clip((between - within) / (between + (usual - 1) * within), 0, 1))


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
    """Orders per 1,000 people reached, micro minus macro.

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
