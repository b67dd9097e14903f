"""Like with like: exact balance, statsmodels, brute force, and worlds confounded by activity."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.robustness.like_with_like import like_log_rates, like_rates
from analysis.evidence.robustness.overlap import covariate_columns, overlap_weights
from analysis.study.errors import UsageError
from tests.calibration import robust
from tests.calibration.measure import monte_carlo_error

LEVEL = 0.95


def accounts(seed, *, n=300, pull=1.0):
    rng = np.random.default_rng(seed)
    activity, niche = rng.normal(size=n), rng.integers(0, 3, n)
    micro = rng.random(n) < 1 / (1 + np.exp(-1 + pull * activity))
    covariates = covariate_columns(
        pd.DataFrame({"activity": activity, "niche": np.array(["food", "pet", "travel"])[niche]})
    )
    log_rate = 0.3 * micro - 0.25 * activity + 0.2 * niche + rng.normal(0, 0.6, n)
    return log_rate, micro, covariates


@given(st.integers(0, 10_000), st.integers(60, 200), st.floats(0, 2))
def test_means_are_equal_to_the_last_digits(seed, n, pull):
    """Li, Morgan and Zaslavsky (2018), theorem 3: exact for logistic propensities."""
    _, micro, covariates = accounts(seed, n=n, pull=pull)
    found = overlap_weights(micro, covariates)
    for columns in covariates.values():
        means = [np.average(columns[a], axis=0, weights=found.weight[a]) for a in (micro, ~micro)]
        np.testing.assert_allclose(means[0], means[1], atol=1e-8)
    assert all(abs(one.after) < 1e-8 for one in found.balance)


def test_the_propensity_is_statsmodels():
    _, micro, covariates = accounts(1)
    found = overlap_weights(micro, covariates)
    design = sm.add_constant(np.column_stack([*covariates.values()]))
    theirs = sm.Logit(micro.astype(float), design).fit(disp=False, tol=1e-12)
    np.testing.assert_allclose(found.propensity, theirs.predict(), rtol=1e-7)
    np.testing.assert_allclose(found.weight, np.abs(micro - theirs.predict()), rtol=1e-6)


def test_what_the_weights_had_to_do():
    """Standardised difference, Kish's numbers and who is outside, each by its definition."""
    _, micro, covariates = accounts(2, pull=2.0)
    found = overlap_weights(micro, covariates)
    activity = covariates["activity"][:, 0]
    spread = np.sqrt((activity[micro].var() + activity[~micro].var()) / 2)
    apart = (activity[micro].mean() - activity[~micro].mean()) / spread
    assert found.balance[0].covariate == "activity"
    assert found.balance[0].before == pytest.approx(apart)
    weight = found.weight[micro]
    assert found.effective_micro == pytest.approx(weight.sum() ** 2 / (weight**2).sum())
    assert found.effective_macro < (~micro).sum()
    rare = (found.propensity < 0.05) | (found.propensity > 0.95)
    assert found.outside == pytest.approx(rare.mean())
    assert 0 < found.outside < 0.5


def test_the_estimate_is_the_difference_of_weighted_means_with_statsmodels_error():
    log_rate, micro, covariates = accounts(3)
    found = like_log_rates(log_rate, micro, covariates, person=np.arange(300), level=LEVEL)
    weight = found.overlap.weight
    means = [np.average(log_rate[arm], weights=weight[arm]) for arm in (micro, ~micro)]
    assert np.log(found.estimate.ratio) == pytest.approx(means[0] - means[1], abs=1e-9)
    design = sm.add_constant(np.column_stack([micro, *covariates.values()]).astype(float))
    theirs = sm.WLS(log_rate, design, weights=weight).fit(cov_type="HC3")
    assert found.estimate.standard_error == pytest.approx(theirs.bse[1], rel=1e-9)
    even = sm.OLS(log_rate, design).fit(cov_type="HC3")
    assert np.log(found.least_squares.ratio) == pytest.approx(even.params[1], rel=1e-9)
    assert found.least_squares.standard_error == pytest.approx(even.bse[1], rel=1e-9)


