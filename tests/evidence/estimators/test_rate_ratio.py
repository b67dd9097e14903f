"""Ratios of rates: published anchors, explicit loops, copies, permuted arms, size on real data."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rate_ratio import (
    _sizes,
    arranged,
    held_by_person,
    model_skewness,
    rate_ratio,
)
from analysis.evidence.estimators.rows import permuted
from tests.naive import quasi_binomial, tier_design

COUNTS = np.array([12, 30, 7, 25, 60, 18, 90, 44], dtype=float)
EXPOSURES = np.array([400, 900, 350, 700, 3000, 1500, 5000, 1600], dtype=float)
MICRO = np.arange(8) < 4
ONE = np.zeros(8, dtype=np.int64)
HALVES = np.tile([0, 0, 1, 1], 2)
OWN = np.arange(8)
SHARED = np.array([0, 1, 2, 3, 4, 5, 6, 0])  # the last macro row belongs to the first micro person
# Ratio, standard error and uncapped degrees of freedom by a separate program, to six digits.
ANCHORS = [
    ("person", ONE, OWN, 1.536098, 0.234104, 6.9907),
    ("exposure", ONE, OWN, 1.648735, 0.142393, 10.5111),
    ("person", HALVES, OWN, 1.536098, 0.272412, 8.2456),
    ("exposure", HALVES, OWN, 1.677887, 0.221670, 10.0871),
    ("person", ONE, SHARED, 1.536098, 0.232380, 7.0796),
    ("exposure", ONE, SHARED, 1.648735, 0.147520, 9.5266),
]


def ratio(*arrays, weight="person", permutations=99, **options):
    rng = np.random.default_rng(1)
    return rate_ratio(
        *arrays, weight=weight, level=0.95, permutations=permutations, rng=rng, **options
    )


@pytest.mark.parametrize(("weight", "stratum", "person", "found", "error", "df"), ANCHORS)
def test_the_anchors_to_six_digits(weight, stratum, person, found, error, df):
    fit = ratio(COUNTS, EXPOSURES, MICRO, stratum, weight=weight, person=person)
    assert fit.ratio == pytest.approx(found, abs=5e-7)
    assert fit.standard_error == pytest.approx(error, abs=5e-7)
    assert fit.degrees_of_freedom == min(df, len(np.unique(person)) - 2)


@pytest.mark.parametrize(("weight", "skewness"), [("person", 0.4643), ("exposure", 0.6125)])
def test_the_skewness_of_the_first_anchor(weight, skewness):
    held = held_by_person(COUNTS, EXPOSURES, MICRO, ONE, OWN)
    assert model_skewness(held, weight) == pytest.approx(skewness, abs=5e-5)


@pytest.mark.parametrize("weight", ["person", "exposure"])
def test_the_same_bookings_under_four_campaign_names_change_nothing(weight):
    once = ratio(COUNTS, EXPOSURES, MICRO, ONE, weight=weight, person=OWN)
    four = [np.tile(column, 4) for column in (COUNTS, EXPOSURES, MICRO)]
    copied = ratio(*four, np.repeat(np.arange(4), 8), weight=weight, person=np.tile(OWN, 4))
    for name in ("ratio", "standard_error", "degrees_of_freedom"):
        assert getattr(copied, name) == pytest.approx(getattr(once, name), rel=1e-12)


def creators(rng, *, persons=40, rows=90, strata=3):
    """Persons with several rows, in several strata, some of them in both arms."""
    person = rng.integers(0, persons, rows)
    micro = (person % 2 == 0) ^ (rng.random(rows) < 0.05)
    exposure = np.exp(rng.normal(6, 1, rows)).round() + 1
    count = rng.poisson(exposure * 0.05 * np.exp(rng.normal(0, 0.5, persons))[person])
    return count.astype(float), exposure, micro, rng.integers(0, strata, rows), person


def mantel_haenszel(count, exposure, micro, stratum, *, weight, person):
    """The log ratio by loops over strata, arms and persons."""
    above = below = 0.0
    for label in np.unique(stratum):
        arms = []
        for arm in (True, False):
            inside = (stratum == label) & (micro == arm)
            sums = [
                (count[inside & (person == p)].sum(), exposure[inside & (person == p)].sum())
                for p in np.unique(person[inside])
            ]
            if weight == "person":
                sums = [(y / e, 1.0) for y, e in sums]
            arms.append(np.sum(sums, axis=0) if sums else np.zeros(2))
        (y1, e1), (y0, e0) = arms
        above += y1 * e0 / (e1 + e0)
        below += y0 * e1 / (e1 + e0)
    return np.log(above / below)


@pytest.mark.parametrize("weight", ["person", "exposure"])
@pytest.mark.parametrize("seed", range(3))
def test_ratio_and_error_equal_explicit_loops_that_leave_persons_out(weight, seed):
    *columns, person = creators(np.random.default_rng(seed))
    whole = mantel_haenszel(*columns, weight=weight, person=person)
    changes = [
        mantel_haenszel(
            *(column[person != p] for column in columns), weight=weight, person=person[person != p]
        )
        - whole
        for p in np.unique(person)
    ]
    squares = np.square(changes)
    fit = ratio(*columns, weight=weight, person=person)
    assert np.log(fit.ratio) == pytest.approx(whole, rel=1e-10)
    assert fit.standard_error == pytest.approx(np.sqrt(squares.sum()), rel=1e-9)
    df = min(2 * squares.sum() ** 2 / np.square(squares).sum(), len(squares) - 2)
    assert fit.degrees_of_freedom == pytest.approx(df, rel=1e-9)


@pytest.mark.parametrize("weight", ["person", "exposure"])
def test_swapping_the_arms_inverts_the_ratio(weight):
    count, exposure, micro, stratum, person = creators(np.random.default_rng(8))
    one = ratio(count, exposure, micro, stratum, weight=weight, person=person)
    other = ratio(count, exposure, ~micro, stratum, weight=weight, person=person)
    assert one.ratio * other.ratio == pytest.approx(1)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-10)
    assert one.degrees_of_freedom == pytest.approx(other.degrees_of_freedom, rel=1e-10)


def test_the_interval_is_t_times_the_widening_where_arms_are_not_permuted():
    *columns, person = creators(np.random.default_rng(2))
    fit = ratio(*columns, person=person)
    assert fit.permuted is None
    assert 1 <= fit.widening <= 1 + 0.10 * 1.5**2
    half = stats.t.ppf(0.975, fit.degrees_of_freedom) * fit.widening * fit.standard_error
    assert np.log([fit.low, fit.high]) == pytest.approx(np.log(fit.ratio) + np.array([-half, half]))
    statistic = abs(np.log(fit.ratio)) / fit.standard_error / fit.widening
    assert fit.p_value == pytest.approx(2 * stats.t.sf(statistic, fit.degrees_of_freedom))


def test_the_wider_of_t_and_permuted_arms_counts():
    for seed in range(6):
        columns = creators(np.random.default_rng(seed), persons=60, rows=60, strata=1)
        fit = ratio(*columns[:4], weight="exposure", permutations=199, person=columns[4])
        assert len(fit.permuted) == 199
        at = [fit.interval(level) for level in (0.9, 0.95, 0.99)]
        assert at[0][0] >= at[1][0] >= at[2][0]
        assert at[1] == pytest.approx((fit.low, fit.high))
        permuted_half = np.quantile(fit.permuted, 0.95, method="higher") * fit.standard_error
        assert np.log(fit.high / fit.ratio) >= 0.999 * permuted_half
        if fit.low > 1 or fit.high < 1:
            assert fit.p_value <= 0.05


def test_a_small_arm_beside_a_large_one_is_permuted_too():
    rng = np.random.default_rng(3)
    exposure = np.full(120, 1000.0)
    count = rng.poisson(50, 120).astype(float)
    lopsided = ratio(count, exposure, np.arange(120) < 30, np.zeros(120, dtype=int))
    even = ratio(count, exposure, np.arange(120) < 60, np.zeros(120, dtype=int))
    assert len(lopsided.permuted) == 99
    assert even.permuted is None


def test_permuted_arms_keep_every_stratum_and_differ():
    rng = np.random.default_rng(4)
    stratum = np.repeat([2, 0, 1], [5, 9, 6])
    micro = rng.random(20) < 0.5
    rows = permuted(micro, stratum, 50, rng)
    for label in (0, 1, 2):
        assert (rows[:, stratum == label].sum(axis=1) == micro[stratum == label].sum()).all()
    assert len(np.unique(rows, axis=0)) > 40


def test_a_person_in_both_arms_stays_in_both():
    """Of four persons one owns a micro and a macro account; three can be arranged in three ways."""
    person = np.array([0, 1, 2, 3, 3])
    micro = np.array([True, False, False, True, False])
    held = held_by_person(np.arange(1.0, 6), np.full(5, 100.0), micro, np.zeros(5, int), person)
    drawn = _sizes(arranged(held, 400, np.random.default_rng(1)))
    assert len(np.unique(drawn.round(9))) == 3


def test_an_arm_without_orders_is_refused():
    count = np.array([3.0, 4.0, 0.0, 0.0])
    micro = np.array([True, True, False, False])
    for weight in ("person", "exposure"):
        with pytest.raises(NotEstimableError, match="the macro creators together have 0"):
            ratio(count, np.full(4, 100.0), micro, np.zeros(4, int), weight=weight)


def test_one_person_who_decides_alone_is_refused():
    count, micro = np.array([3.0, 0.0, 2.0, 1.0]), np.array([True, True, False, False])
    with pytest.raises(NotEstimableError, match="one person decides"):
        ratio(count, np.full(4, 100.0), micro, np.zeros(4, int))


@pytest.mark.prove
def test_size_on_the_real_shop_with_tiers_permuted(real_data):
    """Conversions of a real shop, tiers shuffled over its creators: 5 % may be called different.

    300 arrangements, Monte-Carlo error .013. The textbook quasi-binomial calls 72 % different.
    """
    shop = pd.read_csv(real_data / "tiktokshop-vn-affiliate" / "creators.csv")
    shop = shop[(shop["followers_affiliate_center"] >= 1000) & (shop["ctr"] > 0)]
    y = shop["affiliate_orders"].to_numpy(float)
    n = (shop["product_impressions"] * shop["ctr"]).round().to_numpy(float)
    micro = (shop["followers_affiliate_center"] < 100_000).to_numpy()
    one, rng = np.zeros(len(y), int), np.random.default_rng(20261122)
    often = n >= 100
    rejected = {"pooled": 0, "typical": 0, "quasi-binomial": 0}
    for row in permuted(micro, one, 300, rng):
        pooled = ratio(y, n, row, one, weight="exposure")
        typical = ratio(y[often], n[often], row[often], one[often])
        naive = quasi_binomial(y, n, tier_design(row))
        rejected["pooled"] += pooled.p_value <= 0.05
        rejected["typical"] += typical.p_value <= 0.05
        rejected["quasi-binomial"] += naive.pvalues[1] <= 0.05
    assert rejected["pooled"] / 300 <= 0.09
    assert 0.015 <= rejected["typical"] / 300 <= 0.09
    assert rejected["quasi-binomial"] / 300 > 0.6
