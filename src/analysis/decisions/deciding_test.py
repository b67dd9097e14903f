"""The test that would decide between the tiers: its bookings, its price, and what it is worth."""

import math
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from analysis.decisions.model.returns import Returns
from analysis.study.registration import Study

_ALPHA = 0.05  # two-sided


@dataclass(frozen=True, slots=True)
class DecidingTest:
    """A test of cost per outcome between the tiers.

    Attributes:
        ratio: that it would find with the study's power.
        micro, macro: bookings of each tier.
        money: what they cost.
        price: what that money brings less than it would in the better tier, at its own return.
        worth: what knowing is worth over the campaigns ahead, at what an outcome costs now.
        worth_of_certainty: likewise, of perfect knowledge.
    """

    ratio: float
    micro: int
    macro: int
    money: float
    price: float
    worth: float
    worth_of_certainty: float


def price_of_a_test(
    known: pd.DataFrame,
    returns: Returns,
    study: Study,
    *,
    budget: float | None = None,
    ratio: float | None = None,
) -> DecidingTest:
    """What a test of a ratio takes and what it is worth.

    Its bookings are ``bookings_needed``. Its worth is the expected value of sample information of
    a normal difference (Raiffa and Schlaifer 1961), times the money between the most and the least
    that micro may have inside the bounds, times the campaigns ahead.

    Args:
        known: bookings with ``cost`` and ``outcome``, of both tiers.
        returns: of their arms.
        study: power, bounds and campaigns ahead.
        budget: of the next campaign; None takes the mean of past ones.
        ratio: to be found; None takes the study's.
    """
    ratio = ratio or study.decisions.detectable_ratio
    needed, money, variance = bookings_needed(known, ratio=ratio, power=study.power)
    micro = returns.arms["micro"].to_numpy(dtype=bool)
    spend = returns.arms["spend"].to_numpy()
    pooled = [returns.draws[:, arm] @ spend[arm] / spend[arm].sum() for arm in (micro, ~micro)]
    better, worse = sorted((float(pooled[0].mean()), float(pooled[1].mean())), reverse=True)
    movable = _movable(spend[micro].sum(), spend[~micro].sum(), study.decisions.bounds)
    movable *= 1.0 if budget is None else budget / spend.sum()
    difference = pooled[0] - pooled[1]
    error = math.sqrt(variance) * better
    sample, perfect = _worth(float(difference.mean()), float(difference.std()), error)
    scale = movable * study.decisions.campaigns_ahead / better
    return DecidingTest(
        ratio,
        needed[0],
        needed[1],
        money,
        money * (1 - worse / better),
        float(sample * scale),
        float(perfect * scale),
    )


def _movable(micro: float, macro: float, bounds: tuple[float, float]) -> float:
    """Money between the most and the least that micro may have of both.

    Example:
        Micro may have .5 x 100 to 3 x 100, and macro .5 x 400 to 3 x 400, of 500 together.

        >>> _movable(100, 400, (0.5, 3.0))
        250.0
    """
    low, high = bounds
    whole = micro + macro
    most = min(high * micro, whole - low * macro)
    least = max(low * micro, whole - high * macro)
    return most - least


def bookings_needed(
    known: pd.DataFrame, *, ratio: float, power: float
) -> tuple[tuple[int, int], float, float]:
    """Fewest bookings' money by which a ratio of costs is found.

    The log of what a tier's money brings has variance v / n over n bookings. v is the variance of
    outcome over its mean less cost over its mean: luck of counting, of the booking, of who was
    booked and at what price. Cheapest are bookings in proportion to sqrt(v / cost).

    Args:
        known: bookings with ``cost`` and ``outcome``, of both tiers.
        ratio: to be found, two-sided at 5 %.
        power: chance to find it.

    Returns:
        Bookings of micro and macro, their money, and the variance of the log ratio that they leave.
    """
    quantiles = stats.norm.ppf(1 - _ALPHA / 2) + stats.norm.ppf(power)
    variance = (math.log(ratio) / quantiles) ** 2
    tiers = [known[known["micro"] == arm] for arm in (True, False)]
    spread = [
        float((rows["outcome"] / rows["outcome"].mean() - rows["cost"] / rows["cost"].mean()).var())
        for rows in tiers
    ]
    cost = [float(rows["cost"].mean()) for rows in tiers]
    roots = sum(math.sqrt(v * c) for v, c in zip(spread, cost, strict=True))
    micro, macro = (
        math.ceil(math.sqrt(v / c) * roots / variance) for v, c in zip(spread, cost, strict=True)
    )
    return (micro, macro), micro * cost[0] + macro * cost[1], variance


def _worth(mean: float, sd: float, error: float) -> tuple[float, float]:
    """Expected value of sample and of perfect information, per unit moved.

    Example:
        With no opinion, knowing a standard normal difference is worth 1 / sqrt(2 pi).

        >>> sample, perfect = _worth(0.0, 1.0, 0.0)
        >>> round(sample, 4), round(perfect, 4)
        (0.3989, 0.3989)
    """
    learned = sd**2 / math.hypot(sd, error) if sd else 0.0
    return learned * _loss(mean, learned), sd * _loss(mean, sd)


def _loss(mean: float, sd: float) -> float:
    if sd <= 0:
        return 0.0
    z = abs(mean) / sd
    return float(stats.norm.pdf(z) - z * stats.norm.sf(z))
