"""An answer with one row of each verdict."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES, RESULT_COLUMNS, Answer

VERDICTS = ["SUPPORTED", "CONTRADICTED", "EQUIVALENT", "INCONCLUSIVE", "NOT TESTABLE"]


@pytest.fixture
def view(study):
    """As much of a view as figures of ratios ask for."""
    return SimpleNamespace(study=study)


@pytest.fixture
def five_verdicts():
    tested = {"estimate": 1.234, "deciding_low": 1.1, "deciding_high": 1.4, "p_adjusted": 0.012}
    rows = []
    for number, verdict in enumerate(VERDICTS):
        row = {
            "result_id": f"r{number}",
            "claim": "H1",
            "metric": "engagement_per_follower",
            "estimand": "typical",
            "platform": "instagram",
            "niche": ALL_NICHES if number == 0 else f"<niche {number}>",
            "contrast": "1K-100K vs 100K+",
            "n_micro": 1000,
            "n_macro": 50,
            "verdict": verdict,
            "reason": "a reason",
            **(tested if verdict != "NOT TESTABLE" else {}),
        }
        rows.append({**dict.fromkeys(RESULT_COLUMNS), **row})
    frame = pd.DataFrame(rows)
    numbers = ["estimate", "deciding_low", "deciding_high", "p_value", "p_adjusted", "planted"]
    numbers += ["superiority", "more_creators", "ci_low", "ci_high"]
    return Answer(
        "H1", "says", "higher", frame.astype(dict.fromkeys(numbers, float)), "1K-100K vs 100K+"
    )
