"""The calibration in small: 200 draws of three worlds, with bands four Monte-Carlo errors wide."""

import pandas as pd
import pytest

from tests.calibration import gates, measure, scenarios

pytestmark = pytest.mark.prove

REPETITIONS, FEWER, SEED = 200, 40, 7
WIDE = 4 * measure.monte_carlo_error(0.05, REPETITIONS)


@pytest.mark.parametrize(
    "world", ["S0 no difference, 30 + 30 creators", "S10 engagement up, orders down"]
)
def test_intervals_hold_the_truth(world):
    table = measure.coverage(scenarios.COVERAGE[world], REPETITIONS, SEED)
    assert len(table) == 4
    assert table["coverage"].between(0.95 - WIDE, 1).all()
    assert (table["sign errors"] < 0.01).all()
    equal = table[table["truth"] == 1]
    assert equal["rejects 1"].between(0, 0.05 + WIDE).all()


def test_what_the_field_does_fails():
    uneven = measure.naive(scenarios.UNEVEN, FEWER, SEED)
    few = measure.naive(scenarios.FEW_CLICKS, FEWER, SEED)
    mixed = measure.naive(scenarios.PLATFORM_MIX, FEWER, SEED)
    assert uneven["posts as independent, Welch"] > 0.25
    assert uneven["posts as independent, Mann-Whitney"] > 0.25
    assert uneven["quasi-binomial, Pearson scale"] > 0.25
    assert few["rates of log(orders + 0.5)"] > 0.5
    assert mixed["creators, everything in one pot"] > 0.9
    zeros = measure.coverage(scenarios.HIDDEN_AS_ZERO, FEWER, SEED)
    assert zeros.set_index("estimate").loc["engagement, typical", "rejects 1"] > 0.8


def test_platforms_apart_are_not_fooled_by_their_mix():
    table = measure.coverage(scenarios.PLATFORM_MIX, FEWER, SEED, by="platform")
    assert (table["truth"] == 1).all()
    assert (table["rejects 1"] <= 0.05 + WIDE).all()


def test_a_study_of_noise_is_decided_by_the_products_own_families():
    rates = measure.study_error(scenarios.STUDY, 3, SEED)
    assert len(rates) == 3


def test_the_gates_bite():
    row = {"estimate": "e", "truth": 1.0, "coverage": 0.95, "rejects 1": 0.05}
    row |= {"sign errors": 0.0, "equivalent": 0.0}
    table = pd.DataFrame([row])
    good = {
        "tables": {"S0": table},
        "baselines": pd.DataFrame({"w": {"naive": 0.5}}),
        "hidden": 0.9,
        "families": {"on the decision day": 0.05},
        "studies": {"either": 0.04},
        "shuffled": {"portfolio": 0.05, "quasi (must fail)": 0.7},
    }
    assert gates.misses(**good) == []
    bad = {
        "tables": {
            "S0": table.assign(**{"coverage": 0.92, "rejects 1": 0.08, "sign errors": 0.02})
        },
        "baselines": pd.DataFrame({"w": {"naive": 0.05}}),
        "hidden": 0.1,
        "families": {"on the decision day": 0.09},
        "studies": {"either": 0.06},
        "shuffled": {"portfolio": 0.10, "quasi (must fail)": 0.05},
    }
    counts = {"tables": 3, "baselines": 1, "hidden": 1, "families": 1, "studies": 1, "shuffled": 2}
    for name, count in counts.items():
        assert len(gates.misses(**{**good, name: bad[name]})) == count
