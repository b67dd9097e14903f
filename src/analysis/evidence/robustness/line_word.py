"""The word for a step at the line: jumps, gradual, or cannot tell."""

from enum import StrEnum
from math import ceil, log

from analysis.evidence.robustness.threshold import Step


class LineWord(StrEnum):
    """What can be said of a decided lead and the line that divides the tiers."""

    JUMPS = "jumps"
    GRADUAL = "gradual"
    CANNOT_TELL = "cannot tell"


def line_word(
    step: Step, *, margin: tuple[float, float], lead_decided: bool, level: float
) -> LineWord | None:
    """Say whether a lead begins at the line: jumps, gradual, or cannot tell.

    Gradual: the interval at ``2 level - 1`` lies inside the margin, or the step's limit on the
    lead's side is below half of the log lead. Jumps: else, if the interval leaves out 1 on the
    lead's side.

    Args:
        step: at the line.
        margin: ratios between which a difference is too small to act on.
        lead_decided: whether the page's own interval decides the lead.
        level: of the interval, like 0.95.

    Returns:
        None without a decided lead, of which there is nothing to say.

    Example:
        >>> from analysis.evidence.estimators.estimate import with_t
        >>> estimate = with_t(0.35, 0.15, 500, level=0.95, method="as an example")
        >>> found = Step(1e5, 1.4, 1.3, estimate, 560)
        >>> line_word(found, margin=(0.8, 1.25), lead_decided=True, level=0.95).value
        'jumps'
    """
    if not lead_decided:
        return None
    low, high = step.jump.interval(2 * level - 1)
    if (margin[0] < low and high < margin[1]) or largest_share(step, level=level) < 0.5:
        return LineWord.GRADUAL
    low, high = step.jump.interval(level)
    return LineWord.JUMPS if (low > 1 if step.lead > 1 else high < 1) else LineWord.CANNOT_TELL


def largest_share(step: Step, *, level: float) -> float:
    """Share of the log lead that arises at the line at most; 0 where the step goes the other way.

    Example:
        >>> from analysis.evidence.estimators.estimate import with_t
        >>> estimate = with_t(-0.059, 0.044, 500, level=0.95, method="as an example")
        >>> round(largest_share(Step(1e5, 1.416, 1.43, estimate, 23_051), level=0.95), 2)
        0.08
    """
    low, high = step.jump.interval(level)
    return max(log(high if step.lead > 1 else low) / log(step.lead), 0.0)


def creators_needed(step: Step, *, margin: tuple[float, float], level: float) -> int:
    """Creators of this kind with whom the step would be known well enough for a word.

    Well enough is a half-width of half the log lead, or of half the margin where that is wider.
    """
    half = log(step.jump.interval(level)[1] / step.jump.ratio)
    wanted = max(abs(log(step.lead)), min(-log(margin[0]), log(margin[1]))) / 2
    return ceil(step.persons * (half / wanted) ** 2)
