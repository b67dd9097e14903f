"""Who is comparable: strata that hold both arms, by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.methods import comparable_rows
from analysis.evidence.metrics import METRICS

ORDERS = METRICS["orders_per_click"]


def booked(*rows):
    frame = pd.DataFrame(rows, columns=["campaign", "micro", "orders"])
    return frame.assign(
        **{ORDERS.numerator: frame["orders"].astype(float), ORDERS.exposure: 100.0},
        person=[f"p{number}" for number in range(len(frame))],
        followers=5_000.0,
    )


def test_only_campaigns_with_both_arms_are_compared_and_no_campaign_is_none():
    rows = comparable_rows(
        booked(
            ("spring", True, 1),
            (None, True, 2),
            ("spring", False, 3),
            ("autumn", False, 4),
            (None, False, 5),
            ("winter", True, 6),
        ),
        ORDERS,
    )
    assert rows.numerator.tolist() == [1, 3]
    assert rows.micro.tolist() == [True, False]
    assert np.unique(rows.stratum).tolist() == [0]


def test_arms_that_never_meet_are_not_comparable():
    with pytest.raises(NotEstimableError, match="no campaign has creators of both arms"):
        comparable_rows(booked(("spring", True, 1), ("autumn", False, 2)), ORDERS)
