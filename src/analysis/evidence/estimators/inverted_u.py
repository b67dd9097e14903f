"""Does the outcome rise with followers and then fall? Two tests that a bend alone does not pass.

A significant quadratic term says that a curve bends, not that it turns: on a curve that rises all
the way it is found practically always, and where it bends sharply Lind and Mehlum's test is
fooled as well (.77 and more with 2,000 creators). An inverted U is claimed only where both tests
here find it, at most .01 of the time on such curves.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.evidence.estimators.elasticity import cardinal_spline, usable
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rows import Floats, Integers


@dataclass(frozen=True, slots=True)
class InvertedU:
    """Evidence that an outcome rises and then falls.

    Attributes:
        p_value: the larger of the two tests'; small only where both find the turn.
        turning_point: logarithm of followers at the top of the quadratic; None where it has none.
    """

    p_value: float
    turning_point: float | None


def inverted_u(
    log_outcome: Floats,
    log_followers: Floats,
    stratum: Integers,
    *,
    cluster: Integers | None = None,
) -> InvertedU:
    """Lind and Mehlum's test of a quadratic, and Simonsohn's two lines.

    Quadratic: the slope at the smallest account is positive and at the largest negative, each
    one-sided; the larger p-value counts. Two lines: a spline finds where the curve is within one
    standard error of its top, the Robin Hood rule puts the break there so that the weaker line
    gets more creators, and both lines must be significant with slopes up and down. Errors as in
    ``follower_elasticity``.
    Without accounts well above the turning point neither test can see it.

    Args:
        log_outcome, log_followers, stratum, cluster: as in ``follower_elasticity``.

    Raises:
        NotEstimableError: as in ``follower_elasticity``, or fewer than five follower counts.

    References:
        Lind and Mehlum (2010), Oxford Bulletin of Economics and Statistics 72, 109-118.
        Simonsohn (2018), Advances in Methods and Practices in Psychological Science 1, 538-555.

    Example:
        >>> size = np.linspace(7, 15, 60)
        >>> noise = np.tile([0.2, -0.2, 0.1], 20)
        >>> one = np.zeros(60, dtype=np.int64)
        >>> found = inverted_u(noise - (size - 11) ** 2 / 4, size, one)
        >>> found.p_value < 0.001, round(found.turning_point)
        (True, 11)
    """
    rows = usable(log_outcome, log_followers, stratum, cluster)
    quadratic_p, turn = _quadratic(*rows)
    return InvertedU(max(quadratic_p, _two_lines(*rows)), turn)


def _quadratic(
    outcome: Floats, size: Floats, stratum: Integers, person: Integers
) -> tuple[float, float | None]:
    """Lind and Mehlum's p-value, and the top of the quadratic."""
    centre = float(size.mean())
    centred = size - centre
    fitted = fit(outcome, np.column_stack([centred, centred**2]), stratum, person)
    weights = np.zeros((2, len(fitted.coefficients)))
    weights[:, 0], weights[:, 1] = 1, [2 * centred.min(), 2 * centred.max()]
    slope, error = fitted.contrast(weights)
    if error.min() <= 0:
        raise NotEstimableError("the outcome follows from followers without any scatter")
    p_value = stats.t.sf(slope / error * [1, -1], fitted.degrees_of_freedom).max()
    tilt, curvature = fitted.coefficients[:2]
    turn = None if curvature >= 0 else float(centre - tilt / (2 * curvature))
    return float(p_value), turn


def _two_lines(outcome: Floats, size: Floats, stratum: Integers, person: Integers) -> float:
    """Simonsohn's p-value, the larger of the two lines'.

    1 where they do not rise and then fall.
    """
    flat = _flat_top(outcome, size, stratum, person)
    slopes, errors, _ = _lines(outcome, size, stratum, person, at=float(np.median(flat)))
    strength = np.abs(slopes / errors)
    at = float(np.quantile(flat, strength[1] / strength.sum()))
    slopes, errors, df = _lines(outcome, size, stratum, person, at=at)
    if not (slopes[0] > 0 > slopes[1]):
        return 1.0
    return float((2 * stats.t.sf(np.abs(slopes / errors), df)).max())


def _flat_top(outcome: Floats, size: Floats, stratum: Integers, person: Integers) -> Floats:
    """Followers where a spline is within one error of its top.

    Within the middle 80 % of creators.
    """
    spline = cardinal_spline(size, df=4)
    fitted = fit(outcome, spline(size)[:, 1:], stratum, person)
    low, high = np.quantile(size, [0.1, 0.9])
    middle = size[(size > low) & (size < high)]
    if not len(middle):
        raise NotEstimableError("too few follower counts between the smallest and the largest")
    weights = np.zeros((len(middle), len(fitted.coefficients)))
    weights[:, :4] = spline(middle)[:, 1:]
    weights[:, 4:] = 1 / (weights.shape[1] - 4)
    height, error = fitted.contrast(weights)
    flat: Floats = middle[height + error >= height.max()]
    return flat


def _lines(
    outcome: Floats, size: Floats, stratum: Integers, person: Integers, *, at: float
) -> tuple[Floats, Floats, float]:
    """Slopes below and above a break, their errors, degrees of freedom.

    The lines may jump at the break; creators at the break itself belong to each line in turn.
    """
    slopes, errors, df = np.empty(2), np.empty(2), np.inf
    for line, above in enumerate((size > at, size >= at)):
        away = size - at
        columns = np.column_stack([np.where(above, 0, away), np.where(above, away, 0), above])
        fitted = fit(outcome, columns, stratum, person)
        slopes[line] = fitted.coefficients[line]
        errors[line] = np.sqrt(fitted.covariance[line, line])
        df = fitted.degrees_of_freedom
    if errors.min() <= 0:
        raise NotEstimableError("the outcome follows from followers without any scatter")
    return slopes, errors, df
