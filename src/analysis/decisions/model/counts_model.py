"""One mixed model of counts per booking: persons, arms, campaigns, and the luck of each booking."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import gammaln

from analysis.decisions.model.returns import ARM
from analysis.evidence.estimators.rows import Floats

PERSON, BOOKING, ARM_OWN, CAMPAIGN, TIER = range(5)  # spreads, all of the log rate
_SCALES = np.array([0.7, 1.2, 0.2, 0.3, 0.15])  # of their half-normal priors
_FIRST_GUESS = np.log([0.5, 0.5, 0.2, 0.2, 0.1])
_LEAST, _MOST = -4.0, 1.2  # log spread
_COEFFICIENT = 0.35  # prior sd of tier and platform; flat ones promised three times the true gain
_SLOPE, _SLOPE_SD = 0.6, 0.3  # prior of the power by which the outcome grows with followers
_LEVEL_SD = 5.0
_REFERENCE = 1e5  # followers
_STEP = 0.15  # of the log spreads, for their curvature
_LEAST_CURVATURE = 0.4
_STOPS = {"maxfev": 160, "xatol": 0.03, "fatol": 0.02}
_SPREADS, _DRAWS = 100, 600  # draws of the spreads, and of everything


@dataclass(frozen=True, eq=False)
class Counts:
    """Bookings laid out for the model, sorted by person.

    Attributes:
        outcome: per booking.
        person: place of the booking's person in ``persons``.
        persons: one row per person: ``person`` and, of the last booking, ``platform``, ``micro``,
            ``followers``.
        platforms, campaigns: names, in the order of their columns.
        design: one row per booking: level, tier, platforms, log followers, arms, campaigns, tiers
            in campaigns.
        block: which spread each column has; -1 where its prior is fixed.
        offset: log of the mean outcome, and growth with followers at its prior.
    """

    outcome: Floats
    person: np.ndarray
    persons: pd.DataFrame
    platforms: tuple[str, ...]
    campaigns: tuple[str, ...]
    design: Floats
    block: np.ndarray
    offset: Floats

    @cached_property
    def _of_persons(self) -> csr_array:
        """One row per person, with a 1 for each of their bookings."""
        rows = len(self.person)
        return csr_array((np.ones(rows), (self.person, np.arange(rows))))

    def per_person(self, values: Floats) -> Floats:
        """Sums over the bookings of each person."""
        return np.asarray(self._of_persons @ values)


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Draws of everything that a booking's rate consists of.

    Attributes:
        counts: that it was fitted to.
        spreads: one row per draw, columns by ``PERSON`` ... ``TIER``.
        coefficients: one row per draw, one column per column of the design.
        own: one row per draw, one column per person.
        level: log of the mean outcome, which every rate is around.
    """

    counts: Counts
    spreads: Floats
    coefficients: Floats
    own: Floats
    level: float

    def __len__(self) -> int:
        return len(self.spreads)


@dataclass(frozen=True, slots=True, eq=False)
class _Mode:
    coefficients: Floats
    own: Floats
    height: float
    schur: Floats  # precision of the coefficients, persons integrated out
    cross: Floats
    own_precision: Floats
    prior: Floats


def lay_out(known: pd.DataFrame) -> Counts:
    """Lay bookings out for the model.

    Args:
        known: ``person``, ``platform``, ``micro``, ``campaign``, ``followers``, ``outcome``.
    """
    rows = known.sort_values("person", kind="stable").reset_index(drop=True)
    person, _ = pd.factorize(rows["person"])
    persons = rows.groupby("person", sort=True)[[*ARM, "followers"]].last().reset_index()
    platforms = tuple(sorted(rows["platform"].unique()))
    campaigns = tuple(sorted(rows["campaign"].unique()))
    fixed, arm, slope = _arm_columns(rows, platforms)
    micro = rows["micro"].to_numpy(dtype=int)
    campaign = rows["campaign"].map({name: n for n, name in enumerate(campaigns)}).to_numpy(int)
    blocks = (
        fixed,
        arm,
        np.eye(len(campaigns))[campaign],
        np.eye(2 * len(campaigns))[micro * len(campaigns) + campaign],
    )
    outcome = rows["outcome"].to_numpy(dtype=float)
    level = np.log(max(outcome.mean(), 1e-6) / np.exp(_SLOPE * slope).mean())
    sizes = [block.shape[1] for block in blocks]
    return Counts(
        outcome=outcome,
        person=person,
        persons=persons,
        platforms=platforms,
        campaigns=campaigns,
        design=np.hstack(blocks),
        block=np.repeat([-1, ARM_OWN, CAMPAIGN, TIER], sizes),
        offset=level + _SLOPE * slope,
    )


