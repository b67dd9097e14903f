"""Without the largest: the estimator itself on the rows that are left."""

import numpy as np
import pytest

from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.robustness.influence import without_largest


@pytest.mark.parametrize("weight", ["person", "exposure"])
def test_the_ratio_is_that_of_everybody_else(weight):
    rng = np.random.default_rng(1)
    person, campaign = np.tile(np.arange(60), 2), np.repeat([0, 1], 60)
    micro, clicks = person < 30, rng.integers(100, 5000, 120).astype(float)
    orders = rng.poisson(clicks * 0.02 * np.exp(rng.normal(size=60))[person]).astype(float)
    rows = (orders, clicks, micro, campaign)
    found = without_largest(*rows, weight=weight, person=person, largest=[3])[0]
    largest = np.argsort(-np.bincount(person, weights=orders))[:3]
    kept = ~np.isin(person, largest)
    theirs = rate_ratio(
        *(of[kept] for of in rows),
        person=person[kept],
        weight=weight,
        level=0.95,
        permutations=0,
        rng=rng,
    )
    assert found.ratio == pytest.approx(theirs.ratio, rel=1e-12)
    assert found.of_micro == (largest < 30).sum()


def test_an_arm_without_anybody_has_no_ratio():
    one = np.zeros(4, dtype=np.int64)
    micro = np.array([True, False, False, False])
    found = without_largest([9, 1, 1, 1], [10] * 4, micro, one, weight="exposure", largest=[1, 0])
    assert np.isnan(found[0].ratio)
    assert found[1].ratio == pytest.approx(9)
