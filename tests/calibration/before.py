"""How the product judged rates before it left persons out: intervals to compare widths with."""

import numpy as np
from scipy import stats


def mean_rate_width(numerator, exposure, micro, stratum, *, level):
    """Log width of the interval of a ratio of mean rates, rows taken for creators.

    Mantel-Haenszel weights over strata with two rows in each arm, delta method, t with
    Satterthwaite's degrees of freedom; missing where no stratum has them.
    """
    rate = numerator / exposure
    log_variance = spread = 0.0
    for arm in (micro, ~micro):
        total = weights = variance = of_variance = 0.0
        for label in np.unique(stratum):
            inside = stratum == label
            counts = (inside & micro).sum(), (inside & ~micro).sum()
            if min(counts) < 2:
                continue
            weight, rates = np.prod(counts) / sum(counts), rate[inside & arm]
            share = weight**2 * rates.var(ddof=1) / len(rates)
            total, weights = total + weight * rates.mean(), weights + weight
            variance, of_variance = variance + share, of_variance + share**2 / (len(rates) - 1)
        if total <= 0 or of_variance <= 0:
            return np.nan
        log_variance += variance / total**2
        spread += of_variance / total**4
    return 2 * stats.t.ppf((1 + level) / 2, log_variance**2 / spread) * np.sqrt(log_variance)


def permuted_width(fit, *, level):
    """Log width of the interval of a portfolio, from permuted tiers alone."""
    if fit.permuted is None:
        return np.nan
    return 2 * fit.standard_error * float(np.quantile(fit.permuted, level, method="higher"))


def holm_decides(p_values, alpha):
    """Which comparisons Holm's steps decide, all of one family."""
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    decided = np.empty(len(p_values), dtype=bool)
    decided[order] = steps <= alpha
    return decided
