"""The niches of a platform taken together."""

from dataclasses import dataclass

import numpy as np

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.synthesis import Synthesis, random_effects
from analysis.evidence.results import ALL_NICHES, Answer

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

    Platforms with fewer than two testable niches, or niches that have no synthesis, are left out;
    a metric that the study does not ask for has none.

    Args:
        answer: rows of one claim.
        metric: one of its metrics; None takes the first.
        level: of every interval.
    """
    metrics = answer.main["metric"]
    measured = answer.main[metrics == (metric or metrics.iloc[0])]
    first = measured["estimand"].isin(measured["estimand"].head(1))
    chosen = measured[first & (measured["niche"] != ALL_NICHES) & measured["estimate"].notna()]
    found = []
    for (platform, name, estimand), rows in chosen.groupby(_MEASURE, sort=False):
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
