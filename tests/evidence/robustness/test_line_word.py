"""Words for the line, at the edges of their rules; intervals by hand."""

import numpy as np
import pytest

from analysis.evidence.estimators.estimate import with_t
from analysis.evidence.robustness.line_word import (
    LineWord,
    creators_needed,
    largest_share,
    line_word,
)
from analysis.evidence.robustness.threshold import Step

MARGIN = (0.8, 1.25)


def step(log_jump, error, *, lead=1.4, persons=1000):
    """Degrees of freedom without end: 1.96 and 1.645 errors."""
    jump = with_t(log_jump, error, 1e9, level=0.95, method="")
    return Step(1e5, lead, 1.3, jump, persons)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (step(0.35, 0.15), LineWord.JUMPS),  # from .056 on
        (step(0.35, 0.18), LineWord.CANNOT_TELL),  # from -.003 on
        (step(-0.35, 0.15), LineWord.GRADUAL),  # up to -.056: nothing of the lead
        (step(0.0, 0.10), LineWord.GRADUAL),  # 90 %: up to .164, inside log 1.25 = .223
        (step(0.0, 0.14), LineWord.CANNOT_TELL),  # 90 % up to .230; 95 % .274 of half of .336
        (step(-0.12, 0.14), LineWord.GRADUAL),  # 90 % from -.350, but 95 % up to .154 < .168
        (step(0.10, 0.04), LineWord.GRADUAL),  # decided, up to .166 at 90 %: inside the margin
        (step(-0.35, 0.15, lead=1 / 1.4), LineWord.JUMPS),
        (step(0.35, 0.15, lead=1 / 1.4), LineWord.GRADUAL),
    ],
)
def test_the_words(found, word):
    assert line_word(found, margin=MARGIN, lead_decided=True, level=0.95) == word


def test_without_a_decided_lead_there_is_no_word():
    assert line_word(step(0.35, 0.1), margin=MARGIN, lead_decided=False, level=0.95) is None


def test_the_share_of_a_lead_that_arises_at_the_line():
    """Instagram: limit 1.027 of a lead of 1.416, 8 %."""
    error = np.log(1.027 / 0.94) / 1.959964
    found = step(np.log(0.94), error, lead=1.416)
    assert largest_share(found, level=0.95) == pytest.approx(np.log(1.027) / np.log(1.416))
    assert largest_share(step(-0.5, 0.1), level=0.95) == 0


def test_creators_needed_grow_with_the_square_of_the_half_width():
    """Half of log 1.4 is .168; 1.96 x .3 is .588: 3.495 squared times 1,000."""
    assert creators_needed(step(0, 0.3), margin=MARGIN, level=0.95) == pytest.approx(12_216, abs=2)
    of_margin = (1.959964 * 0.3 / (np.log(1.25) / 2)) ** 2 * 1000
    small = creators_needed(step(0, 0.3, lead=1.05), margin=MARGIN, level=0.95)
    assert small == pytest.approx(of_margin, abs=1)
