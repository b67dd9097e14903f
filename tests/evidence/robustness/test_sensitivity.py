"""Hidden causes: Darfur's published figures, exact omitted-variable bias, yardsticks that are none.

Cinelli and Hazlett (2020), table 1 and figure 2; the benchmark's own shares are computed from the
data of PySensemakr 0.0.8 (MIT), which are not kept here.
"""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.robustness.sensitivity import (
    e_value,
    estimate_left,
    explaining_multiple,
    hidden_cause,
    partial_r2,
    robustness_value,
    sensitivity,
)

# Directly harmed -> attitude towards peace: estimate, standard error, degrees of freedom.
DARFUR = (0.0973158, 0.0232565, 783)
FEMALE = (0.009081065, 0.109033915)  # share of treatment and of outcome


def test_darfur_s_robustness_values():
    """README of Sensemakr.jl: .138776, .076258 and .021873."""
    statistic, df = DARFUR[0] / DARFUR[1], DARFUR[2]
    assert robustness_value(statistic, df) == pytest.approx(0.138776, abs=2e-6)
    assert robustness_value(statistic, df, alpha=0.05) == pytest.approx(0.076258, abs=2e-6)
    assert partial_r2(statistic, df) == pytest.approx(0.021873, abs=1e-6)


@pytest.mark.parametrize(
    ("multiple", "of_tier", "of_rate", "left"),
    [
        (1, 0.009164, 0.124641, 0.075220),
        (2, 0.018329, 0.249324, 0.052915),
        (3, 0.027493, 0.374050, 0.030396),
    ],
)
def test_darfur_s_hidden_causes_as_strong_as_being_female(multiple, of_tier, of_rate, left):
    """README of Sensemakr.jl."""
    found = hidden_cause(*FEMALE, multiple)
    assert found == pytest.approx((of_tier, of_rate), abs=1e-6)
    adjusted = estimate_left(*DARFUR, of_tier=found[0], of_rate=found[1])
    assert adjusted == pytest.approx(left, abs=1e-6)


def test_darfur_is_gone_at_more_than_four_times_female():
    assert explaining_multiple(*DARFUR, *FEMALE) == pytest.approx(4.33, abs=0.005)


def test_e_values():
    """VanderWeele and Ding (2017): 3.9 -> 7.26; and the interval's end 1.8 -> 3.0."""
    assert e_value(3.9) == pytest.approx(7.263, abs=5e-4)
    assert e_value(1 / 1.8) == pytest.approx(3.0, abs=1e-12)
    assert e_value(1.0) == 1


def rows(seed=1, n=400):
    rng = np.random.default_rng(seed)
    posts, niche, hidden = rng.normal(size=n), rng.integers(0, 3, n), rng.normal(size=n)
    micro = posts + hidden - 1.5 * (niche == 1) + rng.logistic(size=n) > 0
    covariates = {"posts": posts[:, None], "niche": (niche[:, None] == [1, 2]).astype(float)}
    outcome = 0.4 * micro + 0.3 * posts + 0.6 * (niche == 1) + 0.4 * hidden + rng.normal(size=n)
    return outcome, micro, covariates, hidden


def ols(outcome, *columns):
    return sm.OLS(outcome, sm.add_constant(np.column_stack(columns).astype(float))).fit()


def test_the_bias_of_a_cause_is_exact_when_it_is_seen():
    """With its own two shares, what is left is what least squares with it estimates."""
    outcome, micro, covariates, hidden = rows()
    seen = [*covariates.values()]
    without, within = ols(outcome, micro, *seen), ols(outcome, micro, *seen, hidden)
    of_rate = 1 - within.ssr / without.ssr
    tier = micro.astype(float)
    of_tier = 1 - ols(tier, *seen, hidden).ssr / ols(tier, *seen).ssr
    classical = without.params[1], without.bse[1], without.df_resid
    left = estimate_left(*classical, of_tier=of_tier, of_rate=of_rate)
    assert left == pytest.approx(within.params[1], rel=1e-9)


def test_robustness_value_and_multiple_leave_nothing():
    outcome, micro, covariates, _ = rows()
    found = sensitivity(outcome, micro, covariates, level=0.95)
    fitted = ols(outcome, micro, *covariates.values())
    classical = fitted.params[1], fitted.bse[1], fitted.df_resid
    value = found.robustness_value
    assert estimate_left(*classical, of_tier=value, of_rate=value) == pytest.approx(0, abs=1e-12)
    assert found.partial_r2 == pytest.approx(
        1 - fitted.ssr / ols(outcome, *covariates.values()).ssr
    )
    assert 0 < found.robustness_value_decided < value
    assert [one.covariate for one in found.benchmarks] == ["posts", "niche"]
    for one in found.benchmarks:
        shares = hidden_cause(one.of_tier, one.of_rate, one.multiple)
        left = estimate_left(*classical, of_tier=shares[0], of_rate=shares[1])
        assert left == pytest.approx(0, abs=1e-8)


def test_a_benchmark_s_shares_are_squares_that_go():
    """Of a covariate with two columns, by fits with and without it."""
    outcome, micro, covariates, _ = rows()
    found = sensitivity(outcome, micro, covariates, level=0.95).benchmarks[1]
    posts, niche, tier = covariates["posts"], covariates["niche"], micro.astype(float)
    assert found.covariate == "niche"
    assert found.of_tier == pytest.approx(1 - ols(tier, posts, niche).ssr / ols(tier, posts).ssr)
    of_rate = 1 - ols(outcome, tier, posts, niche).ssr / ols(outcome, tier, posts).ssr
    assert found.of_rate == pytest.approx(of_rate)


def test_what_explains_nothing_of_the_tier_is_no_yardstick():
    """Unbounded it would say that a hidden cause must be hundreds of times as strong."""
    outcome, micro, covariates, _ = rows()
    luck = np.random.default_rng(9).normal(size=len(outcome))
    found = sensitivity(
        outcome + luck, micro, covariates | {"luck": luck[:, None]}, level=0.95
    ).benchmarks[-1]
    assert found.of_tier < 0.01 < found.of_rate
    assert found.multiple is None


def test_missing_rates_and_too_few_creators_are_refused():
    outcome, micro, covariates, _ = rows(n=5)
    with pytest.raises(NotEstimableError, match="too few creators beside the covariates"):
        sensitivity(outcome, micro, covariates, level=0.95)
    with pytest.raises(NotEstimableError, match="rate is missing or 0"):
        sensitivity(outcome * np.nan, micro, covariates, level=0.95)


def test_strength_that_cannot_be_leaves_nothing():
    assert hidden_cause(0.4, 0.1, 2.0) == (1.0, 1.0)
    assert estimate_left(0.1, 0.02, 100, of_tier=1.0, of_rate=1.0) == -np.inf