def _arm_columns(rows: pd.DataFrame, platforms: tuple[str, ...]) -> tuple[Floats, Floats, Floats]:
    """Columns with fixed priors, one column per arm, and log followers."""
    micro = rows["micro"].to_numpy(dtype=int)
    place = rows["platform"].map({name: n for n, name in enumerate(platforms)}).to_numpy(int)
    followers = np.log(np.maximum(rows["followers"].to_numpy(dtype=float), 1) / _REFERENCE)
    own = np.eye(len(platforms))[place][:, 1:]
    fixed = np.column_stack([np.ones(len(rows)), micro, own, followers])
    return fixed, np.eye(2 * len(platforms))[micro * len(platforms) + place], followers


def fit_counts(
    counts: Counts, rng: np.random.Generator, *, spreads_drawn: int = _SPREADS
) -> Posterior:
    """Fit the model and draw from it.

    Outcomes are negative binomial with mean exp(level + growth with followers + tier + platform +
    arm + person + campaign + tier in campaign) and 1 / shape the square of the booking's spread.
    The spreads' posterior is normal around its mode on the log scale (Laplace within, persons
    eliminated by the Schur complement), and everything else is normal given them. Over draws a
    median is shown, never a mean: the mean of exp() is largest where least is known.

    Args:
        counts: at least two bookings.
        rng: of the draws.
        spreads_drawn: how often the spreads are drawn for the 600 draws; the fewer, the faster.
    """
    each = _DRAWS // spreads_drawn
    start = [np.zeros(counts.design.shape[1]), np.zeros(len(counts.persons))]

    def height(log_spreads: Floats) -> float:
        spreads = np.exp(np.clip(log_spreads, _LEAST, _MOST))
        found = _mode(counts, spreads, start[0], start[1])
        start[:] = found.coefficients, found.own
        return _marginal(counts, spreads, found)

    simplex = _FIRST_GUESS + np.vstack([np.zeros(5), 0.7 * np.eye(5)])
    best = minimize(
        lambda at: -height(at),
        _FIRST_GUESS,
        method="Nelder-Mead",
        options=_STOPS | {"initial_simplex": simplex},
    ).x
    root = np.linalg.cholesky(_spread_of(best, height))
    spreads, coefficients, own = [], [], []
    for _ in range(spreads_drawn):
        drawn = np.exp(np.clip(best + root @ rng.standard_normal(5), _LEAST, _MOST))
        found = _mode(counts, drawn, start[0], start[1])
        inverse = np.linalg.cholesky(np.linalg.inv(found.schur))
        moved = rng.standard_normal((each, len(inverse))) @ inverse.T
        luck = rng.standard_normal((each, len(found.own))) / np.sqrt(found.own_precision)
        spreads.append(np.tile(drawn, (each, 1)))
        coefficients.append(found.coefficients + moved)
        own.append(found.own - (moved @ found.cross.T) / found.own_precision + luck)
    return Posterior(
        counts,
        np.concatenate(spreads),
        np.concatenate(coefficients),
        np.concatenate(own),
        float(counts.offset[0] - _SLOPE * counts.design[0, _followers_column(counts)]),
    )


def _followers_column(counts: Counts) -> int:
    return int((counts.block == -1).sum()) - 1


def _prior(counts: Counts, spreads: Floats) -> Floats:
    """Precision of every coefficient."""
    sd = np.where(counts.block == -1, _COEFFICIENT, spreads[counts.block])
    sd[0] = _LEVEL_SD
    sd[_followers_column(counts)] = _SLOPE_SD
    return np.asarray(1 / sd**2)


