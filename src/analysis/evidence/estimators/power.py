"""How many creators, or clicks, an answer needs, and what an underpowered one is worth.

Closed forms on the log-ratio scale with the normal distribution, for planning, never for verdicts.
"""

import math
from dataclasses import dataclass
from functools import partial

from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError


@dataclass(frozen=True, slots=True)
class DesignRow:
    """Creators per arm for one ratio.

    Attributes:
        ratio: micro/macro, to be detected or, as a margin, to be ruled out.
        alone: to detect it in a single comparison.
        in_family: to detect it in the first step of Holm over a family.
        equivalent: to show equivalence inside (1/ratio, ratio) when there is no difference.
    """

    ratio: float
    alone: int
    in_family: int
    equivalent: int


@dataclass(frozen=True, slots=True)
class MoreCreators:
    """Creators to add, each pair as (micro, macro); 0 where there are enough.

    Attributes:
        to_detect: so that a true ratio of the margin is found.
        to_show_equivalence: so that equivalence is shown when there is no difference.
    """

    to_detect: tuple[int, int]
    to_show_equivalence: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Replication:
    """What repeating a study would show if a given ratio were true (Gelman and Carlin 2014).

    Attributes:
        power: chance of a significant result.
        wrong_sign: chance that a significant result points the wrong way (type S).
        exaggeration: mean size of a significant log ratio over the true one (type M).
    """

    power: float
    wrong_sign: float
    exaggeration: float


def creator_variance(between: float, within: float, posts: float) -> float:
    """Variance of one creator's mean log rate.

    Args:
        between: standard deviation over creators.
        within: standard deviation over a creator's posts.
        posts: posts per creator.

    Example:
        >>> round(creator_variance(0.7, 0.6, 12), 2)
        0.52
    """
    return between**2 + within**2 / posts


def creators_per_arm(
    ratio: float, *, variance: float, alpha: float, power: float, niches: int = 1
) -> int:
    """Creators in each of two equal arms to detect a true ratio, two-sided.

    Args:
        ratio: micro/macro, not 1.
        variance: of one creator's mean log rate, ``creator_variance``.
        alpha: error rate of the family.
        power: chance to detect.
        niches: comparisons in the family; the first step of Holm tests at ``alpha / niches``.

    Example:
        >>> creators_per_arm(1.25, variance=0.52, alpha=0.05, power=0.8)
        164
    """
    error = _error_to_detect(ratio, alpha=alpha / niches, power=power)
    return math.ceil(2 * _positive(variance, "variance") / error**2)


def creators_per_arm_for_equivalence(
    margin: float, *, variance: float, alpha: float, power: float
) -> int:
    """Creators in each of two equal arms to show equivalence when the true ratio is 1.

    Two one-sided tests at ``alpha`` against (1/margin, margin).

    Example:
        >>> creators_per_arm_for_equivalence(1.25, variance=0.52, alpha=0.05, power=0.8)
        179
    """
    error = _error_for_equivalence(margin, alpha=alpha, power=power)
    return math.ceil(2 * _positive(variance, "variance") / error**2)


def design_table(
    ratios: tuple[float, ...], *, variance: float, alpha: float, power: float, niches: int
) -> tuple[DesignRow, ...]:
    """Creators per arm for each of several ratios.

    Example:
        >>> [row.in_family for row in design_table((1.25, 1.5), variance=0.52, alpha=0.05,
        ...                                        power=0.8, niches=5)]
        [244, 74]
    """
    one, family, equal = (
        partial(form, variance=variance, power=power, alpha=level)
        for form, level in (
            (creators_per_arm, alpha),
            (creators_per_arm, alpha / niches),
            (creators_per_arm_for_equivalence, alpha),
        )
    )
    return tuple(DesignRow(ratio, one(ratio), family(ratio), equal(ratio)) for ratio in ratios)


def minimum_detectable_ratio(
    standard_error: float, *, alpha: float, power: float, niches: int = 1
) -> float:
    """Smallest ratio above 1 detected with an error of its log; its reciprocal, below 1.

    Example:
        >>> round(minimum_detectable_ratio(0.0796, alpha=0.05, power=0.8), 3)
        1.25
    """
    reach = _detection(alpha=alpha / niches, power=power)
    return math.exp(reach * _positive(standard_error, "standard error"))


def more_creators(
    standard_error: float,
    n_micro: int,
    n_macro: int,
    *,
    to_detect: float,
    alpha: float,
    power: float,
    niches: int = 1,
) -> MoreCreators:
    """How many more creators would let a cell be decided, by what is to be decided.

    Rests on the error falling with the square root of creators of the same kind in the same mix.

    Args:
        standard_error: of the cell's log ratio.
        n_micro, n_macro: creators of the cell.
        to_detect: ratio of the margin, 1.25 or 0.8.
        alpha, power, niches: as in ``creators_per_arm``; equivalence is not corrected.

    Example:
        >>> more_creators(0.15, 60, 30, to_detect=1.25, alpha=0.05, power=0.8)
        MoreCreators(to_detect=(153, 77), to_show_equivalence=(173, 87))
    """
    _positive(standard_error, "standard error")
    found = _error_to_detect(to_detect, alpha=alpha / niches, power=power)
    shown = _error_for_equivalence(to_detect, alpha=alpha, power=power)
    return MoreCreators(
        to_detect=_added(standard_error / found, n_micro, n_macro),
        to_show_equivalence=_added(standard_error / shown, n_micro, n_macro),
    )


