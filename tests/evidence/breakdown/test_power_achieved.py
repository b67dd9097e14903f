"""Power achieved: from the errors of the cells at hand, by hand."""

import math

import pandas as pd
import pytest

from analysis.evidence.breakdown.power import power_achieved
from analysis.evidence.results import ALL_NICHES, Answer

REACH = 1.959964 + 0.841621  # two-sided 5 %, power 80 %
FIRST_OF_FIVE = 2.575829 + 0.841621  # two-sided 1 %: five named niches


def test_the_smallest_ratio_follows_from_the_errors_alone(study):
    errors = {ALL_NICHES: 0.05, "beauty": 0.1, "food": 0.2, "chess": 0.4}
    rows = [
        {
            "metric": "orders_per_click",
            "estimand": "typical",
            "platform": "tiktok",
            "niche": niche,
            "contrast": "whole",
            "estimate": 3.0,
            "standard_error": error,
        }
        for niche, error in errors.items()
    ]
    untested = rows[1] | {"niche": "travel", "estimate": math.nan, "standard_error": math.nan}
    other = rows[1] | {"metric": "clicks_per_1000_reached"}
    frame = pd.DataFrame([*rows, untested, other])
    (found,) = power_achieved(Answer("H2", "says", "higher", frame, "whole"), study)["tiktok"]
    assert found.all_niches == pytest.approx(math.exp(0.05 * REACH), rel=1e-6)
    assert found.one_niche == pytest.approx(math.exp(0.2 * FIRST_OF_FIVE), rel=1e-6)
    assert found.niches == 3


def test_one_niche_alone_has_no_comparison_over_all(study):
    row = {"metric": "m", "estimand": "typical", "platform": "tiktok", "niche": "food"}
    frame = pd.DataFrame([row | {"contrast": "whole", "estimate": 1.0, "standard_error": 0.1}])
    (found,) = power_achieved(Answer("H2", "says", "higher", frame, "whole"), study)["tiktok"]
    assert found.all_niches is None
    assert found.niches == 1
