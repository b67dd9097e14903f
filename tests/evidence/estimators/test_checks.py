"""Distribution-free checks: scipy and statsmodels, enumeration by hand, arms apart, size."""

from dataclasses import astuple
from itertools import combinations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from analysis.evidence.estimators import checks
from analysis.evidence.estimators.checks import (
    _whole_persons,
    permuted_p_value,
    studentised,
    superiority,
)
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.typical import geometric_mean_ratio

ONE = np.zeros(200, dtype=int)


def arms(rng, *, n_micro=30, n_macro=18, shift=0.4):
    """Values of unequal spread, and the tier of each."""
    values = np.concatenate([rng.normal(shift, 1, n_micro), rng.normal(0, 2, n_macro)])
    return values, np.arange(n_micro + n_macro) < n_micro


@pytest.mark.parametrize("decimals", [12, 0])  # without and with ties
def test_without_strata_superiority_is_scipy_and_statsmodels(decimals):
    values, micro = arms(np.random.default_rng(1))
    values = values.round(decimals)
    found = superiority(values, micro, ONE[:48], level=0.9)
    theirs = rank_compare_2indep(values[micro], values[~micro])
    scipys = stats.brunnermunzel(values[micro], values[~micro])
    assert found.p_value == pytest.approx(scipys.pvalue, rel=1e-9, abs=0)
    assert found.probability == pytest.approx(theirs.prob1, rel=1e-12)
    assert (found.low, found.high) == pytest.approx(theirs.conf_int(alpha=0.1), rel=1e-9)


def test_probability_by_counting_pairs():
    # 5 beats 1, 3, 4, not 6; 3 beats 1 and ties 3; 2 beats 1: 3 + 1.5 + 1 of 12.
    values = np.array([5.0, 3, 2, 1, 3, 4, 6])
    found = superiority(values, np.arange(7) < 3, ONE[:7], level=0.95)
    assert found.probability == pytest.approx(5.5 / 12, rel=1e-12)


def test_strata_are_combined_by_hand():
    rng = np.random.default_rng(2)
    sizes = [(12, 5), (4, 20), (7, 7)]
    parts = [arms(rng, n_micro=a, n_macro=b, shift=i) for i, (a, b) in enumerate(sizes)]
    alone = [rank_compare_2indep(values[micro], values[~micro]) for values, micro in parts]
    weights = np.array([a * b / (a + b + 1) for a, b in sizes])
    weights /= weights.sum()
    shares = np.array(
        [
            w**2 * np.array([r.var1 / r.nobs_1, r.var2 / r.nobs_2])
            for w, r in zip(weights, alone, strict=True)
        ]
    )
    freedom = shares.sum() ** 2 / (shares**2 / (np.array(sizes) - 1)).sum()
    probability = weights @ [r.prob1 for r in alone]
    stratum = np.repeat([7, 3, 5], [a + b for a, b in sizes])
    found = superiority(
        np.concatenate([values + 100 * i for i, (values, _) in enumerate(parts)]),
        np.concatenate([micro for _, micro in parts]),
        stratum,
        level=0.95,
    )
    statistic = (probability - 0.5) / np.sqrt(shares.sum())
    assert found.probability == pytest.approx(probability, rel=1e-10)
    assert found.p_value == pytest.approx(2 * stats.t.sf(statistic, freedom), rel=1e-8, abs=0)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(shares.sum())
    assert (found.low, found.high) == pytest.approx((probability - half, probability + half))


def test_thin_strata_are_left_out_of_superiority():
    values, micro = arms(np.random.default_rng(3))
    alone = superiority(values, micro, ONE[:48], level=0.95)
    beside = superiority(
        np.concatenate([values, [9.0, -9, -8, -7]]),
        np.concatenate([micro, [True, False, False, False]]),
        np.concatenate([ONE[:48], [1, 1, 1, 1]]),
        level=0.95,
    )
    assert beside == alone


def test_swapping_the_tiers_mirrors_superiority():
    values, micro = arms(np.random.default_rng(4))
    one = superiority(values, micro, ONE[:48], level=0.95)
    other = superiority(values, ~micro, ONE[:48], level=0.95)
    assert one.probability + other.probability == pytest.approx(1)
    assert (one.low + other.high, one.high + other.low) == pytest.approx((1, 1))
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9, abs=0)


