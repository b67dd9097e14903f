"""Concentration by hand; the bound of a tier without orders against a linear programme."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linprog

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.orders import (
    between_creator_correlation,
    bound_without_orders,
    concentration,
)

TIERS = np.array([True, True, True, False, False, False])


def test_shares_of_the_largest_by_hand():
    # Micro .6 .3 .1, macro .5 .5 0: squares .46 and .5.
    orders = np.array([3.0, 1, 6, 0, 40, 40])
    found = concentration(orders, TIERS, largest=1)
    assert (found.micro_share, found.macro_share) == pytest.approx((0.6, 0.5))
    assert (found.micro_alike, found.macro_alike) == pytest.approx((1 / 0.46, 2))
    two = concentration(orders, TIERS, largest=2)
    assert (two.micro_share, two.macro_share) == pytest.approx((0.9, 1))
    assert concentration(orders, TIERS, largest=9).micro_share == pytest.approx(1)


def test_accounts_of_one_person_hold_together_within_a_tier():
    orders = np.array([3.0, 1, 6, 10, 40, 50])
    found = concentration(orders, TIERS, largest=1, person=np.array([1, 2, 1, 3, 4, 2]))
    assert (found.micro_share, found.macro_share) == pytest.approx((0.9, 0.5))


def test_a_tier_without_orders_is_not_concentrated():
    with pytest.raises(NotEstimableError, match="the macro creators have no orders between them"):
        concentration(np.where(TIERS, 1.0, 0), TIERS, largest=1)


@pytest.mark.parametrize("seed", range(3))
def test_correlation_equals_that_of_an_analysis_of_variance_of_single_clicks(seed):
    rng = np.random.default_rng(seed)
    clicks = rng.integers(2, 90, 12)
    orders = rng.binomial(clicks, rng.beta(2, 8, 12))
    single = [np.r_[np.ones(y), np.zeros(n - y)] for y, n in zip(orders, clicks, strict=True)]
    ratio = stats.f_oneway(*single).statistic  # mean square between over within
    usual = (clicks.sum() - (clicks**2).sum() / clicks.sum()) / 11
    found = between_creator_correlation(
        np.r_[orders, 0].astype(float), np.r_[clicks, 0].astype(float)
    )
    assert found == pytest.approx(max((ratio - 1) / (ratio + usual - 1), 0), rel=1e-9)


def test_correlation_of_identical_and_of_opposite_creators():
    assert between_creator_correlation(np.full(5, 3.0), np.full(5, 100.0)) == 0
    assert between_creator_correlation(np.array([50.0, 0]), np.array([50.0, 50])) == 1


@pytest.mark.parametrize("scale", [1, 1000])
def test_without_correlation_the_bound_is_the_rule_of_three_over_clicks(scale):
    clicks = scale * np.array([100.0, 250, 650, 0])
    found = bound_without_orders(clicks, np.full(5, 3.0), np.full(5, 100.0), level=0.95)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / (1000 * scale)), rel=1e-8)
    assert found.upper == pytest.approx(3 / 1000 / scale, rel=0.003)
    assert (found.clicks, found.effective_clicks) == pytest.approx((1000 * scale, 1000 * scale))


def test_with_full_correlation_the_bound_is_the_rule_of_three_over_creators():
    clicks = np.array([100.0, 250, 650, 0])
    found = bound_without_orders(clicks, np.array([50.0, 0]), np.array([50.0, 50]), level=0.95)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / 3), rel=1e-9)
    assert found.effective_clicks == pytest.approx(3)


@pytest.mark.parametrize(("clicks", "creators"), [(30, 20), (400, 6), (2_000, 40)])
def test_no_spread_of_rates_with_these_moments_leaves_more_creators_without_orders(
    clicks, creators
):
    """A linear programme over all spreads on a grid of rates finds none worse than the bound's."""
    orders, others = np.array([2.0, 6, 1, 9, 0, 4]), np.full(6, 200.0)
    found = bound_without_orders(np.full(creators, float(clicks)), orders, others, level=0.95)
    mean = found.upper
    square = mean**2 + found.correlation * mean * (1 - mean)
    rates = np.unique(np.r_[0, square / mean, np.linspace(0, 1, 4001)])
    worst = linprog(
        -((1 - rates) ** clicks),
        A_eq=[np.ones_like(rates), rates, rates**2],
        b_eq=[1, mean, square],
        bounds=(0, 1),
    )
    assert worst.status == 0
    assert -worst.fun == pytest.approx(0.05 ** (1 / creators), rel=1e-6)


def test_the_bound_holds_where_the_rule_of_three_does_not():
    """Most creators sell nothing, a few at 3 %: correlation .03; truth .003 orders per click.

    Bound below the truth in at most 5 % of draws; 3 / clicks in about a third.
    """
    rng = np.random.default_rng(20261122)
    missed = {"bound": 0, "rule of three": 0}
    for _ in range(400):
        rates = np.where(rng.random(20) < 0.1, 0.03, 0)
        clicks = np.ceil(np.exp(rng.normal(5, 0.7, 20)))
        if rng.binomial(clicks.astype(int), rates).sum():
            continue
        more = np.where(rng.random(60) < 0.5, 0.05, 0)
        other = np.ceil(np.exp(rng.normal(5, 1, 60)))
        orders = rng.binomial(other.astype(int), more).astype(float)
        found = bound_without_orders(clicks, orders, other, level=0.95)
        missed["bound"] += found.upper < 0.003
        missed["rule of three"] += 3 / clicks.sum() < 0.003
    assert missed["bound"] / 400 <= 0.05
    assert missed["rule of three"] / 400 > 0.1


def test_bounds_that_cannot_be_told_are_refused():
    clicks = np.full(3, 100.0)
    with pytest.raises(NotEstimableError, match="no clicks either"):
        bound_without_orders(np.zeros(3), np.ones(3), clicks, level=0.95)
    with pytest.raises(NotEstimableError, match="the other tier has no orders"):
        bound_without_orders(clicks, np.zeros(3), clicks, level=0.95)
    with pytest.raises(NotEstimableError, match="some creators have more orders than clicks"):
        bound_without_orders(clicks, np.array([1.0, 2, 101]), clicks, level=0.95)
    with pytest.raises(NotEstimableError, match="too few creators or clicks"):
        between_creator_correlation(np.array([1.0]), np.array([9.0]))
