"""Tables along the follower counts: what a tier adds up to gives no step away."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.show.tables import engagement
from analysis.study.ranges import FollowerRange

AT = (5_000, 50_000, 500_000, 2_000_000)
HAVE = {"instagram": (7, 5, 9, 9), "tiktok": (3, 8, 6, 6)}


@pytest.fixture
def view(study):
    """Ten interactions and 40 comments a creator; two small ones answer 20 and 8 of them."""
    rows = [
        (platform, followers)
        for platform, counts in HAVE.items()
        for followers, number in zip(AT, counts, strict=True)
        for _ in range(number)
    ]
    creators = pd.DataFrame(rows, columns=["platform", "followers"])
    creators["person"] = np.arange(len(creators))
    creators["interactions"], creators["followers_exposed"] = 10.0, 100.0
    creators["comments_received"] = 40.0
    creators["answered_in_48h"] = 0.0
    creators.loc[[0, 1], "answered_in_48h"] = [20.0, 8.0]
    arms = {"micro": FollowerRange.parse("1K-100K"), "macro": FollowerRange.parse("100K+")}
    return SimpleNamespace(creators=creators, study=study, **arms)


def shown(monkeypatch, view, metric):
    monkeypatch.setattr(engagement, "table", lambda frame, **_: frame)
    return engagement.steps(view, metric).set_index(["where", "followers"])


def test_a_small_step_takes_the_other_of_its_tier_along(monkeypatch, view):
    """TikTok's 3 and 8 are the 11 micro creators of other tables; Instagram's 5 tells nothing."""
    counts = shown(monkeypatch, view, "engagement_per_follower")["creators"]
    assert counts["Instagram"].to_list() == ["7", "5", "9", "9"]
    assert counts["TikTok"].to_list() == ["withheld", "withheld", "6", "6"]


def test_a_step_of_shares_is_their_mean_and_never_below_nothing(monkeypatch, view):
    """(20/40 + 8/40) / 7 = .1 where a geometric mean would be .02; its interval starts at 0.

    Own shares .5, .2 and five times 0 have squares about .1 of .22, so half of it is 2.446912 x
    (.22 / 6 / 7) ** .5 = .177094.
    """
    rows = shown(monkeypatch, view, "comments_answered_in_48_hours").loc["Instagram"]
    assert rows.loc["1K-10K", ["typical rate", "interval"]].to_list() == ["0.1", "0 to 0.277"]
    assert rows.loc["1M+", ["typical rate", "interval"]].to_list() == ["0", "0 to 0"]


def test_steps_of_what_nobody_has_are_a_sentence(view):
    view.creators = view.creators.assign(comments_received=np.nan)
    told = engagement.steps(view, "comments_answered_in_48_hours").data
    assert told.startswith("<p>Comments answered within 48 hours per comment, by followers: no")
