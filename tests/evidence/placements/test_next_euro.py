"""Own elasticity: statsmodels beside it, its coverage, and the plain slope that fails."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.next_euro import _poisson_slope, own_elasticity


def world(seed, n=100, power=0.6, fee_power=0.6, fee_noise=0.7):
    """Bookings of one arm, 1K to 100K; noise in fees, luck and skill in orders."""
    random = np.random.default_rng(seed)
    size = np.exp(random.uniform(np.log(1e3), np.log(1e5), n))
    skill = np.exp(0.5 * random.standard_normal(n) - 0.125)
    orders = random.poisson(8 * (size / 1e4) ** power * skill).astype(float)
    fee = 300 * (size / 1e4) ** fee_power * np.exp(fee_noise * random.standard_normal(n))
    return orders, fee, size


def test_slope_and_error_are_those_of_statsmodels():
    orders, _, size = world(1)
    design = np.column_stack([np.ones(100), np.log(size) - np.log(size).mean()])
    slope, pulls = _poisson_slope(orders, design)
    theirs = sm.GLM(orders, design, family=sm.families.Poisson()).fit(cov_type="HC0")
    assert slope == pytest.approx(theirs.params[1], rel=1e-6)
    assert np.sqrt((pulls**2).sum()) == pytest.approx(theirs.bse[1], rel=0.1), "HC3 is wider"
    assert np.sqrt((pulls**2).sum()) > theirs.bse[1]


def test_copies_of_a_person_add_no_evidence():
    columns = world(2)
    once = own_elasticity(*columns, np.arange(100), level=0.95)
    twice = own_elasticity(
        *(np.tile(one, 2) for one in columns), np.tile(np.arange(100), 2), level=0.95
    )
    assert twice.power == pytest.approx(once.power)
    assert twice.persons == 100
    assert twice.interval.high == pytest.approx(once.interval.high, rel=0.02)


def test_who_sold_nothing_stays():
    orders, fee, size = world(3)
    orders[size < 5_000] = 0
    assert own_elasticity(orders, fee, size, np.arange(100), level=0.95).power > 1.2


@pytest.mark.prove
def test_the_interval_covers_and_the_plain_slope_fails():
    """400 worlds with a true power of 1: the interval covers .92 to .97, the slope is .1 off."""
    held, plain = 0, []
    for seed in range(400):
        orders, fee, size = world([4, seed])
        found = own_elasticity(orders, fee, size, np.arange(100), level=0.95).interval
        high = np.inf if found.high is None else found.high
        held += found.low is not None and found.low <= 1 <= high
        plain.append(np.polyfit(np.log(fee), np.log(orders + 0.5), 1)[0])
    assert 0.92 <= held / 400 <= 0.975
    assert np.median(plain) < 0.9


@pytest.mark.parametrize(
    ("orders", "fee", "size"),
    [
        ([1.0, 2, 3], [1.0, 2, 3], [5.0, 5, 5]),
        ([0.0, 0, 0], [1.0, 2, 3], [5.0, 6, 7]),
        ([1.0, 2], [1.0, 2], [5.0, 6]),
    ],
)
def test_what_cannot_be_told_is_refused(orders, fee, size):
    columns = (np.array(one) for one in (orders, fee, size))
    with pytest.raises(NotEstimableError):
        own_elasticity(*columns, np.arange(len(orders)), level=0.95)
