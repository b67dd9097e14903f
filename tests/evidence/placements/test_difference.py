"""Orders per 1,000 people reached: by hand and against leaving every person out."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.placements.orders import difference_per_thousand
from tests.evidence.placements.test_chain import creators


def test_difference_per_thousand_by_hand_and_by_brute_force():
    stages, micro = creators(np.random.default_rng(14))
    orders, reach = stages["orders"], stages["reach"]
    person = np.random.default_rng(15).integers(0, 60, 90)
    found = difference_per_thousand(orders, reach, micro, level=0.9, person=person)

    def difference(kept):
        arms = (kept & micro, kept & ~micro)
        return np.subtract(*(1000 * orders[arm].sum() / reach[arm].sum() for arm in arms))

    whole = difference(np.ones(90, bool))
    changes = np.array([difference(person != one) - whole for one in np.unique(person)])
    error = np.sqrt((changes**2).sum())
    t = stats.t(2 * (changes**2).sum() ** 2 / (changes**4).sum())
    assert found.difference == pytest.approx(whole, rel=1e-12)
    assert found.micro_rate - found.macro_rate == pytest.approx(whole, rel=1e-9)
    assert [found.low, found.high] == pytest.approx(
        [whole - t.ppf(0.95) * error, whole + t.ppf(0.95) * error], rel=1e-8
    )
    swapped = difference_per_thousand(orders, reach, ~micro, level=0.9, person=person)
    assert swapped.difference == pytest.approx(-found.difference, rel=1e-12)
