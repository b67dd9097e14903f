"""How strong would a cause that nobody saw have to be?

Cinelli and Hazlett (2020), Making sense of sensitivity: extending omitted variable bias, Journal of
the Royal Statistical Society B 82. Strength is a share of what is left of tier and of rate (partial
R squared), and the yardsticks are covariates that were seen. All of it is of least squares with its
classical error: a robust error would be another quantity.
"""

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.regression.linear_model import RegressionResults

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Flags, Floats
from analysis.evidence.robustness.overlap import Covariates

_USABLE = 0.01  # least share of tier and of rate that a yardstick explains


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A covariate as yardstick.

    Attributes:
        covariate: its name.
        of_tier, of_rate: share that it explains of what the other covariates leave of the tier,
            and of what they and the tier leave of the rate.
        multiple: how many times as strong a hidden cause would have to be to leave nothing; None
            where the covariate explains under 1 % of either and is no yardstick.
    """

    covariate: str
    of_tier: float
    of_rate: float
    multiple: float | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What a hidden cause would have to be.

    Attributes:
        robustness_value: share of what is left of tier and of rate that it would have to explain,
            of each, to leave nothing.
        robustness_value_decided: likewise to leave nothing decided; 0 where nothing is.
        partial_r2: share of what is left of the rate that the tier explains; a cause of the whole
            rest of the rate would have to explain as much of the tier.
        benchmarks: one entry per covariate.
    """

    robustness_value: float
    robustness_value_decided: float
    partial_r2: float
    benchmarks: tuple[Benchmark, ...]


def sensitivity(
    outcome: Floats, micro: Flags, covariates: Covariates, *, level: float
) -> Sensitivity:
    """Measure what a hidden cause would have to explain, against the covariates that were seen.

    Args:
        outcome: one per account: log rates, or rates.
        micro: True for accounts of the micro arm.
        covariates: columns by covariate, as ``overlap.covariate_columns`` gives them.
        level: at which the comparison is decided.

    Raises:
        NotEstimableError: a rate is missing, or no accounts are left beyond the columns.
    """
    if not np.isfinite(outcome).all():
        raise NotEstimableError("a creator's rate is missing or 0")
    tier = micro.astype(float)
    columns = np.column_stack([*covariates.values(), np.ones(len(tier))])
    by_tier = sm.OLS(tier, columns).fit()
    found = sm.OLS(outcome, np.column_stack([columns, tier])).fit()
    df = float(found.df_resid)
    if df < 2:
        raise NotEstimableError("too few creators beside the covariates")
    estimate, error = float(found.params[-1]), float(found.bse[-1])
    ends = np.cumsum([of.shape[1] for of in covariates.values()])
    benchmarks = []
    for name, end in zip(covariates, ends, strict=True):
        of_covariate = slice(end - covariates[name].shape[1], end)
        of_tier, of_rate = _explained(by_tier, of_covariate), _explained(found, of_covariate)
        usable = min(of_tier, of_rate) >= _USABLE
        multiple = explaining_multiple(estimate, error, df, of_tier, of_rate) if usable else None
        benchmarks.append(Benchmark(name, of_tier, of_rate, multiple))
    statistic = estimate / error
    return Sensitivity(
        robustness_value(statistic, df),
        robustness_value(statistic, df, alpha=1 - level),
        partial_r2(statistic, df),
        tuple(benchmarks),
    )


def _explained(fitted: RegressionResults, columns: slice) -> float:
    """Share of the squares left without some columns that they explain."""
    slopes, spread = fitted.params[columns], fitted.normalized_cov_params[columns, columns]
    explained = float(slopes @ np.linalg.solve(spread, slopes))
    return explained / (explained + float(fitted.ssr))


def partial_r2(statistic: float, df: float) -> float:
    """Share of the rest that a coefficient with this t explains.

    Example:
        >>> round(partial_r2(0.0973158 / 0.0232565, 783), 4)  # Darfur
        0.0219
    """
    return statistic**2 / (statistic**2 + df)


def robustness_value(statistic: float, df: float, *, alpha: float | None = None) -> float:
    """Share of both rests that a hidden cause would have to explain to leave nothing.

    Args:
        statistic: t of the coefficient with its classical error.
        df: its degrees of freedom.
        alpha: to leave nothing that is decided at this level instead.

    Example:
        >>> round(robustness_value(0.0973158 / 0.0232565, 783), 4)  # Darfur
        0.1388
    """
    strength = abs(statistic) / sqrt(df)
    if alpha is not None:
        strength -= float(stats.t.isf(alpha / 2, df - 1)) / sqrt(df - 1)
    if strength <= 0:
        return 0.0
    return (sqrt(strength**4 + 4 * strength**2) - strength**2) / 2


def hidden_cause(of_tier: float, of_rate: float, multiple: float) -> tuple[float, float]:
    """Shares of tier and rate that a cause some times as strong as a benchmark explains.

    Args:
        of_tier, of_rate: shares that the benchmark explains, given the other covariates.
        multiple: of its strength, in both.

    Returns:
        Of the tier and of the rate, given all covariates; 1 where no cause could explain as much.
    """
    tier_share = multiple * of_tier / (1 - of_tier)
    if multiple * of_tier >= 1 or tier_share >= 1:
        return 1.0, 1.0
    shared = multiple * of_tier**2 / ((1 - multiple * of_tier) * (1 - of_tier))
    if shared >= 1:
        return tier_share, 1.0
    factor = (sqrt(multiple) + sqrt(shared)) ** 2 / (1 - shared)
    return tier_share, min(factor * of_rate / (1 - of_rate), 1.0)


def estimate_left(
    estimate: float, error: float, df: float, *, of_tier: float, of_rate: float
) -> float:
    """Coefficient that is left beside a hidden cause that pulls towards 0.

    Negative means turned.

    Args:
        estimate, error, df: of the coefficient, classical; the estimate's sign is dropped.
        of_tier, of_rate: shares that the cause explains.
    """
    if of_tier >= 1:
        return -inf
    return abs(estimate) - sqrt(of_rate * of_tier / (1 - of_tier)) * error * sqrt(df)


def explaining_multiple(
    estimate: float, error: float, df: float, of_tier: float, of_rate: float
) -> float:
    """Times as strong as a benchmark that a hidden cause must be to leave nothing.

    Args:
        estimate, error, df: of the coefficient, classical.
        of_tier, of_rate: shares that the benchmark explains; positive.

    Example:
        >>> darfur = (0.0973158, 0.0232565, 783)
        >>> round(explaining_multiple(*darfur, 0.0090807, 0.1090846), 2)  # female
        4.33
    """

    def left(multiple: float) -> float:
        tier_share, rate_share = hidden_cause(of_tier, of_rate, multiple)
        return estimate_left(estimate, error, df, of_tier=tier_share, of_rate=rate_share)

    top = (1 - of_tier) / of_tier * (1 - 1e-12)  # beyond it no cause can explain so much of tier
    return float(optimize.brentq(left, 0.0, top, xtol=1e-10))


def e_value(ratio: float) -> float:
    """Ratio that a hidden cause must have with both tier and rate to explain a ratio away.

    VanderWeele and Ding (2017), Annals of Internal Medicine 167. Of an interval take the end
    nearer 1.

    Example:
        >>> round(e_value(3.9), 3), round(e_value(1.8), 2)
        (7.263, 3.0)
    """
    larger = max(ratio, 1 / ratio)
    return larger + sqrt(larger * (larger - 1))
