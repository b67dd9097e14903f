"""Persons drawn again: against drawing their rows one by one, and a figure of a real shop."""

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.estimators.bootstrap import bootstrap_ratios
from analysis.evidence.estimators.estimate import NotEstimableError


def one_by_one(numerator, exposure, micro, stratum, person, draws, rng):
    """The same with the rows of every drawn person written out."""
    persons = np.unique(person)
    found = []
    for drawn in rng.integers(0, len(persons), (draws, len(persons))):
        rows = np.concatenate([np.flatnonzero(person == persons[one]) for one in drawn])
        above = below = 0.0
        for label in np.unique(stratum):
            inside = rows[stratum[rows] == label]
            arms = [inside[micro[inside]], inside[~micro[inside]]]
            (y1, n1), (y0, n0) = ((numerator[a].sum(), exposure[a].sum()) for a in arms)
            if n1 + n0:
                above += y1 * n0 / (n1 + n0)
                below += y0 * n1 / (n1 + n0)
        found.append(above / below)
    return np.array(found)


def test_weights_are_rows_written_out():
    rng = np.random.default_rng(4)
    person = np.repeat(np.arange(20), 2)
    micro, stratum = (np.arange(20) < 11)[person], np.tile([3, 5], 20)
    exposure = np.exp(rng.normal(7, 1, 40))
    numerator = rng.poisson(exposure * 0.05).astype(float)
    found = bootstrap_ratios(
        numerator, exposure, micro, stratum, draws=50, rng=np.random.default_rng(5), person=person
    )
    by_hand = one_by_one(numerator, exposure, micro, stratum, person, 50, np.random.default_rng(5))
    np.testing.assert_allclose(found, by_hand, rtol=1e-10)


def test_a_draw_without_an_arm_is_missing_and_one_person_is_refused():
    orders, clicks = np.array([3.0, 2, 1]), np.full(3, 10.0)
    micro, one = np.array([True, True, False]), np.zeros(3, dtype=np.int64)
    rng = np.random.default_rng(6)
    found = bootstrap_ratios(orders, clicks, micro, one, draws=200, rng=rng)
    assert 0.2 < np.isnan(found).mean() < 0.45  # the only macro creator is missed (2/3)^3 = .30
    with pytest.raises(NotEstimableError, match="one person alone"):
        bootstrap_ratios(orders, clicks, micro, one, draws=9, rng=rng, person=one)


def test_the_reference_interval_of_the_real_shop(real_data):
    """A separate program's bootstrap over creators put the ratio 1.84 into [0.74, 5.06].

    Both ends are quantiles of heavy-tailed draws: 20,000 here, 8 % tolerance.
    """
    shop = pd.read_csv(real_data / "tiktokshop-vn-affiliate" / "creators.csv")
    shop = shop[(shop["followers_affiliate_center"] >= 1000) & (shop["ctr"] > 0)]
    found = bootstrap_ratios(
        shop["affiliate_orders"].to_numpy(float),
        (shop["product_impressions"] * shop["ctr"]).to_numpy(float),
        (shop["followers_affiliate_center"] < 100_000).to_numpy(),
        np.zeros(len(shop), dtype=np.int64),
        draws=20_000,
        rng=np.random.default_rng(20261122),
    )
    assert np.nanquantile(found, [0.025, 0.975]) == pytest.approx([0.74, 5.06], rel=0.08)
