"""No count of one to four creators is told, and none follows from what is told."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.panel.suppression import FEW, WITHHELD, in_words, told, with_totals, withheld

SHAPES = st.tuples(st.integers(2, 5), st.integers(1, 4))
TABLES = SHAPES.flatmap(lambda shape: arrays(np.int64, shape, elements=st.integers(0, 40)))


@given(TABLES)
def test_no_line_gives_a_small_count_away(parts):
    """What a reader can work out: of every line that ends in a told total, what is missing."""
    wide = with_totals(parts) if parts.shape[1] > 1 else np.vstack([parts, parts.sum(axis=0)])
    hidden = withheld(wide)
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


def test_by_hand_the_smallest_other_niche_goes_along():
    """3 of 63 creators: 63 - 40 - 20 would give them away, so the 20 are held back too."""
    assert withheld(np.array([[3], [40], [20], [63]])).ravel().tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_by_hand_a_part_of_the_macro_arm_takes_the_other_part_along():
    """Macro 33 = 30 + 3, and no other niche: neither part is told."""
    assert withheld(np.array([[30, 3, 33]])).tolist() == [[True, True, False]]


def test_a_table_says_withheld_and_writes_thousands():
    frame = pd.DataFrame({"where": ["a", "b", "c"], "creators": [1200, 4, 30]})
    assert told(frame)["creators"].tolist() == ["1,200", WITHHELD, WITHHELD]
    assert in_words(pd.NA) == WITHHELD
