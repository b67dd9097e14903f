"""The verdict: a pure function from an interval and a margin to one of five words."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.study.registration import Direction


class Verdict(StrEnum):
    """The five answers that a comparison can have."""

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    EQUIVALENT = "EQUIVALENT"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_TESTABLE = "NOT TESTABLE"


DECIDED = (Verdict.SUPPORTED, Verdict.CONTRADICTED)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict and, in a few words, what it rests on."""

    verdict: Verdict
    reason: str


def rule(
    interval: tuple[float, float], *, margin: tuple[float, float], direction: Direction
) -> Ruling:
    """Decide one comparison by the interval that is shown.

    It is alike where the interval lies inside the margin, decided where it leaves out 1, and open
    where it does neither.

    Args:
        interval: of the ratio micro/macro, at the level that decides.
        margin: ratios between which a difference is too small to act on.
        direction: whether the claim says that micro is higher or lower.

    Example:
        >>> rule((1.3, 1.7), margin=(0.8, 1.25), direction="higher").verdict.value
        'SUPPORTED'
        >>> rule((0.9, 1.2), margin=(0.8, 1.25), direction="higher").reason
        'inside the margin'
    """
    low, high = interval
    if margin[0] < low and high < margin[1]:
        leaning = ", leaning higher" if low > 1 else ", leaning lower" if high < 1 else ""
        return Ruling(Verdict.EQUIVALENT, f"inside the margin{leaning}")
    if low <= 1 <= high:
        return Ruling(Verdict.INCONCLUSIVE, "the interval holds both directions")
    as_claimed = (low > 1) == (direction == "higher")
    beyond = low > margin[1] or high < margin[0]
    size = "beyond the margin" if beyond else "size undecided"
    return Ruling(Verdict.SUPPORTED if as_claimed else Verdict.CONTRADICTED, size)


def rule_growth(
    interval: tuple[float, float], *, gap: float, margin: tuple[float, float]
) -> Ruling:
    """Decide whether an outcome grows with followers, but less than in proportion.

    One claim of two halves: an elasticity above 0 and below 1. Over the followers between the
    arms an elasticity b makes micro's rate per follower gap^(1 - b) times macro's, so that it is in
    proportion within the margin where the interval keeps that inside it.

    Args:
        interval: of the elasticity, at the level that decides.
        gap: macro's followers over micro's, between geometric means.
        margin: ratios between which a difference is too small to act on.

    Example:
        Over a gap of 29, an elasticity of .857 is 29^.143 = 1.62 times, far beyond a margin of
        1.25.

        >>> rule_growth((0.84, 0.87), gap=29, margin=(0.8, 1.25)).reason
        'less than in proportion, beyond the margin'
    """
    low, high = interval
    per_follower = gap ** (1 - high), gap ** (1 - low)
    if margin[0] < per_follower[0] and per_follower[1] < margin[1] and low > 0:
        return Ruling(Verdict.EQUIVALENT, "in proportion, within the margin")
    if low > 0 and high < 1:
        size = "beyond the margin" if per_follower[0] > margin[1] else "size undecided"
        return Ruling(Verdict.SUPPORTED, f"less than in proportion, {size}")
    if low > 1 or high < 0:
        what = "more than in proportion" if low > 1 else "a larger creator reaches fewer"
        return Ruling(Verdict.CONTRADICTED, what)
    return Ruling(Verdict.INCONCLUSIVE, "in proportion or not, the interval holds both")


def not_testable(reason: str) -> Ruling:
    """The ruling of a comparison without enough data.

    A published answer, not a failure.
    """
    return Ruling(Verdict.NOT_TESTABLE, reason)
