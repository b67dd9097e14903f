"""Does the outcome rise with followers and then fall? Two tests that a bend alone does not pass.

A significant quadratic term says that a curve bends, not that it turns: on a curve that rises all
the way it is found practically always, and where it bends sharply Lind and Mehlum's test is
fooled as well (.77 and more with 2,000 creators). An inverted U is claimed only where both tests
here find it, at most .01 of the time on such curves.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.evidence.estimators.elasticity import Fit, cardinal_spline, fit, usable
from analysis.evidence.estimators.estimate import Floats, Integers, NotEstimableError
from analysis.evidence.estimators.intervals import fieller


@dataclass(frozen=True, slots=True)
class InvertedU:
    """Evidence that an outcome rises and then falls. Places are logarithms of followers.

    Attributes:
        p_value: the larger of the two below; small only where both tests find the turn.
        quadratic_p_value: Lind and Mehlum, one-sided, of a curve without a turn in the data.
        slope_at_smallest, slope_at_largest: of the quadratic, at the ends of the data.
        turning_point: top of the quadratic; None where it has none.
        turning_low, turning_high: Fieller interval of the turning point; None where unbounded.
        lines_p_value: Simonsohn's two lines, the larger two-sided p-value; 1 where the lines do
            not rise and then fall.
        breakpoint: where the second line begins.
        slope_below, slope_above: of the two lines.
    """

    p_value: float
    quadratic_p_value: float
    slope_at_smallest: float
    slope_at_largest: float
    turning_point: float | None
    turning_low: float | None
    turning_high: float | None
    lines_p_value: float
    breakpoint: float
    slope_below: float
    slope_above: float


def inverted_u(
    log_outcome: Floats,
    log_followers: Floats,
    stratum: Integers,
    *,
    cluster: Integers | None = None,
    level: float,
) -> InvertedU:
    """Lind and Mehlum's test of a quadratic, and Simonsohn's two lines.

    Quadratic: the slope at the smallest account is positive and at the largest negative, each
    one-sided; the larger p-value counts. Its interval of the turning point is Fieller's (1954,
    JRSS B 16). Two lines: a spline finds where the curve is within one standard error of its
    top, the Robin Hood rule puts the break there so that the weaker line gets more creators, and
    both lines must be significant with slopes up and down. Errors as in ``follower_elasticity``.
    Without accounts well above the turning point neither test can see it.

    Args:
        log_outcome, log_followers, stratum, cluster: as in ``follower_elasticity``.
        level: of the interval of the turning point.

    Raises:
        NotEstimableError: as in ``follower_elasticity``, or fewer than five follower counts.

    References:
        Lind and Mehlum (2010), Oxford Bulletin of Economics and Statistics 72, 109-118.
        Simonsohn (2018), Advances in Methods and Practices in Psychological Science 1, 538-555.

    Example:
        >>> size = np.linspace(7, 15, 60)
        >>> noise = np.tile([0.2, -0.2, 0.1], 20)
        >>> one = np.zeros(60, dtype=np.int64)
        >>> found = inverted_u(noise - (size - 11) ** 2 / 4, size, one, level=0.95)
        >>> found.p_value < 0.001, round(found.turning_point)
        (True, 11)
    """
    rows = usable(log_outcome, log_followers, stratum, cluster)
    quadratic_p, ends, turn, between = _quadratic(*rows, level=level)
    lines_p, at, slopes = _two_lines(*rows)
    return InvertedU(
        p_value=max(quadratic_p, lines_p),
        quadratic_p_value=quadratic_p,
        slope_at_smallest=ends[0],
        slope_at_largest=ends[1],
        turning_point=turn,
        turning_low=between[0] if between else None,
        turning_high=between[1] if between else None,
        lines_p_value=lines_p,
        breakpoint=at,
        slope_below=slopes[0],
        slope_above=slopes[1],
    )


Pair = tuple[float, float]


def _quadratic(
    outcome: Floats, size: Floats, stratum: Integers, person: Integers, *, level: float
) -> tuple[float, Pair, float | None, Pair | None]:
    """Lind-Mehlum p-value, slopes at the ends, turning point, its interval."""
    centre = float(size.mean())
    centred = size - centre
    fitted = fit(outcome, np.column_stack([centred, centred**2]), stratum, person)
    ends = np.array([centred.min(), centred.max()])
    weights = np.zeros((2, len(fitted.coefficients)))
    weights[:, 0], weights[:, 1] = 1, 2 * ends
    slope, error = fitted.contrast(weights)
    if error.min() <= 0:
        raise NotEstimableError("the outcome follows from followers without any scatter")
    p_value = stats.t.sf(slope / error * [1, -1], fitted.freedom).max()
    return float(p_value), _pair(slope), *_turn(fitted, centre, level=level)


def _turn(fitted: Fit, centre: float, *, level: float) -> tuple[float | None, Pair | None]:
    """Where the slope b + 2 c x of the quadratic is 0."""
    slope, curvature = fitted.coefficients[:2]
    if curvature >= 0:
        return None, None
    scale = np.diag([-1.0, 2.0])
    shape, low, high = fieller(
        -slope,
        2 * curvature,
        scale @ fitted.covariance[:2, :2] @ scale,
        quantile=float(stats.t.ppf((1 + level) / 2, fitted.freedom)),
    )
    interval = (centre + low, centre + high) if shape == "between" else None
    return float(centre - slope / (2 * curvature)), interval


def _two_lines(
    outcome: Floats, size: Floats, stratum: Integers, person: Integers
) -> tuple[float, float, Pair]:
    """Simonsohn's p-value, the break, the slopes below and above it."""
    flat = _flat_top(outcome, size, stratum, person)
    slopes, errors, _ = _lines(outcome, size, stratum, person, at=float(np.median(flat)))
    strength = np.abs(slopes / errors)
    at = float(np.quantile(flat, strength[1] / strength.sum()))
    slopes, errors, freedom = _lines(outcome, size, stratum, person, at=at)
    if not (slopes[0] > 0 > slopes[1]):
        return 1.0, at, _pair(slopes)
    return float((2 * stats.t.sf(np.abs(slopes / errors), freedom)).max()), at, _pair(slopes)


def _flat_top(outcome: Floats, size: Floats, stratum: Integers, person: Integers) -> Floats:
    """Follower counts in the middle 80 % where a spline is within one error of its top."""
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
    slopes, errors, freedom = np.empty(2), np.empty(2), np.inf
    for line, above in enumerate((size > at, size >= at)):
        away = size - at
        columns = np.column_stack([np.where(above, 0, away), np.where(above, away, 0), above])
        fitted = fit(outcome, columns, stratum, person)
        slopes[line] = fitted.coefficients[line]
        errors[line] = np.sqrt(fitted.covariance[line, line])
        freedom = fitted.freedom
    if errors.min() <= 0:
        raise NotEstimableError("the outcome follows from followers without any scatter")
    return slopes, errors, freedom


def _pair(values: Floats) -> Pair:
    return float(values[0]), float(values[1])
