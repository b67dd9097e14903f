"""Along the follower counts: how an outcome per post grows, and whether it turns down."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import by_platform, labels, selected_arms
from analysis.evidence.estimators.elasticity import (
    ElasticityCurve,
    elasticity_curve,
    follower_elasticity,
)
from analysis.evidence.estimators.estimate import Estimate
from analysis.evidence.estimators.inverted_u import InvertedU, inverted_u
from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.view import View

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
    return by_platform(rows, partial(_growth, metric=chosen, level=view.study.level))


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
