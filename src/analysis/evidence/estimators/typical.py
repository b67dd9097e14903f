"""The typical creator: every creator has the same weight."""

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.estimate import (
    Estimate,
    NotEstimableError,
    add_up_persons,
    with_t,
)
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rows import Flags, Floats, Integers, checked_creators


def geometric_mean_ratio(
    numerator: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    level: float,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare typical creators by geometric means of (numerator + 0.5) / exposure.

    Ordinary least squares of the creators' log rates on the arm with stratum effects, CR3 errors
    by person (Bell and McCaffrey 2002; HC3 where every person has one account) and t.

    Args:
        numerator: per creator, such as likes and comments or orders; not negative.
        exposure: what it is divided by, such as views or clicks; positive.
        micro: True for creators of the micro arm, False for those of the macro arm.
        stratum: niche or campaign of each creator; compared within.
        level: of the interval, like 0.95.
        person: owner of each account; None makes every account a person's own.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: all rates are the same, or creators cannot tell tier and stratum apart.

    Example:
        >>> rates = np.array([0.05, 0.04, 0.06, 0.03, 0.02, 0.025])
        >>> one = np.zeros(6, dtype=np.int64)
        >>> tier = np.array([True, True, True, False, False, False])
        >>> fit = geometric_mean_ratio(rates * 1e6, np.full(6, 1e6), tier, one, level=0.95)
        >>> round(fit.ratio, 2)
        2.0
    """
    numerator, exposure, micro, stratum, person = checked_creators(
        numerator, exposure, micro, stratum, person
    )
    if np.allclose(numerator * exposure[0], exposure * numerator[0], rtol=1e-9, atol=0):
        raise NotEstimableError("every creator has the same rate, so nothing tells spread")
    log_rate = np.log((numerator + 0.5) / exposure)
    fitted = fit(log_rate, micro[:, None].astype(float), stratum, person)
    return with_t(*fitted.slope, level=level, method="geometric means, CR3 by person, t")


def mean_rate_ratio(
    numerator: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    level: float,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare typical creators by the mean of their own rates.

    Strata are combined with Mantel-Haenszel weights, the interval is by the delta method on the
    log scale with t and Satterthwaite's degrees of freedom. Accounts of one person count as one
    creator. Strata with fewer than two creators in an arm tell nothing about spread and are left
    out.

    Args:
        numerator: per creator, such as likes and comments or orders; not negative.
        exposure: what it is divided by, such as views or clicks; positive.
        micro: True for creators of the micro arm, False for those of the macro arm.
        stratum: niche or campaign of each creator; compared within.
        level: of the interval, like 0.95.
        person: owner of each account; None makes every account a person's own.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: no stratum has two creators in each arm, all rates of an arm are 0, or
            none of them differ.
    """
    creators = checked_creators(numerator, exposure, micro, stratum, person)
    numerator, exposure, micro, stratum, _ = add_up_persons(*creators)
    rate = numerator / exposure
    arms = [_weighted_mean(rate, micro, stratum, arm=arm) for arm in (True, False)]
    for (mean, _, _), name in zip(arms, ("micro", "macro"), strict=True):
        if mean <= 0:
            raise NotEstimableError(f"the rate of every {name} creator is 0")
    log_ratio = float(np.log(arms[0][0] / arms[1][0]))
    variances = [variance / mean**2 for mean, variance, _ in arms]
    spread = [of_variance / mean**4 for mean, _, of_variance in arms]
    if sum(spread) <= 0:
        raise NotEstimableError(
            "every creator of an arm has the same rate, so nothing tells spread"
        )
    df = float(sum(variances) ** 2 / sum(spread))
    error = float(np.sqrt(sum(variances)))
    return with_t(log_ratio, error, df, level=level, method="mean rates, delta method, t")


def _weighted_mean(
    rate: Floats, micro: Flags, stratum: Integers, *, arm: bool
) -> tuple[float, float, float]:
    """Weighted mean over strata, its variance, and Satterthwaite's sum.

    The sum is of v^2 / (n - 1).
    """
    total = weight_sum = variance = of_variance = 0.0
    for label in np.unique(stratum):
        inside = stratum == label
        n_micro, n_macro = int((inside & micro).sum()), int((inside & ~micro).sum())
        if min(n_micro, n_macro) < 2:
            continue
        weight = n_micro * n_macro / (n_micro + n_macro)
        rates = rate[inside & (micro == arm)]
        share = weight**2 * rates.var(ddof=1) / len(rates)
        total += weight * rates.mean()
        weight_sum += weight
        variance += share
        of_variance += share**2 / (len(rates) - 1)
    if weight_sum == 0:
        raise NotEstimableError("no niche has two creators in each arm")
    return total / weight_sum, variance / weight_sum**2, of_variance / weight_sum**4
