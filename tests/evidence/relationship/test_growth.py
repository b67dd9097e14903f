"""Growth: tiers by the beginning, a creator's own pace, and counts too rounded to tell."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.evidence.comparisons import panel_of
from analysis.evidence.metrics import METRICS
from analysis.evidence.relationship.growth import growth_gaps, own_growth
from analysis.evidence.view import ALL
from analysis.panel.relationship import KEY
from analysis.study.ranges import FollowerRange

MICRO, MACRO = FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")


def view_of(study, creators, **frames):
    minimums = study.minimums.model_copy(update={"creators_per_arm": 3})
    study = study.model_copy(update={"minimums": minimums})
    scope = {"creators": creators, "study": study, "niche": ALL, "platform": ALL, **frames}
    return SimpleNamespace(**scope, micro=MICRO, macro=MACRO, contrasts=(MACRO,))


def accounts(followers):
    n = len(followers)
    ids = [f"c{number}" for number in range(n)]
    return pd.DataFrame(
        {
            "creator_id": ids,
            "platform": "youtube",
            "niche": "tech",
            "person": ids,
            "followers": followers,
        }
    )


def test_who_grew_past_100000_was_micro(study):
    """Micro grew by log 1.1 in three cases and log 1.3 in one, which ends as macro: by hand.

    (3 log 1.1 + log 1.3) / 4 = .137074; macro stood still but for one, log 1.02 / 3.
    """
    before = np.array([10_000.0, 20_000, 30_000, 90_000, 200_000, 300_000, 400_000])
    grown = np.array([1.1, 1.1, 1.1, 1.3, 1.02, 1, 1])
    creators = accounts(before * grown)
    joined = creators.assign(followers_before=before, followers_in_30_days=before * grown - 0.5)
    view = view_of(study, creators, relationship=joined)
    (found,) = growth_gaps(view)["youtube"]
    assert (found.gap.n_micro, found.gap.n_macro) == (4, 3)
    assert found.gap.micro == pytest.approx(0.137074, abs=1e-6)
    assert found.gap.macro == pytest.approx(np.log(1.02) / 3)
    arms = panel_of(view, METRICS["follower_growth"])["micro"]
    assert arms[3], "by its followers of today it would be macro"


@pytest.fixture
def posts():
    """Six posts of each of twelve creators, whose engagement follows their growth to the .5."""
    rng = np.random.default_rng(7)
    size = 9 + rng.uniform(0, 0.6, (12, 6)) + 4 * (np.arange(12) >= 6)[:, None]
    brought = 0.5 * size + rng.normal(0, 0.2, (12, 6)) + rng.normal(0, 1, (12, 1))
    index = np.arange(12).repeat(6)
    return pd.DataFrame({"c": index, "size": size.ravel(), "brought": brought.ravel()})


def statistics(posts, step):
    centred = posts[["size", "brought"]] - posts.groupby("c")[["size", "brought"]].transform("mean")
    parts = {"moved": centred["size"] ** 2, "moved_with": centred["size"] * centred["brought"]}
    sums = pd.DataFrame(parts).groupby(posts["c"]).sum()
    followers = np.exp(posts.groupby("c")["size"].max())
    return accounts(followers.to_numpy())[KEY].assign(
        step=step, followers_after=followers.to_numpy(), posts_met=6.0, **sums
    )


def test_the_own_pace_is_that_of_a_regression_with_an_effect_of_each_creator(study, posts):
    """statsmodels' least squares with a dummy per creator, and each creator left out in turn."""
    creators = accounts(np.exp(posts.groupby("c")["size"].max()).to_numpy())
    found = own_growth(view_of(study, creators, growth=statistics(posts, 1.0)))["youtube"]
    for one, those in zip(found, (posts[posts["c"] < 6], posts[posts["c"] >= 6]), strict=True):
        formula = "brought ~ size + C(c)"
        slope = smf.ols(formula, those).fit().params["size"]
        left = [
            smf.ols(formula, those[those["c"] != c]).fit().params["size"] for c in set(those["c"])
        ]
        assert one.creators == 6
        assert one.power.ratio == pytest.approx(slope, rel=1e-9)
        error = np.sqrt(5 / 6 * ((np.array(left) - slope) ** 2).sum())
        assert one.power.standard_error == pytest.approx(error, rel=1e-9)


def test_counts_rounded_to_a_twentieth_cannot_tell_a_growth_of_a_third(study, posts):
    creators = accounts(np.exp(posts.groupby("c")["size"].max()).to_numpy())
    rounded = statistics(posts, 1.0)
    rounded["step"] = rounded["followers_after"] / 20
    why = own_growth(view_of(study, creators, growth=rounded))["youtube"]
    assert "steps of their rounding; at least 10 are needed" in why


def test_without_counts_of_several_days_nothing_is_told(study, posts):
    creators = accounts(np.exp(posts.groupby("c")["size"].max()).to_numpy())
    nothing = statistics(posts, 1.0).head(0)
    found = own_growth(view_of(study, creators, growth=nothing))
    assert found == {"youtube": "no posts with the followers of their own day"}
    absent = creators.assign(followers_before=np.nan, followers_in_30_days=np.nan)
    found = growth_gaps(view_of(study, creators, relationship=absent))
    assert found == {"youtube": "no follower counts of a creator 14 to 30 days apart"}
