"""The niches of a platform taken together."""

from dataclasses import dataclass

import numpy as np

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.synthesis import Synthesis, random_effects
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.study.contract import NOT_STATED

_FEWEST = 3  # niches: of two the spread has one degree of freedom, and an interval tells nothing
_MEASURE = ["platform", "metric", "estimand"]


@dataclass(frozen=True, slots=True)
class NichesTogether:
    """Random effects over the niches of one platform.

    Attributes:
        platform, metric, estimand: what was taken together.
        niches: in the order of the synthesis' arrays.
        synthesis: on the log scale.
    """

    platform: str
    metric: str
    estimand: str
    niches: tuple[str, ...]
    synthesis: Synthesis


def niches_together(
    answer: Answer, metric: str | None = None, *, level: float
) -> list[NichesTogether]:
    """Random effects over niches, per platform, for one metric and its first estimand.

    Platforms with fewer than three testable niches, or niches that have no synthesis, are left out;
    a metric that the study does not ask for has none. Creators whose niche is not stated are none.

    Args:
        answer: rows of one claim.
        metric: one of its metrics; None takes the first.
        level: of every interval.
    """
    metrics = answer.main["metric"]
    measured = answer.main[metrics == (metric or metrics.iloc[0])]
    first = measured["estimand"].isin(measured["estimand"].head(1))
    niche = ~measured["niche"].isin([ALL_NICHES, NOT_STATED])
    chosen = measured[first & niche & measured["estimate"].notna()]
    found = []
    for (platform, name, estimand), rows in chosen.groupby(_MEASURE, sort=False):
        if len(rows) < _FEWEST:
            continue
        try:
            synthesis = random_effects(
                np.log(rows["estimate"].to_numpy(dtype=float)),
                rows["standard_error"].to_numpy(dtype=float),
                level=level,
            )
        except NotEstimableError:
            continue
        names = (str(platform), str(name), str(estimand))
        found.append(NichesTogether(*names, tuple(rows["niche"]), synthesis))
    return found