@pytest.mark.parametrize(("n_micro", "n_macro"), [(20, 6), (6, 20), (2, 2)])
def test_arms_apart_get_what_their_pairs_can_say(n_micro, n_macro):
    # The smaller arm forms m pairs; all lean one way with a chance of at most P^m.
    values = np.arange(n_micro + n_macro, 0, -1.0)
    found = superiority(values, np.arange(len(values)) < n_micro, ONE[: len(values)], level=0.95)
    pairs = min(n_micro, n_macro)
    assert (found.probability, found.high) == (1, 1)
    assert found.low == pytest.approx(0.025 ** (1 / pairs), rel=1e-12)
    assert found.p_value == pytest.approx(min(1, 2 * 0.5**pairs), rel=1e-12, abs=0)


def test_no_sample_says_more_than_arms_apart():
    # One swapped pair of 400: Brunner and Munzel alone would bound P by .99 and p by 1e-30.
    values = np.arange(40, 0, -1.0)
    values[[19, 20]] = values[[20, 19]]
    found = superiority(values, np.arange(40) < 20, ONE[:40], level=0.95)
    assert found.probability == pytest.approx(399 / 400, rel=1e-12)
    assert found.low == pytest.approx(0.025 ** (1 / 20), rel=1e-12)
    assert found.p_value == pytest.approx(2 * 0.5**20, rel=1e-12, abs=0)
    mirrored = superiority(-values, np.arange(40) < 20, ONE[:40], level=0.95)
    assert mirrored.high == pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-12)


def test_strata_apart_count_the_pairs_of_the_one_that_says_least():
    # 10 and 10 creators: weight 100 / 21, ten pairs. 4 and 40: weight 160 / 45, four pairs.
    # P^m of both is at most P^M for M the least of pairs over weight: 4 / .4275 against 10 / .5725.
    weights = np.array([100 / 21, 160 / 45])
    pairs = min(np.array([10, 4]) / (weights / weights.sum()))
    assert pairs == pytest.approx(9.357, abs=5e-4)
    micro = np.concatenate([np.arange(20) < 10, np.arange(44) < 4])
    found = superiority(
        micro + np.linspace(0, 0.5, 64), micro, np.repeat([0, 1], [20, 44]), level=0.9
    )
    assert found.probability == pytest.approx(1)
    assert found.low == pytest.approx(0.05 ** (1 / pairs), rel=1e-9)
    assert found.p_value == pytest.approx(2 * 0.5**pairs, rel=1e-9, abs=0)


def test_arms_apart_bound_the_worst_case_at_least_as_often_as_they_say():
    """Macro creators all alike, a micro creator above them with probability .8; 1,000 draws.

    Five micro creators are all above in a third of the draws, and P = .8 must not be excluded.
    """
    rng = np.random.default_rng(5)
    outside = 0
    for _ in range(1000):
        values = np.concatenate([np.where(rng.random(5) < 0.8, 1.0, -1.0), np.zeros(12)])
        found = superiority(values, np.arange(17) < 5, ONE[:17], level=0.95)
        outside += not found.low <= 0.8 <= found.high
    assert outside / 1000 <= 0.05


def test_strata_apart_in_opposite_ways_decide_nothing():
    values = np.concatenate([np.arange(8.0), np.arange(8.0)[::-1]])
    micro, stratum = np.tile(np.arange(8) < 4, 2), np.repeat([0, 1], 8)
    found = superiority(values, micro, stratum, level=0.95)
    # Weights of one half each, four pairs in each: at least 4 / (1/2) pairs in all.
    distance = 1 - 0.025 ** (1 / 8)
    assert found.probability == 0.5
    assert (found.low, found.high) == pytest.approx((0.5 - distance, 0.5 + distance))
    assert found.p_value == 1


