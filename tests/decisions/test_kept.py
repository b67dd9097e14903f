"""A decision is made once for all pages, and comes back as it was."""

from dataclasses import fields, is_dataclass

import pandas as pd
import pytest

from analysis.decisions import decide as module
from analysis.decisions import kept
from analysis.decisions.decide import decide
from analysis.decisions.kept import decision_of, kept_at
from tests.decisions.test_ahead import planned_brand
from tests.decisions.test_refusals import SIZES, brand


def same(one, other):
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif is_dataclass(one):
        assert type(one) is type(other)
        for field in fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, tuple):
        assert isinstance(other, tuple)
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            same(first, second)
    else:
        assert one == other or (one != one and other != other)  # noqa: PLR0124 - not a number


@pytest.mark.parametrize(
    ("lines", "extra"),
    [(brand(), ""), (brand(creators=4), ""), (planned_brand(), ",booking_status")],
    ids=["advised", "refused", "planned"],
)
def test_a_kept_decision_is_the_one_that_was_made(opened, own_data, monkeypatch, lines, extra):
    monkeypatch.setattr(module, "_cost_verdict", lambda *_, **__: (False, False, False))
    view = opened(lines, extra=extra, **SIZES)
    made = decide(view)
    same(made, decision_of(view))
    monkeypatch.setattr(kept, "decide", lambda *_, **__: pytest.fail("made twice"))
    same(made, decision_of(view))
    assert bool(made.ahead) == bool(extra)
    assert kept_at(view).parent == view.dataset.folder / "answers"
