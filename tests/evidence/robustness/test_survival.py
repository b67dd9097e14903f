"""The word for an answer that was asked in other ways."""

import pytest

from analysis.evidence.robustness.counting.joint import Joint
from analysis.evidence.robustness.survival import Doubts, Spread, survives
from analysis.evidence.verdict import Verdict

MOVES = Spread("hours", ("at the study's price", "free"), (1.3, 1.1), 0.8)


def asked(verdict=Verdict.SUPPORTED, reported=1.4, ways=64, doubts=None, **of):
    told = {
        "low": 1.2,
        "median": 1.35,
        "high": 1.5,
        "same_side": 1.0,
        "p_value": 0.002,
        "decided": 0.9,
        "against": 0.0,
    }
    return survives(
        verdict,
        reported,
        ways,
        Joint(**(told | of)),
        level=0.95,
        margin=(0.8, 1.25),
        moves=MOVES,
        doubts=Doubts(**(doubts or {})),
    )


@pytest.mark.parametrize(
    ("word", "of"),
    [
        ("HOLDS", {}),
        ("HOLDS", {"decided": 0.0}),  # that most ways are decided is no condition
        ("HOLDS", {"same_side": 0.9}),
        ("LEANS", {"same_side": 0.89}),
        ("LEANS", {"p_value": 0.051}),
        ("LEANS", {"median": 1.17}),  # log 1.17 is .157, half of log 1.4 is .168
        ("LEANS", {"median": 0.99, "same_side": 0.6}),
        ("DEPENDS", {"against": 0.01}),
        ("DEPENDS", {"doubts": {"without_largest": 0.97}}),
        ("HOLDS", {"doubts": {"without_largest": 1.05}}),
        ("DEPENDS", {"doubts": {"alike": (0.8, 0.7, 0.95), "fewest_alike": 30}}),
        ("LEANS", {"doubts": {"alike": (0.8, 0.7, 0.95), "fewest_alike": 29}}),
        ("LEANS", {"doubts": {"alike": (1.18, 1.1, 1.3), "fewest_alike": 300}}),  # 1.4 ** .5: 1.183
        ("HOLDS", {"doubts": {"alike": (1.19, 1.1, 1.3), "fewest_alike": 300}}),
        ("LEANS", {"doubts": {"counts_off": (0.99, 1.5)}}),
        ("HOLDS", {"doubts": {"counts_off": (1.01, 1.5)}}),
        ("DEPENDS", {"doubts": {"two_captures": (1.2, 0.99, 1.5)}}),
        ("DEPENDS", {"doubts": {"two_captures": (0.8, 0.7, 0.9)}}),
        ("HOLDS", {"doubts": {"two_captures": (1.2, 1.01, 1.5)}}),
        ("LEANS", {"doubts": {"control_flagged": True}}),
        ("NOT CHECKED", {"ways": 7}),
        ("NOT CHECKED", {"verdict": Verdict.INCONCLUSIVE}),
        ("HOLDS", {"verdict": Verdict.EQUIVALENT, "reported": 1.0, "low": 0.9, "high": 1.1}),
        ("DEPENDS", {"verdict": Verdict.EQUIVALENT, "reported": 1.0}),
        (
            "DEPENDS",
            {
                "verdict": Verdict.EQUIVALENT,
                "reported": 1.0,
                "low": 0.9,
                "high": 1.1,
                "doubts": {"alike": (1.5, 1.3, 1.7), "fewest_alike": 90},
            },
        ),
    ],
)
def test_each_word_is_reached(word, of):
    assert asked(**of).word == word


def test_a_contradicted_answer_is_judged_on_its_own_side():
    below = {"reported": 0.7, "low": 0.6, "median": 0.72, "high": 0.8}
    assert asked(verdict=Verdict.CONTRADICTED, **below).word == "HOLDS"
    assert asked(verdict=Verdict.CONTRADICTED, reported=0.7, median=1.3).word == "LEANS"


def test_what_it_leans_on_is_named_with_its_number():
    assert asked(median=1.1).reason.endswith("most by hours, free: 1.10")


def test_agreement_of_all_ways_is_no_evidence():
    """Chance alone shows one side in every way in 7 to 58 of 100 datasets."""
    assert asked(same_side=1.0, p_value=0.25).word == "LEANS"


def test_nothing_makes_an_answer():
    assert asked(verdict=Verdict.INCONCLUSIVE, decided=1.0).word == "NOT CHECKED"


@pytest.mark.parametrize(
    ("alike", "fewest", "limited"),
    [
        ((1.21, 1.16, 1.25), 300, True),  # the margin is .8 to 1.25
        ((1.21, 1.16, 1.26), 300, False),
        ((1.21, 1.16, 1.25), 29, False),
        ((1.4, 1.3, 1.5), 300, False),
    ],
)
def test_an_answer_that_holds_says_where_it_is_too_small_to_act_on(alike, fewest, limited):
    standing = asked(doubts={"alike": alike, "fewest_alike": fewest})
    assert standing.word == "HOLDS"
    assert ("too small to act on" in standing.reason) == limited
