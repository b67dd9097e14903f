"""Inverted U: formulas by statsmodels, false alarms on curves without a turn, turns that are found.

No portable published number of the two-lines test is known, so it is tested by its properties and
by separate regressions on either side of its break.
"""

from dataclasses import astuple

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.estimators.elasticity import cardinal_spline, follower_elasticity
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.inverted_u import (
    _flat_top,
    _lines,
    _quadratic,
    _two_lines,
    inverted_u,
)
from analysis.evidence.estimators.least_squares import fit

LOW, HIGH, TOP = np.log(1e3), np.log(1e6), np.log(3e4)


def curve(seed, shape, *, n=300, sd=0.9, low=LOW, high=HIGH):
    """Log outcome along a shape of log followers, uniform between two ends."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(low, high, n)
    return shape(size) + rng.normal(0, sd, n), size, np.zeros(n, dtype=int)


def hill(size, *, top=TOP, steep=0.25):
    return -steep * (size - top) ** 2


def by_account(outcome, size, one):
    return outcome, size, one, np.arange(len(one))


def quadratic_design(size):
    return np.column_stack([np.ones(len(size)), size, size**2])


@pytest.mark.parametrize("seed", range(3))
def test_the_test_of_the_slopes_at_the_ends_by_statsmodels(seed):
    outcome, size, one = curve(seed, lambda x: hill(x, top=12.0, steep=0.03))
    p_value, turn = _quadratic(*by_account(outcome, size, one))
    theirs = sm.OLS(outcome, quadratic_design(size)).fit(cov_type="HC3", use_t=True)
    ends = theirs.t_test([[0, 1, 2 * size.min()], [0, 1, 2 * size.max()]])
    expected = stats.t.sf(np.ravel(ends.tvalue) * [1, -1], theirs.df_resid).max()
    assert p_value == pytest.approx(expected, rel=1e-6, abs=0)
    assert turn == pytest.approx(-theirs.params[1] / 2 / theirs.params[2], rel=1e-8)


def test_the_weaker_of_the_two_tests_decides():
    def cliff(x):  # a late and steep fall, which a quadratic follows badly
        return np.where(x < 12.8, 0.5 * (x - 12.8), -4 * (x - 12.8))

    weaker = set()
    for shape in (hill, cliff):
        drawn = curve(8, shape)
        quadratic, lines = _quadratic(*by_account(*drawn))[0], _two_lines(*by_account(*drawn))
        assert inverted_u(*drawn).p_value == max(quadratic, lines)
        weaker.add(quadratic > lines)
    assert weaker == {True, False}


def test_a_curve_that_bends_upwards_has_no_top():
    outcome, size, one = curve(1, lambda x: 0.2 * (x - 10) ** 2)
    found = inverted_u(outcome, size, one)
    assert found.turning_point is None
    assert found.p_value > 0.5
    assert _two_lines(*by_account(outcome, size, one)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_the_two_lines_are_separate_regressions_that_share_the_creators_at_the_break(seed):
    outcome, size, one = curve(seed, hill)
    size = size.round(1)  # several creators at the break
    slopes, errors, df = _lines(*by_account(outcome, size, one), at=10.0)
    for which, inside in enumerate((size <= 10, size >= 10)):
        line = sm.OLS(outcome[inside], sm.add_constant(size[inside])).fit(cov_type="HC3")
        assert slopes[which] == pytest.approx(line.params[1], rel=1e-9)
        assert errors[which] == pytest.approx(line.bse[1], rel=1e-7)
    assert df == len(size) - 4


def test_robin_hood_gives_the_weaker_line_more_creators():
    # Steep below, shallow above: the break moves to the left end of the flat top.
    outcome, size, one = curve(
        3, lambda x: np.where(x < 10, 1.5 * (x - 10), -0.15 * (x - 10)), n=600
    )
    flat = _flat_top(*by_account(outcome, size, one))
    strength = []
    for inside in (size <= np.median(flat), size >= np.median(flat)):
        line = sm.OLS(outcome[inside], sm.add_constant(size[inside])).fit(cov_type="HC3")
        strength.append(abs(line.tvalues[1]))
    at = np.quantile(flat, strength[1] / sum(strength))
    assert at < np.median(flat)
    slopes, errors, df = _lines(*by_account(outcome, size, one), at=at)
    expected = (2 * stats.t.sf(np.abs(slopes / errors), df)).max()
    found = _two_lines(*by_account(outcome, size, one))
    assert found == pytest.approx(expected, rel=1e-9, abs=0)


def test_the_flat_top_is_within_one_error_of_the_highest_point():
    outcome, size, one = curve(4, hill)
    flat = _flat_top(outcome, size, one, np.arange(300))
    spline = cardinal_spline(size, df=4)
    fitted = fit(outcome, spline(size)[:, 1:], one, np.arange(300))
    height, error = fitted.contrast(np.column_stack([spline(size)[:, 1:], np.ones(300)]))
    middle = (size > np.quantile(size, 0.1)) & (size < np.quantile(size, 0.9))
    expected = size[middle & (height + error >= height[middle].max())]
    assert sorted(flat) == sorted(expected)
    assert 10 < len(flat) < 150


def test_the_break_is_never_among_the_outer_tenths():
    outcome, size, one = curve(9, lambda x: 0.8 * x)
    flat = _flat_top(outcome, size, one, np.arange(300))
    assert flat.max() < np.quantile(size, 0.9)


# Rising all the way and bending: none of them turns.
BENDING = {
    "logarithm": lambda x: np.log(x - LOW + 1),
    "early logarithm": lambda x: np.log(x - LOW + 0.3),
    "saturating": lambda x: -np.exp(-(x - LOW)),
    "plateau": lambda x: np.minimum(x, np.log(1e5)),
}


def alarms(shape, draws=60, n=900):
    """How often each test finds an inverted U; the naive one is a negative quadratic term."""
    found = {"naive": 0, "quadratic": 0, "lines": 0, "both": 0}
    for seed in range(draws):
        outcome, size, one = curve(seed, shape, n=n)
        naive = sm.OLS(outcome, quadratic_design(size - size.mean())).fit()
        quadratic = _quadratic(*by_account(outcome, size, one))[0]
        lines = _two_lines(*by_account(outcome, size, one))
        found["naive"] += naive.params[2] < 0 and naive.pvalues[2] < 0.05
        found["quadratic"] += quadratic < 0.05
        found["lines"] += lines < 0.05
        found["both"] += max(quadratic, lines) < 0.05
    return {name: count / draws for name, count in found.items()}


@pytest.mark.parametrize("shape", BENDING)
def test_a_curve_that_only_bends_is_not_called_an_inverted_u(shape):
    """60 draws of 900 creators; with 100 draws of 2,000 both tests together found at most .01."""
    found = alarms(BENDING[shape])
    assert found["naive"] >= 0.9
    assert found["both"] <= 0.05
    assert found["lines"] <= 0.09


def test_the_quadratic_alone_is_fooled_by_a_sharp_bend_and_the_pair_is_not():
    found = alarms(BENDING["saturating"])
    assert found["quadratic"] > 0.5
    assert found["both"] <= 0.05


def test_a_turn_inside_the_data_is_found_and_located():
    for seed in range(20):
        outcome, size, one = curve(seed, hill)
        found = inverted_u(outcome, size, one)
        assert found.p_value < 0.01
        assert found.turning_point == pytest.approx(TOP, abs=0.5)


def test_a_turn_at_the_end_of_the_data_is_not_seen_and_with_larger_accounts_is():
    seen = {HIGH: 0, np.log(2e7): 0}
    for high in seen:
        for seed in range(40):
            outcome, size, one = curve(seed, lambda x: hill(x, top=HIGH, steep=0.1), high=high)
            seen[high] += inverted_u(outcome, size, one).p_value < 0.05
    assert seen[HIGH] / 40 <= 0.1
    assert seen[np.log(2e7)] / 40 >= 0.5


def test_niches_with_levels_of_their_own_make_no_hill():
    # Small accounts in a niche of low outcome, middle ones in a high one, large ones in a low
    # one; inside each the outcome grows.
    rng = np.random.default_rng(5)
    stratum = np.repeat([0, 1, 2], 200)
    size = rng.uniform(7, 9.5, 600) + 2 * stratum
    outcome = 0.5 * size + np.array([0, 5, -3])[stratum] + rng.normal(0, 0.8, 600)
    assert inverted_u(outcome, size, np.zeros(600, dtype=int)).p_value < 0.05
    assert inverted_u(outcome, size, stratum).p_value > 0.5


def test_accounts_of_one_person_are_not_counted_twice():
    outcome, size, one = curve(6, lambda x: hill(x, steep=0.06), n=150)
    once, _ = _quadratic(outcome, size, one, np.arange(150))
    thrice = [np.tile(values, 3) for values in (outcome, size, one)]
    by_person, _ = _quadratic(*thrice, np.tile(np.arange(150), 3))
    by_account, _ = _quadratic(*thrice, np.arange(450))
    # Leaving out a person three times over is leaving out one creator once.
    assert by_person == pytest.approx(once, rel=1e-6, abs=0)
    assert by_account < once / 3


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (np.repeat([8.0, 9, 10, 11], 5), "4 different follower counts"),
        (np.repeat([8.0, 9], 10), "differ too little"),
    ],
)
def test_too_few_follower_counts_are_refused(size, says):
    outcome = np.random.default_rng(7).normal(0, 1, 20)
    with pytest.raises(NotEstimableError, match=says):
        inverted_u(outcome, size, np.zeros(20, dtype=int))


def finite_or_refused(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    outcome, size = (
        rng.choice([rng.normal(0, 1, n), rng.integers(0, 9, n) * 1.0, rng.normal(0, 1e-9, n)])
        for _ in range(2)
    )
    stratum, person = rng.integers(0, 3, n), rng.integers(0, n, n) if seed % 2 else None
    arrays = (outcome, size + 9, stratum)
    for question in (
        lambda: inverted_u(*arrays, cluster=person),
        lambda: follower_elasticity(*arrays, cluster=person, level=0.95),
    ):
        try:
            found = question()
        except NotEstimableError:
            continue
        numbers = [v for v in astuple(found) if not isinstance(v, str | None)]
        assert np.isfinite(numbers).all()


def test_whatever_the_creators_the_answer_is_finite_or_a_refusal():
    for seed in range(150):
        finite_or_refused(seed)
