"""Behind the replies: how soon comments are answered, by Kaplan and Meier."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.evidence.breakdown.arms import by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import NotEstimableError, t_interval
from analysis.evidence.estimators.rows import Floats
from analysis.evidence.gates import ARMS, few_persons
from analysis.evidence.view import View
from analysis.panel.relationship import KEY

HOURS = (1, 6, 24, 48)
_PARTS = 40  # groups of persons that are left out in turn


@dataclass(frozen=True, slots=True, eq=False)
class AnswerTimes:
    """How soon the comments of one arm are answered.

    Attributes:
        arm: micro or macro.
        hours, answered: the curve, the share of comments answered by then; a step function.
        by: per entry of ``HOURS`` the share answered by then and its interval.
        per_post: answers within 48 hours to a post with comments, mean over persons.
    """

    arm: str
    hours: Floats
    answered: Floats
    by: dict[int, tuple[float, float, float]]
    per_post: float


def answer_times(view: View) -> dict[str, tuple[AnswerTimes, ...] | str]:
    """Per platform and arm, the share of comments answered by the hour.

    Kaplan and Meier (1958, Journal of the American Statistical Association 53): a comment that was
    watched for less than 48 hours counts until then. Every person has the same weight, whatever the
    number of their comments; intervals are by t from leaving out 40 groups of persons in turn.
    """
    rows = selected_arms(view.creators, view)
    rows = rows.merge(view.answer_times, on=KEY, how="left", validate="one_to_many")
    return by_platform(rows, _arms, view=view)


def _arms(rows: pd.DataFrame, *, view: View) -> tuple[AnswerTimes, ...]:
    rows = rows[rows["comments"].notna()]
    if rows.empty:
        raise NotEstimableError("no comments of others on posts that show answers")
    micro, person = rows["micro"].to_numpy(dtype=bool), labels(rows["person"])
    if why := few_persons(micro, person, least=view.study.minimums.creators_per_arm):
        raise NotEstimableError(why)
    return tuple(
        _times(rows[of], arm, level=view.study.level)
        for arm, of in zip(ARMS, (micro, ~micro), strict=True)
    )


def _times(rows: pd.DataFrame, arm: str, *, level: float) -> AnswerTimes:
    person = labels(rows["person"])
    weight = rows["comments"].to_numpy() / np.bincount(person, rows["comments"])[person]
    minutes = rows["minutes"].to_numpy(dtype=float)
    answered = rows["answered"].to_numpy(dtype=bool)
    parts = min(_PARTS, int(person.max()) + 1)
    curve = survival(minutes, answered, weight)
    at = 60.0 * np.array(HOURS)
    left = [
        _at(survival(*(of[person % parts != part] for of in (minutes, answered, weight))), at)
        for part in range(parts)
    ]
    shares = _at(curve, at)
    errors = np.sqrt((parts - 1) / parts * ((np.array(left) - shares) ** 2).sum(axis=0))
    low, high = t_interval(shares, errors, parts - 1, level=level)
    once = rows.drop_duplicates(KEY)
    per_post = once["answered_in_48h"] / once["posts_commented"]
    return AnswerTimes(
        arm=arm,
        hours=curve[0] / 60,
        answered=curve[1],
        by={
            hour: (float(share), max(float(below), 0.0), min(float(above), 1.0))
            for hour, share, below, above in zip(HOURS, shares, low, high, strict=True)
        },
        per_post=float(per_post.groupby(once["person"]).mean().mean()),
    )


def survival(minutes: Floats, answered: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Minutes, and the share answered by then.

    Args:
        minutes, answered, weight: per group of comments until when they waited, whether for an
            answer, and how much they count.

    Example:
        One of four is answered in minute 1 and one is watched no longer than that; of the two that
        are left one is answered in minute 3.

        >>> minutes, answered = np.array([1.0, 1, 3, 5]), np.array([True, False, True, False])
        >>> survival(minutes, answered, np.ones(4))[1].tolist()
        [0.25, 0.625]
    """
    found = SurvfuncRight(minutes, answered.astype(float), freq_weights=weight)
    return found.surv_times, 1 - found.surv_prob


def _at(curve: tuple[Floats, Floats], minutes: Floats) -> Floats:
    """The step function at some minutes; 0 before its first step."""
    steps = np.concatenate([[0.0], curve[1]])
    return np.asarray(steps[np.searchsorted(curve[0], minutes, side="right")])
