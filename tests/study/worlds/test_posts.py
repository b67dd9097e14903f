"""posts: counts hold together, days lie in the world, boosts and giveaways multiply."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.study.worlds import DEMO, Niche, Platform, World
from tests.study.worlds.measured import drawn, enlarged

ARMS = World(platforms=(Platform("instagram", (0, 400, 400, 0), insights=True),))


def with_arm(sample):
    posts = sample.posts.merge(sample.creators, validate="many_to_one")
    return posts.assign(micro=posts["followers"] < 100_000)


def changed(**knobs):
    """Posts of two worlds side by side, the plain one and the one with the knobs."""
    plain, other = with_arm(drawn(ARMS)), with_arm(drawn(replace(ARMS, **knobs)))
    return plain, other


def test_the_demo_has_the_posts_and_the_faults_it_is_meant_to_have():
    posts = with_arm(drawn(DEMO))
    assert len(posts) == 5 * (1701 - 3)
    grown = posts["followers"] / posts["followers_at_posting"]
    assert grown.min() >= 1
    assert 1.02 < grown.mean() < 1.06
    assert (posts["micro"] == (posts["followers_at_posting"] < 100_000)).all()
    assert posts["likes"].isna().groupby(posts["micro"]).mean().between(0.02, 0.04).all()
    seen = posts.groupby("platform")[["reach", "saves", "views", "shares"]].count() > 0
    assert seen["views"].all()
    assert seen["shares"].all()
    assert seen["reach"].to_list() == seen["saves"].to_list() == [True, False, False]
    assert posts["reach"].dropna().le(posts["views"]).all()
    for platform in DEMO.platforms:
        assert set(posts.loc[posts["platform"] == platform.name, "format"]) == set(platform.formats)


def test_every_creator_but_a_few_posts_as_often():
    sample, key = drawn(DEMO), ["platform", "handle"]
    roster = set(sample.creators[key].itertuples(index=False, name=None))
    posting = set(sample.posts[key].itertuples(index=False, name=None))
    assert posting < roster
    assert len(roster) - len(posting) == 3
    assert sample.posts.groupby(key).size().unique() == [5]
    assert sample.posts.groupby(key)["posted_at"].is_monotonic_increasing.all()


@pytest.mark.parametrize("kind", ["sponsored", "boosted", "giveaway"])
def test_kinds_of_posts_have_the_share_of_their_arm(kind):
    knobs = {"sponsored": 0.3, "boosted": (0.1, 0.4), "giveaways": (0.2, 0.05)}
    posts = changed(**knobs)[1]
    shares = (posts[f"is_{kind}"] == "yes").groupby(posts["micro"]).mean()
    micro, macro = {"sponsored": (0.3, 0.3), "giveaway": (0.2, 0.05)}.get(kind, (0.1, 0.4))
    assert shares[True] == pytest.approx(micro, abs=0.02)
    assert shares[False] == pytest.approx(macro, abs=0.02)


def test_kinds_of_posts_are_independent():
    posts = changed(sponsored=0.3, boosted=(0.3, 0.3), giveaways=(0.3, 0.3))[1]
    flags = posts[["is_sponsored", "is_boosted", "is_giveaway"]].eq("yes")
    assert (flags.astype(float).corr().to_numpy() - np.eye(3)).max() < 0.03


def test_a_boost_multiplies_views_reach_and_interactions():
    plain, boosted = changed(boosted=(1.0, 0.0), boost_factor=4.0)
    micro = plain["micro"]
    assert boosted["is_boosted"].eq("yes").equals(micro)
    views = (boosted["views"] - 1)[micro] / (plain["views"] - 1)[micro]
    often = plain["views"][micro] > 2_000
    assert views[often].astype("float64").to_numpy() == pytest.approx(4, rel=0.003)
    for count in ("likes", "comments", "reach", "saves", "shares"):
        sums = [frame.loc[micro, count].sum() for frame in (plain, boosted)]
        assert sums[1] / sums[0] == pytest.approx(4, rel=0.02), count
    organic = boosted.loc[~micro].reset_index(drop=True)
    usual = plain.loc[~micro].reset_index(drop=True)
    assert organic["views"].equals(usual["views"])


def test_a_giveaway_multiplies_likes_and_comments_alone():
    plain, giveaway = changed(giveaways=(1.0, 0.0), giveaway_factor=3.0)
    micro = plain["micro"]
    for count in ("likes", "comments"):
        sums = [frame.loc[micro, count].sum() for frame in (plain, giveaway)]
        assert sums[1] / sums[0] == pytest.approx(3, rel=0.02), count
    for count in ("views", "reach", "saves", "shares"):
        assert plain[count].equals(giveaway[count]), count


def test_boosted_posts_left_in_would_mislead():
    """Half of the macro posts boosted fourfold lift its sums by (1 + 4) / 2."""
    world = replace(ARMS, boosted=(0.0, 0.5), niches=(Niche("food"),))
    posts = with_arm(drawn(enlarged(world, 10)))
    posts = posts.assign(interactions=posts["likes"] + posts["comments"])

    def ratio(rows):
        sums = rows.groupby("micro")[["interactions", "followers_at_posting"]].sum()
        rate = sums["interactions"] / sums["followers_at_posting"]
        return rate[True] / rate[False]

    assert ratio(posts) == pytest.approx(1 / 2.5, rel=0.05)
    assert ratio(posts[posts["is_boosted"] == "no"]) == pytest.approx(1, rel=0.05)


def test_a_sponsored_post_gets_its_factor_and_the_mean_stays():
    """15 % of posts at half of the others' level: 1 / 0.925 for own ones, 0.5 / 0.925 for these."""
    plain, other = changed(sponsored_factor=(1.0, 0.5))
    sums = [
        posts.assign(interactions=posts["likes"] + posts["comments"])
        .groupby(["micro", "is_sponsored"])["interactions"]
        .sum()
        for posts in (plain, other)
    ]
    grown = sums[1] / sums[0]
    assert grown[True].to_list() == pytest.approx([1, 1], rel=0.01)
    assert grown[False].to_list() == pytest.approx([1 / 0.925, 0.5 / 0.925], rel=0.01)


