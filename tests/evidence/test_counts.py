"""Creators of a claim: neither niches nor parts of the macro arm give small numbers away."""

import pandas as pd

from analysis.evidence.counts import suppress_creators
from analysis.evidence.results import ALL_NICHES

WHOLE, PART, REST = "1K-100K vs 100K+", "1K-100K vs 100K-1M", "1K-100K vs 1M+"


def cells(counts):
    """Rows of (niche, contrast, micro, macro)."""
    columns = ["niche", "contrast", "n_micro", "n_macro"]
    frame = pd.DataFrame(counts, columns=columns)
    return frame.assign(metric="orders_per_click", estimand="typical", platform="instagram")


def test_a_niche_of_three_and_the_niche_that_would_give_it_away_are_held_back():
    found = suppress_creators(
        cells(
            [
                (ALL_NICHES, WHOLE, 63, 60),
                ("beauty", WHOLE, 3, 20),
                ("food", WHOLE, 40, 20),
                ("travel", WHOLE, 20, 20),
            ]
        ),
        whole=WHOLE,
    )
    assert found["n_micro"].isna().tolist() == [False, True, False, True]
    assert found["n_macro"].tolist() == [60, 20, 20, 20]


def test_parts_of_the_macro_arm_are_held_back_together():
    rows = [
        (ALL_NICHES, WHOLE, 60, 63),
        (ALL_NICHES, PART, 60, 60),
        (ALL_NICHES, REST, 60, 3),
    ]
    found = suppress_creators(cells(rows), whole=WHOLE)
    assert found["n_macro"].isna().tolist() == [False, True, True]
    assert found["n_micro"].tolist() == [60, 60, 60]
