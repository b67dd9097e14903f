"""The step at the line: statsmodels and patsy as second ways, smooth and stepped worlds."""

import numpy as np
import patsy
import pytest
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rows import merged_strata
from analysis.evidence.robustness.threshold import (
    KNOTS,
    count_step,
    natural_spline,
    placebo_cuts,
    tier_steps,
)
from tests.calibration import robust
from tests.calibration.measure import monte_carlo_error

LEVEL, LINE = 0.95, 1e5


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(1)
    size = robust.drawn_sizes(700, rng)
    rate, niche = robust.drawn_rates(size, robust.CURVES["slope .86"](size), rng)
    return rate, 10**size, niche


def indicators(label):
    return (label[:, None] == np.unique(label)).astype(float)


@pytest.mark.parametrize("cut", [2e4, LINE])
def test_the_step_is_statsmodels_with_hc3(drawn, cut):
    rate, followers, niche = drawn
    found = tier_steps(rate, followers, niche, cuts=[1e4, cut], level=LEVEL)[1]
    curve = natural_spline(np.log10(followers), KNOTS)
    design = np.column_stack([followers < cut, curve, indicators(niche)]).astype(float)
    theirs = sm.OLS(rate, design).fit(cov_type="HC3", use_t=True)
    assert np.log(found.jump.ratio) == pytest.approx(theirs.params[0], rel=1e-10)
    assert found.jump.standard_error == pytest.approx(theirs.bse[0], rel=1e-10)
    assert np.log([found.jump.low, found.jump.high]) == pytest.approx(theirs.conf_int()[0])
    assert found.jump.p_value == pytest.approx(theirs.pvalues[0], rel=1e-8, abs=0)


def test_lead_and_smooth_are_coefficients_of_the_tier_alone(drawn):
    """On the rate, and on the curve fitted to it; they differ by the step times its information."""
    rate, followers, niche = drawn
    found = tier_steps(rate, followers, niche, cuts=[LINE], level=LEVEL)[0]
    below, levels = (followers < LINE)[:, None].astype(float), indicators(niche)
    curve = np.column_stack([natural_spline(np.log10(followers), KNOTS), levels])
    fitted = sm.OLS(rate, curve).fit().fittedvalues
    tier = np.column_stack([below, levels])
    assert np.log(found.lead) == pytest.approx(sm.OLS(rate, tier).fit().params[0])
    assert np.log(found.smooth) == pytest.approx(sm.OLS(fitted, tier).fit().params[0])
    left, all_of_it = (sm.OLS(below[:, 0], of).fit().ssr for of in (curve, levels))
    share = np.log(found.lead / found.smooth) / np.log(found.jump.ratio)
    assert share == pytest.approx(left / all_of_it)


def test_accounts_of_one_person_are_one_witness(drawn):
    """Every account twice: the error by person is that of the accounts once, but for leverage."""
    rate, followers, niche = drawn
    once = tier_steps(rate, followers, niche, cuts=[LINE], level=LEVEL)[0]
    twice = [np.tile(of, 2) for of in (rate, followers, niche)]
    own = np.tile(np.arange(len(rate)), 2)
    found = tier_steps(*twice, cuts=[LINE], person=own, level=LEVEL)[0]
    assert found.jump.standard_error == pytest.approx(once.jump.standard_error, rel=0.02)
    assert found.persons == len(rate)


def test_the_spline_spans_what_patsy_spans():
    values = np.random.default_rng(2).normal(size=300)
    knots = np.quantile(values, [0, 0.3, 0.5, 0.8, 1])
    theirs = np.asarray(
        patsy.cr(values, knots=knots[1:-1], lower_bound=knots[0], upper_bound=knots[-1])
    )
    ours = np.column_stack([np.ones(300), natural_spline(values, (0, 0.3, 0.5, 0.8, 1))])
    assert np.linalg.matrix_rank(ours) == theirs.shape[1] == 5
    left = ours - theirs @ np.linalg.lstsq(theirs, ours, rcond=None)[0]
    assert np.abs(left).max() < 1e-9