def test_shares_of_interactions_are_the_knobs():
    posts = changed(save_rate=0.5, share_rate=0.2)[1]
    sums = posts[["likes", "comments", "saves", "shares"]].sum()
    interactions = sums["likes"] + sums["comments"]
    assert sums["comments"] / interactions == pytest.approx(0.04, abs=0.0005)
    assert sums["saves"] / interactions == pytest.approx(0.5, rel=0.005)
    assert sums["shares"] / interactions == pytest.approx(0.2, rel=0.005)


def test_low_counts_can_be_planted_at_the_same_reach_in_both_arms():
    """0.05 % of reach saved, from posts that reach 1,600 on average whatever the followers."""
    world = World(
        platforms=(Platform("instagram", (0, 3_000, 3_000, 0), 0.02, 0.02, insights=True),),
        niches=(Niche("food"),),
        follower_elasticity=0.0,
        view_elasticity=0.0,
        save_rate=0.0005 * 0.8 / np.exp(0.4**2 / 2),
    )
    posts = with_arm(drawn(world))
    sums = posts.groupby("micro")[["saves", "reach"]].sum()
    assert (sums["reach"] / 15_000).to_numpy() == pytest.approx(1_600, rel=0.05)
    # By the same luck of attention, saves over reach are 0.05 %; 12,000 x 0.8 expected in all.
    assert (sums["saves"] / sums["reach"]).to_numpy() == pytest.approx(0.0005, rel=0.06)


def test_hidden_likes_come_empty_or_as_zero():
    world = World(hidden_likes=(0.05, 0.40))
    empty, zero = drawn(world), drawn(replace(world, hidden_as_zero=True)).posts
    posts = with_arm(empty)
    assert zero["likes"].equals(posts["likes"].fillna(0))
    assert zero.drop(columns="likes").equals(empty.posts.drop(columns="likes"))
    shares = posts["likes"].isna().groupby(posts["micro"]).mean()
    assert shares[True] < 0.1
    assert shares[False] > 0.3
