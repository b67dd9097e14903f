"""Who is ahead: in the reader's interest, by glyph and word."""

import pytest

from analysis.show.states import state_of


def row(verdict, estimate, metric="orders_per_click", interval=(1.0, 1.0)):
    low, high = interval
    return {
        "verdict": verdict,
        "estimate": estimate,
        "metric": metric,
        "deciding_low": low,
        "deciding_high": high,
    }


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (row("SUPPORTED", 1.4), "micro"),
        (row("CONTRADICTED", 0.7), "macro"),
        (row("SUPPORTED", 0.7, "cost_per_order"), "micro"),
        (row("CONTRADICTED", 1.4, "cost_per_order"), "macro"),
        (row("SUPPORTED", 0.7, "refunds_per_order"), "micro"),
        (row("EQUIVALENT", 1.0, interval=(0.9, 1.1)), "alike"),
        (row("EQUIVALENT", 1.1, interval=(1.05, 1.15)), "slight"),
        (row("EQUIVALENT", 0.9, interval=(0.85, 0.95)), "slight"),
        (row("INCONCLUSIVE", 1.4), "open"),
        (row("NOT TESTABLE", None), "no-data"),
    ],
)
def test_dearer_is_worse_and_more_is_better(told, name):
    assert state_of(told).name == name


def test_no_two_states_share_glyph_and_word():
    told = [
        row("SUPPORTED", 1.4),
        row("CONTRADICTED", 0.7),
        row("INCONCLUSIVE", 1),
        row("EQUIVALENT", 1),
    ]
    assert len({(state_of(one).glyph, state_of(one).word) for one in told}) == 4
