"""What all ways say together: sizes under no difference, and the statistics that must not be used.

The worlds are those of the measured note on other ways of counting: spreads .7 in a large arm and
1.2 in a small one, where the median ratio errs in about 16 of 100 datasets and the median t in 6;
and persons in four campaigns, where permuted rows err in about 30 of 100 and whole persons in 3.
"""

import numpy as np
import pytest

from analysis.evidence.robustness.counting.cell_sums import (
    Curve,
    Design,
    Outcomes,
    observed,
    permuted,
    whole_persons,
)
from analysis.evidence.robustness.counting.joint import carried, joint

TIERS = (((0, 1), (2, 3)), ((1,), (2, 3)))
DRAWS = 64


def ways(value, band, person, stratum, seed):
    strata = int(stratum.max()) + 1
    outcomes = Outcomes("log rates", value, np.ones_like(value), np.zeros(len(value), dtype=int))
    design = Design(stratum, band[None], (np.arange(strata),), TIERS)
    moves = whole_persons(person, stratum, DRAWS, np.random.default_rng(seed))
    return observed(outcomes, design), permuted(outcomes, design, moves)


def noisy(seed, micro, macro, spreads):
    rng = np.random.default_rng(seed)
    band = np.concatenate([rng.integers(0, 2, micro), rng.integers(2, 4, macro)])
    spread = np.where(band < 2, *spreads)
    common = rng.normal(size=len(band))
    value = np.stack([spread * (common + 0.5 * rng.normal(size=len(band))) for _ in range(4)])
    return value, band, np.arange(len(band)), np.zeros(len(band), dtype=int)


def p_by_median_ratio(found, by_chance):
    """The statistic that is not valid where arms differ in spread."""
    kept = np.isfinite(found.t)
    middle = abs(np.median(found.log_ratio[kept]))
    beyond = np.abs(np.median(by_chance.log_ratio[kept], axis=0)) >= middle
    return (1 + beyond.sum()) / (DRAWS + 1)


def test_the_median_t_keeps_its_promise_where_the_median_ratio_does_not():
    by_t, by_ratio = [], []
    for seed in range(200):
        found, by_chance = ways(*noisy(seed, 400, 40, (0.7, 1.2)), seed)
        kept = np.isfinite(found.t)
        by_t.append(joint(found, by_chance, kept, level=0.95).p_value <= 0.05)
        by_ratio.append(p_by_median_ratio(found, by_chance) <= 0.05)
    assert np.mean(by_t) <= 0.05 + 2 * 0.0154  # Monte-Carlo error of 200 datasets
    assert np.mean(by_ratio) > 0.10


def in_campaigns(seed):
    """No difference; 30 + 30 persons in four campaigns, whose rates go together."""
    rng = np.random.default_rng(seed)
    person = np.tile(np.arange(60), 4)
    own = rng.normal(size=60)
    value = np.stack([own[person] + 0.5 * rng.normal(size=240) for _ in range(4)])
    band = np.where(person < 30, 1, 2)
    return value, band, person, np.repeat(np.arange(4), 60)


def test_persons_are_permuted_whole_and_rows_would_err():
    whole, rows = [], []
    for seed in range(120):
        value, band, person, campaign = in_campaigns(seed)
        for unit, told in ((person, whole), (np.arange(240), rows)):
            found, by_chance = ways(value, band, unit, campaign, seed)
            result = joint(found, by_chance, np.isfinite(found.t), level=0.95)
            told.append(result.p_value <= 0.05)
    assert np.mean(whole) <= 0.08
    assert np.mean(rows) > 0.20


def test_a_true_difference_is_found_and_all_ways_are_on_its_side():
    value, band, person, stratum = noisy(1, 300, 300, (0.7, 0.7))
    found, by_chance = ways(value + np.log(1.5) * (band < 2), band, person, stratum, 1)
    result = joint(found, by_chance, np.isfinite(found.t), level=0.95)
    assert result.p_value == pytest.approx(1 / (DRAWS + 1))
    assert (result.same_side, result.against) == (1.0, 0.0)
    assert result.low <= result.median <= result.high


def test_shares_are_of_ways_by_hand():
    found = Curve(np.log([[[1.2, 1.4], [0.9, 1.6]]]), np.array([[[3.0, 1.0], [-3.0, 1.0]]]))
    by_chance = Curve(np.zeros((1, 2, 2, 19)), np.full((1, 2, 2, 19), 2.0))
    result = joint(found, by_chance, np.ones((1, 2, 2), dtype=bool), level=0.95)
    assert (result.same_side, result.decided, result.against) == (0.75, 0.25, 0.25)
    assert result.p_value == 1.0  # the median t of 1 is nothing beside 2
    assert (result.low, result.high) == pytest.approx((0.9, 1.6))


def test_a_choice_carries_the_spread_between_its_options():
    log_ratio = np.array([[[0.0, 0.0]], [[1.0, 1.0]]])
    kept = np.ones_like(log_ratio, dtype=bool)
    axes = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    assert carried(log_ratio, kept, axes) == [1.0, 0.0]
