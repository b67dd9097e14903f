"""Followers -> outcome as a curve: elasticity, local elasticity, and whether the curve turns down.

One row is one creator's account: the logarithm of an outcome (interactions, reach) and the
logarithm of followers. Strata (niche, platform) have levels of their own; slopes are common. A
rate per follower falls with followers exactly where the elasticity is below 1, so that is what is
tested, not the rate's own slope, which arithmetic alone makes negative.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy import stats
from scipy.interpolate import CubicSpline

from analysis.evidence.estimators.estimate import Estimate, Floats, Integers, NotEstimableError

_NOTHING = 1e-9  # what is left after rounding, as a share of what was there
_COLLINEAR = 1e-7  # columns closer than this lose all digits in their cross-products


@dataclass(frozen=True, slots=True, eq=False)
class ElasticityCurve:
    """A smooth curve of log outcome over followers, one entry per point of the grid.

    Attributes:
        followers: the grid.
        fitted, fitted_low, fitted_high: log outcome at the sample's mix of strata.
        elasticity, elasticity_low, elasticity_high: slope of the curve at each point. Both bands
            are pointwise.
        method: in words.
    """

    followers: Floats
    fitted: Floats
    fitted_low: Floats
    fitted_high: Floats
    elasticity: Floats
    elasticity_low: Floats
    elasticity_high: Floats
    method: str


@dataclass(frozen=True, slots=True)
class Fit:
    """Least squares with leave-one-cluster-out errors; slopes first, then one level per stratum."""

    coefficients: Floats
    covariance: Floats
    freedom: float

    def contrast(self, weights: Floats) -> tuple[Floats, Floats]:
        """Values and standard errors of linear combinations, one per row of ``weights``."""
        variance = np.einsum("ij,jk,ik->i", weights, self.covariance, weights)
        return weights @ self.coefficients, np.sqrt(np.maximum(variance, 0))


def follower_elasticity(
    log_outcome: Floats,
    log_followers: Floats,
    stratum: Integers,
    *,
    cluster: Integers | None = None,
    level: float,
) -> Estimate:
    """Elasticity: per cent more outcome for one per cent more followers, tested against 1.

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
    fitted = fit(outcome, size[:, None], strata, person)
    slope, error = float(fitted.coefficients[0]), float(np.sqrt(fitted.covariance[0, 0]))
    if error <= _NOTHING * np.abs(outcome).max():
        raise NotEstimableError("the outcome follows from followers without any scatter")
    outer, inner = stats.t.ppf([(1 + level) / 2, level], fitted.freedom) * error
    return Estimate(
        ratio=slope,
        standard_error=error,
        low=float(slope - outer),
        high=float(slope + outer),
        inner_low=float(slope - inner),
        inner_high=float(slope + inner),
        p_value=float(2 * stats.t.sf(abs(slope - 1) / error, fitted.freedom)),
        method=f"log-log least squares, {'HC3' if cluster is None else 'CR3 by person'}, t",
    )


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
    mix = np.bincount(np.unique(strata, return_inverse=True)[1]) / len(strata)
    values = np.column_stack([spline(at)[:, 1:], np.broadcast_to(mix, (len(at), len(mix)))])
    slopes = np.column_stack([spline(at, 1)[:, 1:], np.zeros((len(at), len(mix)))])
    (value, of_value), (slope, of_slope) = fitted.contrast(values), fitted.contrast(slopes)
    quantile = stats.t.ppf((1 + level) / 2, fitted.freedom)
    return ElasticityCurve(
        followers=grid,
        fitted=value,
        fitted_low=value - quantile * of_value,
        fitted_high=value + quantile * of_value,
        elasticity=slope,
        elasticity_low=slope - quantile * of_slope,
        elasticity_high=slope + quantile * of_slope,
        method=f"natural cubic spline, {df} columns, {'HC3' if cluster is None else 'CR3'}, t",
    )


def cardinal_spline(size: Floats, *, df: int) -> CubicSpline:
    """The ``df + 1`` natural cubic splines that are 1 at one knot and 0 at the others.

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
    """Outcome, followers, stratum and person of the rows in strata of at least two persons.

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


def fit(outcome: Floats, columns: Floats, stratum: Integers, cluster: Integers) -> Fit:
    """Least squares on columns and stratum effects, errors by leaving out one cluster at a time.

    statsmodels has HC3 but no CR3; with clusters of one row the two are the same.

    Raises:
        NotEstimableError: a column does not vary inside strata, no degrees of freedom are left,
            or without some cluster a coefficient could not be estimated.
    """
    design = np.column_stack([columns, stratum[:, None] == np.unique(stratum)]).astype(float)
    freedom = len(np.unique(cluster)) - design.shape[1]
    rank = np.linalg.matrix_rank(np.linalg.qr(design, mode="r"), rtol=_COLLINEAR)
    if freedom < 1 or rank < design.shape[1]:
        raise NotEstimableError("follower counts vary too little inside niches for a slope")
    found = sm.OLS(outcome, design).fit(method="qr")
    bread = np.asarray(found.normalized_cov_params)
    covariance = np.zeros_like(bread)
    for rows in _by_cluster(cluster):
        block = design[rows]  # clusters, rows of each, columns
        hat = block @ bread @ block.transpose(0, 2, 1)
        values, vectors = np.linalg.eigh(np.eye(rows.shape[1]) - hat)
        if values.min() < _NOTHING:
            raise NotEstimableError("one creator alone decides the slope")
        turned = np.einsum("cij,ci->cj", vectors, found.resid[rows]) / values
        changes = np.einsum("cik,cij,cj->ck", block, vectors, turned) @ bread
        covariance += changes.T @ changes
    return Fit(np.asarray(found.params), covariance, float(freedom))


def _by_cluster(cluster: Integers) -> list[npt.NDArray[np.intp]]:
    """Row numbers of the clusters, one array (clusters, rows of each) per size of cluster."""
    order = np.argsort(cluster, kind="stable")
    starts, sizes = np.unique(cluster[order], return_index=True, return_counts=True)[1:]
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]
