"""Published numbers that this package must reproduce, each to the digits that its source shows.

Every anchor goes through what the product calls, not through a library alone. The exception is
marked. Efron and Tibshirani's Fieller interval is also
the example of ``intervals.fieller``.
"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.breakdown.power import creators_per_arm
from analysis.evidence.estimators.checks import permuted_p_value, studentised, superiority
from analysis.evidence.estimators.elasticity import follower_elasticity
from analysis.evidence.estimators.intervals import fieller, jackknife, totals_by_person
from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.estimators.synthesis import (
    knapp_hartung,
    prediction,
    random_effects,
    ratio_of_ratios,
    reml,
    spread,
)

# Colditz et al. (1994): 13 trials of the BCG vaccine, tuberculosis yes / no among vaccinated, then
# among the others. metafor: dat.bcg.
BCG = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
).T


def bcg_risk_ratios():
    ill, well, other_ill, other_well = BCG
    treated, others = ill + well, other_ill + other_well
    log_ratios = np.log(ill / treated) - np.log(other_ill / others)
    return log_ratios, 1 / ill - 1 / treated + 1 / other_ill - 1 / others


def test_bcg_mean_spread_and_heterogeneity():
    """Metafor 4 (Viechtbauer 2010, Journal of Statistical Software 36): rma(measure="RR")."""
    y, v = bcg_risk_ratios()
    found = random_effects(y, np.sqrt(v), level=0.95)
    assert found.mean == pytest.approx(-0.71453, abs=5e-6)
    assert reml(y, v) == pytest.approx(0.31324, abs=5e-6)
    assert spread(y, v) == pytest.approx(152.233, abs=5e-4)
    assert found.i2 == pytest.approx(0.9222, abs=5e-5)
    fixed, _ = knapp_hartung(y, v, 0.0)
    assert fixed == pytest.approx(-0.4303, abs=5e-5)


def test_bcg_error_without_and_with_knapp_and_hartung():
    """Metafor: 0.17978 by z; with test="knha" 0.1808, interval -1.1084 to -0.3206, p 0.0019.

    The second row is remembered; statsmodels has the same formula (test_synthesis.py).
    """
    y, v = bcg_risk_ratios()
    tau2 = reml(y, v)
    assert 1 / np.sqrt((1 / (v + tau2)).sum()) == pytest.approx(0.17978, abs=5e-6)
    found = random_effects(y, np.sqrt(v), level=0.95)
    mean, error = knapp_hartung(y, v, tau2)
    assert error == pytest.approx(0.1808, abs=5e-5)
    assert (found.low, found.high) == pytest.approx((-1.1084, -0.3206), abs=5e-5)
    assert 2 * stats.t.sf(abs(mean) / error, 12) == pytest.approx(0.0019, abs=5e-5)
    assert knapp_hartung(y, v, tau2, modified=False)[1] == error


def test_bcg_prediction_interval():
    """Metafor's predict(): -1.8667 to 0.4376, by z; the product takes t."""
    y, v = bcg_risk_ratios()
    found = prediction(-0.71453, 0.17978, reml(y, v), df=np.inf, level=0.95)
    assert found == pytest.approx((-1.8667, 0.4376), abs=1e-4)


def test_bcg_heterogeneity():
    """Metafor's confint(): tau 0.5597. Remembered."""
    y, v = bcg_risk_ratios()
    assert random_effects(y, np.sqrt(v), level=0.95).tau == pytest.approx(0.5597, abs=5e-5)


def test_eight_schools_agree_and_promise_no_more_than_their_errors_allow():
    """Rubin (1981); metafor: 7.6856, error 4.0719, Q 4.7071; BDA: 7.7 and 4.1.

    Unmodified, Knapp and Hartung's error would be 3.3.
    """
    effects = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    errors = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    found = random_effects(effects, errors, level=0.95)
    assert knapp_hartung(effects, errors**2, 0.0) == pytest.approx((7.6856, 4.0719), abs=5e-5)
    assert spread(effects, errors**2) == pytest.approx(4.7071, abs=5e-5)
    assert (found.mean, found.tau) == pytest.approx((7.6856, 0.0), abs=5e-5)
    assert knapp_hartung(effects, errors**2, 0.0, modified=False)[1] < 3.4