def test_the_error_of_mean_rates_is_that_of_leaving_creators_out():
    """Brute force: weights and means anew without each creator, 300 times."""
    log_rate, micro, covariates = accounts(4)
    clicks = np.random.default_rng(4).integers(50, 500, 300).astype(float)
    orders = np.round(clicks * np.exp(log_rate) * (clicks < 400) / 10)
    found = like_rates(orders, clicks, micro, covariates, person=np.arange(300), level=LEVEL)
    rate = orders / clicks

    def log_ratio(kept):
        some = {name: columns[kept] for name, columns in covariates.items()}
        weight = overlap_weights(micro[kept], some).weight
        arms = [
            np.average(rate[kept][arm], weights=weight[arm]) for arm in (micro[kept], ~micro[kept])
        ]
        return np.log(arms[0] / arms[1])

    every = np.arange(300)
    assert np.log(found.estimate.ratio) == pytest.approx(log_ratio(every), rel=1e-9)
    without = np.array([log_ratio(every != one) for one in every])
    brute = np.sqrt(((without - without.mean()) ** 2).sum())
    assert found.estimate.standard_error == pytest.approx(brute, rel=0.03)
    design = sm.add_constant(np.column_stack([micro, *covariates.values()]).astype(float))
    theirs = sm.OLS(rate, design).fit()
    arms = [np.column_stack([np.ones(300), np.full(300, arm), design[:, 2:]]) for arm in (1, 0)]
    predicted = [theirs.predict(arm).mean() for arm in arms]
    assert found.least_squares.ratio == pytest.approx(predicted[0] / predicted[1], rel=1e-9)


def test_accounts_of_one_person_are_one_witness():
    log_rate, micro, covariates = accounts(5)
    both = {name: np.tile(columns, (2, 1)) for name, columns in covariates.items()}
    person, arms = np.tile(np.arange(300), 2), np.tile(micro, 2)
    clicks = np.full(300, 100.0)
    orders = np.round(10 * np.exp(log_rate))
    options = {"level": LEVEL}
    pairs = [
        (
            like_log_rates(log_rate, micro, covariates, person=person[:300], **options),
            like_log_rates(np.tile(log_rate, 2), arms, both, person=person, **options),
        ),
        (
            like_rates(orders, clicks, micro, covariates, person=person[:300], **options),
            like_rates(*np.tile([orders, clicks], 2), arms, both, person=person, **options),
        ),
    ]
    for once, twice in pairs:
        error = once.estimate.standard_error
        assert twice.estimate.standard_error == pytest.approx(error, rel=0.01)


@pytest.mark.parametrize("ratio", [1.0, 1.25])
def test_what_activity_feigns_is_taken_off(ratio):
    """Niches alone miss the truth in nearly every draw of 600 creators."""
    found = robust.alike(ratio, 600, 40, 11)
    assert found["niches alone"] > 0.8
    assert found["overlap weights"] <= 0.05 + 3 * monte_carlo_error(0.05, 40)
    assert abs(found["bias, overlap weights"]) < 0.03
    assert found["overlap weights, means"] <= 0.05 + 3 * monte_carlo_error(0.05, 40)


def test_covariates_become_columns():
    frame = pd.DataFrame(
        {
            "posts": np.arange(60.0),
            "niche": ["pet"] * 30 + ["food"] * 25 + ["rare"] * 3 + ["rarer"] * 2,
            "country": "VN",
        }
    )
    found = covariate_columns(frame)
    assert list(found) == ["posts", "niche"]
    assert (found["posts"].mean(), found["posts"].std()) == pytest.approx((0, 1))
    # The two rare ones have 5 accounts, so the next smallest niche joins them.
    assert found["niche"].sum(axis=0).tolist() == [30.0]
    with pytest.raises(UsageError, match="posts 1 of 60"):
        covariate_columns(frame.assign(posts=frame["posts"].replace(3, np.nan)))


def test_arms_that_nothing_has_in_common_are_refused():
    micro = np.arange(100) < 50
    posts = np.where(micro, 1.0, 9.0) + np.arange(100) / 100
    with pytest.raises(NotEstimableError, match="tells the tiers apart"):
        overlap_weights(micro, {"posts": posts[:, None]})
    _, arm, covariates = accounts(6)
    with pytest.raises(NotEstimableError, match="rate is missing or 0"):
        like_log_rates(np.full(300, np.nan), arm, covariates, person=np.arange(300), level=LEVEL)
    with pytest.raises(NotEstimableError, match="rates of 0"):
        like_rates(
            np.where(arm, 0.0, 9.0),
            np.full(300, 100.0),
            arm,
            covariates,
            person=np.arange(300),
            level=LEVEL,
        )
