"""Booked creators against those who were looked at and not booked: whom a list leaves out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import labels, selected_arms
from analysis.evidence.breakdown.frame.origins import NOT_STATED
from analysis.evidence.estimators.estimate import Estimate, NotEstimableError
from analysis.evidence.estimators.typical import geometric_mean_ratio
from analysis.evidence.gates import expects
from analysis.evidence.metrics import METRICS
from analysis.evidence.view import View

_MEASURE = METRICS["engagement_per_follower"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Booked and other creators of one group.

    Attributes:
        platform: where they are.
        group: who they are: a follower range, or how they were found.
        booked, others: persons with engagement; ``others`` were looked at and not booked.
        ratio: engagement per follower of the typical booked creator over that of the others,
            inside niches and tiers; None where there are too few.
        why: the reason where there is none.
    """

    platform: str
    group: str
    booked: int
    others: int
    ratio: Estimate | None
    why: str = ""


def booked_against_others(view: View) -> list[Selection]:
    """Compare booked creators with the others of the list, by tier and by how they were found.

    Where the two differ in one tier and not in the other, what bookings say of tiers is about the
    booked alone. Describes who was chosen, before or after: a booking may also have followed.
    """
    creators = selected_arms(view.creators, view)
    creators = creators[creators["booked"].notna()]
    engaged = creators[(creators[_MEASURE.exposure] > 0) & creators[_MEASURE.numerator].notna()]
    return [
        _selection(str(platform), name, inside, view)
        for platform, rows in engaged.groupby("platform")
        for name, inside in _groups(rows, view)
    ]


def _groups(rows: pd.DataFrame, view: View) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "all", rows
    for arm, name in ((True, str(view.micro)), (False, str(view.macro))):
        yield name, rows[rows["micro"] == arm]
    found = rows["found_through"].fillna(NOT_STATED)
    for origin in sorted(found.unique()) if found.nunique() > 1 else ():
        yield f"found through {origin}", rows[found == origin]


def _selection(platform: str, group: str, rows: pd.DataFrame, view: View) -> Selection:
    booked = rows["booked"].to_numpy() == 1
    person = labels(rows["person"])
    counts = [len(np.unique(person[side])) for side in (booked, ~booked)]
    try:
        ratio, why = _ratio(rows, booked, view), ""
    except NotEstimableError as error:
        ratio, why = None, str(error)
    return Selection(platform, group, counts[0], counts[1], ratio, why)


def _ratio(rows: pd.DataFrame, booked: np.ndarray, view: View) -> Estimate:
    minimums = view.study.minimums
    numerator, exposure = (
        rows[name].to_numpy(dtype=float) for name in (_MEASURE.numerator, _MEASURE.exposure)
    )
    stratum = rows.groupby(["niche", "micro"], sort=False).ngroup().to_numpy()
    person = labels(rows["person"])
    mixed = np.isin(stratum, np.intersect1d(stratum[booked], stratum[~booked]))
    kept = mixed & expects(numerator, exposure, stratum, least=minimums.expected_count)
    for side, name in ((booked, "booked"), (~booked, "other")):
        if len(np.unique(person[kept & side])) < minimums.creators_per_arm:
            raise NotEstimableError(f"fewer than {minimums.creators_per_arm} {name} creators")
    return geometric_mean_ratio(
        numerator[kept],
        exposure[kept],
        booked[kept],
        stratum[kept],
        person=person[kept],
        level=view.study.level,
    )