def test_dyestuff_batches_are_pulled_to_their_mean():
    """Davies (1947), lme4's Dyestuff: 1527.5, error 19.38, batch variance 1764.1, BLUPs.

    Six batches of five; their means with the residual variance 2451.25 over five.
    """
    means = np.array([1505.0, 1528, 1564, 1498, 1600, 1470])
    found = random_effects(means, np.full(6, np.sqrt(2451.25 / 5)), level=0.95)
    assert found.mean == pytest.approx(1527.5, abs=0.05)
    half = stats.t.ppf(0.975, 5) * 19.38
    assert found.high - found.mean == pytest.approx(half, abs=0.02)
    assert found.tau**2 == pytest.approx(1764.05, abs=0.05)
    expected = [-17.61, 0.39, 28.56, -23.08, 56.73, -45.00]
    np.testing.assert_allclose(found.shrunken - found.mean, expected, atol=0.006)


def test_efron_and_morris_shrink_the_batters_of_1970():
    """Efron and Morris (1975), JASA 70, arcsine scale: shrinkage .209, Clemente's .400 to .290.

    Their .212 and .294 of 1977 (Scientific American 236) shrink the averages themselves. REML
    pulls by (k - 1) / S, James and Stein by (k - 3) / S, with k = 18 and S the same.
    """
    averages = np.array(
        [400, 378, 356, 333, 311, 311, 289, 267, 244, 244, *[222] * 5, 200, 178, 156]
    )
    y = np.sqrt(45) * np.arcsin(2 * averages / 1000 - 1)
    found = random_effects(y, np.ones(18), level=0.95)
    pulled = 1 - (found.shrunken[0] - found.mean) / (y[0] - found.mean)
    kept = 1 - pulled * 15 / 17
    assert kept == pytest.approx(0.2092, abs=5e-5)
    clemente = found.mean + kept * (y[0] - found.mean)
    assert (np.sin(clemente / np.sqrt(45)) + 1) / 2 == pytest.approx(0.290, abs=5e-4)


