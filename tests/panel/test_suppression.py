"""No count of one to four creators is told, and none follows from what is told."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.panel.suppression import FEW, suppress

SHAPES = st.tuples(st.integers(2, 5), st.integers(1, 4))
TABLES = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, 40)))


def shown(parts, **sums):
    """A table of parts, with which of them are suppressed."""
    frame = suppress(pd.DataFrame(parts), **sums)
    return frame.isna().to_numpy()


@given(TABLES)
def test_no_line_gives_a_small_count_away(parts):
    """What a reader can work out: of every line that ends in a known total, what is missing."""
    wide = np.column_stack([parts, parts.sum(axis=1)])
    wide = np.vstack([wide, wide.sum(axis=0)])
    if parts.shape[1] == 1:
        wide = wide[:, :1]
    hidden = shown(wide, across="last" if parts.shape[1] > 1 else "none", down="last")
    assert not ((wide > 0) & (wide < FEW) & ~hidden).any()
    across = [(wide[row], hidden[row]) for row in range(len(wide))] if parts.shape[1] > 1 else []
    down = [(wide[:, column], hidden[:, column]) for column in range(wide.shape[1])]
    for line, held in across + down:
        missing = line[:-1][held[:-1]]
        if not held[-1] and len(missing):
            assert len(missing) > 1
            assert missing.sum() >= FEW
        if held[-1] and line[-1] < FEW:
            assert not line[:-1][~held[:-1]].any()


@given(TABLES)
def test_a_known_total_is_a_last_one_that_is_not_shown(parts):
    wide = np.column_stack([parts, parts.sum(axis=1)])
    wide = np.vstack([wide, wide.sum(axis=0)])
    alike = shown(wide, across="last", down="last")[:-1, :-1]
    assert (shown(parts, across="known", down="known") == alike).all()


@given(TABLES)
def test_what_is_suppressed_once_stays_so(parts):
    once = suppress(pd.DataFrame(parts), across="known", down="known")
    assert suppress(once).equals(once)


def test_by_hand_the_smallest_other_niche_goes_along():
    """3 of 63 creators: 63 - 40 - 20 would give them away, so the 20 are suppressed too."""
    column = np.array([[3], [40], [20], [63]])
    assert shown(column, down="last").ravel().tolist() == [True, False, True, False]
    assert shown(column).ravel().tolist() == [True, False, False, False]


def test_by_hand_a_part_of_the_macro_arm_takes_the_other_part_along():
    """Macro 33 = 30 + 3, and no other niche: neither part is shown."""
    assert shown(np.array([[30, 3, 33]]), across="last").tolist() == [[True, True, False]]


def test_only_counts_are_suppressed():
    frame = pd.DataFrame({"where": ["a", "b"], "creators": [1200, 4], "rate": [0.5, 3.0]})
    found = suppress(frame)
    assert found["creators"].tolist() == [1200, pd.NA]
    assert found[["where", "rate"]].equals(frame[["where", "rate"]])
