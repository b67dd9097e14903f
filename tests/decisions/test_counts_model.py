"""The count model: its mode by a second optimiser, and worlds whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize

from analysis.decisions.creators import prospects
from analysis.decisions.model import counts_model
from analysis.decisions.model.counts_model import fit_counts, lay_out, rates
from tests.decisions.booking_worlds import booking_world


def fitted(world, seed=1):
    return fit_counts(lay_out(world.rows), np.random.default_rng(seed))


def test_newton_finds_the_mode_that_a_plain_optimiser_finds():
    """L-BFGS on the log posterior as scipy writes its parts: nbinom and normal densities."""
    counts = lay_out(booking_world(1, persons=12, campaigns=2).rows)
    spreads = np.array([0.5, 0.8, 0.2, 0.3, 0.15])
    width, persons = counts.design.shape[1], len(counts.persons)
    shape = 1 / spreads[1] ** 2
    sd = np.where(counts.block < 0, 0.35, spreads[counts.block])
    sd[[0, 4]] = 5.0, 0.3

    def below(at):
        b, u = at[:width], at[width:]
        mean = np.exp(counts.design @ b + counts.offset + u[counts.person])
        found = stats.nbinom.logpmf(counts.outcome, shape, shape / (shape + mean)).sum()
        return -(found + stats.norm.logpdf(b, 0, sd).sum() + stats.norm.logpdf(u, 0, 0.5).sum())

    oracle = minimize(below, np.zeros(width + persons), method="L-BFGS-B", tol=1e-12).x
    found = counts_model._mode(counts, spreads, np.zeros(width), np.zeros(persons))
    assert np.r_[found.coefficients, found.own] == pytest.approx(oracle, abs=2e-3)


def test_a_person_of_many_bookings_is_known_and_a_new_one_is_not():
    """40 bookings of one person at twice the others' outcome; a stranger is like the middle."""
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "person": np.repeat(np.arange(30), 40),
            "platform": "tiktok",
            "micro": True,
            "followers": 20_000.0,
            "campaign": np.tile(["one", "two"], 600),
            "outcome": random.poisson(np.where(np.repeat(np.arange(30), 40) == 0, 60, 30)),
        }
    )
    posterior = fit_counts(lay_out(rows), random)
    asked = rows.iloc[[0, 41]].assign(person=[0, 99])
    drawn = rates(posterior, asked, random)
    assert np.median(drawn[:, 0]) == pytest.approx(60, rel=0.15)
    assert np.log(drawn[:, 0]).std() < np.log(drawn[:, 1]).std()
    assert np.median(drawn[:, 1]) == pytest.approx(30, rel=0.2)


def test_the_same_bookings_and_seed_give_the_same_draws():
    world = booking_world(5, persons=20)
    assert (fitted(world).own == fitted(world).own).all()


@pytest.fixture(scope="module")
def listed():
    """What was said, and the truth, of 24 worlds of 150 persons with repeats and much luck."""
    found = []
    for seed in range(24):
        world = booking_world(seed)
        posterior = fitted(world, seed)
        random = np.random.default_rng(seed)
        drawn = rates(posterior, posterior.counts.persons, random)
        said = prospects(posterior, world.rows, target=None, rng=random)
        truth = world.people.set_index("person")["rate"]
        found.append((world, drawn, said, truth[posterior.counts.persons["person"]].to_numpy()))
    return found


def test_the_ten_best_bring_what_is_said_where_raw_means_promise_twice_as_much(listed):
    """Said over true in [.93, 1.10]; raw means above 1.5."""
    said, raw = [], []
    for world, drawn, _, truth in listed:
        middle = np.median(drawn, axis=0)
        best = np.argsort(middle)[-10:]
        said.append(middle[best].sum() / truth[best].sum())
        means = world.rows.groupby("person")["outcome"].mean().to_numpy()
        first = np.argsort(means)[-10:]
        raw.append(means[first].sum() / truth[first].sum())
    assert 0.93 <= np.mean(said) <= 1.10
    assert np.mean(raw) > 1.5


def test_intervals_of_the_next_booking_hold_its_rate(listed):
    held = [
        ((np.quantile(drawn, 0.05, axis=0) < truth) & (truth < np.quantile(drawn, 0.95, axis=0)))
        for _, drawn, _, truth in listed
    ]
    assert 0.87 <= np.mean(np.concatenate(held)) <= 0.94


def test_the_order_is_nearer_to_the_truth_than_raw_means(listed):
    found = [
        (
            stats.spearmanr(np.median(drawn, axis=0), truth).statistic,
            stats.spearmanr(world.rows.groupby("person")["outcome"].mean(), truth).statistic,
        )
        for world, drawn, _, truth in listed
    ]
    assert np.mean([model for model, _ in found]) > np.mean([raw for _, raw in found]) + 0.05


def test_those_said_to_beat_the_target_do(listed):
    """Chance said and share that came true: within .06 of the rebooked, .10 of the dropped.

    The low class is said too low by .06 where luck is 1.0, in the research's own runs as well
    (.07 said, .13 true): few of those dropped would have been worth a booking, more than is said.
    """
    people = pd.concat(
        said.people.merge(world.people[["person", "rate"]].assign(target=said.target), on="person")
        for world, _, said, _ in listed
    )
    people["true"] = people["rate"] * people["target"] > people["cost"]
    for name, apart in (("rebook", 0.06), ("drop", 0.10)):
        one = people[people["class"] == name]
        assert len(one) > 50
        assert one["beats"].mean() == pytest.approx(one["true"].mean(), abs=apart)
