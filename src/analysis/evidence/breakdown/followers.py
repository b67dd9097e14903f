"""Along the follower counts: growth, steps, and pooled against stratified."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import arrays, by_platform, labels, selected_arms
from analysis.evidence.breakdown.rates import typical_rate
from analysis.evidence.estimators.elasticity import (
    ElasticityCurve,
    elasticity_curve,
    follower_elasticity,
)
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.inverted_u import InvertedU, inverted_u
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.levels import first_grid
from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.view import View
from analysis.evidence.wording import SHOWN

_POINTS = 41


@dataclass(frozen=True, slots=True)
class Growth:
    """How an outcome per post grows with followers on one platform, niches apart.

    Attributes:
        elasticity: one slope for all sizes, against 1.
        curve: the slope where it may differ along the follower counts.
        turn: whether the outcome rises and then falls.
        creators: accounts.
    """

    elasticity: Estimate
    curve: ElasticityCurve
    turn: InvertedU
    creators: int


def follower_growth(view: View, metric: str) -> dict[str, Growth | str]:
    """Per platform, how a metric per post grows with followers.

    Args:
        metric: one of those per post, like ``engagement_per_post``.
    """
    chosen = METRICS[metric]
    rows = selected_arms(view.creators, view)
    rows = rows[(rows[chosen.exposure] > 0) & rows[chosen.numerator].notna()]
    return by_platform(rows, _growth, metric=chosen, level=view.study.level)


def _growth(rows: pd.DataFrame, *, metric: Metric, level: float) -> Growth:
    outcome = np.log((rows[metric.numerator] + 0.5) / rows[metric.exposure]).to_numpy(dtype=float)
    size = np.log(rows["followers"].to_numpy(dtype=float))
    arrays, person = (outcome, size, labels(rows["niche"])), labels(rows["person"])
    grid = np.exp(np.linspace(size.min(), size.max(), _POINTS))
    return Growth(
        elasticity=follower_elasticity(*arrays, cluster=person, level=level),
        curve=elasticity_curve(*arrays, grid=grid, cluster=person, level=level),
        turn=inverted_u(*arrays, cluster=person),
        creators=len(rows),
    )


def follower_steps(view: View, metric: str) -> pd.DataFrame:
    """Typical rate of each follower step, per platform.

    Returns:
        One row per platform and step of the study: ``platform, step, creators, rate, low, high``,
        as ``rates_by_arm`` gives them: of persons, missing with fewer than five.
    """
    chosen = METRICS[metric]
    rows = []
    for platform, creators in _usable(view, chosen).groupby("platform"):
        for step in view.study.tiers.steps:
            inside = creators[creators["followers"].map(step.contains).astype(bool)]
            told = typical_rate(inside, chosen, level=view.study.level)
            rows.append((platform, str(step), *told[:-1]))
    return pd.DataFrame(rows, columns=["platform", "step", "creators", "rate", "low", "high"])


@lru_cache(maxsize=1)  # a figure and a table show it
def pooled_against_stratified(view: View, metric: str) -> pd.DataFrame:
    """The answer pooled and within strata (Simpson's paradox).

    Returns:
        ``compared, n_micro, n_macro`` and ``SHOWN``: everything pooled, all
        platforms within platforms and niches, then each platform pooled and within niches.
        Ratios of geometric means; rows that cannot be estimated are left out. Pooling is shown to
        warn, never to conclude: nothing else pools platforms.
    """
    chosen = METRICS[metric]
    creators = _usable(view, chosen)
    creators = creators[creators["micro"] | creators["macro"]]
    both = creators["platform"] + " " + creators["niche"]
    poolings = [
        ("all platforms, pooled", creators, None),
        ("within platform and niche", creators, both),
    ]
    if creators["platform"].nunique() == 1:
        poolings = []
    for platform, accounts in creators.groupby("platform"):
        poolings.append((f"{platform}, pooled", accounts, None))
        poolings.append((f"{platform}, within niches", accounts, accounts["niche"]))
    rows = [(name, *_ratio(accounts, by, view, chosen)) for name, accounts, by in poolings]
    columns = ["compared", "n_micro", "n_macro", *SHOWN]
    return pd.DataFrame([row for row in rows if len(row) == len(columns)], columns=columns)


def _ratio(
    creators: pd.DataFrame, strata: pd.Series | None, view: View, metric: Metric
) -> tuple[float, ...]:
    """Creators of both arms, ratio and interval; empty where there is none."""
    if strata is not None:
        creators = creators[creators.groupby(strata)["micro"].transform("nunique") == 2]
    counts = int(creators["micro"].sum()), int((~creators["micro"]).sum())
    if min(counts) < view.study.minimums.creators_per_arm:
        return ()
    stratum = np.zeros(len(creators), dtype=np.int64)
    if strata is not None:
        stratum = np.unique(strata[creators.index], return_inverse=True)[1]
    try:
        rows = (*arrays(creators, metric.numerator, metric.exposure, "micro"), stratum)
        person = labels(creators["person"])
        fit = geometric_mean_ratio(*rows, person=person, level=_level(view, metric))
    except NotEstimableError:
        return ()
    return (*counts, fit.ratio, fit.low, fit.high)


def _level(view: View, metric: Metric) -> float:
    """At which the metric stands elsewhere on the pages over all niches."""
    grid = first_grid(view)
    shared = grid.headline if metric.name in grid.metrics.values() else 1
    return 1 - view.study.alpha / max(shared, 1)


def _usable(view: View, metric: Metric) -> pd.DataFrame:
    creators = view.creators
    usable = creators[(creators[metric.exposure] > 0) & creators[metric.numerator].notna()]
    return usable.assign(
        micro=usable["followers"].map(view.micro.contains).astype(bool),
        macro=usable["followers"].map(view.macro.contains).astype(bool),
    )
