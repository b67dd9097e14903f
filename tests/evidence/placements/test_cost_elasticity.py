"""Cost against outcome by size: two implementations, planted slopes, refusals."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.cost import cost_elasticity


def creators(rng, count=80, *, cost=0.75, outcome=0.9, strata=3):
    followers = np.exp(rng.uniform(7, 15, count))
    stratum = rng.integers(0, strata, count)
    talent = rng.normal(0, 0.5, count)  # paid for and delivered
    size = np.log(followers)
    paid = np.exp(cost * size + talent + 0.4 * stratum + rng.normal(0, 0.4, count))
    got = np.exp(outcome * size + talent - 0.3 * stratum + rng.standard_t(5, count) * 0.4)
    return paid, got, followers, stratum


def design_of(followers, stratum):
    return np.column_stack([np.log(followers), stratum[:, None] == np.unique(stratum)]).astype(
        float
    )


def test_the_difference_is_the_slope_of_log_cost_per_outcome_with_hc3():
    cost, outcome, followers, stratum = creators(np.random.default_rng(1))
    found = cost_elasticity(cost, outcome, followers, stratum, level=0.95)
    fit = sm.OLS(np.log(cost / outcome), design_of(followers, stratum)).fit(
        cov_type="HC3", use_t=True
    )
    assert found.difference == pytest.approx(fit.params[0], rel=1e-8)
    assert [found.low, found.high] == pytest.approx(fit.conf_int()[0].tolist(), rel=1e-8)
    assert found.cost.ratio - found.outcome.ratio == pytest.approx(found.difference, rel=1e-9)


def test_the_error_by_person_is_the_brute_force_jackknife():
    rng = np.random.default_rng(2)
    cost, outcome, followers, stratum = creators(rng)
    person = rng.integers(0, 45, 80)
    found = cost_elasticity(cost, outcome, followers, stratum, person=person, level=0.9)
    design, log = design_of(followers, stratum), np.log(cost / outcome)

    def slope(kept):
        return np.linalg.lstsq(design[kept], log[kept], rcond=None)[0][0]

    whole, labels = slope(np.ones(80, bool)), np.unique(person)
    error = np.sqrt(sum((slope(person != one) - whole) ** 2 for one in labels))
    half = stats.t.ppf(0.95, len(labels) - 4) * error
    assert found.high - found.difference == pytest.approx(half, rel=1e-8)


def test_currency_and_units_change_no_slope_and_swapping_turns_the_sign():
    cost, outcome, followers, stratum = creators(np.random.default_rng(3))
    found = cost_elasticity(cost, outcome, followers, stratum, level=0.95)
    dong = cost_elasticity(26_000 * cost, outcome / 1000, followers, stratum, level=0.95)
    assert dong.difference == pytest.approx(found.difference, rel=1e-9)
    assert dong.low == pytest.approx(found.low, rel=1e-8)
    upside = cost_elasticity(outcome, cost, followers, stratum, level=0.95)
    assert upside.difference == pytest.approx(-found.difference, rel=1e-9)
    assert upside.low == pytest.approx(-found.high, rel=1e-8)


def test_planted_slopes_are_covered():
    """Truth .75 - .9; 150 draws of 60 creators, Monte-Carlo error .018."""
    rng = np.random.default_rng(20261122)
    found = [cost_elasticity(*creators(rng, 60), level=0.95) for _ in range(150)]
    assert 0.9 <= np.mean([one.low <= -0.15 <= one.high for one in found]) <= 0.99


def test_a_creator_without_logarithm_is_refused_and_counted():
    cost, outcome, followers, stratum = creators(np.random.default_rng(4))
    outcome[[3, 4]] = 0
    cost[9] = 0
    with pytest.raises(NotEstimableError, match="some creators have no cost or no outcome"):
        cost_elasticity(cost, outcome, followers, stratum, level=0.95)


def test_a_fixed_price_and_equal_followers_are_refused():
    cost, outcome, followers, stratum = creators(np.random.default_rng(5))
    with pytest.raises(NotEstimableError, match="same cost per outcome"):
        cost_elasticity(0.2 * outcome, outcome, followers, stratum, level=0.95)
    with pytest.raises(NotEstimableError):
        cost_elasticity(cost, outcome, np.full(80, 5000.0), stratum, level=0.95)
