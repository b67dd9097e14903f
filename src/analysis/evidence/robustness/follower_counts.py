"""What if follower counts are off? Wrong counts move accounts over the line and change rates.

One row is one account. An account whose count is too high looks larger and, per follower, weaker
than it is, so noise alone makes small accounts look better. Only accounts near the ends of the
tiers matter for that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.rows import checked_amounts
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.study.ranges import FollowerRange

ERRORS = (0.1, 0.2, 0.3)  # relative: standard deviations of log followers


@dataclass(frozen=True, slots=True)
class CountBand:
    """A ratio with the lead taken off that an error of the counts would feign.

    Attributes:
        error: standard deviation of log followers; .2 is about 20 %.
        ratio, low, high: what would be left.
    """

    error: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bots:
    """Followers who are no people, as the whole of a lead.

    Attributes:
        arm: of which so many would have to be none, with all of the other arm's people.
        share: of its followers.
    """

    arm: str
    share: float


def count_error(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Standard deviation of the error of log followers, from two captures, at most.

    Accounts that grew apart between the captures are in it.

    Args:
        first, second: follower counts of the same accounts, positive.

    Example:
        >>> round(count_error([1000, 1000], [1000 * 1.2, 1000 / 1.2]), 3)
        0.182
    """
    pair = checked_amounts(first=first, second=second)
    changes = np.log(pair[1]) - np.log(pair[0])
    return float(changes.std(ddof=1) / sqrt(2))


def two_captures(
    numerator: npt.ArrayLike,
    posts: npt.ArrayLike,
    earlier: npt.ArrayLike,
    later: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    micro: FollowerRange,
    macro: FollowerRange,
    level: float,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare typical creators by two follower counts: tier by one, divide by the other.

    Errors of one count are not in the other, so they feign no lead. The earlier one decides the
    tier, because a later one selects those who did well.

    Args:
        numerator: interactions per account.
        posts: posts that earned them.
        earlier, later: followers in two captures of different exports, a week apart or more.
        stratum: niche of each account.
        micro, macro: tiers; accounts that the earlier count puts in neither are left out.
        level: of the interval.
        person: owner of each account; None makes every account a person's own.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: as in ``geometric_mean_ratio``.
    """
    sums, shown, before, after = checked_amounts(
        numerator=numerator, posts=posts, earlier=earlier, later=later
    )
    is_micro = (before >= micro.low) & (before < micro.high)
    kept = is_micro | ((before >= macro.low) & (before < macro.high))
    owner = np.arange(len(kept)) if person is None else np.asarray(person)
    return geometric_mean_ratio(
        sums[kept],
        (shown * after)[kept],
        is_micro[kept],
        np.asarray(stratum)[kept],
        level=level,
        person=owner[kept],
    )


def feigned_slope(followers: npt.ArrayLike, *, micro: FollowerRange, macro: FollowerRange) -> float:
    """Log lead of micro that wrong counts feign, per squared error of log followers.

    Tweedie's formula (Efron 2011, Journal of the American Statistical Association 106) over a tier:
    the counts of a tier are too high by the squared error times the density at its low end less
    that at its high end, among its accounts. Nothing is assumed of the shape of followers; the
    density is a Gaussian kernel's, reflected at outer ends of the tiers that no account is beyond.

    Args:
        followers: of each account, positive; accounts outside the tiers help to see the density.

    Raises:
        NotEstimableError: a tier has no accounts, or all have the same followers.

    Example:
        >>> size = np.geomspace(1e3, 1e7, 2000, endpoint=False)  # as many per factor
        >>> tiers = FollowerRange(1e3, 1e5), FollowerRange(1e5, 1e7)
        >>> even = feigned_slope(size, micro=tiers[0], macro=tiers[1])
        >>> abs(even) < 1e-3  # as much density at both ends of both tiers
        True
    """
    counts = checked_amounts(followers=followers)[0]
    logs = np.log(counts)
    if len(logs) < 2 or np.ptp(logs) == 0:
        raise NotEstimableError("the follower counts are too much alike for their density")
    ends = [
        end
        for end, is_beyond in ((micro.low, counts < micro.low), (macro.high, counts >= macro.high))
        if 0 < end < inf and not is_beyond.any()
    ]
    kernel = stats.gaussian_kde(np.concatenate([logs, *(2 * log(end) - logs for end in ends)]))

    def excess(tier: FollowerRange) -> float:
        low, high = (
            float(kernel(log(end))[0]) * (1 + len(ends)) if 0 < end < inf else 0.0
            for end in (tier.low, tier.high)
        )
        share = float(np.mean((counts >= tier.low) & (counts < tier.high)))
        if share == 0:
            raise NotEstimableError(f"no creators have {tier} followers")
        return (low - high) / share

    return excess(macro) - excess(micro)


def count_band(
    ratio: float,
    interval: tuple[float, float],
    *,
    slope: float,
    errors: Iterable[float] = ERRORS,
) -> list[CountBand]:
    """Take off a ratio what follower counts that are off would feign.

    Args:
        ratio, interval: micro/macro per follower, with its interval.
        slope: from ``feigned_slope``.
        errors: standard deviations of log followers.

    Returns:
        A row per error.

    Example:
        >>> [round(row.ratio, 3) for row in count_band(1.416, (1.369, 1.465), slope=0.735)]
        [1.406, 1.375, 1.325]
    """
    return [
        CountBand(error, *(end * exp(-slope * error**2) for end in (ratio, *interval)))
        for error in errors
    ]


def explaining_error(ratio: float, slope: float) -> float:
    """Standard deviation of the error of log followers that would feign the whole ratio.

    Infinite where errors would feign the opposite.

    Example:
        >>> round(explaining_error(1.416, 0.735), 2)
        0.69
    """
    share = log(ratio) / slope if slope else inf
    return sqrt(share) if share >= 0 else inf


def bots(ratio: float) -> Bots:
    """Followers who would have to be no people for a ratio per follower to be 1.

    Args:
        ratio: micro/macro.

    Example:
        >>> tipping = bots(1.416)
        >>> tipping.arm, round(tipping.share, 2)
        ('macro', 0.29)
    """
    return Bots("macro", 1 - 1 / ratio) if ratio > 1 else Bots("micro", 1 - ratio)
