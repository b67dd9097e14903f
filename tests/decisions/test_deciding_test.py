"""The price of a test, by hand, and the value of knowing by simulation."""

import numpy as np
import pandas as pd
import pytest

from analysis.decisions import split
from analysis.decisions.deciding_test import _worth, price_of_a_test
from analysis.decisions.model.returns import Returns


def bookings(relative_variance):
    """Two tiers whose bookings bring 10 on average, with a given relative variance."""
    swing = 10 * np.sqrt(relative_variance * 199 / 200)  # the sample variance divides by 199
    outcome = np.tile([10 - swing, 10 + swing], 100)
    tiers = [(True, 350.0), (False, 1_436.0)]
    return pd.concat(
        pd.DataFrame({"micro": micro, "cost": cost, "outcome": outcome}) for micro, cost in tiers
    )


def returns(micro, macro, spread=0.0, draws=4_000):
    arms = pd.DataFrame({"platform": ["a", "a"], "micro": [True, False], "spend": 1_000.0})
    arms = arms.assign(outcome=1, bookings=1)
    noise = np.exp(spread * np.random.default_rng(1).standard_normal((draws, 2)))
    drawn = np.array([micro, macro]) * noise
    return Returns(arms, drawn, drawn)


@pytest.mark.parametrize(
    ("ratio", "micro", "macro"),
    [(1.25, 1_082, 534), (1.5, 328, 162), (2.0, 113, 56), (3.0, 45, 23)],
)
def test_bookings_by_hand(study, ratio, micro, macro):
    """v = 2.27 at 350 and 1,436 a booking: n_a = sqrt(v/c_a) (sqrt(v c_1) + sqrt(v c_2)) / V.

    V = (ln ratio / 2.8016)^2; 2.27 (1 + sqrt(1436/350)) / V = 2.27 x 3.0256 / .02095 = 328 for 1.5.
    """
    found = price_of_a_test(bookings(2.27), returns(0.02, 0.02), study, ratio=ratio)
    assert found.micro == pytest.approx(micro, rel=0.01)
    assert found.macro == pytest.approx(macro, rel=0.02)
    assert found.money == 350 * found.micro + 1_436 * found.macro


def test_the_price_is_what_the_dearer_tier_forgoes(study):
    found = price_of_a_test(bookings(2.27), returns(0.02, 0.03), study)
    assert found.price == pytest.approx(found.money / 3)


def test_what_is_known_already_is_worth_nothing_to_test(study):
    sure = price_of_a_test(bookings(2.27), returns(0.02, 0.03, spread=0.01), study)
    unsure = price_of_a_test(bookings(2.27), returns(0.02, 0.021, spread=0.3), study)
    assert sure.worth == pytest.approx(0, abs=1e-6)
    assert 0 < unsure.worth < unsure.worth_of_certainty


@pytest.mark.parametrize(("mean", "sd", "error"), [(0.2, 1.0, 0.7), (-0.5, 0.8, 0.3)])
def test_the_value_of_a_sample_by_simulation(mean, sd, error):
    """Learn from a noisy look, move only where the look says so: the gain over the better guess."""
    random = np.random.default_rng(3)
    truth = mean + sd * random.standard_normal(400_000)
    seen = truth + error * random.standard_normal(400_000)
    expected = (mean / sd**2 + seen / error**2) / (1 / sd**2 + 1 / error**2)
    gained = np.where(expected > 0, truth, 0).mean() - max(mean, 0)
    certain = np.maximum(truth, 0).mean() - max(mean, 0)
    sample, perfect = _worth(mean, sd, error)
    assert sample == pytest.approx(gained, abs=0.004)
    assert perfect == pytest.approx(certain, abs=0.004)


def test_certainty_is_worth_what_the_split_gains_by_it_draw_by_draw(study, monkeypatch):
    """Proportional returns, so each draw's best is all that may move in the better tier."""
    monkeypatch.setattr(split, "_FEW", 4_000)
    plain = study.decisions.model_copy(update={"diminishing": (1.0, 1.0)})
    declared = study.model_copy(update={"decisions": plain})
    drawn = returns(0.030, 0.031, spread=0.1)
    told = price_of_a_test(bookings(2.27), drawn, declared, budget=6_000).worth_of_certainty
    found = split.split_budget(drawn, plain, budget=6_000, rng=np.random.default_rng(2))
    campaigns, better = plain.campaigns_ahead, drawn.draws.mean(axis=0).max()
    by_draws = found.value_of_knowing * found.now * campaigns / better
    assert told == pytest.approx(by_draws, rel=0.05)