def test_superiority_keeps_its_size_in_small_uneven_strata():
    """Six strata of 4 to 12 creators, unequal spread, P = 1/2; 500 draws, error .01."""
    rng = np.random.default_rng(6)
    stratum = np.repeat(np.arange(6), [4, 5, 6, 8, 10, 12])
    micro = np.concatenate([np.arange(n) < n // 2 for n in (4, 5, 6, 8, 10, 12)])
    rejected = 0
    for _ in range(500):
        values = rng.normal(0, np.where(micro, 1.0, 2.5)) + 3 * stratum
        rejected += superiority(values, micro, stratum, level=0.95).p_value < 0.05
    assert 0.025 <= rejected / 500 <= 0.075


@pytest.mark.parametrize(
    ("values", "micro", "says"),
    [
        ([1.0, 2, 3, 4], [True, True, True, False], "enough creators of both arms"),
        ([2.0, 2, 2, 2], [True, True, False, False], "same rate"),
        ([1.0, np.nan, 3, 4], [True, True, False, False], "missing"),
    ],
)
def test_superiority_without_anything_to_compare_is_refused(values, micro, says):
    with pytest.raises(NotEstimableError, match=says):
        superiority(np.array(values), np.array(micro), ONE[:4], level=0.95)


def creators(rng, sizes=((4, 3), (3, 5))):
    """Log rates, tiers and strata of a few creators."""
    stratum = np.repeat(np.arange(len(sizes)), [a + b for a, b in sizes])
    micro = np.concatenate([np.arange(a + b) < a for a, b in sizes])
    return rng.normal(0, 1, len(micro)) + stratum + 0.8 * micro, micro, stratum


def arrangements(micro, stratum):
    """Every way to deal the tiers within strata."""
    rows = [np.zeros(len(micro), dtype=bool)]
    for label in np.unique(stratum):
        inside = np.flatnonzero(stratum == label)
        chosen = list(combinations(inside, int(micro[inside].sum())))
        rows = [np.isin(np.arange(len(micro)), pick) | row for row in rows for pick in chosen]
    return np.array(rows)


def test_every_arrangement_has_the_statistic_of_the_primary_estimator():
    log_rate, micro, stratum = creators(np.random.default_rng(7))
    rows = arrangements(micro, stratum)[::97]
    statistic = studentised(log_rate, rows, stratum, np.arange(len(micro)))
    for row, t in zip(rows, statistic, strict=True):
        theirs = geometric_mean_ratio(
            np.exp(log_rate) * 1e9 - 0.5, np.full(15, 1e9), row, stratum, level=0.95
        )
        assert t == pytest.approx(np.log(theirs.ratio) / theirs.standard_error, rel=1e-7)


def test_permutation_p_value_approaches_full_enumeration():
    log_rate, micro, stratum = creators(np.random.default_rng(8))
    rows = arrangements(micro, stratum)
    assert len(rows) == 35 * 56
    every = np.abs(studentised(log_rate, rows, stratum, np.arange(15)))
    seen = np.abs(studentised(log_rate, micro[None], stratum, np.arange(15)))
    exact = np.mean(every >= seen * (1 - 1e-12))
    found = permuted_p_value(
        log_rate, micro, stratum, permutations=9999, rng=np.random.default_rng(9)
    )
    assert 0.01 < exact < 0.3
    assert found == pytest.approx(exact, abs=4 * np.sqrt(exact / 9999))


@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3, 7.3e-9])
def test_tiers_that_explain_every_rate_count_as_extreme_as_can_be(unit):
    # Two and three creators, alike within arms: of the ten ways to deal two micro creators only
    # the observed one has no scatter at all.
    log_rate, micro = unit * np.array([1.1, 1.1, 0.3, 0.3, 0.3]), np.arange(5) < 2
    found = permuted_p_value(
        log_rate, micro, ONE[:5], permutations=4999, rng=np.random.default_rng(10)
    )
    assert found == pytest.approx(0.1, abs=0.02)


def test_the_smallest_p_value_is_one_over_all_arrangements_and_the_observed():
    log_rate = np.concatenate([np.linspace(5, 6, 30), np.linspace(0, 1, 30)])
    found = permuted_p_value(
        log_rate, np.arange(60) < 30, ONE[:60], permutations=199, rng=np.random.default_rng(11)
    )
    assert found == 1 / 200


def test_studentising_keeps_the_size_where_the_plain_difference_fails():
    """Eight micro creators of spread 3, forty macro of 1, equal means; 400 draws, error .011."""
    rng = np.random.default_rng(12)
    micro = np.arange(48) < 8
    rejected = {"studentised": 0, "plain": 0}
    for _ in range(400):
        log_rate = rng.normal(0, np.where(micro, 3.0, 1.0))
        found = permuted_p_value(log_rate, micro, ONE[:48], permutations=199, rng=rng)
        rejected["studentised"] += found <= 0.05
        rows = np.argsort(rng.random((199, 48)), axis=1) < 8
        plain = [
            np.abs([log_rate[row].mean() - log_rate[~row].mean() for row in drawn])
            for drawn in (micro[None], rows)
        ]
        rejected["plain"] += (1 + np.sum(plain[1] >= plain[0])) / 200 <= 0.05
    assert rejected["studentised"] / 400 <= 0.09
    assert rejected["plain"] / 400 > 0.2


def test_persons_with_several_accounts_move_whole():
    # Persons 0 and 1 have accounts in both strata, 2 to 5 in one each, 6 is in both tiers.
    owner = np.array([0, 0, 1, 1, 2, 3, 4, 5, 6, 6])
    stratum = np.array([0, 1, 0, 1, 0, 0, 1, 1, 0, 1])
    micro = np.array([True, True, False, False, True, False, True, False, True, False])
    tier, places, mixed = _whole_persons(micro, stratum, owner)
    assert tier[:6].tolist() == [True, False, True, False, True, False]
    assert mixed.tolist() == [False] * 6 + [True]
    alike = {tuple(np.flatnonzero(places == label)) for label in places}
    assert alike == {(0, 1), (2, 3), (4, 5), (6,)}


