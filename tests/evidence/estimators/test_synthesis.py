"""Synthesis: likelihood and formulas by a second way, coverage, few niches, refusals.

Published examples are in test_anchors.py.
"""

from dataclasses import fields

import numpy as np
import pytest
from scipy import optimize, stats
from statsmodels.stats.meta_analysis import combine_effects

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.synthesis import (
    knapp_hartung,
    random_effects,
    ratio_of_ratios,
    reml,
    spread,
)


def niches(seed, *, k=6, tau=0.3):
    """Log ratios of niches and their errors, which differ by a factor of up to ten."""
    rng = np.random.default_rng(seed)
    errors = np.exp(rng.uniform(np.log(0.04), np.log(0.4), k))
    return rng.normal(0.2, np.sqrt(tau**2 + errors**2)), errors


def dense_projection(variances, tau2):
    """P of the restricted likelihood, written with matrices instead of sums."""
    inverse = np.linalg.inv(np.diag(variances + tau2))
    one = np.ones((len(variances), 1))
    return inverse - inverse @ one @ np.linalg.inv(one.T @ inverse @ one) @ one.T @ inverse


@pytest.mark.parametrize("seed", range(8))
def test_reml_is_the_highest_point_of_a_likelihood_written_with_matrices(seed):
    y, errors = niches(seed, k=3 + seed, tau=0.1 * seed)
    v = errors**2

    def minus_log_likelihood(tau2):
        inverse = np.diag(1 / (v + tau2))
        determinants = np.log(v + tau2).sum() + np.log(inverse.sum())
        return determinants + y @ dense_projection(v, tau2) @ y

    grid = np.linspace(0, 3, 3001)
    start = grid[np.argmin([minus_log_likelihood(tau2) for tau2 in grid])]
    between = (max(start - 0.001, 0), start + 0.001)
    fine = optimize.minimize_scalar(minus_log_likelihood, bounds=between, method="bounded")
    found = reml(y, v)
    assert found == pytest.approx(fine.x, abs=2e-5)
    assert minus_log_likelihood(found) <= fine.fun + 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_q_and_the_plain_knapp_hartung_error_equal_statsmodels(seed):
    y, errors = niches(seed)
    theirs = combine_effects(y, errors**2, method_re="dl")
    mean, error = knapp_hartung(y, errors**2, theirs.tau2, modified=False)
    assert spread(y, errors**2) == pytest.approx(theirs.q, rel=1e-12)
    assert mean == pytest.approx(theirs.mean_effect_re, rel=1e-10)
    assert error == pytest.approx(theirs.sd_eff_w_re_hksj, rel=1e-10)


def test_the_interval_of_the_mean_by_hand():
    # Errors .1 each, so the mean is the plain one, tau^2 = s^2 - .01 and the error s / 2:
    # s^2 = (.09 + .01 + .01 + .09) / 3 with the mean .3.
    found = random_effects(np.array([0.0, 0.2, 0.4, 0.6]), np.full(4, 0.1), level=0.9)
    error = np.sqrt(0.2 / 3 / 4)
    assert found.mean == pytest.approx(0.3, rel=1e-12)
    assert found.tau == pytest.approx(np.sqrt(0.2 / 3 - 0.01), rel=1e-9)
    assert found.high - 0.3 == pytest.approx(stats.t.ppf(0.95, 3) * error, rel=1e-9)
    # A further niche: t with two degrees of freedom, tau^2 + error^2.
    half = stats.t.ppf(0.95, 2) * np.sqrt(0.2 / 3 - 0.01 + error**2)
    assert found.prediction == pytest.approx((0.3 - half, 0.3 + half), rel=1e-9)
    # Equal errors: the typical variance of I^2 is .01.
    assert found.i2 == pytest.approx(1 - 0.01 / (0.2 / 3), rel=1e-9)


def test_niches_that_agree_promise_no_more_than_their_own_errors_allow():
    found = random_effects(np.array([0.3, 0.301, 0.299, 0.3]), np.full(4, 0.2), level=0.95)
    assert found.tau == 0
    # .2 / sqrt(4), not the tiny scatter.
    half = stats.t.ppf(0.975, 3) * 0.1
    assert found.high - found.mean == pytest.approx(half, rel=1e-9)
    assert np.all(found.shrunken_high - found.shrunken_low >= 2 * 0.1 * stats.t.ppf(0.975, 3))


def test_shrunken_niches_and_their_errors_by_matrices_and_derivatives():
    y, errors = niches(3, k=5)
    v, found = errors**2, random_effects(y, errors, level=0.95)
    tau2 = found.tau**2
    assert tau2 > 0

    def pulled(value):
        return (v * found.mean + value * y) / (v + value)

    np.testing.assert_allclose(found.shrunken, pulled(tau2), rtol=1e-10)
    step = tau2 * 1e-4
    slope = (pulled(tau2 + step) - pulled(tau2 - step)) / (2 * step)
    projection = dense_projection(v, tau2)
    of_tau2 = 2 / np.trace(projection @ projection)
    weight = v / (v + tau2)
    variance = tau2 * weight + (weight * knapp_hartung(y, v, tau2)[1]) ** 2 + slope**2 * of_tau2
    half = stats.t.ppf(0.975, 4) * np.sqrt(variance)
    np.testing.assert_allclose(found.shrunken_high - found.shrunken, half, rtol=1e-6)
    np.testing.assert_allclose(found.shrunken - found.shrunken_low, half, rtol=1e-6)


def test_the_scale_of_the_numbers_does_not_matter():
    y, errors = niches(6)
    found = random_effects(y, errors, level=0.95)
    small = random_effects(y * 1e-6, errors * 1e-6, level=0.95)
    assert small.tau == pytest.approx(found.tau * 1e-6, rel=1e-6)
    assert small.high == pytest.approx(found.high * 1e-6, rel=1e-6)


