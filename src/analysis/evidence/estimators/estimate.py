"""What every ratio of two arms shares: the estimate, its intervals and its p-value.

One row is one creator. Arrays hold one entry per row; ``micro`` is the arm, ``stratum`` what is
compared like with like, ``person`` who owns the account.
"""

import math
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from scipy import stats

from analysis.evidence.estimators.rows import Floats

Number = TypeVar("Number", float, Floats)
_LARGEST_LOG = 300  # whose exponential is still a sensible number


class NotEstimableError(ValueError):
    """The arms hold data, but no ratio can be formed.

    The message says why in plain words.
    """


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio micro/macro, or an elasticity, with what its intervals rest on.

    Attributes:
        ratio: point estimate.
        standard_error: of the logarithm of a ratio; of an elasticity itself.
        degrees_of_freedom: of t.
        low, high: two-sided interval at the level asked for.
        p_value: two-sided, of 1.
        method: estimator, standard error and reference distribution, in words.
        widening: factor of what t gives, from 1.
        permuted: sizes of the studentised statistic under permuted arms; the wider of them and t
            counts. None where arms are not permuted.
        is_elasticity: whether it is no ratio, so that its interval is not on the log scale.
    """

    ratio: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    p_value: float
    method: str
    widening: float = 1.0
    permuted: Floats | None = field(default=None, compare=False, repr=False)
    is_elasticity: bool = False

    def interval(self, level: float) -> tuple[float, float]:
        """Two-sided interval at any level."""
        half = self.standard_error * _quantile(
            level, self.degrees_of_freedom, self.widening, self.permuted
        )
        if self.is_elasticity:
            return self.ratio - half, self.ratio + half
        return self.ratio * math.exp(-half), self.ratio * math.exp(min(half, _LARGEST_LOG))


def _quantile(level: float, df: float, widening: float, permuted: Floats | None) -> float:
    by_t = float(stats.t.ppf((1 + level) / 2, df)) * widening
    if permuted is None:
        return by_t
    return max(by_t, float(np.quantile(permuted, level, method="higher")))


def t_interval(
    value: Number, error: Number, degrees_of_freedom: float, *, level: float
) -> tuple[Number, Number]:
    """Two-sided interval by t, of one value or of many.

    Example:
        >>> [round(end, 2) for end in t_interval(1.0, 0.5, 10, level=0.95)]
        [-0.11, 2.11]
    """
    half = float(stats.t.ppf((1 + level) / 2, degrees_of_freedom)) * error
    return value - half, value + half


def t_p_value(distance: float, error: float, degrees_of_freedom: float) -> float:
    """Two-sided p-value by t of a distance from the null."""
    return float(2 * stats.t.sf(abs(distance) / error, degrees_of_freedom))


def with_t(
    log_ratio: float,
    error: float,
    degrees_of_freedom: float,
    *,
    level: float,
    method: str,
    widening: float = 1.0,
    permuted: Floats | None = None,
) -> Estimate:
    """Estimate from a log ratio and its standard error: t, or permuted arms where they are wider.

    Args:
        log_ratio, error, degrees_of_freedom: of the comparison.
        level: of the interval.
        method: in words.
        widening, permuted: as in ``Estimate``; interval and p-value both take the wider one.

    Raises:
        NotEstimableError: an end of the interval is beyond what a number can hold.
    """
    half = error * _quantile(level, degrees_of_freedom, widening, permuted)
    if not abs(log_ratio) + half < _LARGEST_LOG:
        raise NotEstimableError("so few creators decide the ratio that nothing bounds it")
    p_value = t_p_value(log_ratio, error * widening, degrees_of_freedom)
    if permuted is not None:
        statistic = abs(log_ratio) / error * (1 - 1e-12)
        by_arms = (1 + int((permuted >= statistic).sum())) / (len(permuted) + 1)
        p_value = max(p_value, by_arms)
    ratio, low, high = np.exp(log_ratio + np.array([0, -half, half])).tolist()
    return Estimate(
        ratio, error, degrees_of_freedom, low, high, p_value, method, widening, permuted
    )
