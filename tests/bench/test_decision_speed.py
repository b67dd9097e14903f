"""CPU seconds of a whole decision: the demo's bookings, and ten thousand."""

import time
from dataclasses import replace

import pytest

from analysis.decisions.bookings import bookings
from analysis.decisions.decide import decide
from analysis.evidence.families import answer
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.study.worlds import DEMO, draw, write_raw

PAIRS = 3
LARGE = replace(DEMO, name="large", posts=1, bookings_per_creator=(5, 6, 7))


@pytest.mark.parametrize(
    ("world", "least", "seconds"), [(DEMO, 2_900, 5), (LARGE, 10_000, 30)], ids=["demo", "large"]
)
def test_a_whole_decision_costs_seconds(tmp_path, own_data, world, least, seconds):
    """Without the families, which other pages ask for as well."""
    raw = tmp_path / "raw"
    write_raw(draw(world, seed=1), raw)
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    view = open_view(dataset.folder)
    answer(view, "H3")
    number = len(bookings(view))
    spent = []
    for _ in range(PAIRS):
        start = time.process_time()
        decision = decide(view)
        spent.append(time.process_time() - start)
    told = " ".join(f"{one:.2f}" for one in spent)
    print(f"\n{number:,} bookings, {decision.state}: {told} CPU s")
    assert number >= least
    assert decision.split is not None
    assert decision.prospects is not None
    assert decision.backtest is not None
    assert min(spent) < seconds