def test_two_niches_have_a_mean_but_no_prediction():
    # tau^2 = .3^2 / 2 - .01, the error of the mean .3 / 2, and t with one degree of freedom.
    found = random_effects(np.array([0.0, 0.3]), np.full(2, 0.1), level=0.95)
    assert found.high - found.low == pytest.approx(0.3 * stats.t.ppf(0.975, 1), rel=1e-9)
    assert found.tau == pytest.approx(np.sqrt(0.035), rel=1e-9)
    assert found.prediction is None


@pytest.mark.parametrize(
    ("log_ratios", "errors", "says"),
    [
        ([0.1], [0.1], "fewer than two niches"),
        ([], [], "fewer than two niches"),
        ([0.1, np.nan], [0.1, 0.1], "no estimate or no standard error"),
        ([0.1, 0.2], [0.1, np.inf], "no estimate or no standard error"),
        ([0.1, 0.2], [0.1, 0.0], "not positive"),
        ([0.1, 0.2], [0.1, 1e-8], "more than a million times"),
    ],
)
def test_niches_that_cannot_be_combined_are_refused(log_ratios, errors, says):
    with pytest.raises(NotEstimableError, match=says):
        random_effects(np.array(log_ratios), np.array(errors), level=0.95)


def test_five_unequal_niches_are_covered_by_the_modified_interval_and_missed_by_z():
    """600 draws, tau .15, errors around .11; Monte-Carlo error .01.

    40,000 draws of the same: modified .943, unmodified .918, z .858.
    """
    rng = np.random.default_rng(415)
    covered = {"modified": 0, "z": 0}
    for _ in range(600):
        errors = 0.11 * np.exp(rng.normal(0, 0.5, 5))
        y, v = rng.normal(0, np.sqrt(0.15**2 + errors**2)), errors**2
        tau2 = reml(y, v)
        mean, error = knapp_hartung(y, v, tau2)
        covered["modified"] += abs(mean) < stats.t.ppf(0.975, 4) * error
        covered["z"] += abs(mean) < 1.96 / np.sqrt((1 / (v + tau2)).sum())
    assert covered["modified"] / 600 >= 0.915
    assert covered["z"] / 600 < 0.90


def test_the_best_niche_is_inflated_raw_and_honest_shrunken():
    """200 draws of five niches, tau .15, errors .11: the winner, its truth, its interval."""
    rng = np.random.default_rng(9)
    raw, shrunken, covered = [], [], 0
    for _ in range(200):
        truth = rng.normal(0.2, 0.15, 5)
        y = rng.normal(truth, 0.11)
        found = random_effects(y, np.full(5, 0.11), level=0.95)
        best = int(np.argmax(found.shrunken))
        raw.append(y[np.argmax(y)] - truth[np.argmax(y)])
        shrunken.append(found.shrunken[best] - truth[best])
        covered += found.shrunken_low[best] <= truth[best] <= found.shrunken_high[best]
    assert np.mean(raw) > 0.05
    assert abs(np.mean(shrunken)) < 0.03
    assert covered / 200 >= 0.92


def test_ratio_of_ratios_is_welch_from_summaries():
    rng = np.random.default_rng(2)
    one, two = rng.normal(0.4, 0.5, 12), rng.normal(0.1, 1.5, 31)
    found = ratio_of_ratios(
        (one.mean(), one.std(ddof=1) / np.sqrt(12), 11),
        (two.mean(), two.std(ddof=1) / np.sqrt(31), 30),
        level=0.9,
    )
    welch = stats.ttest_ind(one, two, equal_var=False)
    interval = welch.confidence_interval(0.9)
    assert found.p_value == pytest.approx(welch.pvalue, rel=1e-10, abs=0)
    assert np.log([found.low, found.high]) == pytest.approx(list(interval), rel=1e-10)


def test_ratio_of_ratios_without_degrees_of_freedom_is_normal():
    found = ratio_of_ratios((0.5, 0.3, np.inf), (0.1, 0.4, np.inf), level=0.95)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(0.4 / 0.5), rel=1e-10, abs=0)
    swapped = ratio_of_ratios((0.1, 0.4, np.inf), (0.5, 0.3, np.inf), level=0.95)
    assert found.ratio * swapped.ratio == pytest.approx(1, rel=1e-12)
    assert found.interval(0.9)[0] * swapped.interval(0.9)[1] == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ((np.nan, 0.1, 9), "no estimate"),
        ((0.1, np.inf, 9), "no estimate"),
        ((0.1, 0.0, 9), "not positive"),
        ((0.1, 0.1, 0), "not positive"),
        ((0.1, 0.1, np.nan), "not positive"),
        ((0.1, 9.0, 0.2), "nothing bounds"),
    ],
)
def test_a_ratio_without_error_or_degrees_of_freedom_is_refused(second, says):
    with pytest.raises(NotEstimableError, match=says):
        ratio_of_ratios((0.1, 0.1, 9), second, level=0.95)


def finite_or_refused(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, 7))
    y = rng.choice([rng.normal(0, 1, k), np.zeros(k), rng.integers(0, 2, k) * 1e-7])
    errors = 10 ** rng.uniform(-6, 3, k) if seed % 2 else np.full(k, 10 ** rng.uniform(-6, 3))
    try:
        found = random_effects(y, errors, level=0.95)
    except NotEstimableError:
        return
    for field in fields(found):
        value = getattr(found, field.name)
        assert isinstance(value, str) or value is None or np.isfinite(value).all(), field.name


def test_whatever_the_niches_the_answer_is_finite_or_a_refusal():
    for seed in range(150):
        finite_or_refused(seed)
