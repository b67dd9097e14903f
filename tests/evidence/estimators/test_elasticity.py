"""Elasticity: statsmodels, brute-force jackknife, pyfixest and patsy as second ways; refusals."""

import numpy as np
import pandas as pd
import patsy
import pyfixest
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.estimators.elasticity import elasticity_curve, follower_elasticity
from analysis.evidence.estimators.estimate import NotEstimableError


def accounts(seed, *, n=120, persons=None):
    """Outcome, followers, stratum and person; spread grows with followers, strata differ."""
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, 3, n) * 5
    size = rng.normal(11 + 0.2 * stratum, 1.3)
    person = np.arange(n) if persons is None else rng.integers(0, persons, n)
    noise = rng.normal(0, 0.4, n) * (size - 6) / 5 + rng.normal(0, 0.5, n)[person]
    return 0.85 * size - 0.7 * stratum + noise, size, stratum, person


def design(size, stratum):
    return np.column_stack([size, stratum[:, None] == np.unique(stratum)]).astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_the_slope_is_statsmodels_with_hc3_and_tested_against_one(seed):
    outcome, size, stratum, _ = accounts(seed)
    found = follower_elasticity(outcome, size, stratum, level=0.9)
    theirs = sm.OLS(outcome, design(size, stratum)).fit(cov_type="HC3", use_t=True)
    against_one = theirs.t_test(([[1, 0, 0, 0]], [1]))
    assert found.ratio == pytest.approx(theirs.params[0], rel=1e-9)
    assert found.standard_error == pytest.approx(theirs.bse[0], rel=1e-9)
    assert found.p_value == pytest.approx(float(against_one.pvalue), rel=1e-7, abs=0)
    assert (found.low, found.high) == pytest.approx(tuple(theirs.conf_int(0.1)[0]), rel=1e-9)
    inner = tuple(theirs.conf_int(0.2)[0])
    assert found.interval(0.8) == pytest.approx(inner, rel=1e-9)


# pyfixest 0.60 calls pandas in a way that pandas 3.1 deprecates.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame:pandas.errors.Pandas4Warning")
def test_errors_by_person_are_the_brute_force_jackknife_and_pyfixest():
    outcome, size, stratum, person = accounts(4, persons=40)
    found = follower_elasticity(outcome, size, stratum, cluster=person, level=0.95)
    without = [
        sm.OLS(outcome[person != one], design(size, stratum)[person != one]).fit().params[0]
        for one in np.unique(person)
    ]
    brute = np.sqrt(((np.array(without) - found.ratio) ** 2).sum())
    assert found.standard_error == pytest.approx(brute, rel=1e-9)
    frame = pd.DataFrame({"y": outcome, "x": size, "s": stratum, "g": person})
    theirs = pyfixest.feols(
        "y ~ x + C(s)",
        data=frame,
        vcov={"CRV3": "g"},
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
    )
    assert found.standard_error == pytest.approx(theirs.se()["x"], rel=1e-6)
    freedom = len(without) - 4
    statistic = abs(found.ratio - 1) / found.standard_error
    assert found.p_value == pytest.approx(2 * stats.t.sf(statistic, freedom), rel=1e-9, abs=0)


def test_strata_of_one_person_are_left_out():
    outcome, size, stratum, person = accounts(6, persons=40)
    alone = follower_elasticity(outcome, size, stratum, cluster=person, level=0.95)
    beside = follower_elasticity(
        np.append(outcome, [1.0, 9.0]),
        np.append(size, [8.0, 9.0]),
        np.append(stratum, [99, 99]),
        cluster=np.append(person, [0, 0]),
        level=0.95,
    )
    assert (beside.ratio, beside.low, beside.high) == (alone.ratio, alone.low, alone.high)


def test_proportional_growth_is_called_something_else_as_often_as_it_should():
    """Spread grows with followers, slope 1, three strata; 600 draws, Monte-Carlo error .009."""
    rejected = 0
    for seed in range(600):
        outcome, size, stratum, _ = accounts(1000 + seed, n=60)
        found = follower_elasticity(outcome + 0.15 * size, size, stratum, level=0.95)
        rejected += found.p_value < 0.05
    assert 0.025 <= rejected / 600 <= 0.075


@pytest.mark.parametrize(
    ("outcome", "size", "stratum", "says"),
    [
        ([1.0, 2, 3, 4], [5.0, 5, 5, 5], [0] * 4, "differ too little"),
        ([1.0, 2, 3, 4], [5.0, 5, 6, 6], [0, 0, 1, 1], "differ too little"),
        ([1.0, 2], [5.0, 6], [0, 0], "differ too little"),
        ([1.0, 2, 3, 4], [5.0, 6, 7, 8], [0, 1, 2, 3], "no niche has two"),
        ([1.0, 2, 3, 4, 5], [5.0, 5, 5, 5, 9], [0] * 5, "one creator decides alone"),
        ([1.0, 2, 3, 4], [5.0, 6, 7, 8], [0] * 4, "without any scatter"),
        ([0.3, 0.3, 0.3, 0.3], [5.0, 6, 7, 9], [0] * 4, "without any scatter"),
        ([0.0, 0, 0, 0], [5.0, 6, 7, 9], [0] * 4, "without any scatter"),
        ([1.0, 2, 4, 3], [5.0, 5 + 1e-9, 5 + 3e-9, 5], [0] * 4, "differ too little"),
        ([1.0, -np.inf, 3, 4], [5.0, 6, 7, 8], [0] * 4, "missing or 0"),
        ([1.0, 2, 3, 4], [5.0, np.nan, 7, 8], [0] * 4, "missing or 0"),
    ],
)
def test_creators_that_show_no_slope_are_refused(outcome, size, stratum, says):
    arrays = np.array(outcome), np.array(size), np.array(stratum)
    with pytest.raises(NotEstimableError, match=says):
        follower_elasticity(*arrays, level=0.95)


