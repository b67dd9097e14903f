"""The posts behind an exposure: its own, or refused by its name."""

import numpy as np
import pytest

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.metrics import METRICS
from analysis.evidence.robustness.counting.forks import Counting, choices_of, posts_behind
from analysis.evidence.robustness.counting.units import Units
from analysis.evidence.view import open_view
from analysis.panel.columns import PANEL_COLUMNS
from analysis.prepare.pipeline import prepare

PER_FOLLOWER = {
    "likes_per_follower": 4,
    "engagement_per_follower": 3,
    "engagement_per_follower_any_post": 5,
    "engagement_per_follower_with_saves_and_shares": 1,
}


@pytest.fixture
def view(tmp_path, arrived):
    """Forty creators with one post of each kind that some measure alone takes, and one of all.

    Every measure has other posts behind it: likes alone 4, both 3, boosted ones too 5, all four 1.
    The even ones' followers halved after their posts.
    """
    creators = "platform,handle,niche,followers\n"
    creators += "".join(f"instagram,h{n},food,{2_000 if n < 20 else 200_000}\n" for n in range(40))
    posts = "platform,handle,post_id,posted_at,likes,comments,saves,shares,is_boosted,"
    posts += "followers_at_posting\n"
    for n in range(40):
        then = (1 + (n % 2 == 0)) * (2_000 if n < 20 else 200_000)
        kinds = [
            "90000,,,,",
            "90000,9,,,",
            "90000,9,,,",
            "90000,9,9,9,",
            "80000,9,,,yes",
            "80000,9,,,yes",
        ]
        posts += "".join(
            f"instagram,h{n},p{n}-{at},2026-01-0{at + 1},{kind},{then}\n"
            for at, kind in enumerate(kinds)
        )
    raw = arrived({"creators.csv": creators, "posts.csv": posts})
    return open_view(prepare(raw, tmp_path / "out", private=tmp_path / "private").folder)


def test_each_measure_counts_its_own_posts(view):
    """By those listed, the even ones' rates are twice those by followers at the post."""
    for metric, posts in PER_FOLLOWER.items():
        units = Units.of(view, METRICS[metric], "typical", "instagram")
        assert units.rows[posts_behind(METRICS[metric].exposure)].eq(posts).all(), metric
        for least, counted in ((posts, 40), (posts + 1, 0)):
            assert units.counted(Counting(fewest_posts=least))[1].sum() == counted, metric
        then, listed = (
            units.counted(Counting(followers=by))[0] for by in ("at the post", "listed")
        )
        assert np.exp(listed - then) == pytest.approx(np.tile([2, 1], 20)), metric


def test_posts_that_nobody_counts_are_refused_by_name():
    with pytest.raises(NotEstimableError, match="does not count the posts behind impressions"):
        posts_behind("impressions")


def test_every_measure_tells_its_posts_or_has_no_choice_of_fewest():
    for metric in METRICS.values():
        choices = [one.name for one in choices_of(metric, "typical")]
        if "fewest posts" in choices:
            assert posts_behind(metric.exposure) in PANEL_COLUMNS, metric.name
        elif metric.within == "niche":
            with pytest.raises(NotEstimableError):
                posts_behind(metric.exposure)
