"""Break-even handling cost: by hand, against explicit loops, its states and its coverage."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.break_even import break_even_handling_cost

TIERS = np.array([True, True, True, False, False])
SPREAD = np.array([0.9, 1.1, 1.0, 0.8, 1.2])  # of mean 1 in both tiers, also reversed


def found_for(micro, macro):
    """Tiers with these totals of cost, placements and outcome, spread over 3 and 2 creators."""
    totals = [np.where(TIERS, a / 3, b / 2) for a, b in zip(micro, macro, strict=True)]
    return break_even_handling_cost(
        totals[0] * SPREAD, totals[2] * SPREAD[::-1], totals[1], TIERS, level=0.95
    )


@pytest.mark.parametrize(
    ("micro", "macro", "state", "amount"),
    [
        # Cost, placements, outcome. Per outcome 2 and 5, placements .03 and .01: 3 / .02.
        ((200, 3, 100), (1000, 2, 200), "dearer above", 150),
        # 5 and 2, .03 and .01: dearer from the start, and worse with every hour.
        ((500, 3, 100), (400, 2, 200), "already dearer", None),
        # 2 and 5, .01 and .03: cheaper, and better with every hour.
        ((200, 1, 100), (1000, 6, 200), "never dearer", None),
        # 5 and 2, .01 and .03: catches up at 3 / .02.
        ((500, 1, 100), (400, 6, 200), "cheaper above", 150),
        # Equal already.
        ((200, 3, 100), (400, 2, 200), "already dearer", None),
        # As many placements per outcome: no extra cost changes anything.
        ((200, 1, 100), (1000, 2, 200), "never dearer", None),
        ((500, 1, 100), (400, 2, 200), "already dearer", None),
    ],
)
def test_states_and_amounts_by_hand(micro, macro, state, amount):
    found = found_for(micro, macro)
    assert found.state == state
    assert found.amount == (None if amount is None else pytest.approx(amount, rel=1e-9))
    assert found.micro_cost == pytest.approx(micro[0] / micro[2])
    assert found.macro_placements == pytest.approx(macro[1] / macro[2])


def tiers(rng, *, micro=60, macro=30, cost_ratio=0.5, size=10):
    """Mean outcomes 1 and size, mean costs cost_ratio and size, one placement each.

    Micro saves 1 - cost_ratio per outcome and needs 1 - 1 / size placements more.
    """
    count = micro + macro
    first, second = rng.standard_normal((2, count))
    cost = np.exp(0.8 * first - 0.32)
    outcome = np.exp(0.5 * first + np.sqrt(0.75) * second - 0.5)
    is_micro = np.arange(count) < micro
    return (
        cost * np.where(is_micro, cost_ratio, size),
        outcome * np.where(is_micro, 1, size),
        np.ones(count),
        is_micro,
    )


def test_interval_ends_where_a_brute_force_jackknife_test_stops():
    """At each end, costs with that extra differ by just t times their leave-one-out error."""
    cost, outcome, placements, micro = tiers(np.random.default_rng(3))
    placements = np.random.default_rng(4).integers(1, 5, 90).astype(float)
    person = np.random.default_rng(5).integers(0, 70, 90)
    found = break_even_handling_cost(cost, outcome, placements, micro, level=0.95, person=person)

    def gap(extra, kept):
        arms = (kept & ~micro, kept & micro)
        return np.subtract(
            *((cost + extra * placements)[arm].sum() / outcome[arm].sum() for arm in arms)
        )

    def changes(extra):
        whole = gap(extra, np.ones(90, dtype=bool))
        return np.array([gap(extra, person != one) - whole for one in np.unique(person)])

    assert gap(found.amount, np.ones(90, dtype=bool)) == pytest.approx(0, abs=1e-12)
    squares = changes(found.amount) ** 2
    freedom = 2 * squares.sum() ** 2 / (squares**2).sum()
    assert found.interval.shape == "between"
    for end in (found.interval.low, found.interval.high):
        statistic = abs(gap(end, np.ones(90, dtype=bool))) / np.sqrt((changes(end) ** 2).sum())
        assert statistic == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-8)


def test_amounts_are_in_the_currency_of_the_cost():
    arrays = tiers(np.random.default_rng(6))
    found = break_even_handling_cost(*arrays, level=0.95)
    dong = break_even_handling_cost(26_000 * arrays[0], *arrays[1:], level=0.95)
    assert dong.amount == pytest.approx(26_000 * found.amount, rel=1e-9)
    assert dong.interval.high == pytest.approx(26_000 * found.interval.high, rel=1e-8)


def test_swapped_tiers_meet_at_the_same_amount_from_the_other_side():
    cost, outcome, placements, micro = tiers(np.random.default_rng(7))
    found = break_even_handling_cost(cost, outcome, placements, micro, level=0.95)
    other = break_even_handling_cost(cost, outcome, placements, ~micro, level=0.95)
    assert (found.state, other.state) == ("dearer above", "cheaper above")
    assert other.amount == pytest.approx(found.amount)
    assert other.interval.high == pytest.approx(found.interval.high)
    assert (other.micro_cost, other.micro_placements) == (found.macro_cost, found.macro_placements)


def test_an_interval_says_what_is_not_excluded():
    # Micro is as dear as macro: 0 is not excluded, so "already dearer" is not either.
    arrays = tiers(np.random.default_rng(8), cost_ratio=1)
    assert break_even_handling_cost(*arrays, level=0.95).interval.low == 0
    # As many placements per outcome in truth: any amount may be it.
    level = tiers(np.random.default_rng(9), size=1)
    assert break_even_handling_cost(*level, level=0.95).interval.high is None
    # Micro three times as dear: no amount from 0 upwards is left.
    dear = break_even_handling_cost(*tiers(np.random.default_rng(10), cost_ratio=3), level=0.95)
    assert (dear.state, dear.interval.shape) == ("already dearer", "nothing")


def test_placements_in_proportion_to_outcomes_never_matter():
    cost, outcome, _, micro = tiers(np.random.default_rng(11), cost_ratio=0.1)
    found = break_even_handling_cost(cost, outcome, outcome / 3, micro, level=0.95)
    assert (found.state, found.amount, found.interval.shape) == ("never dearer", None, "nothing")


def test_coverage_of_the_interval():
    """True amount .5 / .9; 400 draws, Monte-Carlo error .011. Measured over 3,000: .968."""
    rng = np.random.default_rng(20261122)
    intervals = [break_even_handling_cost(*tiers(rng), level=0.95).interval for _ in range(400)]
    covered = [
        bounds.shape != "nothing"
        and bounds.low <= 0.5 / 0.9
        and (bounds.high is None or bounds.high >= 0.5 / 0.9)
        for bounds in intervals
    ]
    assert 0.935 <= np.mean(covered) <= 0.99


def test_tiers_that_cannot_be_compared_are_refused():
    cost, outcome, placements, micro = tiers(np.random.default_rng(12))
    with pytest.raises(NotEstimableError, match="the micro creators have no outcome"):
        break_even_handling_cost(cost, outcome * ~micro, placements, micro, level=0.95)
    alone = outcome * (~micro | (np.arange(90) == 0))
    with pytest.raises(NotEstimableError, match="one micro creator has all outcome"):
        break_even_handling_cost(cost, alone, placements, micro, level=0.95)
    with pytest.raises(NotEstimableError, match="nothing tells spread"):
        break_even_handling_cost(2 * outcome, outcome, outcome, micro, level=0.95)
    with pytest.raises(NotEstimableError, match="nothing tells spread"):
        break_even_handling_cost(0 * cost, outcome, placements, micro, level=0.95)
