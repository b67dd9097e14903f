"""How many creators an answer needs, and what a comparison would have found.

Closed forms on the log-ratio scale with the normal distribution, for planning, never for verdicts.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.study.registration import Study

RATIOS = (1.1, 1.25, 1.5, 2.0)
_MEASURE = ["platform", "metric", "estimand"]


@dataclass(frozen=True, slots=True)
class DesignRow:
    """Creators per arm for one ratio.

    Attributes:
        ratio: micro/macro, to be detected or, as a margin, to be ruled out.
        alone: to detect it in a single comparison.
        in_family: to detect it as one of several niches that share the error rate.
        equivalent: to show equivalence inside (1/ratio, ratio) when there is no difference.
    """

    ratio: float
    alone: int
    in_family: int
    equivalent: int


def creators_per_arm(
    ratio: float, *, variance: float, alpha: float, power: float, niches: int = 1
) -> int:
    """Creators per arm, arms being equal, to detect a true ratio.

    Args:
        ratio: micro/macro, not 1.
        variance: of one creator's mean log rate, between creators plus that between posts over
            their number.
        alpha: error rate of the family.
        power: chance to detect.
        niches: comparisons that share the error rate; each is tested at ``alpha / niches``.

    Example:
        >>> creators_per_arm(1.25, variance=0.52, alpha=0.05, power=0.8)
        164
    """
    error = _error_to_detect(ratio, alpha=alpha / niches, power=power)
    return math.ceil(2 * _positive(variance, "variance") / error**2)


def creators_per_arm_for_equivalence(
    margin: float, *, variance: float, alpha: float, power: float
) -> int:
    """Creators per arm to show equivalence at a true ratio of 1.

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
    return tuple(
        DesignRow(
            ratio,
            alone=creators_per_arm(ratio, variance=variance, alpha=alpha, power=power),
            in_family=creators_per_arm(
                ratio, variance=variance, alpha=alpha, power=power, niches=niches
            ),
            equivalent=creators_per_arm_for_equivalence(
                ratio, variance=variance, alpha=alpha, power=power
            ),
        )
        for ratio in ratios
    )


def minimum_detectable_ratio(
    standard_error: float, *, alpha: float, power: float, niches: int = 1
) -> float:
    """Smallest ratio above 1 detected with an error of its log.

    Its reciprocal, below 1.

    Example:
        >>> round(minimum_detectable_ratio(0.0796, alpha=0.05, power=0.8), 3)
        1.25
    """
    reach = _detection(alpha=alpha / niches, power=power)
    return math.exp(reach * _positive(standard_error, "standard error"))


def more_creators_needed(
    standard_error: float,
    n_micro: int,
    n_macro: int,
    *,
    to_detect: float,
    alpha: float,
    power: float,
) -> int:
    """Creators of both arms to add for a decision.

    A true ratio of the margin would be found, and equality would be shown, each with the power
    asked for; a truth between the two may stay undecided. Rests on the error falling with the
    square root of creators of the same kind in the same mix.

    Args:
        standard_error: of the log ratio.
        n_micro, n_macro: creators compared.
        to_detect: ratio of the margin, 1.25 or 0.8.
        alpha, power: as in ``creators_per_arm``; equivalence is not corrected.

    Example:
        >>> more_creators_needed(0.15, 60, 30, to_detect=1.25, alpha=0.05, power=0.8)
        260
    """
    _positive(standard_error, "standard error")
    found = _error_to_detect(to_detect, alpha=alpha, power=power)
    shown = _error_for_equivalence(to_detect, alpha=alpha, power=power)
    times = (standard_error / min(found, shown)) ** 2
    return sum(max(0, math.ceil(n * times) - n) for n in (n_micro, n_macro))


def _detection(*, alpha: float, power: float) -> float:
    """Standard errors from 1 to a ratio detected with this power."""
    if not (0 < alpha < 1 and 0 < power < 1):
        raise NotEstimableError("alpha and power lie between 0 and 1")
    return float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))


def _error_to_detect(ratio: float, *, alpha: float, power: float) -> float:
    return abs(_log_of(ratio)) / _detection(alpha=alpha, power=power)


def _error_for_equivalence(margin: float, *, alpha: float, power: float) -> float:
    """Error at which both one-sided tests succeed with this power.

    The truth lies in the middle.
    """
    return abs(_log_of(margin)) / _detection(alpha=2 * alpha, power=(1 + power) / 2)


def _log_of(ratio: float) -> float:
    if not (ratio > 0 and math.isfinite(ratio)) or ratio == 1:
        raise NotEstimableError("a ratio to be told from 1 must be positive and not 1")
    return math.log(ratio)


def _positive(value: float, name: str) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise NotEstimableError(f"the {name} must be positive, it is {value:g}")
    return value


def creators_needed(answer: Answer, study: Study) -> dict[str, tuple[DesignRow, ...]]:
    """Per platform, creators per arm and niche for each ratio.

    The spread between creators is the one seen: the standard error of the row over all niches of
    the answer's first metric and estimand. Platforms without that row are left out.
    """
    chosen = answer.first.dropna(subset=["estimate", "n_micro", "n_macro"])
    chosen = chosen[chosen["niche"] == ALL_NICHES]
    return {
        str(row["platform"]): design_table(
            RATIOS,
            variance=_variance(row["standard_error"], row["n_micro"], row["n_macro"]),
            alpha=study.alpha,
            power=study.power,
            niches=max(len(study.niches.named), 1),
        )
        for row in chosen.to_dict("records")
    }


@dataclass(frozen=True, slots=True)
class FoundAtLeast:
    """The smallest ratio above 1 that these creators would show.

    Attributes:
        metric, estimand: of the measure.
        all_niches: in the comparison over all niches; None where there is none.
        one_niche: in the median niche, one of several; None where no niche is compared.
        niches: how many are compared.
    """

    metric: str
    estimand: str
    all_niches: float | None
    one_niche: float | None
    niches: int


def power_achieved(answer: Answer, study: Study) -> dict[str, tuple[FoundAtLeast, ...]]:
    """Per platform, the smallest ratio the first metric would show.

    Rests on the standard errors alone, never on the ratios found. Estimands and platforms without
    a comparison are left out.
    """
    main = answer.main[answer.main["metric"] == answer.main["metric"].iloc[0]]
    known = main[main["estimate"].notna() & np.isfinite(main["standard_error"].astype(float))]
    known = known[known["standard_error"] > 0]
    found: dict[str, list[FoundAtLeast]] = {}
    for (platform, metric, estimand), rows in known.groupby(_MEASURE, sort=False):
        over_all = rows["niche"] == ALL_NICHES
        errors = rows.loc[~over_all, "standard_error"]
        named = max(len(study.niches.named), 1)
        least = FoundAtLeast(
            metric=str(metric),
            estimand=str(estimand),
            all_niches=_least(rows.loc[over_all, "standard_error"], study, niches=1),
            one_niche=_least(errors, study, niches=named),
            niches=len(errors),
        )
        found.setdefault(str(platform), []).append(least)
    return {platform: tuple(measures) for platform, measures in found.items()}


def _least(errors: pd.Series, study: Study, *, niches: int) -> float | None:
    if errors.empty:
        return None
    error = float(errors.median())
    return minimum_detectable_ratio(error, alpha=study.alpha, power=study.power, niches=niches)


def _variance(standard_error: float, n_micro: int, n_macro: int) -> float:
    """Of one creator's log rate, if both arms had the same."""
    return float(np.square(standard_error) / (1 / n_micro + 1 / n_macro))