def test_the_spline_is_straight_beyond_its_knots():
    values = np.concatenate([np.linspace(0, 1, 201), [2.0, 3, 4], [-3.0, -2, -1]])
    ends = natural_spline(values, (0.1, 0.5, 0.9))[-6:].reshape(2, 3, 2)
    assert np.abs(np.diff(ends, n=2, axis=1)).max() < 1e-12


@pytest.mark.parametrize("curve", robust.CURVES)
def test_a_smooth_lead_without_noise_is_no_step(curve):
    """A curve of four knots finds .79 at the peak and 1.14 in the ramp, a straight line 1.38."""
    size = np.interp(np.linspace(0, 1, 4000), robust._SHARES, robust._LOG10)
    one = np.zeros(4000, dtype=np.int64)
    noise = np.tile([1e-3, -1e-3], 2000)
    rate = robust.CURVES[curve](size) + noise
    found = tier_steps(rate, 10**size, one, cuts=[LINE], level=LEVEL)[0]
    assert abs(np.log(found.jump.ratio)) < 0.04


def test_smooth_worlds_are_called_steps_as_seldom_as_promised():
    """The peak at the line; four knots find a step in 98 % of draws, a straight line in all."""
    found = robust.line_steps("peak at the line", 1.0, 8000, 60, 5)
    assert found.get("found", 0) <= 0.05 + 3 * monte_carlo_error(0.05, 60)
    assert found.get("jumps", 0) <= 0.05


def test_a_step_of_a_quarter_is_found_among_23_000_creators():
    assert robust.line_steps("kink at 10K", 1.25, 23_000, 8, 3)["found"] == 1


def test_the_portfolio_s_step_is_a_poisson_regression_with_an_offset():
    """statsmodels on counts with log exposure; its leverage gives the error by hand."""
    rng = np.random.default_rng(4)
    followers, campaign = 10 ** robust.drawn_sizes(400, rng), rng.integers(0, 3, 400)
    clicks = rng.integers(50, 5000, 400).astype(float)
    orders = rng.poisson(clicks * 0.02 * np.exp(0.5 * rng.normal(size=400))).astype(float)
    options = {"cut": LINE, "level": LEVEL}
    found = count_step(orders, clicks, followers, campaign, weight="exposure", **options)
    curve = natural_spline(np.log10(followers), (0.1, 0.37, 0.63, 0.9))
    design = np.column_stack([followers < LINE, curve, indicators(campaign)]).astype(float)
    poisson = sm.families.Poisson()
    theirs = sm.GLM(orders, design, family=poisson, offset=np.log(clicks)).fit(tol=1e-12)
    assert np.log(found.jump.ratio) == pytest.approx(theirs.params[0], rel=1e-8)
    hat = theirs.get_hat_matrix_diag()
    score = design * ((orders - theirs.mu) / (1 - hat))[:, None]
    bread = np.linalg.inv((design.T * theirs.mu) @ design)
    error = np.sqrt((bread @ (score.T @ score) @ bread)[0, 0])
    assert found.jump.standard_error == pytest.approx(error, rel=1e-8)
    tier = np.column_stack([followers < LINE, indicators(campaign)]).astype(float)
    lead = sm.GLM(orders, tier, family=poisson, offset=np.log(clicks)).fit().params[0]
    assert np.log(found.lead) == pytest.approx(lead, rel=1e-6)


def test_the_typical_creator_s_lead_is_a_ratio_of_mean_rates():
    rng = np.random.default_rng(6)
    followers, clicks = 10 ** robust.drawn_sizes(300, rng), rng.integers(50, 5000, 300)
    orders = rng.poisson(clicks * 0.03)
    one = np.zeros(300, dtype=np.int64)
    found = count_step(orders, clicks, followers, one, cut=LINE, weight="person", level=LEVEL)
    rate, below = orders / clicks, followers < LINE
    assert found.lead == pytest.approx(rate[below].mean() / rate[~below].mean(), rel=1e-9)