def test_brunner_munzel_pain_scores():
    """Brunner and Munzel (2000), Neubert and Brunner (2007): W 3.1375, df 17.683, p .005786.

    P = .789, 95 % interval .5952 to .9827 (R package lawstat, brunner.munzel.test).
    """
    scores = np.array([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1, 3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4.0])
    found = superiority(scores, np.arange(25) >= 14, np.zeros(25, dtype=int), level=0.95)
    assert found.probability == pytest.approx(0.788961, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((0.595217, 0.982705), abs=5e-7)
    assert found.p_value == pytest.approx(0.0057862, abs=5e-8)


def test_hanley_and_mcneils_scans():
    """Hanley and McNeil (1982), Radiology 143, table I: area .893; Stata's roctab: .8932, .0307.

    Stata's interval .83295 to .95339 is normal; remembered, and equal to the placements of
    statsmodels (test_checks.py). Ours has t, here with 87 degrees of freedom or more.
    """
    abnormal, normal = (
        np.repeat(range(5), [3, 2, 2, 11, 33]),
        np.repeat(range(5), [33, 6, 6, 11, 2]),
    )
    ratings = np.concatenate([abnormal, normal]).astype(float)
    found = superiority(ratings, np.arange(109) < 51, np.zeros(109, dtype=int), level=0.95)
    assert found.probability == pytest.approx(0.8932, abs=5e-5)
    half = (found.high - found.low) / 2
    assert half / stats.t.ppf(0.975, [107, 87]) == pytest.approx(0.0307, abs=1.5e-4)
    assert (found.low, found.high) == pytest.approx((0.83295, 0.95339), abs=1e-3)


def test_cliffs_delta():
    """R package effsize, cliff.delta: -0.25 (Cliff 1996)."""
    treatment, control = [10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50]
    values = np.array(treatment + control, dtype=float)
    found = superiority(values, np.arange(16) < 10, np.zeros(16, dtype=int), level=0.95)
    assert 2 * found.probability - 1 == pytest.approx(-0.25, rel=1e-12)


# Darwin's maize, crossed minus self-fertilised in eighths of an inch (Fisher 1935, chapter 3).
MAIZE = np.array([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48.0])


def test_darwins_maize_by_every_permutation_within_pairs():
    """Fisher (1935): 863 of 32,768 arrangements are at least as large; two-sided .052673."""
    height = np.concatenate([MAIZE, np.zeros(15)])
    pair = np.tile(np.arange(15), 2)
    flipped = (np.arange(2**15)[:, None] >> np.arange(15)) % 2 == 1
    rows = np.concatenate([~flipped, flipped], axis=1)
    assert MAIZE.mean() == pytest.approx(314 / 15, rel=1e-12)
    # t of paired plants is monotone in their difference.
    statistic = studentised(height, rows, pair, np.arange(30))
    assert int((statistic >= statistic[0] - 1e-9).sum()) == 863
    share = np.mean(np.abs(statistic) >= statistic[0] - 1e-9)
    assert share == pytest.approx(0.052673, abs=5e-7)


def test_darwins_maize_by_drawn_permutations():
    """Fisher (1935) again, through the check itself: 19,999 draws, Monte-Carlo error .0016.

    t of paired plants is monotone in their difference, so studentising changes nothing.
    """
    found = permuted_p_value(
        np.concatenate([MAIZE, np.zeros(15)]),
        np.arange(30) < 15,
        np.tile(np.arange(15), 2),
        permutations=19_999,
        rng=np.random.default_rng(1935),
    )
    assert found == pytest.approx(0.0527, abs=0.006)


# Efron and Tibshirani (1993), An Introduction to the Bootstrap, table 10.3: eight people.
OLD_PLACEBO = np.array([8406.0, 2342, 8187, 8459, 4795, 3516, 4796, 10238])
NEW_OLD = np.array([-1200.0, 2601, -2705, 1982, -1290, 351, -638, -2719])


def test_patch_data_by_fieller():
    """Efron and Tibshirani (1993), section 25.5: -.071, 90 % (-.249, .170)."""
    covariance = np.cov(NEW_OLD, OLD_PLACEBO) / 8
    quantile = stats.t.ppf(0.95, 7)
    shape, *ends = fieller(NEW_OLD.mean(), OLD_PLACEBO.mean(), covariance, quantile=quantile)
    assert shape == "between"
    assert ends == pytest.approx([-0.249, 0.170], abs=5e-4)


def test_patch_data_by_leaving_one_person_out():
    """Efron and Tibshirani (1993), chapters 10 and 11: -.0713, bias .0080, error .1055."""
    # The arms of the product hold no negative sums: new is old plus the difference.
    held = totals_by_person([NEW_OLD + 1e5, OLD_PLACEBO], np.ones(8, dtype=bool), person=None)
    count = totals_by_person([np.ones(8)], np.ones(8, dtype=bool), person=None)
    totals = np.concatenate([held, count], axis=1)
    found, changes = jackknife(
        lambda sums: (sums[0, :1] - 1e5 * sums[0, 2:]) / sums[0, 1:2], totals
    )
    assert found[0] == pytest.approx(-0.0713, abs=5e-5)
    assert 7 * changes.mean() == pytest.approx(0.0080, abs=5e-5)
    spread = ((changes - changes.mean()) ** 2).sum()
    assert np.sqrt(7 / 8 * spread) == pytest.approx(0.1055, abs=5e-5)


def test_eskines_replication_is_equivalent():
    """Moery and Calin-Jageman (2016), in the documentation of R's TOSTER, Welch: df 181.134.

    t 3.14973 and -2.69277 against raw bounds of .383569, 90 % interval -.18708 to .24708.
    """
    organic, control = (5.25, 0.95 / np.sqrt(95), 94.0), (5.22, 0.83 / np.sqrt(89), 88.0)
    found = ratio_of_ratios(organic, control, level=0.95)
    inner = np.log(found.interval(0.9))
    assert inner == pytest.approx([-0.18708, 0.24708], abs=5e-6)
    bounds = np.array([0.383569, -0.383569])
    against = (np.log(found.ratio) + bounds) / found.standard_error
    assert against == pytest.approx([3.14973, -2.69277], abs=5e-5)
    # The degrees of freedom are not reported; the interval and the p-values hold with no others.
    assert stats.t.sf(against[0], 181.134) == pytest.approx(0.00095601, rel=1e-4, abs=0)
    assert stats.t.ppf(0.95, 181.134) == pytest.approx(
        (inner[1] - inner[0]) / 2 / found.standard_error, rel=1e-6
    )


def test_students_sleep_by_welch():
    """R's help page of t.test, sleep: t -1.8608, df 17.776, p .07939, -3.3654832 to 0.2054832."""
    first = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    one, two = ((x.mean(), x.std(ddof=1) / np.sqrt(10), 9.0) for x in (first, second))
    found = ratio_of_ratios(one, two, level=0.95)
    assert np.log(found.ratio) / found.standard_error == pytest.approx(-1.8608, abs=5e-5)
    assert found.p_value == pytest.approx(0.07939, abs=5e-6)
    ends = np.log([found.low, found.high])
    assert ends == pytest.approx([-3.3654832, 0.2054832], abs=5e-8)


def pooled(numerator, exposure, micro, stratum):
    arrays = (np.array(numerator, float), np.array(exposure, float), micro, stratum)
    rng = np.random.default_rng(1)
    found = rate_ratio(*arrays, weight="exposure", level=0.95, permutations=99, rng=rng)
    return found.ratio


def test_british_doctors_who_smoke():
    """Doll and Hill (1966), coronary deaths in five age groups; Stata's ir: M-H 1.424682.

    In one pot 630 deaths in 142,247 years against 101 in 39,220: 1.719823 (Stata's ir, crude).
    """
    deaths = [32, 104, 206, 186, 102, 2, 12, 28, 28, 31]
    years = [52407, 43248, 28612, 12663, 5317, 18790, 10673, 5710, 2585, 1462]
    smokers, age = np.arange(10) < 5, np.tile(np.arange(5), 2)
    assert pooled(deaths, years, smokers, age) == pytest.approx(1.424682, abs=5e-7)
    in_one_pot = pooled(deaths, years, smokers, np.zeros(10, dtype=int))
    assert in_one_pot == pytest.approx(1.719823, abs=5e-7)


def test_berkeley_admissions_turn_around_within_departments():
    """Bickel, Hammel and O'Connell (1975), six departments: .445 of men and .304 of women.

    Within departments men are not ahead: Mantel-Haenszel odds ratio .9047 (crude 1.841), which
    only tests statsmodels; the product's own ratio of rates must turn with it.
    """
    admitted = [512, 353, 120, 138, 53, 22, 89, 17, 202, 131, 94, 24]
    applied = [825, 560, 325, 417, 191, 373, 108, 25, 593, 375, 393, 341]
    men, department = np.arange(12) < 6, np.tile(np.arange(6), 2)
    crude = pooled(admitted, applied, men, np.zeros(12, dtype=int))
    assert crude == pytest.approx(0.445 / 0.304, abs=0.004)
    within = pooled(admitted, applied, men, department)
    table = np.array([[admitted[i], applied[i] - admitted[i]] for i in range(12)], dtype=float)
    tables = sm.stats.StratifiedTable([table[[i, i + 6]] for i in range(6)])
    assert tables.oddsratio_pooled == pytest.approx(0.9047, abs=5e-5)
    assert tables.oddsratio_pooled < within < 1


def test_cohens_sample_size_of_two_means():
    """Cohen (1988), d = .5, power .8: 63.77 per arm by t, so 64; by the normal one fewer."""
    assert creators_per_arm(np.exp(0.5), variance=1.0, alpha=0.05, power=0.8) == 63


def test_engels_food():
    """Engel (1857), 235 households, R package quantreg: least squares 147.4754 + .4852 x."""
    households = sm.datasets.engel.load_pandas().data
    food, income = households["foodexp"].to_numpy(), households["income"].to_numpy()
    found = follower_elasticity(food, income, np.zeros(235, dtype=int), level=0.95)
    assert found.ratio == pytest.approx(0.4852, abs=5e-5)
    assert food.mean() - found.ratio * income.mean() == pytest.approx(147.4754, abs=5e-5)


def test_repeated_looks_are_many_chances():
    """Armitage, McPherson and Rowe (1969), JRSS A 132: .083, .142, .193, .248 at a nominal .05.

    By simulation, 20,000 trials, Monte-Carlo error .003. Tests no code of ours: it is why a
    nightly estimate is interim between the days that a study names.
    """
    steps = np.random.default_rng(1969).normal(size=(20_000, 20)).cumsum(axis=1)
    crossed = np.abs(steps) > stats.norm.isf(0.025) * np.sqrt(np.arange(1, 21))
    ever = np.logical_or.accumulate(crossed, axis=1).mean(axis=0)
    assert ever[[1, 4, 9, 19]] == pytest.approx([0.083, 0.142, 0.193, 0.248], abs=0.01)
