"""Niches taken together: creators without a niche are none, and two tell nothing of a spread."""

import pandas as pd
import pytest

from analysis.evidence.breakdown.niches import niches_together
from analysis.evidence.results import Answer


def answer(*niches):
    rows = pd.DataFrame({"niche": ["all niches", *niches]})
    rows = rows.assign(
        platform="tiktok",
        metric="engagement_per_follower",
        estimand="typical",
        contrast="1K-100K vs 100K+",
        estimate=1.5,
        standard_error=0.1,
    )
    return Answer("H1", "says", "higher", rows, "1K-100K vs 100K+")


@pytest.mark.parametrize(
    ("niches", "found"),
    [
        (("beauty", "food", "travel", "not stated"), [("beauty", "food", "travel")]),
        (("beauty", "food", "not stated"), []),
        (("beauty", "food"), []),
    ],
)
def test_three_niches_that_are_named_are_taken_together(niches, found):
    assert [one.niches for one in niches_together(answer(*niches), level=0.95)] == found
