"""Basket value: statsmodels, and flags at the edges of their rule."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.robustness.like_with_like import basket_value

OPTIONS = {"margin": (0.8, 1.25), "level": 0.95}


def sold(ratio, seed=1, n=200, spread=0.2):
    rng = np.random.default_rng(seed)
    micro, campaign = np.arange(n) < n // 2, rng.integers(0, 2, n)
    orders = rng.integers(0, 30, n).astype(float)
    basket = 40 * ratio ** (micro - 0.5) * (1 + campaign) * np.exp(spread * rng.normal(size=n))
    return orders * basket, orders, micro, campaign


def test_the_basket_is_compared_within_campaigns():
    revenue, orders, micro, campaign = sold(0.9)
    found = basket_value(
        revenue, orders, micro, campaign, person=np.arange(200), lead=1.4, **OPTIONS
    ).estimate
    kept = orders > 0
    design = np.column_stack([micro, campaign == 0, campaign == 1])[kept].astype(float)
    theirs = sm.OLS(np.log(revenue[kept] / orders[kept]), design).fit(cov_type="HC3")
    assert np.log(found.ratio) == pytest.approx(theirs.params[0], rel=1e-9)
    assert found.standard_error == pytest.approx(theirs.bse[0], rel=1e-9)


@pytest.mark.parametrize(
    ("ratio", "lead", "flagged"),
    [
        (1.0, 1.4, False),
        (0.9, 1.4, False),  # decided, inside the margin, .105 of .336: less than half
        (0.9, 1.2, True),  # .105 of .182
        (0.7, 9.0, True),  # beyond the margin
    ],
)
def test_flags(ratio, lead, flagged):
    rows = sold(ratio, spread=0.05)
    found = basket_value(*rows, person=np.arange(200), lead=lead, **OPTIONS)
    assert found.flagged == flagged


def test_what_is_not_decided_is_not_flagged():
    found = basket_value(*sold(0.7, n=20, spread=1.5), person=np.arange(20), lead=1.2, **OPTIONS)
    assert not found.flagged
    assert found.estimate.low < 1 < found.estimate.high


def test_arms_without_orders_are_refused():
    revenue, orders, micro, campaign = sold(1.0)
    with pytest.raises(NotEstimableError, match="fewer than two creators of an arm"):
        basket_value(
            revenue, orders * ~micro, micro, campaign, person=np.arange(200), lead=1.4, **OPTIONS
        )
