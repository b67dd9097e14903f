"""Costs: by hand, against t tests and explicit loops; ratios of sums hold where means fail."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.cost import cost_ratio, ratio_of_sums


def creators(rng, count, *, sds=(0.8, 1.0), correlation=0.51):
    """Costs and outcomes of mean 1, log-normal."""
    first, second = rng.standard_normal((2, count))
    second = correlation * first + np.sqrt(1 - correlation**2) * second
    return (np.exp(sd * z - sd**2 / 2) for sd, z in zip(sds, (first, second), strict=True))


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_ends_of_a_rate_are_where_a_t_test_of_cost_less_rate_times_outcome_stops(level):
    cost, outcome = creators(np.random.default_rng(2), 30)
    found = ratio_of_sums(cost, outcome, level=level)
    assert found.rate == pytest.approx(cost.sum() / outcome.sum(), rel=1e-12)
    assert found.interval.high is not None
    for end in (found.interval.low, found.interval.high):
        p_value = stats.ttest_1samp(cost - end * outcome, 0).pvalue
        np.testing.assert_allclose(p_value, 1 - level, rtol=1e-8, atol=0)


def test_a_rate_without_upper_end_says_so():
    # Outcomes 0, 0, 0, 12 have mean 3 and standard error 3: g = (t / 1)^2 > 1.
    found = ratio_of_sums(np.array([5.0, 6, 7, 6]), np.array([0.0, 0, 0, 12]), level=0.95)
    assert found.rate == 2.0
    assert (found.interval.shape, found.interval.high) == ("unbounded above", None)
    # The lower end r solves (6 - 3r)^2 = q^2 (1/6 - 2r + 9r^2): covariance of (5, 6, 7, 6)
    # and (0, 0, 0, 12) over 4 is 0, variances 2/3 and 36 over 4.
    q = stats.t.ppf(0.975, 3)
    assert (6 - 3 * found.interval.low) ** 2 == pytest.approx(
        q**2 * (1 / 6 + 9 * found.interval.low**2)
    )
    wild = ratio_of_sums(np.array([0.0, 90, 1]), np.array([0.0, 1, 80]), level=0.95)
    assert (wild.interval.shape, wild.interval.high) == ("everything", None)


def test_a_fixed_price_has_no_spread():
    orders = np.array([3.0, 7, 11, 0])
    found = ratio_of_sums(0.1 * orders, orders, level=0.95)
    assert found.rate == pytest.approx(0.1)
    assert found.interval.shape == "no spread"
    assert found.interval.low == found.interval.high == found.rate
    assert ratio_of_sums(np.zeros(4), orders, level=0.95).rate == 0


def test_accounts_of_one_person_count_once():
    cost, outcome = creators(np.random.default_rng(3), 30)
    person = np.random.default_rng(4).integers(0, 12, 30)
    labels = np.unique(person)
    sums = [np.array([c[person == one].sum() for one in labels]) for c in (cost, outcome)]
    found = ratio_of_sums(cost, outcome, person=person, level=0.95)
    alone = ratio_of_sums(*sums, level=0.95)
    assert found.creators == alone.creators == len(labels)
    assert found.interval.low == pytest.approx(alone.interval.low, rel=1e-10)
    assert found.interval.high != pytest.approx(
        ratio_of_sums(cost, outcome, level=0.95).interval.high
    )


def test_rates_that_cannot_be_told_are_refused():
    with pytest.raises(NotEstimableError, match="one creator alone"):
        ratio_of_sums(np.ones(1), np.ones(1), level=0.95)
    with pytest.raises(NotEstimableError, match="one creator alone"):
        ratio_of_sums(np.ones(2), np.ones(2), person=np.zeros(2, int), level=0.95)
    with pytest.raises(NotEstimableError, match="the creators have no outcome"):
        ratio_of_sums(np.ones(3), np.zeros(3), level=0.95)


def test_return_on_spend_is_the_rate_upside_down_in_any_currency():
    spend, revenue = creators(np.random.default_rng(6), 40)
    cost = ratio_of_sums(spend, revenue, level=0.95)
    back = ratio_of_sums(25_000 * revenue, 25_000 * spend, level=0.95)
    assert back.rate == pytest.approx(1 / cost.rate, rel=1e-12)
    assert back.interval.low == pytest.approx(1 / cost.interval.high, rel=1e-9)
    assert back.interval.high == pytest.approx(1 / cost.interval.low, rel=1e-9)


def test_the_mean_of_ratios_is_1_8_times_too_high_where_the_ratio_of_sums_covers():
    """Log-normal cost and outcome of sd 0.8 and 1, correlation 0.51, true cost per outcome 1.

    E(cost / outcome) = exp(1^2 - 0.51 * 0.8 * 1) = exp(0.592) = 1.81. Monte-Carlo error of a
    coverage of .95 over 400 draws is .011.
    """
    rng = np.random.default_rng(20261122)
    covered, means, covered_by_means = [], [], []
    for _ in range(400):
        cost, outcome = creators(rng, 60)
        found = ratio_of_sums(cost, outcome, level=0.95).interval
        covered.append(found.low <= 1 and (found.high is None or found.high >= 1))
        own = stats.ttest_1samp(cost / outcome, 1)
        means.append((cost / outcome).mean())
        covered_by_means.append(own.pvalue > 0.05)
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.mean(means) == pytest.approx(np.exp(0.592), rel=0.03)
    assert np.mean(covered_by_means) < 0.1


def two_tiers(rng, *, micro=60, macro=30, size=20, ratio=1.0):
    arms = list(creators(rng, micro)), list(creators(rng, macro))
    cost = np.r_[ratio * arms[0][0], size * arms[1][0]]
    return cost, np.r_[arms[0][1], size * arms[1][1]], np.arange(micro + macro) < micro


def contrast(cost, outcome, micro, stratum=None, *, seed=1, permutations=199, **options):
    stratum = np.zeros(len(cost), int) if stratum is None else stratum
    return cost_ratio(
        cost,
        outcome,
        micro,
        stratum,
        level=0.95,
        permutations=permutations,
        rng=np.random.default_rng(seed),
        **options,
    )


def test_a_cost_ratio_and_its_error_equal_explicit_loops():
    cost, outcome, micro = two_tiers(np.random.default_rng(8))
    outcome[[0, 5, 70]] = 0  # paid and brought nothing
    cost[[2, 80]] = 0  # gifts
    found = contrast(cost, outcome, micro)
    prices = [cost[arm].sum() / outcome[arm].sum() for arm in (micro, ~micro)]
    assert found.ratio == pytest.approx(prices[0] / prices[1], rel=1e-10)
    squares = 0.0
    for arm, price in zip((micro, ~micro), prices, strict=True):
        for i in np.flatnonzero(arm):
            rest = arm & (np.arange(len(cost)) != i)
            squares += np.log(cost[rest].sum() / outcome[rest].sum() / price) ** 2
    assert found.standard_error == pytest.approx(np.sqrt(squares), rel=1e-8)


def test_creators_without_outcome_are_paid_for():
    cost, outcome, micro = two_tiers(np.random.default_rng(9))
    before = contrast(cost, outcome, micro).ratio
    paid = cost[micro].mean() * micro.sum()
    more = contrast(
        np.r_[cost, np.full(60, paid / 60)], np.r_[outcome, np.zeros(60)], np.r_[micro, [True] * 60]
    )
    assert more.ratio == pytest.approx(2 * before, rel=1e-9)  # the same outcomes for twice the cost


def test_currency_changes_no_cost_ratio_and_swapped_tiers_invert_it():
    cost, outcome, micro = two_tiers(np.random.default_rng(10))
    found = contrast(cost, outcome, micro)
    dong = contrast(26_000 * cost, outcome, micro)
    assert [dong.ratio, dong.low, dong.high] == pytest.approx([found.ratio, found.low, found.high])
    assert dong.p_value == pytest.approx(found.p_value, rel=1e-9)
    other = contrast(cost, outcome, ~micro)
    assert other.ratio * found.ratio == pytest.approx(1)
    assert other.standard_error == pytest.approx(found.standard_error, rel=1e-9)


def test_a_stratum_without_any_outcome_is_left_out():
    cost, outcome, micro = two_tiers(np.random.default_rng(11))
    stratum = np.arange(90) % 2
    plus = contrast(
        np.r_[cost, 5.0, 7, 9],
        np.r_[outcome, 0.0, 0, 0],
        np.r_[micro, True, False, True],
        np.r_[stratum, 2, 2, 2],
        person=np.arange(93),
    )
    assert plus == contrast(cost, outcome, micro, stratum, person=np.arange(90))


BASE = (np.array([1.0, 2, 30, 50]), np.array([1.0, 1, 20, 40]), np.array([1, 1, 0, 0], bool))


@pytest.mark.parametrize(
    ("cost", "outcome", "message"),
    [
        ([0, 0, 3, 4], BASE[1], "the micro creators cost nothing"),
        (BASE[0], [1, 1, 0, 0], "the macro creators have no outcome, so none has a price"),
        (BASE[0], [1, 0, 20, 40], "one micro creator brought all of the tier's outcome"),
        ([0.1, 0.2, 3, 4], [1, 2, 20, 40 / 1.5], "same cost per outcome"),
        (BASE[0], [0, 0, 0, 0], "the micro creators have no outcome"),
    ],
)
def test_cost_ratios_that_cannot_be_told_are_refused(cost, outcome, message):
    with pytest.raises(NotEstimableError, match=message):
        contrast(np.array(cost, float), np.array(outcome, float), BASE[2])


def test_strata_of_one_arm_each_are_refused():
    cost, outcome, micro = two_tiers(np.random.default_rng(12))
    with pytest.raises(NotEstimableError, match="no stratum has creators of both tiers"):
        contrast(cost, outcome, micro, micro.astype(int))


def test_a_cost_ratio_that_few_creators_decide_is_refused_rather_than_infinite():
    # Nearly all outcome lies with two creators, so permuted tiers often leave an arm without.
    outcome = np.array([1.0, 1, 0, 0, 0, 0, 0, 0])
    with pytest.raises(NotEstimableError, match="nothing bounds it"):
        contrast(
            np.array([2.0, 3, 1, 1, 2, 3, 4, 1]),
            outcome + np.r_[0, 0, [1e-9] * 6],
            np.arange(8) % 2 == 0,
        )


def test_size_of_the_cost_contrast_is_five_per_cent():
    """Equal prices, 60 micro and 30 macro creators of 20 times the size; error .013 of 300."""
    rng = np.random.default_rng(20261122)
    called = [
        contrast(*two_tiers(rng), seed=draw, permutations=99).p_value <= 0.05 for draw in range(300)
    ]
    assert np.mean(called) <= 0.09
