"""Outcome of the next unit of money in larger creators: own elasticity of outcome to cost."""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.intervals import Bounds, fieller_from_zero
from analysis.evidence.estimators.rows import Floats, Integers, checked_amounts


@dataclass(frozen=True, slots=True)
class OwnElasticity:
    """By which power outcome grows with cost when larger creators are booked.

    Attributes:
        power: growth of outcome with followers over that of cost; money spent on larger creators
            brings this share of what the average brought.
        interval: Fieller's, at the level asked for.
        persons: counted.
    """

    power: float
    interval: Bounds
    persons: int


def own_elasticity(
    outcome: Floats, cost: Floats, followers: Floats, person: Integers, *, level: float
) -> OwnElasticity:
    """Growth of outcome with cost, both by followers, inside one arm.

    Two Poisson slopes on log followers, whose ratio is free of noise in fees: the plain slope of
    log outcome on log cost says .85 for a true 1 where fees vary by .35 on the log scale, and .6
    where they vary by .7. Bookings without outcome stay. The pair's covariance adds up influence
    functions by person, each widened for its leverage (HC3), and the interval is Fieller's with t.

    Args:
        outcome, cost, followers: one row per booking; followers are positive.
        person: label of who was booked.
        level: of the interval.

    Raises:
        NotEstimableError: fewer than three persons, no outcome or cost, or followers or costs
            that are all alike.

    Example:
        >>> size = np.array([1e4, 2e4, 4e4, 8e4, 1e4, 2e4, 4e4, 8e4])
        >>> found = own_elasticity(size**0.6, size**0.75, size, np.arange(8), level=0.9)
        >>> round(found.power, 2)
        0.8
    """
    checked_amounts(outcome=outcome, cost=cost)
    label = np.unique(person, return_inverse=True)[1]
    persons = int(label.max(initial=-1)) + 1
    x = np.log(followers)
    if persons < 3 or np.ptp(x) < 1e-9:
        raise NotEstimableError("fewer than three creators, or all of one size")
    if outcome.sum() <= 0 or cost.sum() <= 0:
        raise NotEstimableError("no outcome or no cost")
    if np.ptp(cost) == 0:
        raise NotEstimableError("every booking costs the same")
    design = np.column_stack([np.ones_like(x), x - x.mean()])
    slopes, pulls = zip(*(_poisson_slope(one, design) for one in (outcome, cost)), strict=True)
    by_person = np.array([np.bincount(label, weights=pull) for pull in pulls])
    interval = fieller_from_zero(
        slopes[0],
        slopes[1],
        by_person @ by_person.T,
        quantile=float(stats.t.ppf((1 + level) / 2, persons - 2)),
    )
    return OwnElasticity(slopes[0] / slopes[1], interval, persons)


def _poisson_slope(y: Floats, design: Floats) -> tuple[float, Floats]:
    """Slope of log mean, and every row's pull on it, HC3."""
    y = y / y.mean()
    with warnings.catch_warnings():  # a perfect power law is an answer
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        model = sm.GLM(y, design, family=sm.families.Poisson())
        found = model.fit(maxiter=100, tol=1e-12)
    if not found.converged:
        raise NotEstimableError("the growth with followers has no finite estimate")
    mean = np.asarray(found.mu)
    inverse = np.asarray(found.normalized_cov_params)
    leverage = mean * np.einsum("ij,jk,ik->i", design, inverse, design)
    pulls = (design @ inverse)[:, 1] * (y - mean) / np.maximum(1 - leverage, 1e-9)
    return float(found.params[1]), pulls
