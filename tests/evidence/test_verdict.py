"""The verdict: a table of cases."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import Estimate
from analysis.evidence.families import holm
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


# Standard error of the log ratio, truth; share of cells supported, contradicted, equivalent and
# inconclusive; share of families of five niches with any supported cell, by raw p and after Holm;
# how much too large the largest of the five ratios is, as a geometric mean. From 40,000 draws of
# a separate program.
OPERATING = [
    (0.20, 1.00, (0.005, 0.005, 0.000, 0.990), (0.118, 0.025), 1.26),
    (0.20, 1.50, (0.337, 0.000, 0.000, 0.663), (0.976, 0.822), 1.26),
    (0.11, 1.00, (0.005, 0.005, 0.301, 0.689), (0.120, 0.026), 1.14),
    (0.11, 1.25, (0.338, 0.000, 0.042, 0.620), (0.977, 0.821), 1.14),
    (0.11, 1.50, (0.950, 0.000, 0.000, 0.050), (1.000, 1.000), 1.14),
    (0.07, 1.00, (0.005, 0.005, 0.877, 0.114), (0.120, 0.024), 1.09),
    (0.07, 1.25, (0.847, 0.000, 0.049, 0.104), (1.000, 0.998), 1.09),
]
FAMILIES = 10_000


@pytest.mark.parametrize(("error", "truth", "shares", "any_supported", "winner"), OPERATING)
def test_operating_characteristics(error, truth, shares, any_supported, winner):
    """Monte-Carlo error of a share at most .005 (of families), .0025 (of cells)."""
    rng = np.random.default_rng([20261122, round(1000 * error), round(100 * truth)])
    z = rng.standard_normal((FAMILIES, 5)) + np.log(truth) / error
    p = 2 * stats.norm.sf(abs(z))
    outer, inner = stats.norm.ppf([0.975, 0.95]) * error
    words = np.empty(z.shape, dtype=object)
    for row, p_values in enumerate(p):
        adjusted = holm_of_five(p_values)
        for column, p_adjusted in enumerate(adjusted):
            ratio = np.exp(error * z[row, column])
            ends = (
                ratio / np.exp(half) if down else ratio * np.exp(half)
                for half in (outer, inner)
                for down in (True, False)
            )
            found = Estimate(ratio, error, *ends, p_value=p_values[column], method="z")
            ruling = rule(found, p_adjusted, alpha=0.05, margin=MARGIN, direction="higher")
            words[row, column] = ruling.verdict.value
    order = ("SUPPORTED", "CONTRADICTED", "EQUIVALENT", "INCONCLUSIVE")
    seen = [(words == word).mean() for word in order]
    assert seen == pytest.approx(shares, abs=0.01)
    raw = ((p < 0.05) & (z > 0)).any(axis=1).mean()
    after_holm = (words == "SUPPORTED").any(axis=1).mean()
    assert (raw, after_holm) == pytest.approx(any_supported, abs=0.01)
    assert np.exp((error * z).max(axis=1).mean()) / truth == pytest.approx(winner, abs=0.01)


def holm_of_five(p_values):
    order = np.argsort(p_values)
    adjusted = np.empty(5)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * [5, 4, 3, 2, 1]), 1)
    return adjusted


def test_holm_of_five_is_the_products():
    p_values = np.random.default_rng(3).random((50, 5)) ** 3
    for row in p_values:
        np.testing.assert_allclose(holm_of_five(row), holm(pd.Series(row)), rtol=1e-12)
