"""The verdict: a table of cases, and how often noise and truth are told apart."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.verdict import Verdict, rule, rule_growth

MARGIN = (0.8, 1.25)


@pytest.mark.parametrize(
    ("interval", "direction", "verdict", "reason"),
    [
        ((1.3, 1.8), "higher", "SUPPORTED", "beyond the margin"),
        ((1.1, 1.6), "higher", "SUPPORTED", "size undecided"),
        ((1.05, 1.15), "higher", "EQUIVALENT", "inside the margin, leaning higher"),
        ((0.85, 0.95), "higher", "EQUIVALENT", "inside the margin, leaning lower"),
        ((0.5, 0.7), "higher", "CONTRADICTED", "beyond the margin"),
        ((0.5, 0.7), "lower", "SUPPORTED", "beyond the margin"),
        ((1.3, 1.8), "lower", "CONTRADICTED", "beyond the margin"),
        ((0.85, 1.2), "higher", "EQUIVALENT", "inside the margin"),
        ((0.7, 1.4), "higher", "INCONCLUSIVE", "the interval holds both directions"),
        ((0.9, 1.3), "higher", "INCONCLUSIVE", "the interval holds both directions"),
    ],
)
def test_a_cell(interval, direction, verdict, reason):
    ruling = rule(interval, margin=MARGIN, direction=direction)
    assert (ruling.verdict, ruling.reason) == (Verdict(verdict), reason)


@pytest.mark.parametrize(
    ("interval", "verdict", "reason"),
    [
        # Over a gap of 29, log(1.25) / log(29) = .0663 either way of 1 is in proportion.
        ((0.94, 1.06), "EQUIVALENT", "in proportion, within the margin"),
        ((0.93, 1.06), "INCONCLUSIVE", "in proportion or not, the interval holds both"),
        ((0.80, 0.90), "SUPPORTED", "less than in proportion, beyond the margin"),
        ((0.90, 0.96), "SUPPORTED", "less than in proportion, size undecided"),
        ((1.10, 1.20), "CONTRADICTED", "more than in proportion"),
        ((-0.20, -0.10), "CONTRADICTED", "a larger creator reaches fewer"),
        ((-0.10, 0.90), "INCONCLUSIVE", "in proportion or not, the interval holds both"),
    ],
)
def test_growth_is_judged_over_the_gap_between_the_arms(interval, verdict, reason):
    ruling = rule_growth(interval, gap=29, margin=MARGIN)
    assert (ruling.verdict, ruling.reason) == (Verdict(verdict), reason)


@pytest.mark.parametrize(("error", "found"), [(0.05, 0.9407), (0.07, 0.4588), (0.09, 0.0)])
def test_five_niches_at_the_margin_are_rarely_called_alike(error, found):
    """Five true ratios of 1.25: any is called alike in at most 5 % of families.

    At a ratio of 1 a niche is alike where |log ratio| + 2.576 errors stay inside log 1.25: with
    probability 2 Phi((.2231 - 2.576 s) / s) - 1, or never.
    """
    rng = np.random.default_rng([20261122, round(1000 * error)])
    half = stats.norm.isf(0.05 / 5 / 2) * error

    def alike(truth):
        logs = np.log(truth) + error * rng.standard_normal((20_000, 5))
        words = [
            rule((np.exp(x - half), np.exp(x + half)), margin=MARGIN, direction="higher").verdict
            for x in logs.ravel()
        ]
        return (np.array(words) == Verdict.EQUIVALENT).reshape(logs.shape)

    assert alike(1.25).any(axis=1).mean() <= 0.05
    assert alike(1.0).mean() == pytest.approx(found, abs=0.01)