def test_two_accounts_of_everybody_are_no_more_evidence_than_one():
    """Each person twice with the same rate, no difference between tiers; 300 draws, error .013."""
    rng = np.random.default_rng(13)
    micro, owner = np.repeat(np.arange(24) < 10, 2), np.repeat(np.arange(24), 2)
    rejected = {"persons": 0, "accounts": 0}
    for _ in range(300):
        log_rate = np.repeat(rng.normal(0, 1, 24), 2)
        for unit, person in (("persons", owner), ("accounts", None)):
            found = permuted_p_value(
                log_rate, micro, ONE[:48], person=person, permutations=199, rng=rng
            )
            rejected[unit] += found <= 0.05
    assert rejected["persons"] / 300 <= 0.09
    assert rejected["accounts"] / 300 > 0.12


def test_the_error_adds_up_what_leaving_out_each_account_of_a_person_changes():
    log_rate, micro, stratum = creators(np.random.default_rng(15))
    owner = np.array([0, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 9, 9, 10])
    statistic = studentised(log_rate, micro[None], stratum, owner)
    design = np.column_stack([micro, stratum == 0, stratum == 1]).astype(float)
    model = sm.OLS(log_rate, design).fit()
    change = model.normalized_cov_params[0] @ design.T * model.resid
    change /= 1 - model.get_influence().hat_matrix_diag
    error = np.sqrt((np.bincount(owner, weights=change) ** 2).sum())
    assert statistic[0] == pytest.approx(model.params[0] / error, rel=1e-9)


def test_strata_of_one_tier_tell_nothing():
    log_rate, micro, stratum = creators(np.random.default_rng(16))
    found = [
        permuted_p_value(*arrays, permutations=199, rng=np.random.default_rng(17))
        for arrays in (
            (log_rate, micro, stratum),
            (
                np.append(log_rate, [9, 8]),
                np.append(micro, [True, True]),
                np.append(stratum, [9, 9]),
            ),
        )
    ]
    assert found[0] == found[1]


def test_a_person_in_both_tiers_keeps_them(monkeypatch):
    seen = []

    def watched(log_rate, rows, *rest):
        seen.append(rows)
        return studentised(log_rate, rows, *rest)

    monkeypatch.setattr(checks, "studentised", watched)
    rng = np.random.default_rng(14)
    log_rate, micro, stratum = creators(rng, sizes=((8, 8),))
    owner = np.arange(16)
    owner[8] = 0  # one micro and one macro account
    permuted_p_value(log_rate, micro, stratum, person=owner, permutations=99, rng=rng)
    observed, drawn = seen
    assert (drawn[:, [0, 8]] == observed[:, [0, 8]]).all()
    assert (drawn.sum(axis=1) == 8).all()
    assert len(np.unique(drawn, axis=0)) > 50


@pytest.mark.parametrize(
    ("log_rate", "micro", "says"),
    [
        ([1.0, 2, 3, 4], [True, True, True, False], "enough creators of both arms"),
        ([1.0, 2, 3, 4], [True, True, True, True], "enough creators of both arms"),
        ([2.0, 2, 2, 2], [True, True, False, False], "same rate"),
        ([-np.inf, 2, 2, 1], [True, True, False, False], "missing or 0"),
    ],
)
def test_permutations_without_anything_to_permute_are_refused(log_rate, micro, says):
    with pytest.raises(NotEstimableError, match=says):
        permuted_p_value(
            np.array(log_rate),
            np.array(micro),
            ONE[:4],
            permutations=99,
            rng=np.random.default_rng(1),
        )


def finite_or_refused(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 14))
    values = rng.choice(
        [rng.normal(0, 1, n), rng.integers(0, 3, n) * 1.0, 3 + rng.normal(0, 1e-9, n)]
    )
    micro, stratum = rng.random(n) < 0.5, rng.integers(0, 3, n)
    person = rng.integers(0, n, n)
    for check in (
        lambda: superiority(values, micro, stratum, level=0.95),
        lambda: permuted_p_value(values, micro, stratum, person=person, permutations=19, rng=rng),
    ):
        try:
            found = check()
        except NotEstimableError:
            continue
        numbers = [found] if isinstance(found, float) else astuple(found)
        assert np.isfinite(numbers).all()
        assert 0 < numbers[-1] <= 1


def test_whatever_the_creators_the_answer_is_finite_or_a_refusal():
    for seed in range(150):
        finite_or_refused(seed)
