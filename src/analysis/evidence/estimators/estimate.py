"""What every ratio of two arms shares: the estimate, its interval and its p-value.

One row is one creator. Arrays hold one entry per row; ``micro`` is the arm, ``stratum`` what is
compared like with like, ``person`` who owns the account.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import stats

from analysis.evidence.estimators.rows import Flags, Floats, Integers

Number = TypeVar("Number", float, Floats)
_LARGEST_LOG = 300  # whose exponential is still a sensible number


class NotEstimableError(ValueError):
    """The arms hold data, but no ratio can be formed.

    The message says why in plain words.
    """


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio micro/macro.

    Attributes:
        ratio: point estimate.
        standard_error: of the logarithm of the ratio.
        low, high: two-sided interval at the level asked for, 1 - alpha.
        inner_low, inner_high: interval at 1 - 2 alpha; inside the margin it shows equivalence
            by two one-sided tests at alpha.
        p_value: two-sided, of a ratio of 1.
        method: estimator, standard error and reference distribution, in words.
    """

    ratio: float
    standard_error: float
    low: float
    high: float
    inner_low: float
    inner_high: float
    p_value: float
    method: str


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
    log_ratio: float, error: float, degrees_of_freedom: float, *, level: float, method: str
) -> Estimate:
    """Estimate from a log ratio and its standard error, with t.

    Raises:
        NotEstimableError: an end of the interval is beyond what a number can hold.
    """
    outer, inner = stats.t.ppf([(1 + level) / 2, level], degrees_of_freedom) * error
    p_value = t_p_value(log_ratio, error, degrees_of_freedom)
    return exponentiated(log_ratio, error, (outer, inner), p_value=p_value, method=method)


def exponentiated(
    log_ratio: float, error: float, halves: tuple[float, float], *, p_value: float, method: str
) -> Estimate:
    """Estimate from a log ratio and half-widths of its intervals.

    The intervals are at 1 - alpha and at 1 - 2 alpha.

    Raises:
        NotEstimableError: an end of the interval is beyond what a number can hold.
    """
    outer, inner = halves
    if not abs(log_ratio) + outer < _LARGEST_LOG:
        raise NotEstimableError("so few creators decide the ratio that nothing bounds it")
    offsets = np.array([0, -outer, outer, -inner, inner])
    ratio, low, high, inner_low, inner_high = np.exp(log_ratio + offsets).tolist()
    return Estimate(ratio, error, low, high, inner_low, inner_high, p_value, method)


def add_up_persons(
    numerator: Floats, exposure: Floats, micro: Flags, stratum: Integers, person: Integers | None
) -> tuple[Floats, Floats, Flags, Integers, Integers]:
    """Accounts of one person in one arm and stratum added up.

    The last array is the person.
    """
    if person is None:
        person = np.arange(len(micro))
    keys = np.column_stack([person, stratum, micro])
    units, label = np.unique(keys, axis=0, return_inverse=True)
    if len(units) == len(micro):
        return numerator, exposure, micro, stratum, person
    added = [np.bincount(label.ravel(), weights=values) for values in (numerator, exposure)]
    held = [values.astype(np.float64) for values in added]
    return held[0], held[1], units[:, 2].astype(np.bool_), units[:, 1], units[:, 0]
