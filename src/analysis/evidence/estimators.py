"""Shared numerics: three tier ratios over creators, each with an interval that holds.

One row is one creator. Every function compares micro with macro creators inside strata (niches)
and returns an ``Estimate`` of the ratio micro/macro.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy import stats

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_CHUNK = 4_000_000  # creators x permutations held in memory at once


class NotEstimableError(ValueError):
    """The arms hold data, but no ratio can be formed; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio micro/macro.

    Attributes:
        ratio: point estimate.
        low, high: two-sided interval at the level asked for, 1 - alpha.
        inner_low, inner_high: interval at 1 - 2 alpha; inside the margin it shows equivalence
            by two one-sided tests at alpha.
        p_value: two-sided, of a ratio of 1.
        method: estimator, standard error and reference distribution, in words.
    """

    ratio: float
    low: float
    high: float
    inner_low: float
    inner_high: float
    p_value: float
    method: str


def geometric_mean_ratio(
    numerator: Floats,
    exposure: Floats,
    micro: Flags,
    stratum: npt.NDArray[np.int64],
    *,
    level: float,
) -> Estimate:
    """Typical creator: ratio of geometric means of (numerator + 0.5) / exposure.

    Ordinary least squares of the creators' log rates on the tier with stratum effects, HC3
    errors (MacKinnon and White 1985) and t with the residual degrees of freedom.

    Example:
        >>> rates = np.array([0.05, 0.04, 0.06, 0.03, 0.02, 0.025])
        >>> one = np.zeros(6, dtype=np.int64)
        >>> tier = np.array([True, True, True, False, False, False])
        >>> fit = geometric_mean_ratio(rates * 1e6, np.full(6, 1e6), tier, one, level=0.95)
        >>> round(fit.ratio, 2)
        2.0
    """
    log_rate = np.log((numerator + 0.5) / exposure)
    strata = (stratum[:, None] == np.unique(stratum)).astype(float)
    fit = sm.OLS(log_rate, np.column_stack([micro, strata])).fit(cov_type="HC3", use_t=True)
    return _with_t(
        float(fit.params[0]),
        float(fit.bse[0]),
        float(fit.df_resid),
        level=level,
        method="geometric means, HC3, t",
    )


def mean_rate_ratio(
    numerator: Floats,
    exposure: Floats,
    micro: Flags,
    stratum: npt.NDArray[np.int64],
    *,
    level: float,
) -> Estimate:
    """Typical creator: ratio of the mean of the creators' own rates.

    Strata are combined with Mantel-Haenszel weights, the interval is by the delta method on the
    log scale with t and Satterthwaite's degrees of freedom. Strata with fewer than two creators
    in an arm tell nothing about spread and are left out.

    Raises:
        NotEstimableError: no stratum has two creators in each arm, or all rates of an arm are 0.
    """
    rate = numerator / exposure
    arms = [_weighted_mean(rate, micro, stratum, arm=arm) for arm in (True, False)]
    if any(mean <= 0 for mean, _, _ in arms):
        raise NotEstimableError("no creator of one arm has any order")
    log_ratio = float(np.log(arms[0][0] / arms[1][0]))
    variances = [variance / mean**2 for mean, variance, _ in arms]
    spread = [of_variance / mean**4 for mean, _, of_variance in arms]
    freedom = sum(variances) ** 2 / sum(spread) if sum(spread) > 0 else np.inf
    error = float(np.sqrt(sum(variances)))
    return _with_t(
        log_ratio, error, float(freedom), level=level, method="mean rates, delta method, t"
    )


def _weighted_mean(
    rate: Floats, micro: Flags, stratum: npt.NDArray[np.int64], *, arm: bool
) -> tuple[float, float, float]:
    """Weighted mean over strata, its variance, and Satterthwaite's sum of v^2 / (n - 1)."""
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


def _with_t(
    log_ratio: float, error: float, freedom: float, *, level: float, method: str
) -> Estimate:
    outer = stats.t.ppf((1 + level) / 2, freedom) * error
    inner = stats.t.ppf(level, freedom) * error
    p_value = 2 * stats.t.sf(abs(log_ratio) / error, freedom)
    return _exponentiated(log_ratio, outer, inner, float(p_value), method)


def _exponentiated(
    log_ratio: float, outer: float, inner: float, p_value: float, method: str
) -> Estimate:
    low, high, inner_low, inner_high = np.exp(log_ratio + np.array([-outer, outer, -inner, inner]))
    return Estimate(
        ratio=float(np.exp(log_ratio)),
        low=float(low),
        high=float(high),
        inner_low=float(inner_low),
        inner_high=float(inner_high),
        p_value=p_value,
        method=method,
    )


