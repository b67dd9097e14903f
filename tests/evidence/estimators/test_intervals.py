"""Leaving out persons against explicit loops, Fieller against published and hand-made sets."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.intervals import (
    fieller,
    fieller_from_zero,
    jackknife,
    jackknife_error,
    refuse_empty_arms,
    totals_by_person,
)

# Efron and Tibshirani (1993), An Introduction to the Bootstrap, table 10.3: old - placebo and
# new - old patch, 8 people.
OLD_PLACEBO = np.array([8406.0, 2342, 8187, 8459, 4795, 3516, 4796, 10238])
NEW_OLD = np.array([-1200.0, 2601, -2705, 1982, -1290, 351, -638, -2719])


def test_fieller_gives_the_published_interval_of_the_patch_data():
    shape, low, high = fieller(
        NEW_OLD.mean(),
        OLD_PLACEBO.mean(),
        np.cov(NEW_OLD, OLD_PLACEBO) / 8,
        quantile=stats.t.ppf(0.95, 7),
    )
    assert NEW_OLD.mean() / OLD_PLACEBO.mean() == pytest.approx(-0.07131, abs=5e-6)
    assert (shape, round(low, 3), round(high, 3)) == ("between", -0.249, 0.170)


def test_fieller_ends_where_a_t_test_of_the_difference_does():
    level = 0.9
    _, *ends = fieller(
        NEW_OLD.mean(),
        OLD_PLACEBO.mean(),
        np.cov(NEW_OLD, OLD_PLACEBO) / 8,
        quantile=stats.t.ppf((1 + level) / 2, 7),
    )
    for end in ends:
        test = stats.ttest_1samp(NEW_OLD - end * OLD_PLACEBO, 0)
        np.testing.assert_allclose(test.pvalue, 1 - level, rtol=1e-8, atol=0)


# Each set by solving (n - r d)^2 <= q^2 (v_n - 2 r c + r^2 v_d) by hand, here with q = 1.
@pytest.mark.parametrize(
    ("estimates", "covariance", "shape", "ends"),
    [
        # 1 - 2r + r^2 <= .01 + .25 r^2, .75 r^2 - 2r + .99 <= 0: (2 -+ sqrt 1.03) / 1.5.
        ((1, 1), [[0.01, 0], [0, 0.25]], "between", ((2 - 1.03**0.5) / 1.5, (2 + 1.03**0.5) / 1.5)),
        # ... <= .01 + 4 r^2, 3 r^2 + 2r - .99 >= 0: (-2 -+ sqrt 15.88) / 6.
        ((1, 1), [[0.01, 0], [0, 4]], "outside", ((-2 - 15.88**0.5) / 6, (-2 + 15.88**0.5) / 6)),
        # ... <= 1.2 - 3r + 2 r^2, r^2 - r + .2 >= 0: (1 -+ sqrt .2) / 2.
        ((1, 1), [[1.2, 1.5], [1.5, 2]], "outside", ((1 - 0.2**0.5) / 2, (1 + 0.2**0.5) / 2)),
        # ... <= 4 + 4 r^2, 3 r^2 + 2r + 3 >= 0 always.
        ((1, 1), [[4, 0], [0, 4]], "everything", (0, 0)),
        # 3 is not 0, and no multiple of an exact 0 makes it so; .5 may be 0.
        ((3, 0), [[1, 0], [0, 0]], "nothing", (0, 0)),
        ((0.5, 0), [[1, 0], [0, 0]], "everything", (0, 0)),
        # 9 <= r^2: a denominator of 0 with an error of 1, an exact numerator.
        ((3, 0), [[0, 0], [0, 1]], "outside", (-3, 3)),
        # Exactly proportional: numerator = 2 denominator, one point.
        ((2, 1), [[0.04, 0.02], [0.02, 0.01]], "between", (2, 2)),
    ],
)
def test_shapes_of_a_fieller_set(estimates, covariance, shape, ends):
    found = fieller(*estimates, np.array(covariance, dtype=float), quantile=1.0)
    assert found[0] == shape
    np.testing.assert_allclose(found[1:], ends, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("numerator", "covariance", "expected"),
    [
        (1, [[0.01, 0], [0, 4]], ("unbounded above", (-2 + 15.88**0.5) / 6, None)),
        (1, [[1.2, 1.5], [1.5, 2]], ("everything", 0, None)),  # the gap is counted in
        # (-1 - r)^2 <= 1.2 + 3r + 2 r^2, r^2 + r + .2 >= 0: both ends below 0.
        (-1, [[1.2, -1.5], [-1.5, 2]], ("everything", 0, None)),
        (1, [[4, 0], [0, 4]], ("everything", 0, None)),
        # 1 - 2r + r^2 <= 2 + .25 r^2, .75 r^2 - 2r - 1 <= 0: (2 + sqrt 7) / 1.5 and below 0.
        (1, [[2, 0], [0, 0.25]], ("between", 0, (2 + 7**0.5) / 1.5)),
        # 1 + 2r + r^2 <= .01 + .25 r^2: as the first above, mirrored below 0.
        (-1, [[0.01, 0], [0, 0.25]], ("nothing", None, None)),
    ],
)
def test_the_part_of_a_fieller_set_that_an_amount_can_have(numerator, covariance, expected):
    found = fieller_from_zero(numerator, 1, np.array(covariance, dtype=float), quantile=1.0)
    assert found.shape == expected[0]
    for end, by_hand in zip((found.low, found.high), expected[1:], strict=True):
        assert end is None if by_hand is None else end == pytest.approx(by_hand, rel=1e-12)


def test_totals_of_a_person_with_accounts_in_both_arms():
    orders = np.array([1.0, 2, 4, 8, 16])
    micro = np.array([True, True, False, False, True])
    person = np.array([7, 3, 7, 3, 7])
    totals = totals_by_person([orders, np.ones(5)], micro, person=person)
    np.testing.assert_array_equal(totals, [[[2, 17], [1, 2]], [[8, 4], [1, 1]]])


def test_leaving_out_a_person_is_computing_without_its_rows():
    rng = np.random.default_rng(5)
    orders, reach = rng.gamma(1, 5, 40), rng.gamma(1, 900, 40)
    micro, person = rng.random(40) < 0.6, rng.integers(0, 25, 40)

    def log_ratio(kept):
        arms = [kept & micro, kept & ~micro]
        return np.diff([np.log(orders[arm].sum() / reach[arm].sum()) for arm in arms])[0]

    whole = log_ratio(np.ones(40, dtype=bool))
    by_hand = [log_ratio(person != one) - whole for one in np.unique(person)]
    totals = totals_by_person([orders, reach], micro, person=person)
    found, changes = jackknife(
        lambda sums: np.diff(np.log(sums[:, 0] / sums[:, 1]), axis=0), totals
    )
    assert found[0] == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(changes[0], by_hand, rtol=1e-9, atol=1e-13)


def test_error_and_freedom_by_hand():
    # Squares 9, 16, 0: error 5, freedom 2 * 25^2 / (81 + 256); alike for all of n: 2 n.
    error, freedom = jackknife_error(np.array([3.0, -4, 0]))
    assert error == pytest.approx(5)
    assert freedom == pytest.approx(1250 / 337)
    assert jackknife_error(np.array([2.0, -2, 2, -2, 2])) == pytest.approx((np.sqrt(20), 10))
    assert jackknife_error(np.array([3e9, -4e9, 0]), unit=1e9) == pytest.approx((5e9, 1250 / 337))


def test_no_spread_is_refused():
    with pytest.raises(NotEstimableError, match="nothing tells spread"):
        jackknife_error(np.full(4, 1e-16))


def test_hollow_arms_are_refused_by_name():
    micro = np.array([True, True, False, False])
    empty = totals_by_person([np.array([1.0, 2, 0, 0])], micro, person=None)
    with pytest.raises(NotEstimableError, match="the macro creators have no orders between them"):
        refuse_empty_arms(empty, ["orders"])
    alone = totals_by_person([np.array([5.0, 0, 2, 3])], micro, person=None)
    with pytest.raises(NotEstimableError, match="one micro creator has all orders of the tier"):
        refuse_empty_arms(alone, ["orders"])
    accounts = totals_by_person([np.array([5.0, 5, 2, 3])], micro, person=np.array([1, 1, 2, 3]))
    with pytest.raises(NotEstimableError, match="one micro creator has all orders"):
        refuse_empty_arms(accounts, ["orders"])
