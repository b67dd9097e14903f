"""Experiments: p-values by scipy, intervals that move with the data, words by evidence."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.decisions.lots import experiment
from analysis.decisions.lots.draw import draw_list, read_candidates
from analysis.decisions.lots.experiment import assigned_difference, list_means
from analysis.show.advice import assigned, drawn_from_lists
from analysis.store.pseudonyms import Erased
from analysis.study.errors import UsageError
from tests.decisions.test_draw import HEAD, TIERS, candidates

CAUSAL = re.compile(
    r"\b(brings?|adds?|incremental|raises?|because of|effect|lift|pays? back|gains?|drives?"
    r"|causes?|leads? to|proves?|boosts?|generates?|thanks to|results? in)\b",
    re.IGNORECASE,
)


def rng():
    return np.random.default_rng(7)


def units(outcome, arm, stratum="all", drawn="2026-01-02", began="2026-01-05"):
    return pd.DataFrame(
        {"outcome": outcome, "arm": arm, "stratum": stratum, "drawn_at": drawn, "began_on": began}
    )


def test_the_p_value_is_that_of_all_arrangements():
    """scipy.stats.permutation_test over all 12,870 ways; ours are 1,999 of them, se .005."""
    a, b = [12.0, 15, 9, 20, 18, 16, 14, 21], [10.0, 9, 13, 8, 17, 11, 7, 12]
    exact = stats.permutation_test((a, b), lambda x, y: np.mean(x) - np.mean(y), n_resamples=1e5)
    found = assigned_difference(
        units(a + b, ["code"] * 8 + ["none"] * 8), arms=("code", "none"), rng=rng()
    )
    assert found.difference == pytest.approx(np.mean(a) - np.mean(b))
    assert found.p_value == pytest.approx(exact.pvalue, abs=0.012)
    assert found.units == (8, 8)


def test_strata_are_compared_inside():
    """Differences 2 of 2 + 2 units and 8 of 1 + 3: weights 1 and .75, so (2 + 6) / 1.75."""
    rows = units(
        [5.0, 7, 3, 5, 108, 100, 99, 101],
        ["x", "x", "y", "y", "x", "y", "y", "y"],
        ["s"] * 4 + ["t"] * 4,
    )
    found = assigned_difference(rows, arms=("x", "y"), rng=rng())
    assert found.difference == pytest.approx((2 + 0.75 * 8) / 1.75)


def test_the_interval_moves_with_a_constant_difference_and_excludes_what_is_rejected():
    random = rng()
    arm = random.permutation(["a"] * 20 + ["b"] * 20)
    outcome = random.normal(50, 10, 40)
    stratum = np.repeat(list("wxyz"), 10)
    first = assigned_difference(units(outcome, arm, stratum), arms=("a", "b"), rng=rng())
    moved = assigned_difference(
        units(outcome + 5 * (arm == "a"), arm, stratum), arms=("a", "b"), rng=rng()
    )
    assert moved.low == pytest.approx(first.low + 5, abs=0.3)
    assert moved.high == pytest.approx(first.high + 5, abs=0.3)
    assert first.low < first.difference < first.high
    assert (first.p_value < 0.05) == (not first.low <= 0 <= first.high)


def test_of_worlds_without_a_difference_few_are_rejected():
    """.035 to .065 of 3,000 worlds with outcomes as skewed as orders are, in strata of six."""
    random = rng()
    strata = np.repeat(np.arange(6), 6)
    first = np.tile([1.0, 1, 1, 0, 0, 0], 6)
    arranged = np.vstack([first, experiment._arrangements(first, strata, random)])
    outcome = random.poisson(8 * np.exp(random.standard_normal((36, 3_000))))
    sizes = np.abs(experiment._contrast(arranged, strata) @ outcome)
    p_values = (sizes >= sizes[0] - 1e-9).mean(axis=0)
    assert 0.035 <= (p_values < 0.05).mean() <= 0.065


def test_too_few_units_and_lots_outside_strata_are_refused():
    with pytest.raises(UsageError, match="too few"):
        assigned_difference(units([1.0, 2], ["a", "b"]), arms=("a", "b"), rng=rng())
    apart = units([1.0, 2, 3, 4], ["a", "a", "b", "b"], ["s", "s", "t", "t"])
    with pytest.raises(UsageError, match="no stratum has both"):
        assigned_difference(apart, arms=("a", "b"), rng=rng())


def test_only_a_lot_drawn_before_the_outcomes_is_an_experiment():
    rows = units([9.0, 8, 7, 1, 2, 3], ["code"] * 3 + ["none"] * 3)
    found = assigned_difference(rows, arms=("code", "none"), rng=rng())
    assert found.evidence == "experiment"
    assert "code brings +6.0 orders per booking" in assigned(
        found, outcome="orders", unit="booking"
    )
    late = assigned_difference(rows.assign(drawn_at="2026-01-05"), arms=("code", "none"), rng=rng())
    assert late.evidence == "adjusted"
    assert not CAUSAL.search(assigned(late, outcome="orders", unit="booking"))


def test_a_draw_from_lists_says_nothing_causal_about_tiers(tmp_path):
    path = tmp_path / "candidates.csv"
    path.write_text(HEAD + candidates(), encoding="utf-8")
    listed, digest = read_candidates(path, Erased())
    drawn = draw_list(listed, TIERS, (10, 10), seed=1, digest=digest).rows
    booked = drawn[drawn["role"] == "book"]
    outcome = pd.Series(np.arange(len(booked), dtype=float), index=booked.index)
    said = drawn_from_lists(list_means(drawn, outcome), outcome="orders")
    assert not CAUSAL.search(said)
    assert said.count("drawn at random from your list") == 2
    assert said.endswith("Nobody was assigned a tier: why the lists differ is not known from this.")


def test_a_list_mean_is_weighted_by_strata_and_is_exact_when_all_are_drawn():
    """4 of 8 with mean 10 and 2 of 4 with mean 40: (8 x 10 + 4 x 40) / 12 = 20."""
    drawn = pd.DataFrame(
        {
            "tier": "1K-100K",
            "stratum": ["a"] * 8 + ["b"] * 4,
            "role": ["book"] * 4 + ["reserve"] * 4 + ["book"] * 2 + ["reserve"] * 2,
        }
    )
    outcome = pd.Series([8.0, 12, 9, 11, 38, 42], index=[0, 1, 2, 3, 8, 9])
    [found] = list_means(drawn, outcome)
    assert found.mean == pytest.approx(20)
    error = np.sqrt((8 / 12) ** 2 * 0.5 * (10 / 3) / 4 + (4 / 12) ** 2 * 0.5 * 8 / 2)
    assert found.high - 20 == pytest.approx(error * stats.t.ppf(0.975, 4))
    [whole] = list_means(drawn.assign(role="book"), pd.Series(range(12), dtype=float))
    assert whole.low == whole.high == pytest.approx(5.5)