def more_creators_needed(
    standard_error: float,
    n_micro: int,
    n_macro: int,
    *,
    to_detect: float,
    alpha: float,
    power: float,
    niches: int = 1,
) -> int:
    """Creators of both arms to add so that an inconclusive cell is decided either way.

    The larger need of ``more_creators``: a true ratio of the margin would be found, and equality
    would be shown, each with the power asked for. A truth between the two may stay undecided.

    Example:
        >>> more_creators_needed(0.15, 60, 30, to_detect=1.25, alpha=0.05, power=0.8)
        260
    """
    more = more_creators(
        standard_error,
        n_micro,
        n_macro,
        to_detect=to_detect,
        alpha=alpha,
        power=power,
        niches=niches,
    )
    return max(sum(more.to_detect), sum(more.to_show_equivalence))


def clicks_per_arm(
    rate: float,
    other_rate: float,
    *,
    alpha: float,
    power: float,
    clicks_per_creator: float = 1,
    correlation: float = 0,
) -> int:
    """Clicks in each of two equal arms to tell two conversion rates apart, two-sided.

    Delta method on the log ratio, times the design effect 1 + (c - 1) rho of c clicks per creator
    (Kish 1965, Survey Sampling).

    Args:
        rate, other_rate: orders per click, between 0 and 1, different.
        alpha, power: as in ``creators_per_arm``.
        clicks_per_creator: of a typical creator.
        correlation: rho, intraclass correlation of orders within a creator.

    Example:
        >>> clicks_per_arm(0.02, 0.025, alpha=0.05, power=0.8)
        13872
    """
    if not (0 < rate < 1 and 0 < other_rate < 1):
        raise NotEstimableError("conversion rates lie between 0 and 1")
    variance = (1 - rate) / rate + (1 - other_rate) / other_rate
    effect = 1 + (clicks_per_creator - 1) * correlation
    error = _error_to_detect(other_rate / rate, alpha=alpha, power=power)
    return math.ceil(_positive(effect, "design effect") * variance / error**2)


def replication(ratio: float, *, standard_error: float, alpha: float) -> Replication:
    """Power, type S and type M of a comparison with a given error, if a ratio were true.

    Gelman and Carlin (2014, Perspectives on Psychological Science 9, 641-651), in the closed form
    of Lu, Qiu and Deng (2019, British Journal of Mathematical and Statistical Psychology 72).

    Args:
        ratio: taken to be true; a judgement from outside the data, never the estimate itself.
        standard_error: of the log ratio.
        alpha: two-sided.

    Example:
        >>> found = replication(1.25, standard_error=0.2, alpha=0.05)
        >>> round(found.power, 2), round(found.wrong_sign, 3), round(found.exaggeration, 1)
        (0.2, 0.005, 2.3)
    """
    away = abs(_log_of(ratio)) / _positive(standard_error, "standard error")
    critical = float(stats.norm.isf(alpha / 2))
    right, wrong = float(stats.norm.sf(critical - away)), float(stats.norm.sf(critical + away))
    density = float(stats.norm.pdf(critical - away) + stats.norm.pdf(critical + away))
    return Replication(
        power=right + wrong,
        wrong_sign=wrong / (right + wrong),
        exaggeration=(right - wrong + density / away) / (right + wrong),
    )


def _detection(*, alpha: float, power: float) -> float:
    """Standard errors between 1 and a ratio that is detected with the power asked for."""
    if not (0 < alpha < 1 and 0 < power < 1):
        raise NotEstimableError("alpha and power lie between 0 and 1")
    return float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))


def _error_to_detect(ratio: float, *, alpha: float, power: float) -> float:
    return abs(_log_of(ratio)) / _detection(alpha=alpha, power=power)


def _error_for_equivalence(margin: float, *, alpha: float, power: float) -> float:
    """Error at which both one-sided tests succeed with the power asked for, truth in the middle."""
    return abs(_log_of(margin)) / _detection(alpha=2 * alpha, power=(1 + power) / 2)


def _log_of(ratio: float) -> float:
    if not (ratio > 0 and math.isfinite(ratio)) or ratio == 1:
        raise NotEstimableError("a ratio to be told from 1 must be positive and not 1")
    return math.log(ratio)


def _positive(value: float, name: str) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise NotEstimableError(f"the {name} must be positive, it is {value:g}")
    return value


def _added(times: float, n_micro: int, n_macro: int) -> tuple[int, int]:
    """Creators to add to each arm when the error must fall to 1/``times``."""
    grown = (math.ceil(n_micro * times**2), math.ceil(n_macro * times**2))
    return max(0, grown[0] - n_micro), max(0, grown[1] - n_macro)
