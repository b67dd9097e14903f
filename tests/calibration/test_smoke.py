"""The calibration in small: 200 draws of three worlds, with bands four Monte-Carlo errors wide."""

import numpy as np
import pandas as pd
import pytest

from tests.calibration import before, gates, measure, page, people, robust, scenarios, through, ways

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


def test_intervals_of_topics_audiences_and_mentions_hold_the_truth():
    tables = [measure.heard(world, FEWER, SEED) for world in scenarios.HEARD.values()]
    equal, apart = (table.set_index("estimate") for table in tables)
    assert len(equal) == len(apart) == 3
    assert (equal["truth"] == 1).all()
    assert apart["truth"].to_list() == pytest.approx([1.25] * 3, abs=5e-4)
    for table in (equal, apart):
        assert (table["coverage"] >= 0.95 - WIDE * np.sqrt(REPETITIONS / FEWER)).all()
    assert (apart["sign errors"] < 0.01).all()


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


def test_a_study_of_noise_goes_through_the_first_screen():
    rates = through.noise(scenarios.STUDY, 2, SEED)
    assert len(rates) == 6
    assert rates["a headline cell, either decision day"] <= 0.5


def test_a_world_goes_through_the_gates():
    """Two of these are shown in 99 and 100 % of tries, and 90 % of sellers missing in none."""
    even = through.gated(scenarios.RATES["100 + 100, sd .6"], 20, SEED, metric="orders_per_click")
    assert even["typical"]["shown"] == 1
    assert even["typical"]["coverage"] >= 0.8
    assert 0.9 < even["typical"]["width"] / even["typical"]["before"] < 1.3
    nobody = scenarios.RATES["90 % never sell, 400 + 25"]
    found = through.gated(nobody, 5, SEED, metric="orders_per_click")
    assert found["typical"] == {"shown": 0.0, "missed": 0.0}


def test_at_the_margin_and_at_one_families_differ():
    at_one = through.equivalents(scenarios.ALIKE["ratio 1, standard error near .05"], 3, SEED)
    margin = through.equivalents(scenarios.ALIKE["ratio 1.25, standard error near .05"], 3, SEED)
    assert at_one["of niches"] > 0.5 > margin["of niches"]


def test_holm_s_steps_by_hand():
    """Of .01, .04, .03 and .02 in three and one more: .04, .06, .06 and .06 at 5 %."""
    p_values = np.array([0.01, 0.04, 0.03, 0.02])
    assert before.holm_decides(p_values, 0.05).tolist() == [True, False, False, False]
    assert before.holm_decides(p_values, 0.06).tolist() == [True, True, True, True]


