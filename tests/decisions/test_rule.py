"""The rule: every state and what keeps money from being moved."""

import pytest

from analysis.decisions.rule import Findings, decided

MOVES = {
    "refused": False,
    "gain": (0.04, 0.08, 0.15),
    "gain_once": (0.03, 0.08, 0.16),
    "helps": 0.97,
    "agrees": True,
    "without_largest": 0.05,
    "campaigns": 4,
    "price": 10.0,
    "worth": 5.0,
}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "SHIFT"),
        ({"gain": (0.01, 0.03, 0.049)}, "KEEP"),
        ({"equivalent": True}, "KEEP"),
        ({"helps": 0.94}, "TEST NOT WORTH IT"),
        ({"helps": 0.94, "worth": 11.0}, "TEST FIRST"),
        ({"gain_once": (-0.01, 0.08, 0.15)}, "TEST NOT WORTH IT"),
        ({"twice_found": False}, "TEST NOT WORTH IT"),
        ({"twice_found": False, "gain": (0.01, 0.03, 0.049)}, "TEST NOT WORTH IT"),
        ({"equivalent": True, "depends": True}, "TEST NOT WORTH IT"),
        ({"gain": (0.001, 0.019, 0.06)}, "TEST NOT WORTH IT"),
        ({"agrees": False}, "TEST NOT WORTH IT"),
        ({"without_largest": -0.01}, "TEST NOT WORTH IT"),
        ({"campaigns": 3, "worth": 11.0}, "TEST FIRST"),
        ({"depends": True}, "TEST NOT WORTH IT"),
        ({"refused": True}, "REFUSED"),
    ],
    ids=str,
)
def test_a_state(changes, state):
    assert decided(Findings(**{**MOVES, **changes}))[0] == state


def test_only_an_experiment_is_firm():
    assert decided(Findings(**MOVES))[1] == "likely"
    assert decided(Findings(**MOVES, experiment=True))[1] == "firm"