def pooled_rate_ratio(
    numerator: Floats,
    exposure: Floats,
    micro: Flags,
    stratum: npt.NDArray[np.int64],
    *,
    level: float,
    permutations: int,
    rng: np.random.Generator,
) -> Estimate:
    """Pooled: ratio of total numerator to total exposure, micro over macro, within strata.

    The estimate solves the quasi-likelihood equation of a log-linear rate model with stratum
    effects (Poisson or binomial give the same one; without strata it is the plain ratio of
    pooled rates). Its error is the creator jackknife (CR3 with one creator per cluster), because
    exposures differ by orders of magnitude and no mean-variance model fits. When few creators
    hold most of the exposure, t is the wrong reference for such a statistic, so creators' tiers
    are permuted within strata and the studentised statistic is compared with its own
    permutations; the interval uses the same quantiles. See docs/methods.md for the rejection
    rates of the alternatives on real data.

    Raises:
        NotEstimableError: an arm has no numerator at all, so its rate has no logarithm.
    """
    _refuse_empty_arm(numerator, micro)
    log_ratio, error = (
        float(part[0]) for part in _pooled(numerator, exposure, micro[None], stratum)
    )
    batch = max(1, _CHUNK // len(micro))
    draws = []
    for start in range(0, permutations, batch):
        count = min(batch, permutations - start)
        shuffled = _permuted(micro, stratum, count, rng)
        draws.append(np.abs(np.divide(*_pooled(numerator, exposure, shuffled, stratum))))
    reference = np.concatenate([np.nan_to_num(draw, nan=np.inf) for draw in draws])
    statistic = abs(log_ratio) / error
    p_value = (1 + int((reference >= statistic * (1 - 1e-12)).sum())) / (permutations + 1)
    outer, inner = np.quantile(reference, [level, 2 * level - 1], method="higher") * error
    return _exponentiated(
        log_ratio,
        float(outer),
        float(inner),
        p_value,
        "pooled rates, creator jackknife, permuted tiers",
    )


def _refuse_empty_arm(numerator: Floats, micro: Flags) -> None:
    for arm, name in ((micro, "micro"), (~micro, "macro")):
        if numerator[arm].sum() <= 0:
            raise NotEstimableError(f"the {arm.sum()} {name} creators have no order between them")


def _permuted(
    micro: Flags, stratum: npt.NDArray[np.int64], count: int, rng: np.random.Generator
) -> Flags:
    """``count`` rows of tiers, each shuffled within every stratum."""
    order = np.argsort(stratum, kind="stable")
    keys = rng.random((count, len(micro))) + stratum[order]
    shuffled = np.empty((count, len(micro)), dtype=bool)
    shuffled[:, order] = micro[order][np.argsort(keys, axis=1)]
    return shuffled


def _pooled(
    numerator: Floats, exposure: Floats, micro: Flags, stratum: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Log ratio and jackknife error for every row of tiers.

    Args:
        numerator, exposure, stratum: shape (creators,).
        micro: shape (arrangements, creators).

    Returns:
        Two arrays of shape (arrangements,).
    """
    member = (stratum[:, None] == np.unique(stratum)).astype(float)
    tier = micro.astype(float)
    micro_numerator = tier @ (member * numerator[:, None])
    micro_exposure = tier @ (member * exposure[:, None])
    numerators, exposures = numerator @ member, exposure @ member
    log_ratio = _solve(micro_numerator, numerators, micro_exposure, exposures)
    fitted = micro_exposure * np.exp(log_ratio)[:, None]
    level = numerators / (fitted + exposures - micro_exposure)
    share = fitted * level / np.where(numerators > 0, numerators, 1.0)
    information = (numerators * share * (1 - share)).sum(axis=1)
    column = np.searchsorted(np.unique(stratum), stratum)
    expected = exposure * level[:, column] * np.where(micro, np.exp(log_ratio)[:, None], 1.0)
    centred = tier - share[:, column]
    per_stratum = np.where(numerators > 0, 1 / np.where(numerators > 0, numerators, 1.0), 0.0)
    leverage = expected * (per_stratum[column] + centred**2 / information[:, None])
    influence = centred * (numerator - expected) / information[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(((influence / (1 - leverage)) ** 2).sum(axis=1))
    return log_ratio, error


def _solve(
    micro_numerator: Floats, numerators: Floats, micro_exposure: Floats, exposures: Floats
) -> Floats:
    """Root of the score in the log ratio: Newton steps on a monotone function, one per row."""
    macro_exposure = exposures - micro_exposure
    log_ratio = np.zeros(len(micro_numerator))
    for _ in range(100):
        fitted = micro_exposure * np.exp(log_ratio)[:, None]
        share = fitted / (fitted + macro_exposure)
        score = (micro_numerator - numerators * share).sum(axis=1)
        information = (numerators * share * (1 - share)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.clip(np.nan_to_num(score / information), -2, 2)
        log_ratio = np.clip(log_ratio + step, -30, 30)
        if np.all(np.abs(step) < 1e-12):
            break
    return log_ratio
