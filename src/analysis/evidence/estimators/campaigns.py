"""From these campaigns to campaigns like these: the interval when campaigns are left out."""

from dataclasses import replace

import numpy as np
from scipy import stats

from analysis.evidence.estimators.rate_ratio import Weight, held_by_person, log_ratios, own_rates
from analysis.evidence.estimators.rows import Flags, Floats, Integers

FEWEST = 4  # campaigns from which others like them can be spoken of


def like_campaigns(
    count: Floats,
    exposure: Floats,
    micro: Flags,
    campaign: Integers,
    *,
    weight: Weight,
    person: Integers,
    within: tuple[float, float],
    level: float,
) -> tuple[float, float]:
    """Interval of a ratio in campaigns like these: the widest of three.

    An interval with fixed campaigns, by persons left out, speaks of these alone. Campaigns left
    out alone would promise too much where the same creators are in every campaign, whose errors
    they share: 75 % coverage. The third adds both variances, less that of persons inside
    campaigns, which both hold (Cameron, Gelbach and Miller 2011, Journal of Business and Economic
    Statistics 29), with Satterthwaite's degrees of freedom: where everybody is in all of six
    campaigns that differ, the wider of the first two covers 91 %.

    Args:
        count, exposure, micro, campaign, person: as for ``rate_ratio``.
        weight: ``person`` or ``exposure``, as there.
        within: interval by persons left out, of these campaigns.
        level: of both.

    Returns:
        Ends of the interval; missing with fewer than four campaigns of both arms.

    Example:
        >>> count = np.array([12.0, 30, 7, 25, 60, 18, 90, 44])
        >>> clicks = np.array([400.0, 900, 350, 700, 3000, 1500, 5000, 1600])
        >>> arms, four = np.arange(8) < 4, np.tile(np.arange(4), 2)
        >>> low, high = like_campaigns(count, clicks, arms, four, weight="exposure",
        ...                            person=np.arange(8), within=(1.2, 2.1), level=0.95)
        >>> round(low, 2), round(high, 2)
        (0.71, 3.66)
    """
    held = held_by_person(count, exposure, micro, campaign, person)
    held = own_rates(held) if weight == "person" else held
    arms = [np.bincount(held.stratum, weights=arm) for arm in held.exposures[0]]
    both = np.flatnonzero(np.minimum(*arms) > 0)
    if len(both) < FEWEST:
        return np.nan, np.nan
    logs, changes = log_ratios(held)
    whole, by_person = float(logs[0]), changes[0] ** 2
    left = np.array([float(log_ratios(held.only(held.stratum != one))[0][0]) for one in both])
    of_campaigns = (len(both) - 1) / len(both) * ((left - left.mean()) ** 2).sum()
    by_pair = log_ratios(replace(held, person=np.arange(len(held.person))))[1][0] ** 2
    of_persons, between = by_person.sum(), max(of_campaigns - by_pair.sum(), 0)
    df = (of_persons + between) ** 2 / ((by_person**2).sum() / 2 + between**2 / (len(both) - 1))
    halves = [
        stats.t.ppf((1 + level) / 2, len(both) - 1) * np.sqrt(of_campaigns),
        stats.t.ppf((1 + level) / 2, max(df, 1)) * np.sqrt(of_persons + between),
    ]
    half = float(max(halves))
    return min(within[0], float(np.exp(whole - half))), max(within[1], float(np.exp(whole + half)))
