"""Estimators: published examples, a second implementation, size on real data, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.portfolio import (
    _permuted,
    _permuted_units,
    _pooled,
    pooled_rate_ratio,
)
from analysis.evidence.estimators.typical import geometric_mean_ratio, mean_rate_ratio
from tests.naive import quasi_binomial, tier_design

# Crowder (1978), Applied Statistics 27, 34-37: Orobanche seeds germinated / seeds, 21 plates.
CROWDER = {
    ("O75", "bean"): [(10, 39), (23, 62), (23, 81), (26, 51), (17, 39)],
    ("O75", "cucumber"): [(5, 6), (53, 74), (55, 72), (32, 51), (46, 79), (10, 13)],
    ("O73", "bean"): [(8, 16), (10, 30), (8, 28), (23, 45), (0, 4)],
    ("O73", "cucumber"): [(3, 12), (22, 41), (15, 30), (32, 51), (3, 7)],
}
PLATES = pd.DataFrame(
    [(s, e, r, n) for (s, e), plates in CROWDER.items() for r, n in plates],
    columns=["seed", "extract", "germinated", "seeds"],
)
# Published logit coefficients: O75 in bean, O73 against it, cucumber against bean, interaction.
CROWDER_COEFFICIENTS = [-0.5582, 0.1459, 1.3182, -0.7781]


def _arrays(frame, *, micro):
    return (
        frame["germinated"].to_numpy(float),
        frame["seeds"].to_numpy(float),
        micro.to_numpy(bool),
    )


@pytest.mark.parametrize("extract", ["bean", "cucumber"])
def test_crowder_pooled_ratio_follows_from_the_published_coefficients(extract):
    plates = PLATES[PLATES["extract"] == extract]
    y, n, micro = _arrays(plates, micro=plates["seed"] == "O73")
    base, seed, cucumber, interaction = CROWDER_COEFFICIENTS
    at = base + (cucumber if extract == "cucumber" else 0)
    shift = seed + (interaction if extract == "cucumber" else 0)
    expected = special.expit(at + shift) / special.expit(at)
    found = pooled_rate_ratio(
        y,
        n,
        micro,
        np.zeros(len(y), int),
        level=0.95,
        permutations=99,
        rng=np.random.default_rng(1),
    )
    assert found.ratio == pytest.approx(expected, rel=1e-4)  # the coefficients have 4 digits


def test_crowder_quasi_binomial_baseline_has_the_published_errors_and_p_value():
    seed, extract = PLATES["seed"] == "O73", PLATES["extract"] == "cucumber"
    design = np.column_stack([np.ones(len(PLATES)), seed, extract, seed & extract]).astype(float)
    y, n = PLATES["germinated"].to_numpy(float), PLATES["seeds"].to_numpy(float)
    fit = quasi_binomial(y, n, design)
    np.testing.assert_allclose(fit.params, CROWDER_COEFFICIENTS, atol=5e-5)
    np.testing.assert_allclose(fit.bse, [0.1720, 0.3045, 0.2422, 0.4181], atol=5e-5)
    assert fit.scale == pytest.approx(1.861832, rel=1e-6)
    # Intercept: t with 17 degrees of freedom gives .0048, z would give .0012.
    assert fit.pvalues[0] == pytest.approx(0.0048, rel=0.02)


def random_creators(rng, *, size=60, strata=3):
    stratum = rng.integers(0, strata, size)
    micro = rng.random(size) < 0.6
    exposure = np.exp(rng.normal(6, 1.5, size)).round() + 1
    rate = 0.05 * np.exp(0.4 * micro + 0.3 * stratum + rng.normal(0, 0.5, size))
    return rng.poisson(exposure * rate).astype(float), exposure, micro, stratum


@pytest.mark.parametrize("seed", range(5))
def test_pooled_ratio_and_error_equal_a_poisson_glm_with_leverage(seed):
    y, n, micro, stratum = random_creators(np.random.default_rng(seed))
    log_ratio, error = _pooled(micro[None], y, n, stratum, np.arange(len(y)))
    design = np.column_stack([micro, stratum[:, None] == np.unique(stratum)]).astype(float)
    fit = sm.GLM(y / n, design, family=sm.families.Poisson(), var_weights=n).fit(tol=1e-14)
    weights = n * fit.fittedvalues
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    leverage = np.einsum("ij,jk,ik->i", design, bread, design) * weights
    scores = design * (n * (y / n - fit.fittedvalues) / (1 - leverage))[:, None]
    covariance = bread @ scores.T @ scores @ bread
    assert log_ratio[0] == pytest.approx(fit.params[0], rel=1e-8)
    assert error[0] == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-8)


def test_pooled_error_without_strata_is_the_brute_force_creator_jackknife():
    y, n, micro, _ = random_creators(np.random.default_rng(11), strata=1)
    _, error = _pooled(micro[None], y, n, np.zeros(len(y), int), np.arange(len(y)))
    left_out = []
    for arm in (micro, ~micro):
        pooled = y[arm].sum() / n[arm].sum()
        without = (y[arm].sum() - y[arm]) / (n[arm].sum() - n[arm])
        left_out.append((without / pooled - 1) ** 2)
    assert error[0] == pytest.approx(np.sqrt(np.concatenate(left_out).sum()), rel=1e-10)


def test_pooled_rows_of_tiers_are_independent_of_each_other():
    rng = np.random.default_rng(3)
    y, n, micro, stratum = random_creators(rng)
    rows = _permuted(micro, stratum, 8, rng)
    together = _pooled(rows, y, n, stratum, np.arange(len(y)))
    alone = [_pooled(row[None], y, n, stratum, np.arange(len(y))) for row in rows]
    np.testing.assert_allclose(together[0], [a[0][0] for a in alone], rtol=1e-9)
    np.testing.assert_allclose(together[1], [a[1][0] for a in alone], rtol=1e-9)


def test_a_person_in_several_strata_is_left_out_and_shuffled_as_one():
    rng = np.random.default_rng(6)
    y, n, _, _ = random_creators(rng, size=60)
    person = np.repeat(np.arange(30), 2)
    stratum = np.tile([0, 1], 30)
    micro = (np.arange(30) < 17)[person]
    rows = _permuted_units(micro, stratum, person, 40, rng)
    assert (rows[:, ::2] == rows[:, 1::2]).all()
    assert (rows[:, ::2].sum(axis=1) == 17).all()
    _, error = _pooled(micro[None], y, n, stratum, person)
    _, apart = _pooled(micro[None], y, n, stratum, np.arange(60))
    design = np.column_stack([micro, stratum[:, None] == [0, 1]]).astype(float)
    fit = sm.GLM(y / n, design, family=sm.families.Poisson(), var_weights=n).fit(tol=1e-14)
    weights = n * fit.fittedvalues
    bread = np.linalg.inv(design.T @ (weights[:, None] * design))
    leverage = np.einsum("ij,jk,ik->i", design, bread, design) * weights
    change = (design * (n * (y / n - fit.fittedvalues) / (1 - leverage))[:, None]) @ bread[:, 0]
    by_person = change.reshape(30, 2).sum(axis=1)
    assert error[0] == pytest.approx(np.sqrt((by_person**2).sum()), rel=1e-8)
    assert error[0] != pytest.approx(apart[0], rel=1e-3)


def test_persons_with_one_row_stay_in_their_stratum_beside_one_with_two():
    micro, stratum = np.arange(9) % 2 == 0, np.array([0, 0, 0, 1, 1, 1, 1, 0, 1])
    person = np.array([0, 1, 2, 3, 4, 5, 6, 7, 7])
    micro[8] = micro[7]
    rows = _permuted_units(micro, stratum, person, 60, np.random.default_rng(2))
    for label in (0, 1):
        alone = (stratum == label) & (person < 7)
        assert (rows[:, alone].sum(axis=1) == micro[alone].sum()).all()
        assert len(np.unique(rows[:, alone], axis=0)) > 1
    assert (rows[:, 7:] == micro[7]).all()


def test_permuted_tiers_keep_every_stratum_and_differ():
    rng = np.random.default_rng(4)
    stratum = np.repeat([2, 0, 1], [5, 9, 6])
    micro = rng.random(20) < 0.5
    rows = _permuted(micro, stratum, 50, rng)
    for label in (0, 1, 2):
        assert (rows[:, stratum == label].sum(axis=1) == micro[stratum == label].sum()).all()
    assert len(np.unique(rows, axis=0)) > 40


def test_geometric_mean_ratio_by_hand():
    # log rates 0, 2 against 1, 1.5, 2: difference of means 1 - 1.5 = -0.5.
    # HC3: squared residual over (1 - 1/n), over n, twice: 1^2 / (1/2)^2 / 4 * 2 = 2 for n = 2;
    # 0.25 / (2/3)^2 / 9 * 2 = 0.125 for n = 3. Error sqrt(2.125), 3 degrees of freedom.
    log_rate = np.array([0.0, 2.0, 1.0, 1.5, 2.0])
    found = geometric_mean_ratio(
        np.exp(log_rate) * 1e9 - 0.5,
        np.full(5, 1e9),
        np.array([True, True, False, False, False]),
        np.zeros(5, int),
        level=0.95,
    )
    assert np.log(found.ratio) == pytest.approx(-0.5, rel=1e-9)
    half = stats.t.ppf(0.975, 3) * np.sqrt(2.125)
    assert np.log(found.high) == pytest.approx(-0.5 + half, rel=1e-8)
    assert np.log(found.inner_low) == pytest.approx(-0.5 - stats.t.ppf(0.95, 3) * np.sqrt(2.125))
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.5 / np.sqrt(2.125), 3), rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_geometric_error_is_hc3_of_statsmodels_where_each_person_has_one_account(seed):
    y, n, micro, stratum = random_creators(np.random.default_rng(seed), size=90)
    design = np.column_stack([micro, stratum[:, None] == np.unique(stratum)]).astype(float)
    fit = sm.OLS(np.log((y + 0.5) / n), design).fit(cov_type="HC3", use_t=True)
    found = geometric_mean_ratio(y, n, micro, stratum, level=0.95)
    assert np.log(found.ratio) == pytest.approx(fit.params[0], rel=1e-8)
    assert found.standard_error == pytest.approx(fit.bse[0], rel=1e-8)
    assert found.p_value == pytest.approx(fit.pvalues[0], rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_error_by_person_is_the_brute_force_leave_one_person_out(seed):
    rng = np.random.default_rng(seed)
    y, n, micro, stratum = random_creators(rng, size=60)
    person = rng.integers(0, 40, 60)
    design = np.column_stack([micro, stratum[:, None] == np.unique(stratum)]).astype(float)
    outcome = np.log((y + 0.5) / n)
    whole = np.linalg.lstsq(design, outcome, rcond=None)[0][0]
    changes = [
        np.linalg.lstsq(design[person != p], outcome[person != p], rcond=None)[0][0] - whole
        for p in np.unique(person)
    ]
    fitted = fit(outcome, design[:, :1], stratum, person)
    assert fitted.coefficients[0] == pytest.approx(whole, rel=1e-10)
    assert fitted.covariance[0, 0] == pytest.approx(np.sum(np.square(changes)), rel=1e-9)
    assert fitted.degrees_of_freedom == len(np.unique(person)) - design.shape[1]


def test_accounts_of_one_person_are_one_creator_in_rates():
    y, n, micro, stratum = random_creators(np.random.default_rng(5), size=40, strata=1)
    twice = np.repeat(np.arange(40), 2)
    halves = (y[twice] / 2, n[twice] / 2, micro[twice], stratum[twice])
    for estimator in (mean_rate_ratio, geometric_mean_ratio):
        once = estimator(y, n, micro, stratum, level=0.95)
        if estimator is mean_rate_ratio:
            assert estimator(*halves, level=0.95, person=twice) == once
        assert estimator(*halves, level=0.95).standard_error < once.standard_error * 0.75


@pytest.mark.parametrize(
    ("micro", "message"),
    [([1, 1, 1, 1], "differ too little"), ([1, 0, 0, 0], "one creator decides alone")],
)
def test_arms_that_decide_nothing_are_refused(micro, message):
    one = np.zeros(4, dtype=np.int64)
    with pytest.raises(NotEstimableError, match=message):
        fit(np.arange(4.0), np.array(micro, dtype=float)[:, None], one, np.arange(4))


def test_mean_rate_ratio_by_hand():
    # Rates .02 .04 .06 (mean .04, var 4e-4) against .01 .03 (mean .02, var 2e-4).
    rates = np.array([0.02, 0.04, 0.06, 0.01, 0.03])
    micro = np.array([True, True, True, False, False])
    found = mean_rate_ratio(rates * 1000, np.full(5, 1000.0), micro, np.zeros(5, int), level=0.95)
    parts = np.array([4e-4 / 3 / 0.04**2, 2e-4 / 2 / 0.02**2])
    freedom = parts.sum() ** 2 / (parts[0] ** 2 / 2 + parts[1] ** 2 / 1)
    assert found.ratio == pytest.approx(2.0)
    assert np.log(found.high / 2) == pytest.approx(
        stats.t.ppf(0.975, freedom) * np.sqrt(parts.sum()), rel=1e-9
    )


def test_mean_rate_ratio_weighs_strata_and_leaves_thin_ones_out():
    # Stratum 0: 2 x 2, means .02 and .01, weight 1. Stratum 1: 2 x 6, .06 and .03, weight 1.5.
    # Stratum 2 has one micro creator and is left out. (1*.02 + 1.5*.06) / (1*.01 + 1.5*.03) = 2.
    stratum = np.array([0] * 4 + [1] * 8 + [2] * 3)
    micro = np.array([1, 1, 0, 0] + [1, 1] + [0] * 6 + [1, 0, 0], dtype=bool)
    rate = np.select([stratum == 0, stratum == 1], [0.02, 0.06], 0.5) * np.where(micro, 1, 0.5)
    rate = rate * np.where(np.arange(15) % 2, 1.1, 0.9)
    found = mean_rate_ratio(rate * 100, np.full(15, 100.0), micro, stratum, level=0.95)
    assert found.ratio == pytest.approx(2.0)


def test_swapping_the_tiers_inverts_every_ratio():
    y, n, micro, stratum = random_creators(np.random.default_rng(8), size=80)
    for estimator in (geometric_mean_ratio, mean_rate_ratio):
        one = estimator(y, n, micro, stratum, level=0.95)
        other = estimator(y, n, ~micro, stratum, level=0.95)
        assert one.ratio * other.ratio == pytest.approx(1)
        assert one.low * other.high == pytest.approx(1)
        assert one.p_value == pytest.approx(other.p_value, rel=1e-9)


def test_a_second_account_of_a_person_adds_no_evidence():
    """Every account twice under one owner: leaving out an owner is leaving out the creator."""
    y, n, micro, stratum = random_creators(np.random.default_rng(9), size=60)
    once = geometric_mean_ratio(y, n, micro, stratum, level=0.95)
    rows, owner = np.tile(np.arange(60), 2), np.tile(np.arange(60), 2)
    twice = geometric_mean_ratio(
        y[rows], n[rows], micro[rows], stratum[rows], person=owner, level=0.95
    )
    assert twice.ratio == pytest.approx(once.ratio, rel=1e-10)
    assert twice.standard_error == pytest.approx(once.standard_error, rel=1e-8)


def test_an_arm_without_orders_is_refused():
    y = np.array([3.0, 4.0, 0.0, 0.0])
    n, micro, one = np.full(4, 100.0), np.array([True, True, False, False]), np.zeros(4, int)
    with pytest.raises(NotEstimableError, match="the rate of every macro creator is 0"):
        mean_rate_ratio(y, n, micro, one, level=0.95)
    rng = np.random.default_rng(1)
    with pytest.raises(NotEstimableError, match="the macro creators together have 0"):
        pooled_rate_ratio(y, n, micro, one, level=0.95, permutations=99, rng=rng)


def test_p_value_and_interval_of_the_pooled_ratio_agree():
    for seed in range(6):
        y, n, micro, stratum = random_creators(np.random.default_rng(seed), size=50)
        rng = np.random.default_rng(seed)
        found = pooled_rate_ratio(y, n, micro, stratum, level=0.95, permutations=199, rng=rng)
        assert (found.p_value <= 0.05) == (found.low > 1 or found.high < 1)


def test_a_rare_statistic_is_given_more_permutations_and_a_common_one_is_not():
    """1 / (5 x 199 + 1) is the smallest p-value; a p-value above 10 / 200 has 199 behind it."""
    y, n, micro, stratum = random_creators(np.random.default_rng(1), size=50)
    rng = np.random.default_rng(1)
    options = {"level": 0.95, "permutations": 199, "rng": rng}
    far = pooled_rate_ratio(np.where(micro, 30 * y + 9, y), n, micro, stratum, **options)
    assert far.p_value == pytest.approx(1 / 996, rel=1e-12)
    equal = pooled_rate_ratio(y, n, micro, stratum, **options)
    assert equal.p_value > 0.05
    assert equal.p_value * 200 == pytest.approx(round(equal.p_value * 200), abs=1e-9)


@pytest.mark.prove
def test_size_on_the_real_shop_with_tiers_permuted(real_data):
    """Conversions of a real shop, tiers shuffled over its creators: 5 % may be called different.

    300 arrangements, Monte-Carlo error .013. The textbook quasi-binomial calls 72 % different.
    """
    shop = pd.read_csv(real_data / "tiktokshop-vn-affiliate" / "creators.csv")
    shop = shop[(shop["followers_affiliate_center"] >= 1000) & (shop["ctr"] > 0)]
    y = shop["affiliate_orders"].to_numpy(float)
    n = (shop["product_impressions"] * shop["ctr"]).round().to_numpy(float)
    micro = (shop["followers_affiliate_center"] < 100_000).to_numpy()
    one, rng = np.zeros(len(y), int), np.random.default_rng(20261122)
    often = n >= 100
    rejected = {"pooled": 0, "typical": 0, "quasi-binomial": 0}
    for row in _permuted(micro, one, 300, rng):
        pooled = pooled_rate_ratio(y, n, row, one, level=0.95, permutations=99, rng=rng)
        typical = mean_rate_ratio(y[often], n[often], row[often], one[often], level=0.95)
        naive = quasi_binomial(y, n, tier_design(row))
        rejected["pooled"] += pooled.p_value <= 0.05
        rejected["typical"] += typical.p_value <= 0.05
        rejected["quasi-binomial"] += naive.pvalues[1] <= 0.05
    assert 0.015 <= rejected["pooled"] / 300 <= 0.09
    assert 0.015 <= rejected["typical"] / 300 <= 0.09
    assert rejected["quasi-binomial"] / 300 > 0.6