def test_the_curve_and_its_slope_are_those_of_patsys_spline():
    rng = np.random.default_rng(7)
    size = rng.normal(11, 1.5, 250).round(2)
    outcome = np.sin(size) + rng.normal(0, 0.2, 250) * (size - 5) / 5
    at = np.linspace(size.min(), size.max(), 9)
    one = np.zeros(250, dtype=int)
    found = elasticity_curve(outcome, size, one, grid=np.exp(at), level=0.9)
    basis = patsy.dmatrix("cr(x, df=4, constraints='center')", {"x": size})
    theirs = sm.OLS(outcome, np.asarray(basis)).fit(cov_type="HC3", use_t=True)

    def rows(where):
        return np.asarray(patsy.build_design_matrices([basis.design_info], {"x": where})[0])

    inner, step = at[1:-1], 1e-4
    slope = theirs.t_test((rows(inner + step) - rows(inner - step)) / (2 * step))
    np.testing.assert_allclose(found.elasticity[1:-1], slope.effect, rtol=1e-5, atol=1e-6)
    band = slope.conf_int(alpha=0.1)
    np.testing.assert_allclose(found.elasticity_low[1:-1], band[:, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.elasticity_high[1:-1], band[:, 1], rtol=1e-5, atol=1e-6)


def test_strata_shift_the_curve_and_leave_its_slope_alone():
    outcome, size, stratum, person = accounts(8, n=300)
    grid = np.exp(np.quantile(size, [0.1, 0.5, 0.9]))
    shifted = outcome + 3.0 * (stratum == 5)
    one = elasticity_curve(outcome, size, stratum, grid=grid, level=0.95)
    other = elasticity_curve(shifted, size, stratum, grid=grid, level=0.95)
    np.testing.assert_allclose(other.elasticity, one.elasticity, rtol=1e-8)
    np.testing.assert_allclose(other.elasticity_low, one.elasticity_low, rtol=1e-8)
    same = elasticity_curve(outcome, size, stratum, cluster=person, grid=grid, level=0.95)
    np.testing.assert_allclose(same.elasticity_low, one.elasticity_low, rtol=1e-10)


def test_a_planted_bend_shows_in_the_local_elasticity():
    """Growth to the power 1 below 50,000 followers and .4 above; the slopes in the middles."""
    rng = np.random.default_rng(9)
    size = rng.uniform(np.log(1e3), np.log(3e6), 3000)
    bend = np.log(5e4)
    outcome = np.where(size < bend, size, bend + 0.4 * (size - bend)) + rng.normal(0, 0.5, 3000)
    one, grid = np.zeros(3000, dtype=int), np.array([4e3, 7e5])
    found = elasticity_curve(outcome, size, one, grid=grid, level=0.95)
    np.testing.assert_allclose(found.elasticity, [1.0, 0.4], atol=0.12)
    assert found.elasticity_low[0] > found.elasticity_high[1]


@pytest.mark.parametrize(
    ("size", "grid", "says"),
    [
        (np.linspace(8, 12, 30), [np.exp(13.0)], "beyond the follower counts"),
        (np.linspace(8, 12, 30), [np.exp(7.0)], "beyond the follower counts"),
        (np.repeat([8.0, 9, 10, 11], 8), [np.exp(9.0)], "4 different follower counts"),
    ],
)
def test_a_curve_where_there_are_no_data_is_refused(size, grid, says):
    outcome = size + np.tile([0.1, -0.1], len(size) // 2)
    one = np.zeros(len(size), dtype=int)
    with pytest.raises(NotEstimableError, match=says):
        elasticity_curve(outcome, size, one, grid=np.array(grid), level=0.95)


def test_the_curve_reaches_the_smallest_and_the_largest_account():
    followers = np.array([1234.0, 5678, 23456, 98765, 345678, 1234567] * 5)
    outcome = np.log(followers) * 0.8 + np.random.default_rng(10).normal(0, 0.2, 30)
    grid = np.array([1234.0, 1234567.0])
    found = elasticity_curve(
        outcome, np.log(followers), np.zeros(30, dtype=int), grid=grid, level=0.95
    )
    assert np.isfinite(found.elasticity_low).all()


def test_logarithms_that_another_library_rounded_do_not_move_the_ends_of_the_data():
    size = np.linspace(8, 12, 30)
    outcome, one = size + np.tile([0.1, -0.1], 15), np.zeros(30, dtype=int)
    grid = np.exp([8 - 4e-15, 12 + 4e-15])
    found = elasticity_curve(outcome, size, one, grid=grid, level=0.95)
    np.testing.assert_allclose(found.elasticity, 1.0, atol=0.2)