def test_bookings_of_one_person_are_one_witness_of_orders():
    """The same creators in four campaigns: errors by person are about twice those by row."""
    rng = np.random.default_rng(7)
    followers = np.tile(10 ** robust.drawn_sizes(300, rng), 4)
    person, campaign = np.tile(np.arange(300), 4), np.repeat(np.arange(4), 300)
    clicks = np.full(1200, 500.0)
    orders = rng.poisson(clicks * 0.02 * np.exp(rng.normal(size=300))[person]).astype(float)
    options = {"cut": LINE, "weight": "person", "level": LEVEL}
    rows = count_step(orders, clicks, followers, campaign, **options)
    persons = count_step(orders, clicks, followers, campaign, person=person, **options)
    assert 1.6 < persons.jump.standard_error / rows.jump.standard_error < 2.4
    assert persons.persons == 300


def test_steps_of_orders_are_called_as_seldom_as_promised():
    found = robust.count_steps(1.0, 300, 30, 8)
    assert max(found.values()) <= 0.05 + 3 * monte_carlo_error(0.05, 30)


def test_small_strata_go_together():
    assert merged_strata(np.array([3, 3, 3, 1, 2]), fewest=3).tolist() == [0, 0, 0, 0, 0]
    assert merged_strata(np.array([3] * 4 + [1] + [2] * 5), fewest=3).tolist() == [0] * 5 + [1] * 5
    assert merged_strata(np.array([9, 4, 9, 4]), fewest=2).tolist() == [1, 0, 1, 0]


def test_a_niche_of_one_creator_does_not_decide_alone(drawn):
    rate, followers, niche = drawn
    lonely = np.where(np.arange(len(rate)) == 5, 99, niche)
    assert tier_steps(rate, followers, lonely, cuts=[LINE], level=LEVEL)[0].jump.standard_error > 0


def test_weights_of_least_squares_are_statsmodels():
    rng = np.random.default_rng(9)
    columns, weight = rng.normal(size=(80, 2)), rng.uniform(0.1, 3, 80)
    outcome, one = columns @ [1.0, 2.0] + rng.normal(size=80), np.zeros(80, dtype=np.int64)
    ours = fit(outcome, columns, one, np.arange(80), weight=weight)
    design = np.column_stack([columns, np.ones(80)])
    theirs = sm.WLS(outcome, design, weights=weight).fit(cov_type="HC3")
    np.testing.assert_allclose(ours.coefficients, theirs.params, rtol=1e-10)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), rtol=1e-9)


def test_what_cannot_be_compared_is_refused(drawn):
    rate, followers, niche = drawn
    with pytest.raises(NotEstimableError, match=r"20 creators on one side of 1,000, 90,000,000"):
        tier_steps(rate, followers, niche, cuts=[1e3, LINE, 9e7], level=LEVEL)
    with pytest.raises(NotEstimableError, match="too much alike for a curve"):
        tier_steps(rate, np.where(followers < LINE, 2e3, 2e5), niche, cuts=[LINE], level=LEVEL)
    with pytest.raises(NotEstimableError, match="a rate or a follower count is missing or 0"):
        tier_steps(np.full(len(rate), np.nan), followers, niche, cuts=[LINE], level=LEVEL)
    nothing, clicks = np.where(followers < LINE, 1.0, 0.0), np.full(len(rate), 100.0)
    with pytest.raises(NotEstimableError, match="together have 0 of it"):
        count_step(nothing, clicks, followers, niche, cut=LINE, weight="person", level=LEVEL)


def test_placebo_cuts_have_creators_on_both_sides(drawn):
    followers = drawn[1]
    cuts = placebo_cuts(followers)
    assert LINE in cuts
    assert all(min((followers < cut).sum(), (followers >= cut).sum()) >= 20 for cut in cuts)
    assert len(tier_steps(drawn[0], followers, drawn[2], cuts=cuts, level=LEVEL)) == len(cuts)
