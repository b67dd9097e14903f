"""Niches put together: their mean, how much they differ, and what each is after shrinking.

One row is one niche: a log ratio and its standard error, independent of the others. Everything
here is on that log scale; ``exp`` makes ratios of means and ends of intervals.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, t_interval, with_t
from analysis.evidence.estimators.rows import Floats

LogRatio = tuple[float, float, float]  # log ratio, its standard error, its degrees of freedom
Pair = tuple[float, float]
_FURTHEST = 1e6  # between two standard errors; beyond it sums of weights lose the smaller one


@dataclass(frozen=True, slots=True, eq=False)
class Synthesis:
    """Random-effects synthesis of niches, on the log scale.

    Attributes:
        mean: of the distribution of niches.
        low, high: Knapp-Hartung interval of the mean.
        tau: standard deviation of the niches' true log ratios.
        i2: share of the spread that is not sampling error.
        prediction: interval for the true log ratio of a further niche of the same kind,
            approximate with few niches; None for two.
        shrunken, shrunken_low, shrunken_high: each niche pulled towards the mean.
    """

    mean: float
    low: float
    high: float
    tau: float
    i2: float
    prediction: Pair | None
    shrunken: Floats
    shrunken_low: Floats
    shrunken_high: Floats


def random_effects(log_ratios: Floats, standard_errors: Floats, *, level: float) -> Synthesis:
    """Random-effects meta-analysis over niches.

    tau is REML (Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30). The mean
    has Knapp and Hartung's (2003, Statistics in Medicine 22) error with t(k - 1), modified so
    that it is never below the error of the weights alone (Roever, Knapp and Friede 2015, BMC
    Medical Research Methodology 15): niches that happen to agree may not promise more than their
    own errors allow. With five niches of unequal errors and tau .15 it covers .94, the unmodified
    .92, z .86. The
    prediction interval has t(k - 2) (Higgins, Thompson and Spiegelhalter 2009, JRSS A 172).
    Shrunken niches are best linear predictors; their error adds what tau's own uncertainty does
    to the weights (Kass and Steffey 1989, JASA 84), with t(k - 1).

    Args:
        log_ratios: one per niche, finite.
        standard_errors: of each, positive, taken as known.
        level: of every interval.

    Raises:
        NotEstimableError: fewer than two niches, or one without an estimate or an error.

    Example:
        >>> found = random_effects(np.log([1.5, 1.2, 1.3, 0.9, 1.6]), np.full(5, 0.1), level=0.95)
        >>> round(float(np.exp(found.mean)), 2), round(found.tau, 2)
        (1.28, 0.2)
    """
    _refuse_gaps(log_ratios, standard_errors)
    variances, df = standard_errors**2, len(log_ratios) - 1
    tau2 = reml(log_ratios, variances)
    mean, error = knapp_hartung(log_ratios, variances, tau2)
    low, high = t_interval(mean, error, df, level=level)
    shrunken, reach = _shrunken(log_ratios, variances, tau2, mean, error)
    shrunken_low, shrunken_high = t_interval(shrunken, reach, df, level=level)
    return Synthesis(
        mean=mean,
        low=low,
        high=high,
        tau=float(np.sqrt(tau2)),
        i2=i_squared(tau2, variances),
        prediction=prediction(mean, error, tau2, df=df - 1, level=level),
        shrunken=shrunken,
        shrunken_low=shrunken_low,
        shrunken_high=shrunken_high,
    )


def ratio_of_ratios(first: LogRatio, second: LogRatio, *, level: float) -> Estimate:
    """Whether the gap between tiers differs: one ratio over another.

    Difference of two independent log ratios, t with Satterthwaite's (1946, Biometrics Bulletin 2)
    degrees of freedom.

    Args:
        first, second: log ratio, standard error, degrees of freedom (infinite for a normal one).
        level: of the interval.

    Raises:
        NotEstimableError: a number is missing, or an error or its degrees of freedom not positive.

    Example:
        >>> named, other = (np.log(1.5), 0.1, 60.0), (np.log(1.2), 0.12, 40.0)
        >>> found = ratio_of_ratios(named, other, level=0.95)
        >>> round(found.ratio, 2), round(found.low, 2), round(found.high, 2)
        (1.25, 0.92, 1.71)
    """
    logs, errors, dfs = np.array([first, second], dtype=float).T
    if not (np.isfinite(logs).all() and np.isfinite(errors).all()):
        raise NotEstimableError("one of the two ratios has no estimate or no standard error")
    if errors.min() <= 0 or not dfs.min() > 0:
        raise NotEstimableError("a standard error or its degrees of freedom are not positive")
    shares = errors**2 / (errors**2).sum()
    inverse = float((shares**2 / dfs).sum())
    return with_t(
        float(logs[0] - logs[1]),
        float(np.hypot(*errors)),
        1 / inverse if inverse > 0 else np.inf,
        level=level,
        method="ratio of two ratios, Satterthwaite, t",
    )


def _refuse_gaps(log_ratios: Floats, standard_errors: Floats) -> None:
    if len(log_ratios) < 2:
        raise NotEstimableError("fewer than two niches have an estimate")
    if not (np.isfinite(log_ratios).all() and np.isfinite(standard_errors).all()):
        raise NotEstimableError("a niche has no estimate or no standard error")
    if standard_errors.min() <= 0:
        raise NotEstimableError("the standard error of a niche is not positive")
    if standard_errors.max() > _FURTHEST * standard_errors.min():
        raise NotEstimableError(
            "the standard errors of the niches differ more than a million times"
        )


def reml(log_ratios: Floats, variances: Floats) -> float:
    """Restricted maximum likelihood estimate of tau squared, 0 or above.

    The likelihood may have more than one peak, so the highest point of a grid is refined.
    """
    scatter = float(((log_ratios - log_ratios.mean()) ** 2).sum())
    highest = float(variances.max()) + 3 * scatter  # beyond it the likelihood only falls
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 100) * highest])
    best = int(np.argmax(_restricted(grid, log_ratios, variances)[0]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]

    def slope(tau2: float) -> float:
        return float(_restricted(np.array([tau2]), log_ratios, variances)[1][0])

    if slope(low) <= 0:
        return 0.0
    return float(optimize.brentq(slope, low, high, xtol=1e-14 * highest))


def _restricted(tau2: Floats, log_ratios: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """Restricted log-likelihood and its derivative at each tau squared.

    The likelihood is up to a constant.
    """
    weight = 1 / (variances + tau2[:, None])
    total = weight.sum(axis=1)
    off = log_ratios - (weight @ log_ratios / total)[:, None]
    likelihood = np.log(weight).sum(axis=1) - np.log(total) - (weight * off**2).sum(axis=1)
    squares = weight**2
    derivative = (squares * off**2).sum(axis=1) - total + squares.sum(axis=1) / total
    return likelihood / 2, derivative / 2


def knapp_hartung(
    log_ratios: Floats, variances: Floats, tau2: float, *, modified: bool = True
) -> Pair:
    """Mean of the niches and its error.

    Args:
        log_ratios, variances, tau2: of the niches.
        modified: keep the error from falling below that of the weights alone.
    """
    weight = 1 / (variances + tau2)
    mean = float(weight @ log_ratios / weight.sum())
    factor = spread(log_ratios, variances, tau2) / (len(log_ratios) - 1)
    return mean, float(np.sqrt((max(factor, 1.0) if modified else factor) / weight.sum()))


def spread(log_ratios: Floats, variances: Floats, tau2: float = 0.0) -> float:
    """Weighted sum of squares around the weighted mean.

    Cochran's Q where tau is 0.
    """
    weight = 1 / (variances + tau2)
    return float(weight @ (log_ratios - weight @ log_ratios / weight.sum()) ** 2)


def i_squared(tau2: float, variances: Floats) -> float:
    """I squared by the typical variance of Higgins and Thompson (2002)."""
    weight = 1 / variances
    typical = (len(weight) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    return float(tau2 / (tau2 + typical))


def prediction(mean: float, error: float, tau2: float, *, df: float, level: float) -> Pair | None:
    """Interval for a further niche; None without degrees of freedom."""
    if df < 1:
        return None
    return t_interval(mean, float(np.sqrt(tau2 + error**2)), df, level=level)


def _shrunken(
    log_ratios: Floats, variances: Floats, tau2: float, mean: float, error: float
) -> tuple[Floats, Floats]:
    """Best linear predictors of the niches and their errors."""
    weight = 1 / (variances + tau2)
    # 2 / tr(PP) for the P of the restricted likelihood, without differences of large numbers.
    projection = np.outer(weight, weight) / weight.sum()
    np.fill_diagonal(
        projection, weight * (~np.eye(len(weight), dtype=bool) @ weight) / weight.sum()
    )
    of_tau2 = 2 / (projection**2).sum()
    pulled = variances * weight
    own = (1 - pulled) * variances
    of_weights = (variances * weight**2 * (log_ratios - mean)) ** 2 * of_tau2
    errors = np.sqrt(own + (pulled * error) ** 2 + of_weights)
    return pulled * mean + (1 - pulled) * log_ratios, errors
