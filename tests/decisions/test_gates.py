"""The gates of advice in small, through the functions that `make calibrate` runs 200 times."""

import numpy as np
import pytest

from tests.calibration import advice_page, decide

SMALL = {"persons": 40, "campaigns": 2, "repeats": 1.5, "luck": 0.4}
TRIES = 8
GOOD = {
    "creators, 150 creators": {
        "said / true": 1.0, "raw / true": 1.8, "error": 0.01, "90 % holds": 0.9, "rank": 0.8,
        "rank, raw": 0.6, "regret true": 0.1, "regret raw": 0.2, "rebook said": 0.9,
        "rebook true": 0.92,
    },
    "split, 150 creators, 6 campaigns": {
        "regret": 0.02, "regret, keep": 0.1, "regret, by return": 0.03, "regret, all in": 0.2,
        "sure": 100.0, "sure came true": 0.95, "apart, middle": 0.01, "shift": 0.5,
    },
    "split, arms alike, 40 creators": {"shift": 0.05, "apart, middle": 0.01},
    "forecast, 6 seen, campaign sd .35": {"80 % holds": 0.82, "counting alone holds": 0.1},
    "forecast, 6 seen, campaign sd .05": {"80 % holds": 0.97, "counting alone holds": 0.1},
    "next, micro, 30 bookings": {"holds": 0.95, "plain": 0.6},
    "lot, strata, nothing differs": {"rejected": 0.05},
    "lot, weeks, twice as much": {"rejected": 0.8},
    "planner, ratio 2": {"found": 0.8},
}  # fmt: skip
BAD = [
    ("creators, 150 creators", "said / true", 1.2),
    ("creators, 150 creators", "90 % holds", 0.7),
    ("creators, 150 creators", "rank, raw", 0.9),
    ("creators, 150 creators", "regret raw", 0.05),
    ("creators, 150 creators", "rebook true", 0.8),
    ("split, 150 creators, 6 campaigns", "regret", 0.06),
    ("split, 150 creators, 6 campaigns", "regret, by return", 0.01),
    ("split, 150 creators, 6 campaigns", "regret, all in", 0.05),
    ("split, 150 creators, 6 campaigns", "sure came true", 0.7),
    ("split, 150 creators, 6 campaigns", "sure", 19.0),
    ("split, 150 creators, 6 campaigns", "apart, middle", 0.04),
    ("split, arms alike, 40 creators", "shift", 0.085),
    ("forecast, 6 seen, campaign sd .35", "80 % holds", 0.97),
    ("forecast, 6 seen, campaign sd .05", "80 % holds", 0.6),
    ("forecast, 6 seen, campaign sd .05", "counting alone holds", 0.8),
    ("next, micro, 30 bookings", "holds", 0.8),
    ("next, micro, 30 bookings", "plain", 0.95),
    ("lot, strata, nothing differs", "rejected", 0.1),
    ("planner, ratio 2", "found", 0.6),
]


def test_what_holds_misses_no_gate():
    assert advice_page.misses(GOOD, 200) == []


@pytest.mark.parametrize(("job", "figure", "value"), BAD, ids=str)
def test_every_gate_bites(job, figure, value):
    missed = advice_page.misses({**GOOD, job: GOOD[job] | {figure: value}}, 200)
    assert len(missed) == 1
    assert missed[0].startswith(job)


@pytest.mark.prove
def test_the_split_regrets_less_than_keeping_and_ranking():
    found = decide.splits({**SMALL, "persons": 150}, TRIES, 3)
    assert found["regret"] <= 0.05
    assert found["regret"] < min(found["regret, keep"], found["regret, by return"])
    assert found["apart, middle"] <= 0.03


@pytest.mark.prove
def test_where_arms_are_alike_few_worlds_move_money():
    """Catches a rule that moves money in every second world, and no less.

    The gate is 8 % of 200 worlds, and `make calibrate` holds it. The share of eight worlds has a
    Monte-Carlo error of 10 points at 8 %: 4 of them would shift once in 450 such tests, 1 or more
    in every second.
    """
    assert decide.equal_splits(SMALL, TRIES, 3)["shift"] < 4 / TRIES


def test_what_is_harder_than_the_gates_is_told_and_not_gated():
    """1.116 times the truth is 12 % too high, and would miss the gate of 1.08."""
    of = dict.fromkeys(advice_page.TABLES["creators"], np.nan) | GOOD["creators, 150 creators"]
    found = {f"creators, {decide.HARDER}": of | {"said / true": 1.116, "raw / true": 3.04}}
    assert advice_page.misses(found, 400) == []
    text = advice_page.section(found, 400)
    assert "ten best are said 12% too high, and by raw means 3 times the truth." in text
    assert f"creators, {decide.HARDER}" in decide.jobs(400, 1)


def test_the_money_is_shared_by_return_inside_the_bounds():
    assert decide.by_return(np.array([1.0, 3, 2]), np.array([100.0, 100, 100])).tolist() == [
        50.0,
        200.0,
        50.0,
    ]


@pytest.mark.prove
def test_every_job_is_told():
    jobs = {name: of for name, of in decide.jobs(2, 3).items() if "150 creators, 6" not in name}
    found = {name: function(*given) for name, (function, given) in jobs.items()}
    text = advice_page.section(found, 2)
    assert all(f"| {name.split(', ', 1)[1]} |" in text for name in found)
