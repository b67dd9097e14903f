"""What the field does: baselines that must fail the gates which the product passes."""

import numpy as np
import statsmodels.api as sm
from scipy import stats


def quasi_binomial(successes, trials, design, *, use_t=True):
    """Binomial GLM with Pearson-scaled errors, in the call form that statsmodels gets right.

    The response is the proportion and the trials are ``var_weights``. With a two-column response
    statsmodels 0.15.0 takes the scale from the wrong residuals and the errors are 4.4 times too
    small on Crowder's data.
    """
    model = sm.GLM(successes / trials, design, family=sm.families.Binomial(), var_weights=trials)
    return model.fit(scale="X2", use_t=use_t)


def tier_design(micro):
    """Intercept and tier."""
    return np.column_stack([np.ones(len(micro)), np.asarray(micro, dtype=float)])


def post_level_welch(rate, micro):
    """p-value of a t-test on posts, as if posts of one creator were independent."""
    return stats.ttest_ind(rate[micro], rate[~micro], equal_var=False).pvalue


def post_level_mann_whitney(rate, micro):
    """p-value of a rank test on posts."""
    return stats.mannwhitneyu(rate[micro], rate[~micro]).pvalue


def log_orders_plus_constant(orders, clicks, micro, *, constant=0.5):
    """p-value of a t-test on log((orders + constant) / clicks)."""
    log_rate, micro = np.log((orders + constant) / clicks), np.asarray(micro)
    return stats.ttest_ind(log_rate[micro], log_rate[~micro], equal_var=False).pvalue
