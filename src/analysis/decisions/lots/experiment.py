"""A finished experiment: what was assigned by lot, and what a list drawn by lot returned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import brentq

from analysis.evidence.estimators.rows import Floats
from analysis.study.errors import UsageError

Evidence = Literal["experiment", "adjusted"]

_ARRANGEMENTS = 1_999
_LEAST_PER_ARM = 2
_LEAST_CARRIED = 1e-9


@dataclass(frozen=True, slots=True)
class AssignedDifference:
    """Difference between two values of a factor that was assigned.

    Attributes:
        evidence: ``experiment`` where the lot was drawn before every outcome began; otherwise
            ``adjusted``.
        arms: the value, and the one it is compared with.
        units: of each.
        difference: in outcome per unit, the first less the second, within strata.
        low, high: interval of the level, by inverting the test for a constant difference.
        p_value: two-sided, over arrangements of the same lot.
        level: of the interval.
    """

    evidence: Evidence
    arms: tuple[str, str]
    units: tuple[int, int]
    difference: float
    low: float
    high: float
    p_value: float
    level: float


@dataclass(frozen=True, slots=True)
class ListMean:
    """What a list would return on average, from those drawn from it by lot.

    Attributes:
        tier: whose list.
        listed, drawn: candidates and draws.
        mean: outcome per candidate, strata weighted by their candidates.
        low, high: interval of the level, with the finite number of candidates counted in.
        level: of the interval.
    """

    tier: str
    listed: int
    drawn: int
    mean: float
    low: float
    high: float
    level: float


def assigned_difference(
    rows: pd.DataFrame,
    *,
    arms: tuple[str, str],
    rng: np.random.Generator,
    level: float = 0.95,
    repeated: str | None = None,
) -> AssignedDifference:
    """Compare two values of an assigned factor by randomisation inference.

    The statistic is the mean difference within strata, weighted by n1 n2 / (n1 + n2). Its
    reference are the arms shuffled inside their strata, which is how they were assigned (Fisher
    1935; Rosenbaum 2002, section 2.4). Where the same thing was assigned again and again, such as
    a market in every week, its own mean is taken out of outcome and arm alike.

    Args:
        rows: one row per unit that was assigned: ``stratum``, ``arm``, ``outcome``, ``drawn_at``,
            ``began_on`` (days). Units that refused stay in the arm they were assigned to.
        repeated: column that names what was assigned again and again.
        arms: the value, and the one it is compared with.
        rng: of the arrangements.
        level: of the interval.

    Raises:
        UsageError: fewer than two units of an arm, or no stratum has both.
    """
    rows = rows[rows["arm"].isin(arms)].sort_values("stratum", kind="stable")
    first = rows["arm"].eq(arms[0]).to_numpy(dtype=float)
    units = int(first.sum()), int((1 - first).sum())
    if min(units) < _LEAST_PER_ARM:
        raise UsageError(f"{units[0]} units of {arms[0]} and {units[1]} of {arms[1]}: too few")
    strata = pd.factorize(rows["stratum"])[0]
    outcome = rows["outcome"].to_numpy(dtype=float)
    arranged = np.vstack([first, _arrangements(first, strata, rng)])
    weights = _contrast(arranged, strata)
    if not weights[0].any():
        raise UsageError(f"no stratum has both {arms[0]} and {arms[1]}, so nothing was assigned")
    if repeated is not None:
        names = pd.factorize(rows[repeated])[0]
        outcome, first = (_without_means(values, names) for values in (outcome, first))
    found, carried = weights @ outcome, weights @ first
    if abs(carried[0]) < _LEAST_CARRIED:
        raise UsageError(f"{arms[0]} and {arms[1]} never changed places, so nothing is compared")

    def p_value(difference: float) -> float:
        sizes = np.abs(found - difference * carried)
        return float((sizes >= sizes[0] - 1e-12 * (1 + sizes[0])).mean())

    observed = float(found[0] / carried[0])
    before = pd.to_datetime(rows["drawn_at"]) < pd.to_datetime(rows["began_on"])
    return AssignedDifference(
        evidence="experiment" if bool(before.all()) else "adjusted",
        arms=arms,
        units=units,
        difference=observed,
        low=_end(p_value, observed, -1.0, found, 1 - level),
        high=_end(p_value, observed, 1.0, found, 1 - level),
        p_value=p_value(0.0),
        level=level,
    )


def _without_means(values: Floats, names: np.ndarray) -> Floats:
    return np.asarray(values - (np.bincount(names, values) / np.bincount(names))[names])


def _arrangements(first: Floats, strata: np.ndarray, rng: np.random.Generator) -> Floats:
    """Arms shuffled inside strata; rows are sorted by stratum."""
    keys = rng.random((_ARRANGEMENTS, len(first))) + strata
    return np.asarray(first[np.argsort(keys, axis=1)])


def _contrast(arranged: Floats, strata: np.ndarray) -> Floats:
    """Weights that turn outcomes into the mean difference within strata, one row per lot."""
    inside = np.eye(strata.max() + 1)[strata]
    ones = arranged @ inside
    sizes = inside.sum(axis=0)
    both = ones * (sizes - ones) / sizes
    share = both / np.maximum(both.sum(axis=1, keepdims=True), 1e-300)
    per_first = np.divide(share, ones, out=np.zeros_like(share), where=ones > 0)
    rest = sizes - ones
    per_second = np.divide(share, rest, out=np.zeros_like(share), where=rest > 0)
    return np.asarray(arranged * per_first[:, strata] - (1 - arranged) * per_second[:, strata])


def _end(
    p_value: Callable[[float], float], observed: float, sign: float, found: Floats, alpha: float
) -> float:
    """Where the p-value of a constant difference falls to alpha; infinite where it never does."""
    step = float(found.std()) or 1.0
    furthest = observed + sign * step
    for _ in range(20):
        if p_value(furthest) <= alpha:
            return float(brentq(lambda at: p_value(at) - alpha - 1e-9, observed, furthest))
        furthest = observed + 2 * (furthest - observed)
    return sign * np.inf


def list_means(
    drawn: pd.DataFrame, outcome: pd.Series, *, level: float = 0.95
) -> tuple[ListMean, ...]:
    """What each list returns on average, by the design of the draw.

    Stratified mean with the finite population's variance (Cochran 1977, section 5.4); a stratum
    with one draw takes the variance of its tier. It frees the figures from who was picked and says
    nothing about why tiers differ: no creator was assigned a tier.

    Args:
        drawn: ``tier``, ``stratum``, ``role`` of every candidate, as ``draw_list`` gives them.
        outcome: of those booked, by the same index; a refusal counts as it was drawn, with 0.
        level: of the intervals.
    """
    found = []
    for tier, rows in drawn.groupby("tier", sort=True):
        booked = rows[rows["role"].eq("book")]
        came = outcome.reindex(booked.index).fillna(0).astype("float64")
        by_stratum = came.groupby(booked["stratum"]).agg(["mean", "var", "size"])
        whole = rows.groupby("stratum").size().reindex(by_stratum.index)
        share = whole / whole.sum()
        spread = by_stratum["var"].fillna(came.var())
        unseen = 1 - by_stratum["size"] / whole
        error = float(np.sqrt((share**2 * unseen * spread / by_stratum["size"]).sum()))
        mean = float((share * by_stratum["mean"]).sum())
        half = error * float(stats.t.ppf((1 + level) / 2, max(len(came) - len(whole), 1)))
        found.append(
            ListMean(str(tier), len(rows), len(came), mean, mean - half, mean + half, level)
        )
    return tuple(found)
