"""A budget over arms: the best split by hand, its bounds, and the mistakes that cost most."""

import numpy as np
import pandas as pd
import pytest

from analysis.decisions.model.counts_model import fit_counts, lay_out
from analysis.decisions.model.modelled_returns import modelled_returns
from analysis.decisions.model.returns import Returns, _error, arm_returns
from analysis.decisions.rule import Findings, decided
from analysis.decisions.split import median_gain, split_budget
from analysis.study.registration import Decisions

WIDE = Decisions(bounds=(0.01, 50), diminishing=(0.8, 0.8), campaigns_ahead=4, detectable_ratio=1.5)
USUAL = Decisions(bounds=(0.5, 3), diminishing=(0.6, 1), campaigns_ahead=4, detectable_ratio=1.5)


def rng():
    return np.random.default_rng(5)


def returns(*means, spend=(100.0, 200.0, 300.0), spread=0.0, draws=400):
    arms = pd.DataFrame(
        {
            "platform": ["a", "a", "b"],
            "micro": [True, False, False],
            "spend": spend,
            "outcome": np.array(spend) * means,
            "bookings": [10.0, 5.0, 5.0],
        }
    )
    noise = np.exp(spread * rng().standard_normal((draws, 3)))
    drawn = np.array(means) * noise / noise.mean(axis=0)
    return Returns(arms, drawn, drawn)


def test_marginal_returns_are_equal_where_no_bound_binds():
    """R s0^(1-eta) eta s^(eta-1) is one number for all arms, so s goes as s0 R^(1/(1-eta))."""
    means = np.array([0.03, 0.02, 0.025])
    found = split_budget(returns(*means), WIDE, budget=None, rng=rng())
    weight = np.array([100, 200, 300]) * means**5
    assert found.arms["spend_then"].to_numpy() == pytest.approx(
        600 * weight / weight.sum(), abs=6
    ), "to a step of a hundredth of 600"
    assert found.arms["spend_now"].tolist() == [100, 200, 300]


def test_no_arm_leaves_its_bounds_and_the_budget_is_spent():
    found = split_budget(returns(0.9, 0.001, 0.001), USUAL, budget=None, rng=rng()).arms
    assert found["spend_then"].sum() == pytest.approx(600)
    assert (found["spend_then"] >= [50, 100, 150]).all()
    assert (found["spend_then"] <= [300, 600, 900]).all()
    assert found["spend_then"][0] == pytest.approx(300, abs=3)


def test_alike_arms_gain_nothing_and_every_share_is_nearly_as_good():
    found = split_budget(returns(0.02, 0.02, 0.02), WIDE, budget=None, rng=rng())
    assert found.gain == pytest.approx((0, 0, 0), abs=1e-4)
    assert found.nearly[0] < found.share_now < found.nearly[1]
    assert found.share_now == pytest.approx(1 / 6)


def test_a_budget_scales_todays_mix():
    found = split_budget(returns(0.02, 0.02, 0.02), USUAL, budget=1_200, rng=rng())
    assert found.arms["spend_now"].tolist() == [200, 400, 600]
    assert found.budget == 1_200


def test_gain_is_measured_draw_by_draw_and_knowing_more_is_never_worth_less_than_nothing():
    drawn = returns(0.03, 0.02, 0.025, spread=0.3)
    found = split_budget(drawn, USUAL, budget=None, rng=rng())
    assert found.gain[0] < found.gain[1] < found.gain[2]
    assert 0 < found.helps < 1
    assert found.loss_if_wrong > 0
    assert found.value_of_knowing > 0
    assert found.at_ends[0] < found.at_ends[1]
    assert median_gain(found, drawn, USUAL, rng=rng()) == pytest.approx(found.gain[1], abs=0.02)


def test_the_demos_planted_truth_keeps_its_split():
    """Known without error, micro's planted 1.319766 times the cost per order is worth under 5 %.

    All six arms at .5 of their spend at least: half of micro's money, 14 % of all, moves; in
    proportion it adds .1426 x (1 - 1 / 1.319766) / (.7148 + .2852 / 1.319766) = 3.7 %.
    """
    spend = np.array([245.36, 98.43, 245.18, 97.24, 244.90, 97.71])
    micro = np.array([False, True] * 3)
    arms = pd.DataFrame(
        {"platform": list("aabbcc"), "micro": micro, "spend": spend, "outcome": 1, "bookings": 10}
    )
    drawn = np.tile(np.where(micro, 1 / 1.319766, 1.0), (2_000, 1))
    found = split_budget(Returns(arms, drawn, drawn), USUAL, budget=None, rng=rng())
    assert found.at_ends[1] == pytest.approx(0.037, abs=0.001)
    assert found.helps == 1
    sure = Findings(
        refused=False,
        gain=found.gain,
        gain_once=found.gain_once,
        helps=found.helps,
        agrees=True,
        without_largest=found.gain[1],
        campaigns=4,
    )
    assert decided(sure) == ("KEEP", "")


