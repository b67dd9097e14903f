"""The verdict: a pure function from an interval, a p-value and a margin to one of five words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from analysis.study.registration import Direction

if TYPE_CHECKING:  # a verdict is read where no estimator is loaded
    from analysis.evidence.estimators.estimate import Estimate


class Verdict(StrEnum):
    """The five answers that a comparison can have."""

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    EQUIVALENT = "EQUIVALENT"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_TESTABLE = "NOT TESTABLE"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict and, in a few words, what it rests on."""

    verdict: Verdict
    reason: str


def rule(
    estimate: "Estimate",
    p_adjusted: float,
    *,
    alpha: float,
    margin: tuple[float, float],
    direction: Direction,
) -> Ruling:
    """Decide one comparison.

    A direction is decided where the p-value, adjusted over the family, is below alpha; the
    intervals are not adjusted. Equivalence is decided where the interval at 1 - 2 alpha lies
    inside the margin and no direction was decided (two one-sided tests).

    Args:
        estimate: ratio micro/macro with its intervals.
        p_adjusted: Holm-adjusted over the family of the comparison.
        alpha: error rate of the family.
        margin: ratios between which a difference is too small to act on.
        direction: whether the claim says that micro is higher or lower.

    Example:
        >>> from analysis.evidence.estimators.estimate import Estimate
        >>> clear = Estimate(1.5, 0.07, 1.3, 1.7, 1.32, 1.67, 1e-6, "t")
        >>> rule(clear, 1e-5, alpha=0.05, margin=(0.8, 1.25), direction="higher").verdict.value
        'SUPPORTED'
    """
    inside = margin[0] < estimate.inner_low and estimate.inner_high < margin[1]
    if p_adjusted < alpha:
        as_claimed = (estimate.ratio > 1) == (direction == "higher")
        beyond = estimate.low > margin[1] or estimate.high < margin[0]
        size = "beyond the margin" if beyond else "trivially small" if inside else "size undecided"
        return Ruling(Verdict.SUPPORTED if as_claimed else Verdict.CONTRADICTED, size)
    if inside:
        return Ruling(Verdict.EQUIVALENT, "inside the margin")
    if estimate.low > 1 or estimate.high < 1:
        return Ruling(Verdict.INCONCLUSIVE, "clear alone, not after correction over the family")
    return Ruling(Verdict.INCONCLUSIVE, "the interval holds both directions")


def not_testable(reason: str) -> Ruling:
    """The ruling of a comparison without enough data.

    A published answer, not a failure.
    """
    return Ruling(Verdict.NOT_TESTABLE, reason)
