"""Does the lead begin at the line? A step on top of a smooth curve of followers.

One row is one account. A curve that bends or is steep near the line looks like a step to a straight
line or to a stiff curve, so the curve has six columns; what it leaves of the line's information is
small, and a step needs 6 to 14 times the creators that the ratio of tiers needs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, nan

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, with_t
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rate_ratio import Weight, sum_by
from analysis.evidence.estimators.rows import (
    Flags,
    Floats,
    Integers,
    checked_amounts,
    checked_labels,
    merged_strata,
)

# Harrell (2015), Regression Modeling Strategies, table 2.3: quantiles of the knots.
KNOTS = (0.025, 0.1833, 0.3417, 0.5, 0.6583, 0.8167, 0.975)
_KNOTS_OF_COUNTS = (0.1, 0.37, 0.63, 0.9)
_FEWEST = 20  # creators on either side of a cut
_NO_END = "so few creators decide the step that the fit finds no end"
_NOTHING = 1e-9  # what is left after rounding, as a share of what was there


@dataclass(frozen=True, slots=True)
class Step:
    """The step at one cut.

    Attributes:
        cut: followers at which the macro side begins.
        lead: ratio micro/macro with the line at the cut, within strata.
        smooth: the lead that a curve without a step predicts; missing for counts.
        jump: the ratio of both sides at the cut itself, beside the curve.
        persons: owners of the accounts.
    """

    cut: float
    lead: float
    smooth: float
    jump: Estimate
    persons: int


def tier_steps(
    log_rate: npt.ArrayLike,
    followers: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    cuts: Iterable[float],
    level: float,
    person: npt.ArrayLike | None = None,
) -> list[Step]:
    """Measure the step of log rates at each cut, over one curve.

    Least squares on micro (fewer followers than the cut), a natural cubic spline of log followers
    with seven knots, and strata; HC3 errors (MacKinnon and White 1985, Journal of Econometrics 29),
    summed by person, t with persons beyond columns. The line is the registered cut; the others are
    placebos, of which the most extreme is no test. ``lead`` less ``smooth`` is the step times the
    share of information that the curve leaves.

    Args:
        log_rate: one per account, finite.
        followers: of each account of the two tiers, positive.
        stratum: label per account; those under 20 accounts are put together.
        cuts: follower counts; the first may be the line.
        level: of the intervals.
        person: owner of each account; None makes every account a person's own.

    Returns:
        A step per cut, in their order.

    Raises:
        NotEstimableError: a rate or a follower count is missing, a cut has fewer than 20 creators
            on one side, follower counts are too much alike for a curve, or one creator decides
            alone.

    Example:
        >>> size = np.tile(np.geomspace(2e3, 2e6, 200), 2)
        >>> noise = np.repeat([0.1, -0.1], 200)
        >>> rate = 0.3 * (size < 1e5) - 0.1 * np.log(size) + noise
        >>> one = np.zeros(400, dtype=np.int64)
        >>> line, *_ = tier_steps(rate, size, one, cuts=[1e5], level=0.95)
        >>> round(line.jump.ratio, 3)
        1.35
    """
    size, logs = np.asarray(followers, dtype=float), np.asarray(log_rate, dtype=float)
    if not (np.isfinite(logs).all() and np.isfinite(size).all() and size.min() > 0):
        raise NotEstimableError("a rate or a follower count is missing or 0")
    strata = merged_strata(checked_labels(stratum, len(size)))
    owner = np.unique(checked_labels(person, len(size)), return_inverse=True)[1]
    at = np.array(list(cuts), dtype=float)
    below = size[:, None] < at
    _refuse_empty_sides(below, at)
    arms, outcome = _demeaned(below.astype(float), strata), _demeaned(logs[:, None], strata)
    basis, leverage = _curve_basis(np.log10(size), strata)
    curved = basis @ (basis.T @ outcome)
    leads, smooths = ((arms * of).sum(axis=0) / (arms**2).sum(axis=0) for of in (outcome, curved))
    beside = arms - basis @ (basis.T @ arms)
    jumps, influence = _slopes(beside, outcome - curved, leverage)
    errors = np.sqrt((sum_by(owner, influence.T) ** 2).sum(axis=1))
    persons = int(owner.max()) + 1
    df = persons - basis.shape[1] - int(strata.max()) - 2
    method = "step over a natural spline of 6 columns, HC3 by person, t"
    return [
        Step(
            cut,
            exp(lead),
            exp(smooth),
            with_t(jump, error, df, level=level, method=method),
            persons,
        )
        for cut, lead, smooth, jump, error in zip(
            *(of.tolist() for of in (at, leads, smooths, jumps, errors)), strict=True
        )
    ]


def _slopes(columns: Floats, outcome: Floats, leverage: Floats) -> tuple[Floats, Floats]:
    """Slope of each column by itself, and each row's influence on it with its leverage.

    Args:
        columns: shape (rows, slopes); what strata and curve leave of them.
        outcome: shape (rows, 1), likewise.
        leverage: of strata and curve, shape (rows,).
    """
    information = (columns**2).sum(axis=0)
    if information.min() <= _NOTHING * len(columns):
        raise NotEstimableError("the curve leaves nothing of the line to compare")
    slopes = (columns * outcome).sum(axis=0) / information
    left = 1 - leverage[:, None] - columns**2 / information
    if left.min() < _NOTHING:
        raise NotEstimableError("one creator decides alone")
    return slopes, columns * (outcome - columns * slopes) / left / information


def _refuse_empty_sides(below: Flags, cuts: Floats) -> None:
    lesser = np.minimum(below.sum(axis=0), (~below).sum(axis=0))
    empty = [f"{cut:,.0f}" for cut in cuts[lesser < _FEWEST]]
    if empty:
        raise NotEstimableError(
            f"fewer than {_FEWEST} creators on one side of {', '.join(empty)} followers"
        )


def _demeaned(columns: Floats, stratum: Integers) -> Floats:
    """Columns less their means in each stratum, numbers from 0."""
    size = np.bincount(stratum)
    means = np.array([np.bincount(stratum, weights=column) for column in columns.T]) / size
    centred: Floats = columns - means.T[stratum]
    return centred


def _curve_basis(size: Floats, stratum: Integers) -> tuple[Floats, Floats]:
    """Orthonormal columns of the curve within strata, and the leverage of curve and strata."""
    columns = _demeaned(natural_spline(size, KNOTS), stratum)
    basis, upper = np.linalg.qr(columns / np.linalg.norm(columns, axis=0))
    if np.abs(np.diag(upper)).min() < _NOTHING:
        raise NotEstimableError("the follower counts are too much alike for a curve")
    return basis, (basis**2).sum(axis=1) + 1 / np.bincount(stratum)[stratum]


def natural_spline(values: Floats, quantiles: Iterable[float]) -> Floats:
    """Cubic spline, straight beyond the outermost knots, as columns beside a level.

    Harrell's truncated powers: one column fewer than knots, the first of them the values.

    Args:
        values: one per row.
        quantiles: of the values, where the knots are.

    Raises:
        NotEstimableError: two knots coincide.

    Example:
        >>> natural_spline(np.arange(5.0), (0, 0.5, 1))[:, 1].round(4).tolist()
        [0.0, 0.0625, 0.5, 1.5625, 3.0]
    """
    knots = np.quantile(values, list(quantiles))
    if (np.diff(knots) <= 0).any():
        raise NotEstimableError("the follower counts are too much alike for a curve")
    *inner, next_to_last, last = knots
    beyond = np.maximum(values[:, None] - knots, 0) ** 3 / (last - knots[0]) ** 2
    gap = last - next_to_last
    bent = [
        beyond[:, column]
        - beyond[:, -2] * (last - knot) / gap
        + beyond[:, -1] * (next_to_last - knot) / gap
        for column, knot in enumerate(inner)
    ]
    return np.column_stack([values, *bent])


def count_step(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    followers: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    cut: float,
    weight: Weight,
    level: float,
    person: npt.ArrayLike | None = None,
) -> Step:
    """Measure the step of a rate of counts, such as orders per click, at the line.

    Poisson quasi-likelihood with strata, a natural spline of three columns and the exposure as
    offset (Gourieroux, Monfort and Trognon 1984, Econometrica 52: only the mean has to be right),
    by statsmodels. Errors by leaving out whole persons with their leverage, weights held fixed.

    Args:
        count: one row per account and stratum; not negative, 0 counts.
        exposure: what it is divided by; positive. For cost per order give orders and costs: the
            step is of orders per cost.
        followers, stratum, person, level: as for ``tier_steps``. Strata without any count tell
            nothing of a ratio and are left out.
        cut: the line.
        weight: ``person`` for the typical creator, ``exposure`` for the portfolio.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: one side has fewer than 20 rows or no count, or the fit finds no end.
    """
    counts, exposures, size = checked_amounts(count=count, exposure=exposure, followers=followers)
    labels = merged_strata(checked_labels(stratum, len(size)))
    kept = (np.bincount(labels, weights=counts) > 0)[labels]
    counts, exposures, size = counts[kept], exposures[kept], size[kept]
    strata, owner = labels[kept], checked_labels(person, len(labels))[kept]
    below = size < cut
    _refuse_empty_sides(below[:, None], np.array([cut]))
    if min(counts[below].sum(), counts[~below].sum()) <= 0:
        raise NotEstimableError("the creators on one side of the line together have 0 of it")
    rate = counts / exposures
    weights = np.ones(len(rate)) if weight == "person" else exposures / exposures.mean()
    curve = natural_spline(np.log10(size), _KNOTS_OF_COUNTS)
    lead = _poisson(rate, below[:, None].astype(float), strata, weights)[0][0]
    columns = np.column_stack([below, curve - curve.mean(axis=0)])
    _, working, information = _poisson(rate, columns, strata, weights)
    fitted = fit(working, columns, strata, owner, weight=information)
    log_ratio, error, df = fitted.slope
    method = "step over a natural spline of 3 columns, Poisson quasi-likelihood, CR3 by person, t"
    jump = with_t(log_ratio, error, df, level=level, method=method)
    return Step(cut, exp(lead), nan, jump, len(np.unique(owner)))


def _poisson(
    rate: Floats, columns: Floats, stratum: Integers, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    """Coefficients, and the weighted least squares that have the same ones: outcome, weights."""
    design = np.column_stack([columns, stratum[:, None] == np.unique(stratum)]).astype(float)
    model = sm.GLM(rate / rate.mean(), design, family=sm.families.Poisson(), var_weights=weight)
    try:
        found = model.fit(maxiter=100, tol=1e-12)
    except (ValueError, np.linalg.LinAlgError) as error:
        raise NotEstimableError(_NO_END) from error
    mean = np.asarray(found.mu)
    if not found.converged or not np.isfinite(found.params).all():
        raise NotEstimableError(_NO_END)
    working = np.asarray(design @ found.params) + (rate / rate.mean() - mean) / mean
    return np.asarray(found.params), working, mean * weight


def placebo_cuts(followers: npt.ArrayLike) -> list[float]:
    """Round follower counts (1, 2, 3, 5 per power of ten) with 20 creators or more on both sides.

    Example:
        >>> placebo_cuts(np.geomspace(1e3, 1e5, 101))
        [3000.0, 5000.0, 10000.0, 20000.0, 30000.0]
    """
    size = np.sort(np.asarray(followers, dtype=float))
    round_counts = np.array([step * 10.0**power for power in range(3, 9) for step in (1, 2, 3, 5)])
    below = np.searchsorted(size, round_counts)
    enough = np.minimum(below, len(size) - below) >= _FEWEST
    return [float(cut) for cut in round_counts[enough]]
