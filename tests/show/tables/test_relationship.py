"""Tables of the relationship: a small part of macro does not follow from the whole."""

import pandas as pd
import pytest

from analysis.evidence.breakdown.rates import RATE_COLUMNS
from analysis.show.tables import relationship


@pytest.mark.parametrize(
    ("counts", "told"),
    [((40, 30, 27, 3), "40 30 withheld withheld"), ((3, 30, 25, 5), "withheld 30 25 5")],
)
def test_a_few_creators_over_one_million_are_withheld(monkeypatch, study, counts, told):
    ranges = ("1K-100K", "100K+", "100K-1M", "1M+")
    rows = [("instagram", at, n, 1.5, 1.2, 1.8, 0.25) for at, n in zip(ranges, counts, strict=True)]
    found = pd.DataFrame(rows, columns=list(RATE_COLUMNS))
    monkeypatch.setattr(relationship, "rates_by_arm", lambda view, metric: found)
    view = type("View", (), {"micro": "1K-100K"})
    monkeypatch.setattr(relationship, "table", lambda shown, **_: shown)
    shown = relationship.rates(view, "sponsored_over_own_engagement")
    assert " ".join(shown["creators"]) == told


def test_a_metric_that_nobody_has_is_a_sentence_and_no_empty_head(monkeypatch):
    nobody = pd.DataFrame(columns=list(RATE_COLUMNS))
    monkeypatch.setattr(relationship, "rates_by_arm", lambda view, metric: nobody)
    told = relationship.rates(None, "carousel_over_image_engagement").data
    assert "no creators with carousels and images" in told
    assert "<table" not in told