def bookings(seed, persons=60, micro_return=0.02, luck=0.8):
    """Two campaigns of bookings on two platforms, whose returns are known."""
    random = np.random.default_rng(seed)
    n = persons * 2
    micro = np.arange(n) % 2 == 0
    cost = np.where(micro, 300, 1_500) * np.exp(0.3 * random.standard_normal(n))
    mean = cost * np.where(micro, micro_return, 0.02)
    brought = random.poisson(mean * np.exp(luck * random.standard_normal(n) - luck**2 / 2))
    return pd.DataFrame(
        {
            "platform": np.where(np.arange(n) % 4 < 2, "a", "b"),
            "micro": micro,
            "person": np.arange(n) % persons,
            "campaign": np.where(np.arange(n) < persons, "one", "two"),
            "cost": cost,
            "outcome": brought.astype(float),
        }
    )


def test_an_arm_known_least_does_not_look_best():
    """Four arms of the same bookings return 40 / 1,000 on average over draws, and not more.

    Uncentred, the mean of a log-normal with spread s would be exp(s^2 / 2) times that.
    """
    arm = {"cost": [100.0, 200, 300, 400], "outcome": [20.0, 2, 14, 4]}
    rows = pd.concat(
        pd.DataFrame({**arm, "platform": platform, "micro": micro, "campaign": "one"})
        for platform in "ab"
        for micro in (True, False)
    )
    drawn = arm_returns(rows.assign(person=range(16)), draws=2_000, rng=rng()).draws
    assert np.log(drawn).std(axis=0).min() > 0.2
    assert drawn.mean(axis=0) == pytest.approx([0.04] * 4, rel=1e-9)


def test_a_price_is_as_uncertain_as_what_it_bought():
    """Two persons brought 10 each for 100 and 300: pulls .5 - .25 and .5 - .75, so .125 x 2 / 1."""
    rows = pd.DataFrame({"person": [1, 2], "cost": [100.0, 300], "outcome": [10.0, 10]})
    assert _error(rows) == pytest.approx(0.25, abs=1e-6)


def test_prices_are_as_uncertain_in_the_model_as_in_the_closed_form():
    """20 persons each whose prices differ fivefold for one outcome: whom one books decides much."""
    random = np.random.default_rng(8)
    person = np.arange(240) % 40
    rows = pd.DataFrame(
        {
            "platform": "a",
            "micro": person % 2 == 0,
            "person": person,
            "campaign": np.where(np.arange(240) < 120, "one", "two"),
            "followers": 20_000.0,
            "cost": 100 * np.exp(0.8 * random.standard_normal(40))[person],
            "outcome": random.poisson(50, 240).astype(float),
        }
    )
    posterior = fit_counts(lay_out(rows), random, spreads_drawn=25)
    first, second = np.log(modelled_returns(posterior, rows, random).draws).T
    errors = sum(_error(arm) for _, arm in rows.groupby("micro"))
    assert (first - second).std() > 0.8 * np.sqrt(errors)


def test_arms_are_pulled_to_their_tier_and_platform():
    rows = bookings(2)
    raw = rows.groupby(["platform", "micro"])[["outcome", "cost"]].sum()
    raw = np.log(raw["outcome"] / raw["cost"]).to_numpy()
    pulled = np.log(arm_returns(rows, draws=4_000, rng=rng()).draws.mean(axis=0))
    assert np.ptp(pulled) < np.ptp(raw)


def test_knowing_is_worth_what_another_split_adds_in_each_draw():
    """Draws of returns in which one of two arms brings three times the other's.

    Bounds .5 and 3 of 100 each, powers 1: all 100 that may move go to the better arm, 150 x 3 + 50
    = 500 in every draw; without knowing, both bring 100 x 4 = 400 on average whatever is done.
    """
    arms = pd.DataFrame(
        {
            "platform": ["a", "a"],
            "micro": [True, False],
            "spend": 100.0,
            "outcome": 1,
            "bookings": 1,
        }
    )
    drawn = np.tile([[3.0, 1.0], [1.0, 3.0]], (200, 1))
    plain = USUAL.model_copy(update={"diminishing": (1.0, 1.0)})
    found = split_budget(Returns(arms, drawn, drawn), plain, budget=None, rng=rng())
    assert found.value_of_knowing == pytest.approx(100 / 400)
