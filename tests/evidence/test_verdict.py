"""The verdict: a table of cases."""

import pytest

from analysis.evidence.estimators.estimate import Estimate
from analysis.evidence.verdict import Verdict, rule

MARGIN = (0.8, 1.25)
HIGH = {"ratio": 1.5, "low": 1.3, "high": 1.8, "p": 0.001}
LOW = {"ratio": 0.6, "low": 0.5, "high": 0.7, "p": 0.001}


def decide(ratio, low, high, *, inner=None, p=0.5, direction="higher"):
    inner = inner or (low * 1.01, high * 0.99)
    estimate = Estimate(ratio, 0.1, low, high, *inner, p_value=p, method="t")
    return rule(estimate, p, alpha=0.05, margin=MARGIN, direction=direction)


@pytest.mark.parametrize(
    ("cell", "verdict", "reason"),
    [
        (HIGH, "SUPPORTED", "beyond the margin"),
        ({"ratio": 1.3, "low": 1.1, "high": 1.6, "p": 0.01}, "SUPPORTED", "size undecided"),
        ({"ratio": 1.1, "low": 1.05, "high": 1.15, "p": 0.001}, "SUPPORTED", "trivially small"),
        (LOW, "CONTRADICTED", "beyond the margin"),
        (LOW | {"direction": "lower"}, "SUPPORTED", "beyond"),
        (HIGH | {"direction": "lower"}, "CONTRADICTED", "beyond"),
        ({"ratio": 1.0, "low": 0.85, "high": 1.2}, "EQUIVALENT", "inside the margin"),
        ({"ratio": 1.0, "low": 0.7, "high": 1.4}, "INCONCLUSIVE", "both directions"),
        ({"ratio": 1.4, "low": 1.02, "high": 1.9, "p": 0.06}, "INCONCLUSIVE", "after correction"),
        ({"ratio": 1.3, "low": 1.1, "high": 1.6, "p": 0.05}, "INCONCLUSIVE", "after correction"),
        ({"ratio": 1.1, "low": 0.9, "high": 1.3, "inner": (0.92, 1.26)}, "INCONCLUSIVE", "both"),
    ],
)
def test_a_cell(cell, verdict, reason):
    ruling = decide(**cell)
    assert ruling.verdict is Verdict(verdict)
    assert reason in ruling.reason
