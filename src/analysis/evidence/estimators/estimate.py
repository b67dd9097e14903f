"""What every tier ratio shares: the estimate, its interval, and errors by leaving people out.

One row is one creator. Arrays hold one entry per row; ``micro`` is the arm, ``stratum`` what is
compared like with like, ``person`` who owns the account.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class NotEstimableError(ValueError):
    """The arms hold data, but no ratio can be formed; the message says why in plain words."""


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


def with_t(
    log_ratio: float, error: float, freedom: float, *, level: float, method: str
) -> Estimate:
    """Estimate from a log ratio and its standard error, with t."""
    outer = stats.t.ppf((1 + level) / 2, freedom) * error
    inner = stats.t.ppf(level, freedom) * error
    p_value = 2 * stats.t.sf(abs(log_ratio) / error, freedom)
    return exponentiated(log_ratio, error, outer, inner, float(p_value), method)


def exponentiated(
    log_ratio: float, error: float, outer: float, inner: float, p_value: float, method: str
) -> Estimate:
    """Estimate from a log ratio and its half-widths at 1 - alpha and 1 - 2 alpha."""
    low, high, inner_low, inner_high = np.exp(log_ratio + np.array([-outer, outer, -inner, inner]))
    return Estimate(
        ratio=float(np.exp(log_ratio)),
        standard_error=error,
        low=float(low),
        high=float(high),
        inner_low=float(inner_low),
        inner_high=float(inner_high),
        p_value=p_value,
        method=method,
    )


def one_row_a_person(
    numerator: Floats, exposure: Floats, micro: Flags, stratum: Integers, person: Integers | None
) -> tuple[Floats, Floats, Flags, Integers, Integers]:
    """Accounts of one person in one arm and stratum added up; the last array is the person."""
    if person is None:
        person = np.arange(len(micro))
    keys = np.column_stack([person, stratum, micro])
    units, label = np.unique(keys, axis=0, return_inverse=True)
    if len(units) == len(micro):
        return numerator, exposure, micro, stratum, person
    added = [np.bincount(label.ravel(), weights=values) for values in (numerator, exposure)]
    held = [values.astype(np.float64) for values in added]
    return held[0], held[1], units[:, 2].astype(np.bool_), units[:, 1], units[:, 0]


def first_coefficient(
    outcome: Floats, design: Floats, *, cluster: Integers | None
) -> tuple[float, float, float]:
    """First coefficient of a least squares fit, its CR3 error and degrees of freedom.

    CR3 is the jackknife over clusters: the sum of squared changes of the coefficient when one
    cluster is left out. Clusters of one row make it HC3.

    Args:
        outcome: shape (rows,).
        design: shape (rows, columns), full rank.
        cluster: label of each row; None makes every row its own cluster.

    Returns:
        Coefficient, standard error, clusters minus columns.

    Raises:
        NotEstimableError: the design is collinear, or a cluster decides a coefficient alone.
    """
    labels = (
        np.arange(len(outcome)) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    )
    clusters, columns = int(labels.max()) + 1, design.shape[1]
    half, upper = np.linalg.qr(design)
    if clusters <= columns or np.linalg.matrix_rank(upper, rtol=1e-12) < columns:
        raise NotEstimableError("the creators cannot tell tier and niche apart")
    residual = outcome - half @ (half.T @ outcome)
    direction = half @ np.linalg.solve(upper.T, np.eye(columns)[0])
    changes = np.zeros(clusters)
    alone = np.bincount(labels)[labels] == 1
    leverage = (half**2).sum(axis=1)
    if np.any(leverage[alone] > 1 - 1e-10):
        raise NotEstimableError("one creator decides an arm alone")
    changes[labels[alone]] = (direction * residual / (1 - leverage))[alone]
    for label in np.unique(labels[~alone]):
        rows = np.flatnonzero(labels == label)
        annihilator = np.eye(len(rows)) - half[rows] @ half[rows].T
        if np.linalg.cond(annihilator) > 1e10:
            raise NotEstimableError("one person decides an arm alone")
        changes[label] = direction[rows] @ np.linalg.solve(annihilator, residual[rows])
    coefficient = float(np.linalg.solve(upper, half.T @ outcome)[0])
    return coefficient, float(np.sqrt((changes**2).sum())), float(clusters - columns)
