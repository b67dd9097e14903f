"""Waiting for an answer: the product of Kaplan and Meier by hand, persons as units."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.relationship.answer_times import answer_times
from analysis.evidence.view import ALL
from analysis.panel.relationship import KEY
from analysis.study.ranges import FollowerRange

MICRO, MACRO = FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")


@pytest.fixture
def view(study):
    """Three persons an arm; of micro the first has two accounts and many comments."""
    creators = pd.DataFrame(
        {
            "creator_id": list("abcdefg"),
            "platform": "instagram",
            "niche": "food",
            "person": list("aacdefg"),
            "followers": [5_000.0] * 4 + [200_000.0] * 3,
            "answered_in_48h": [50.0, 2, 0, 1, 1, 1, 0],
            "posts_commented": [2.0, 1, 1, 1, 1, 2, 1],
        }
    )
    day = 24 * 60
    waits = [
        *[("a", 30, True, 50.0), ("a", 2 * day, False, 48.0), ("b", 120, True, 2.0)],
        *[("c", 90, False, 4.0), ("d", 60, True, 1.0), ("d", 2 * day, False, 1.0)],
        *[("e", 600, True, 1.0), ("e", 2 * day, False, 9.0), ("f", 60, True, 1.0)],
        *[("f", 2 * day, False, 3.0), ("g", 2 * day, False, 2.0)],
    ]
    times = pd.DataFrame(waits, columns=["creator_id", "minutes", "answered", "comments"])
    times = times.assign(platform="instagram")[[*KEY, "minutes", "answered", "comments"]]
    minimums = study.minimums.model_copy(update={"creators_per_arm": 3})
    study = study.model_copy(update={"minimums": minimums})
    scope = SimpleNamespace(creators=creators, answer_times=times, study=study)
    return SimpleNamespace(**vars(scope), niche=ALL, platform=ALL, micro=MICRO, macro=MACRO)


def test_every_person_weighs_the_same_and_who_was_watched_no_longer_leaves(view):
    """Micro: a, c and d weigh 1 each. At 30 minutes .5 of 3 are answered, at 60 another .5 of 2.5.

    S = 2.5 / 3 * 2 / 2.5 = 2 / 3. At 90 minutes c leaves unanswered, so that 1 is left at 120, of
    which .02 are answered: S = 2 / 3 * .98 = .653333.
    """
    micro, macro = answer_times(view)["instagram"]
    shares = {hour: shares[0] for hour, shares in micro.by.items()}
    assert shares == pytest.approx({1: 1 / 3, 6: 1 - 0.98 * 2 / 3, 24: 0.346667, 48: 0.346667})
    # Nobody leaves before 48 hours: the mean of (1 / 10, 1 / 4, 0).
    assert macro.by[48][0] == pytest.approx(0.35 / 3)
    assert macro.by[1][0] == pytest.approx(0.25 / 3)
    # Answers per post: accounts 25 and 2 of one person, then 0 and 1.
    assert micro.per_post == pytest.approx((13.5 + 0 + 1) / 3)


def test_the_error_is_of_persons_left_out(view):
    """Leaving out one of three: sqrt(2 / 3 * sum of squares about the whole), macro at 48 hours."""
    macro = answer_times(view)["instagram"][1]
    share, low, high = macro.by[48]
    left = np.array([0.25 / 2, 0.1 / 2, 0.35 / 2])
    error = np.sqrt(2 / 3 * ((left - 0.35 / 3) ** 2).sum())
    assert high - share == pytest.approx(4.302653 * error, rel=1e-6)
    assert low == max(share - 4.302653 * error, 0)


def test_a_platform_without_comments_is_told(view):
    view.answer_times = view.answer_times.head(0)
    told = "no comments of others on posts that show answers"
    assert answer_times(view) == {"instagram": told}


def test_an_interval_of_a_share_stays_between_nothing_and_all(view):
    """Three persons at .653 in 6 hours or less leave an error that goes beyond both ends."""
    ends = [ends for one in answer_times(view)["instagram"] for ends in one.by.values()]
    assert all(0 <= low <= share <= high <= 1 for share, low, high in ends)
    assert (min(low for _, low, _ in ends), max(high for *_, high in ends)) == (0, 1)