def _mode(counts: Counts, spreads: Floats, coefficients: Floats, own: Floats) -> _Mode:
    """Newton's steps, halved where they overshoot, to the mode given the spreads."""
    outcome, design, person = counts.outcome, counts.design, counts.person
    shape, prior = 1 / spreads[BOOKING] ** 2, _prior(counts, spreads)

    def predicted(b: Floats, u: Floats) -> Floats:
        return np.asarray(np.clip(design @ b + counts.offset + u[person], -30, 30))

    def height(b: Floats, u: Floats) -> float:
        eta = predicted(b, u)
        likelihood = -outcome * np.log1p(shape * np.exp(-eta)) - shape * np.log(shape + np.exp(eta))
        penalty = (prior * b * b).sum() + (u * u).sum() / spreads[PERSON] ** 2
        return float(likelihood.sum() - penalty / 2)

    b, u = coefficients, own
    current = height(b, u)
    for _ in range(30):
        mean = np.exp(predicted(b, u))
        slope = shape * (outcome - mean) / (shape + mean)
        weight = (outcome + shape) * shape * mean / (shape + mean) ** 2
        weighted = design * weight[:, None]
        cross = counts.per_person(weighted)
        own_precision = counts.per_person(weight) + 1 / spreads[PERSON] ** 2
        schur = design.T @ weighted + np.diag(prior) - cross.T @ (cross / own_precision[:, None])
        down_b = design.T @ slope - prior * b
        down_u = counts.per_person(slope) - u / spreads[PERSON] ** 2
        step_b = np.linalg.solve(schur, down_b - cross.T @ (down_u / own_precision))
        step_u = (down_u - cross @ step_b) / own_precision
        length = 1.0
        while (reached := height(b + length * step_b, u + length * step_u)) < current - 1e-9:
            length /= 2
            if length < 1e-3:
                break
        b, u = b + length * step_b, u + length * step_u
        gained, current = abs(reached - current), reached
        if gained < 1e-6:
            break
    return _Mode(b, u, current, schur, cross, own_precision, prior)


def _marginal(counts: Counts, spreads: Floats, found: _Mode) -> float:
    """Log density of the spreads, up to a constant, with the Jacobian of their logs."""
    shape = 1 / spreads[BOOKING] ** 2
    outcome = counts.outcome
    constant = gammaln(outcome + shape) - gammaln(outcome + 1) - gammaln(shape)
    constant += shape * np.log(shape)
    determinants = np.linalg.slogdet(found.schur)[1] + np.log(found.own_precision).sum()
    priors = np.log(found.prior).sum() / 2 - len(found.own) * np.log(spreads[PERSON])
    half_normal = (np.log(spreads) - (spreads / _SCALES) ** 2 / 2).sum()
    return float(found.height + constant.sum() + priors - determinants / 2 + half_normal)


def _spread_of(best: Floats, height: Callable[[Floats], float]) -> Floats:
    """Covariance of the log spreads, from the curvature at their mode."""
    size, middle = len(best), height(best)
    steps = _STEP * np.eye(size)
    plus = [height(best + step) for step in steps]
    minus = [height(best - step) for step in steps]
    curvature = np.diag([2 * middle - up - down for up, down in zip(plus, minus, strict=True)])
    for i in range(size):
        for j in range(i):
            both = height(best + steps[i] + steps[j])
            curvature[i, j] = curvature[j, i] = plus[i] + plus[j] - both - middle
    values, vectors = np.linalg.eigh(curvature / _STEP**2)
    return np.asarray((vectors / np.clip(values, _LEAST_CURVATURE, None)) @ vectors.T)


def rates(posterior: Posterior, rows: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Draws of what a booking brings on average in a middling campaign.

    A person who was booked has their own part; another one gets a fresh draw, the same for all of
    their rows.

    Args:
        posterior: of past bookings.
        rows: ``person``, ``platform``, ``micro``, ``followers``; every platform was booked before.
        rng: of persons who are new.

    Returns:
        One row per draw, one column per row.
    """
    counts = posterior.counts
    fixed, arm, followers = _arm_columns(rows, counts.platforms)
    width = fixed.shape[1]
    part = posterior.coefficients[:, : width + arm.shape[1]]
    known = pd.Index(counts.persons["person"]).get_indexer(rows["person"])
    own = posterior.own[:, np.maximum(known, 0)]
    if (known < 0).any():
        code, names = pd.factorize(rows["person"])
        fresh = rng.standard_normal((len(posterior), len(names))) * posterior.spreads[:, [PERSON]]
        own = np.where(known >= 0, own, fresh[:, code])
    log_rate = part @ np.hstack([fixed, arm]).T + posterior.level + _SLOPE * followers + own
    return np.asarray(np.exp(np.clip(log_rate, -30, 30)))
