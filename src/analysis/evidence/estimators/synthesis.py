"""Niches put together: their mean, how much they differ, and what each is after shrinking.

One row is one niche: a log ratio and its standard error, independent of the others. Everything
here is on that log scale; ``exp`` makes ratios of means and ends of intervals.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from analysis.evidence.estimators.estimate import Estimate, Floats, NotEstimableError, with_t

LogRatio = tuple[float, float, float]  # log ratio, its standard error, its degrees of freedom
Pair = tuple[float, float]
_LARGEST_LOG = 700  # whose exponential a number can hold
_FURTHEST = 1e6  # between two standard errors; beyond it sums of weights lose the smaller one


@dataclass(frozen=True, slots=True, eq=False)
class Synthesis:
    """Random-effects synthesis of niches, on the log scale.

    Attributes:
        mean, standard_error: of the distribution of niches.
        low, high: Knapp-Hartung interval of the mean.
        p_value: two-sided, of a mean of 0.
        q, q_p_value: Cochran's test that all niches are alike. With few niches it misses
            differences more often than not: a large p-value shows nothing.
        tau: standard deviation of the niches' true log ratios.
        tau_interval: Q-profile; None where the niches agree more than chance allows, so that no
            tau fits at this level.
        i2: share of the spread that is not sampling error.
        i2_interval: follows from ``tau_interval``.
        prediction: interval for the true log ratio of a further niche of the same kind,
            approximate with few niches; None for two.
        shrunken, shrunken_low, shrunken_high: each niche pulled towards the mean.
        left_out: mean without each niche; None for two.
        method: in words.
    """

    mean: float
    standard_error: float
    low: float
    high: float
    p_value: float
    q: float
    q_p_value: float
    tau: float
    tau_interval: Pair | None
    i2: float
    i2_interval: Pair | None
    prediction: Pair | None
    shrunken: Floats
    shrunken_low: Floats
    shrunken_high: Floats
    left_out: Floats | None
    method: str


def random_effects(log_ratios: Floats, standard_errors: Floats, *, level: float) -> Synthesis:
    """Random-effects meta-analysis over niches.

    tau is REML (Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30). The mean
    has Knapp and Hartung's (2003, Statistics in Medicine 22) error with t(k - 1), modified so
    that it is never below the error of the weights alone (Roever, Knapp and Friede 2015, BMC
    Medical Research Methodology 15): niches that happen to agree may not promise more than their
    own errors allow. With five niches of unequal errors and tau .15 it covers .94, the unmodified
    .92, z .86. tau's interval is the Q-profile (Viechtbauer 2007, Statistics in Medicine 26), the
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
    variances, freedom = standard_errors**2, len(log_ratios) - 1
    tau2 = reml(log_ratios, variances)
    mean, error = knapp_hartung(log_ratios, variances, tau2)
    quantile = float(stats.t.ppf((1 + level) / 2, freedom))
    q, tau2_interval = spread(log_ratios, variances), q_profile(log_ratios, variances, level=level)
    shrunken, reach = _shrunken(log_ratios, variances, tau2, mean, error)
    return Synthesis(
        mean=mean,
        standard_error=error,
        low=mean - quantile * error,
        high=mean + quantile * error,
        p_value=float(2 * stats.t.sf(abs(mean) / error, freedom)),
        q=q,
        q_p_value=float(stats.chi2.sf(q, freedom)),
        tau=float(np.sqrt(tau2)),
        tau_interval=_ends(np.sqrt(tau2_interval)),
        i2=float(i_squared(tau2, variances)),
        i2_interval=_ends(i_squared(tau2_interval, variances)),
        prediction=_ends(prediction(mean, error, tau2, freedom=freedom - 1, level=level)),
        shrunken=shrunken,
        shrunken_low=shrunken - quantile * reach,
        shrunken_high=shrunken + quantile * reach,
        left_out=_left_out(log_ratios, variances),
        method="REML, modified Knapp-Hartung, t",
    )


def ratio_of_ratios(first: LogRatio, second: LogRatio, *, level: float) -> Estimate:
    """The first ratio over the second: is the gap between tiers another one here than there?

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
    logs, errors, freedoms = np.array([first, second], dtype=float).T
    if not (np.isfinite(logs).all() and np.isfinite(errors).all()):
        raise NotEstimableError("one of the two ratios has no estimate or no standard error")
    if errors.min() <= 0 or not freedoms.min() > 0:
        raise NotEstimableError("a standard error or its degrees of freedom are not positive")
    shares = errors**2 / (errors**2).sum()
    inverse = float((shares**2 / freedoms).sum())
    freedom = 1 / inverse if inverse > 0 else np.inf
    difference, error = float(logs[0] - logs[1]), float(np.hypot(*errors))
    if not abs(difference) + stats.t.ppf((1 + level) / 2, freedom) * error < _LARGEST_LOG:
        raise NotEstimableError("so little is known of the two ratios that nothing bounds theirs")
    method = "ratio of two ratios, Satterthwaite, t"
    return with_t(difference, error, freedom, level=level, method=method)


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
    """Restricted log-likelihood, up to a constant, and its derivative at each tau squared."""
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
    """Weighted sum of squares around the weighted mean; Cochran's Q where tau is 0."""
    weight = 1 / (variances + tau2)
    return float(weight @ (log_ratios - weight @ log_ratios / weight.sum()) ** 2)


def q_profile(log_ratios: Floats, variances: Floats, *, level: float) -> Floats:
    """Interval of tau squared: every value whose ``spread`` chi-squared does not reject.

    Returns:
        Two ends, or nothing where even 0 leaves too little spread.
    """
    freedom = len(log_ratios) - 1
    upper, lower = stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], freedom)
    scatter = float(((log_ratios - log_ratios.mean()) ** 2).sum())

    def crossing(quantile: float) -> float:
        """Where the falling spread meets a quantile; above scatter / quantile it is below it."""
        if spread(log_ratios, variances) <= quantile:
            return 0.0
        highest = 2 * scatter / quantile
        return float(
            optimize.brentq(
                lambda tau2: spread(log_ratios, variances, tau2) - quantile,
                0.0,
                highest,
                xtol=1e-14 * highest,
            )
        )

    if spread(log_ratios, variances) < lower:
        return np.array([])
    return np.array([crossing(float(upper)), crossing(float(lower))])


def i_squared(tau2: Floats | float, variances: Floats) -> Floats:
    """Share of tau squared in its sum with the typical variance of Higgins and Thompson (2002)."""
    weight = 1 / variances
    typical = (len(weight) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    return np.asarray(tau2 / (tau2 + typical), dtype=float)


def prediction(mean: float, error: float, tau2: float, *, freedom: float, level: float) -> Floats:
    """Interval for a further niche; nothing without degrees of freedom."""
    if freedom < 1:
        return np.array([])
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * np.sqrt(tau2 + error**2)
    return np.array([mean - half, mean + half])


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


def _left_out(log_ratios: Floats, variances: Floats) -> Floats | None:
    """Mean of the other niches, for each niche."""
    if len(log_ratios) < 3:
        return None
    means = []
    for others in ~np.eye(len(log_ratios), dtype=bool):
        tau2 = reml(log_ratios[others], variances[others])
        means.append(knapp_hartung(log_ratios[others], variances[others], tau2)[0])
    return np.array(means)


def _ends(values: Floats) -> Pair | None:
    return (float(values[0]), float(values[1])) if len(values) else None