def test_gates_bite_beyond_two_errors():
    """At 1,000 tries one error of 93.5 % is .78 points, of 6.5 % likewise, of 5 % .69 points."""
    world = {"shown": 1.0, "coverage": 0.918, "missed": 0.082}
    assert len(gates.hard_misses("g", {"w": {"typical": world}}, 1000)) == 2
    assert gates.hard_misses("g", {gates.NAMED_EXCEPTION: {"typical": world}}, 1000) == []
    good = {"shown": 1.0, "coverage": 0.922, "missed": 0.078}
    assert gates.hard_misses("g", {"w": {"typical": good}}, 1000) == []
    row = {"estimate": "e", "truth": 1.0, "coverage": 0.91, "rejects 1": 0.09, "equivalent": 0.0}
    table = pd.DataFrame([row | {"sign errors": 0.5}])
    assert len(gates.world_misses({"S0": table}, 1000)) == 2
    assert len(gates.world_misses({"S1": table.assign(truth=1.4)}, 1000)) == 2
    assert len(gates.field_misses(pd.DataFrame({"w": {"naive": 0.05}}), 0.1)) == 2
    assert gates.noise_misses({"a sentence": 0.063}, 0.05, 1000) == []
    assert len(gates.noise_misses({"a sentence": 0.065, "any coloured cell": 0.1}, 0.07, 1000)) == 2
    step = {"step, a, 560": {"found": 0.109}, "step, b, 560": {"found": 0.107, "jumps": 0.063}}
    assert len(gates.robust_misses(step, 1000)) == 1
    power = {"power, true step 1.25, 23,000 creators": {"found": 0.98}}
    assert len(gates.robust_misses(power, 1000)) == 1
    ways_of = {"ways, 1.3 everywhere, 1,500 creators": {"decided": 0.9, "HOLDS": 0.8}}
    assert len(gates.robust_misses(ways_of, 1000)) == 1
    noise_of = {"decided": 0.05, "HOLDS": 0.8}
    noise = {"ways, no difference, 1,500 creators": noise_of}
    assert len(gates.robust_misses(noise, 1000)) == 1
    people_of = {"ways, nothing of real people, 400 creators": {**noise_of, "uniform": 0.001}}
    assert len(gates.robust_misses(people_of, 1000)) == 2
    far = {"ratio 1.25": {"families with any": 0.07}, "ratio 1": {"families with any": 0.9}}
    assert len(gates.alike_misses(far, 1000)) == 1
    assert len(gates.shop_misses({"portfolio": 0.1, "quasi (must fail)": 0.05}, 1000)) == 2


def test_no_rule_keeps_nine_true_answers_of_ten_where_every_second_is_decided():
    """A rule that takes the half of noise below 2.24 keeps 1 - Phi(2.241 - 1.960) = .389 of .5."""
    assert gates.most_that_could_hold(0.5) == pytest.approx(0.3894 / 0.5, abs=1e-3)
    rng = np.random.default_rng(SEED)
    noise = np.abs(rng.standard_normal(400_000))
    true = 1.96 + 1.2816 + rng.standard_normal(400_000)
    half = np.median(noise[noise > 1.96])
    kept = (true > half).sum() / (true > 1.96).sum()
    assert gates.most_that_could_hold(0.9) == pytest.approx(kept, abs=0.005)


def test_a_threefold_lead_of_real_people_is_decided_and_holds(real_data):
    assert people.permuted_people(str(real_data), 3.0, 400, 3, SEED) == {
        "decided": 1.0,
        "HOLDS": 1.0,
        "p of all ways": 1.0,
    }


def test_doubts_are_measured_and_told():
    found = {
        name: function(*given)
        for name, (function, given) in (robust.jobs(2, SEED) | ways.jobs(2, SEED)).items()
    }
    text = page.robust_section(found, 2)
    assert all(f"| {name.split(', ', 1)[1]} |" in text for name in found)


def test_what_was_not_run_again_stands_as_it_was_told():
    draws = {"tries": 2, "long": 2, "demos": 4, "advised": 2, "seed": SEED}
    alike = {"ratio 1.25": {"standard error": 0.05, "families with any": 1.0, "of niches": 1.0}}
    nothing = {part: {} for part in (*scenarios.HARD, "worlds", "field", "noise", "families")}
    nothing |= {part: {} for part in ("alike", "power", "shop", "robust", "decide")}
    first, missed = page.written(
        nothing | {"alike": alike}, "", left={"families": ["family"]}, **draws
    )
    assert [miss.split(":")[0] for miss in missed] == ["alike"]
    shop = {"shop": {"orders per click": 0.9}}
    second, both = page.written(
        nothing | {"shop": shop}, first, left={"families": ["family"]}, **draws
    )
    assert [miss.split(":")[0] for miss in both] == ["shop", "alike"]
    assert "| ratio 1.25 | 0.050 | 100.0% | 100.0% |" in second
    assert "Not run again" in second
    assert "alike" in second.split("Not run again")[1].split("\n")[0]
    third, again = page.written(nothing | {"shop": shop}, second, left={}, **draws)
    assert (third.count("## Equivalent"), again) == (1, both)
