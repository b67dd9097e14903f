"""Followers -> outcome as a curve: elasticity, local elasticity, and whether the curve turns down.

One row is one creator's account: the logarithm of an outcome (interactions, reach) and the
logarithm of followers. Strata (niche, platform) have levels of their own; slopes are common. A
rate per follower falls with followers exactly where the elasticity is below 1, so that is what is
tested, not the rate's own slope, which arithmetic alone makes negative.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, t_interval, t_p_value
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rows import Flags, Floats, Integers

_NOTHING = 1e-9  # what is left after rounding, as a share of what was there


@dataclass(frozen=True, slots=True, eq=False)
class ElasticityCurve:
    """A smooth curve of log outcome over followers.

    One entry per point of the grid.

    Attributes:
        followers: the grid.
        elasticity, elasticity_low, elasticity_high: slope of the curve at each point; the band
            is pointwise.
    """

    followers: Floats
    elasticity: Floats
    elasticity_low: Floats
    elasticity_high: Floats


def follower_elasticity(
    log_outcome: Floats,
    log_followers: Floats,
    stratum: Integers,
    *,
    cluster: Integers | None = None,
    level: float,
) -> Estimate:
    """Per cent more outcome for one per cent more followers.

    Tested against 1.

    Least squares with stratum effects; the error is HC3 (MacKinnon and White 1985, Journal of
    Econometrics 29), or CR3 (Bell and McCaffrey 2002, Survey Methodology 28) where ``cluster``
    names the person behind each row. t has as many degrees of freedom as persons beyond
    coefficients. Noise in the follower counts pulls the slope towards 0.

    Args:
        log_outcome, log_followers: natural logarithms, finite.
        stratum: label per row; strata of one person tell nothing and are left out.
        cluster: person per row; without it every row is its own.
        level: of the interval.

    Returns:
        An ``Estimate`` whose ``ratio`` is the slope and whose ``standard_error`` is of the slope,
        not of its logarithm. An interval inside (0, 1) says that a larger creator brings more in
        all and less per follower.

    Raises:
        NotEstimableError: too few creators, followers that do not vary inside strata, an outcome
            without scatter, or one person who alone decides the slope.

    Example:
        >>> followers = np.log(np.array([1e3, 1e4, 1e5, 1e6, 1e3, 1e4, 1e5, 1e6]))
        >>> noise = np.array([0.1, -0.1, 0.1, -0.1, -0.1, 0.1, -0.1, 0.1])
        >>> one = np.zeros(8, dtype=np.int64)
        >>> found = follower_elasticity(0.9 * followers + noise, followers, one, level=0.95)
        >>> round(found.ratio, 2), found.high < 1
        (0.9, True)
    """
    outcome, size, strata, person = usable(log_outcome, log_followers, stratum, cluster)
    slope, error, df = fit(outcome, size[:, None], strata, person).slope
    if error <= _NOTHING * np.abs(outcome).max():
        raise NotEstimableError("the outcome follows from followers without any scatter")
    low, high = t_interval(slope, error, df, level=level)
    method = f"log-log least squares, {'HC3' if cluster is None else 'CR3 by person'}, t"
    p_value = t_p_value(slope - 1, error, df)
    return Estimate(slope, error, df, low, high, p_value, method, is_elasticity=True)


def follower_gap(followers: Floats, micro: Flags, stratum: Integers) -> float:
    """How many times as many followers the macro arm has, between geometric means inside strata.

    Strata have the weights n_micro n_macro / n, as in ``geometric_mean_ratio``.

    Example:
        >>> size = np.array([1e4, 1e4, 1e6, 1e6])
        >>> round(follower_gap(size, np.array([True, True, False, False]), np.zeros(4, int)), 6)
        100.0
    """
    column = np.unique(stratum, return_inverse=True)[1]
    logs = np.log(followers)
    counts = np.array([np.bincount(column, weights=arm) for arm in (micro, ~micro)])
    sums = np.array([np.bincount(column, weights=logs * arm) for arm in (micro, ~micro)])
    weight = counts.prod(axis=0) / counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        apart = np.where(weight > 0, sums[1] / counts[1] - sums[0] / counts[0], 0)
    return float(np.exp((weight * apart).sum() / weight.sum())) if weight.sum() else 1.0


def elasticity_curve(
    log_outcome: Floats,
    log_followers: Floats,
    stratum: Integers,
    *,
    grid: Floats,
    cluster: Integers | None = None,
    df: int = 4,
    level: float,
) -> ElasticityCurve:
    """Natural cubic spline of log outcome over log followers, and its slope.

    ``df`` columns beside the level, so ``df + 1`` knots at equally spaced quantiles of the
    distinct follower counts, the outermost at the smallest and the largest (patsy's ``cr``).
    Strata, errors and refusals as in ``follower_elasticity``; the model is linear in its
    coefficients, so bands need no simulation.

    Args:
        log_outcome, log_followers, stratum, cluster, level: as in ``follower_elasticity``.
        grid: followers, not logarithms, at which the curve is read.
        df: flexibility of the curve.

    Raises:
        NotEstimableError: also for fewer than ``df + 1`` distinct follower counts and for a grid
            beyond the data.

    Example:
        >>> size = np.linspace(7, 14, 40)
        >>> noise = np.tile([0.1, -0.1], 20)
        >>> one, grid = np.zeros(40, dtype=np.int64), np.array([1e4, 1e5])
        >>> curve = elasticity_curve(0.8 * size + noise, size, one, grid=grid, level=0.95)
        >>> curve.elasticity.round(1).tolist()
        [0.8, 0.8]
    """
    outcome, size, strata, person = usable(log_outcome, log_followers, stratum, cluster)
    at = np.log(grid)
    # The logarithms may come from another library, which rounds otherwise.
    if at.min() < size.min() - 1e-9 or at.max() > size.max() + 1e-9:
        raise NotEstimableError("the curve is asked for beyond the follower counts in the data")
    spline = cardinal_spline(size, df=df)
    fitted = fit(outcome, spline(size)[:, 1:], strata, person)
    slopes = np.column_stack([spline(at, 1)[:, 1:], np.zeros((len(at), len(np.unique(strata))))])
    slope, error = fitted.contrast(slopes)
    ends = t_interval(slope, error, fitted.degrees_of_freedom, level=level)
    return ElasticityCurve(grid, slope, *ends)


def cardinal_spline(size: Floats, *, df: int) -> CubicSpline:
    """The ``df + 1`` natural cubic splines of the knots.

    Each is 1 at one knot and 0 at the others.

    They sum to 1, so beside stratum effects one of them is left out.

    Raises:
        NotEstimableError: fewer than ``df + 1`` distinct values.
    """
    distinct = np.unique(size)
    if len(distinct) <= df:
        raise NotEstimableError(
            f"{len(distinct)} different follower counts are too few for a curve"
        )
    knots = np.quantile(distinct, np.linspace(0, 1, df + 1))
    return CubicSpline(knots, np.eye(df + 1), bc_type="natural")


def usable(
    log_outcome: Floats, log_followers: Floats, stratum: Integers, cluster: Integers | None
) -> tuple[Floats, Floats, Integers, Integers]:
    """Columns of the rows in strata of two persons or more.

    Raises:
        NotEstimableError: a logarithm is not finite, or no such row.
    """
    if not (np.isfinite(log_outcome).all() and np.isfinite(log_followers).all()):
        raise NotEstimableError("an outcome or a follower count is missing or 0")
    person = np.arange(len(stratum)) if cluster is None else cluster
    pairs = np.unique(np.column_stack([stratum, person]), axis=0)
    labels, persons = np.unique(pairs[:, 0], return_counts=True)
    kept = np.isin(stratum, labels[persons > 1])
    if not kept.any():
        raise NotEstimableError("no niche has two creators")
    return log_outcome[kept], log_followers[kept], stratum[kept], person[kept]
