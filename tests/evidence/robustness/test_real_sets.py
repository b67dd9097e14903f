"""Real sets through the panel: the figures that were measured before this code stood."""

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.robustness.follower_counts import count_band, explaining_error, feigned_slope
from analysis.evidence.robustness.influence import without_largest
from analysis.evidence.robustness.like_with_like import like_log_rates
from analysis.evidence.robustness.line_word import LineWord, largest_share, line_word
from analysis.evidence.robustness.overlap import covariate_columns
from analysis.evidence.robustness.sensitivity import e_value, sensitivity
from analysis.evidence.robustness.threshold import count_step, tier_steps
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare_dataset
from analysis.study.ranges import FollowerRange

pytestmark = pytest.mark.prove

LEVEL, MARGIN, LINE = 0.95, (0.8, 1.25), 1e5
TIERS = {"micro": FollowerRange.parse("1K-100K"), "macro": FollowerRange.parse("100K+")}


@pytest.fixture
def panel(own_data, real_data):
    """A function that prepares a real set: one row per creator."""
    return lambda name: open_view(prepare_dataset(real_data / name).folder).creators


def log_rates(creators, numerator, exposure):
    kept = creators[(creators["followers"] >= 1000) & creators[numerator].notna()]
    kept = kept[kept[exposure] > 0]
    rate = np.log((kept[numerator] + 0.5) / kept[exposure]).to_numpy(float)
    return kept, rate, (kept["followers"] < LINE).to_numpy()


def test_instagram_is_not_about_100_000_and_smaller_like_with_like(panel):
    """23,051 creators: no jump (.94, .86-1.03); 1.21 (1.17-1.25) of 1.42; robustness value .080."""
    creators = panel("instagram-kim2020")
    kept, rate, micro = log_rates(creators, "interactions", "followers_exposed")
    assert len(kept) == 23_051
    followers = kept["followers"].to_numpy(float)
    line = tier_steps(rate, followers, kept["niche"], cuts=[LINE], level=LEVEL)[0]
    assert (line.lead, line.smooth) == pytest.approx((1.416, 1.428), abs=5e-4)
    found = (line.jump.ratio, line.jump.low, line.jump.high)
    assert found == pytest.approx((0.94, 0.86, 1.03), abs=0.005)
    assert line_word(line, margin=MARGIN, lead_decided=True, level=LEVEL) == LineWord.GRADUAL
    assert largest_share(line, level=LEVEL) == pytest.approx(0.08, abs=0.005)

    frame = pd.DataFrame(
        {
            "niche": kept["niche"],
            "lifetime posts": np.log1p(kept["lifetime_posts"].astype(float)),
            "followees": np.log1p(kept["following"].astype(float)),
        }
    )
    columns = covariate_columns(frame)
    alike = like_log_rates(rate, micro, columns, person=np.arange(len(rate)), level=LEVEL)
    ends = (alike.estimate.ratio, alike.estimate.low, alike.estimate.high)
    assert ends == pytest.approx((1.205, 1.165, 1.247), abs=1e-3)
    assert alike.least_squares.ratio == pytest.approx(1.238, abs=1e-3)
    assert alike.overlap.effective_micro == pytest.approx(12_005, rel=0.005)
    assert alike.overlap.effective_macro == pytest.approx(3528, abs=1)
    assert alike.overlap.outside == pytest.approx(0.14, abs=0.005)
    doubt = sensitivity(rate, micro, columns, level=LEVEL)
    assert doubt.robustness_value == pytest.approx(0.080, abs=5e-4)
    assert e_value(alike.least_squares.ratio) == pytest.approx(1.78, abs=0.005)
    multiples = {one.covariate: one.multiple for one in doubt.benchmarks}
    assert multiples["lifetime posts"] == pytest.approx(1.0, abs=0.05)
    assert multiples["niche"] == pytest.approx(2.4, abs=0.05)
    assert multiples["followees"] is None  # .7 % of the rate; unbounded it would say 3.8

    slope = feigned_slope(followers, **TIERS)
    band = count_band(line.lead, (1.369, 1.465), slope=slope)
    assert [row.ratio for row in band] == pytest.approx([1.405, 1.375, 1.325], abs=1e-3)
    assert explaining_error(line.lead, slope) == pytest.approx(0.69, abs=0.005)


def test_tiktok_turns_when_lifetime_posts_are_made_alike(panel):
    """1,791 creators, all posts: 1.20 turns to .59; posts older than 7 days had .64 (.54-.75)."""
    creators = panel("tiktok-famous-2020")
    kept, rate, micro = log_rates(creators, "interactions", "followers_exposed")
    line = tier_steps(rate, kept["followers"], kept["niche"], cuts=[LINE], level=LEVEL)[0]
    assert line.lead == pytest.approx(1.20, abs=0.005)
    assert line_word(line, margin=MARGIN, lead_decided=True, level=LEVEL) == LineWord.CANNOT_TELL
    posts = np.log1p(kept["lifetime_posts"].astype(float))
    columns = covariate_columns(pd.DataFrame({"lifetime posts": posts}))
    alike = like_log_rates(rate, micro, columns, person=np.arange(len(rate)), level=LEVEL).estimate
    assert alike.high < 0.75
    assert alike.ratio == pytest.approx(0.64, abs=0.06)
    [of_posts] = sensitivity(rate, micro, columns, level=LEVEL).benchmarks
    assert (of_posts.of_rate, of_posts.of_tier) == pytest.approx((0.35, 0.09), abs=0.01)


def test_the_shop_cannot_tell_and_moves_with_a_handful(panel):
    """534 creators with 100 clicks: lead 1.08, step of orders per click 1.07 (.76-1.51).

    All together 1.84; without the 1, 3, 5, 10 with most orders 1.66, 2.25, 3.63, 3.79.
    """
    creators = panel("tiktokshop-vn-affiliate")
    kept = creators[(creators["followers"] >= 1000) & (creators["clicks"] >= 100)]
    rows = (kept["orders_clicked"], kept["clicks"], kept["followers"], np.zeros(len(kept), int))
    found = count_step(*rows, cut=LINE, weight="person", level=LEVEL)
    assert found.lead == pytest.approx(1.08, abs=0.005)
    ends = (found.jump.ratio, found.jump.low, found.jump.high)
    assert ends == pytest.approx((1.07, 0.76, 1.51), abs=0.005)
    clicked = creators[(creators["followers"] >= 1000) & (creators["clicks"] > 0)]
    micro = (clicked["followers"] < LINE).to_numpy()
    rows = (clicked["orders_clicked"], clicked["clicks"], micro, np.zeros(len(clicked), int))
    carried = without_largest(*rows, weight="exposure")
    assert [one.ratio for one in carried] == pytest.approx([1.66, 2.25, 3.63, 3.79], abs=0.01)
