"""The posts of a world."""

import numpy as np
import pandas as pd

from analysis.study.worlds.roster import FOLLOWERS, each
from analysis.study.worlds.streams import Seed, lognormal, stream
from analysis.study.worlds.world import World

_GROWTH = 0.15  # at most, over the days of the world
_COMMENTS = 0.04  # of the interactions


def draw_posts(world: World, roster: pd.DataFrame, *, seed: Seed) -> pd.DataFrame:
    """Draw the posts of a roster: one row per post, by account and day."""
    idle = stream(seed, "posts.without_posts").permutation(len(roster))[: world.without_posts]
    active = np.delete(np.arange(len(roster)), idle)
    posts = roster.loc[active.repeat(world.posts)].reset_index(drop=True)
    growth = stream(seed, "posts.growth").uniform(0, _GROWTH, len(active)).repeat(world.posts)
    days = np.arange(np.datetime64(world.first_day), np.datetime64(world.last_day) + 1)
    size = (len(active), world.posts)
    day = np.sort(stream(seed, "posts.posted_at").integers(len(days), size=size)).ravel()
    followers = posts["followers"] * (1 - growth * (1 - day / len(days)))
    form = stream(seed, "posts.format").random(len(posts))
    formats = [
        np.array(platform.formats)[(form * len(platform.formats)).astype("int64")]
        for platform in world.platforms
    ]
    kinds = {"sponsored": (world.sponsored, world.sponsored)}
    kinds |= {"boosted": world.boosted, "giveaway": world.giveaways}
    micro = posts["micro"].to_numpy()
    flags = {
        f"is_{kind}": stream(seed, f"posts.{kind}").random(len(posts)) < np.where(micro, *share)
        for kind, share in kinds.items()
    }
    posts = posts.assign(
        post_id="p" + (posts.index + 1).astype("str"),
        posted_at=np.datetime_as_string(days[day]),
        format=np.choose(posts["p"], formats),
        # Nobody crosses the edge of a range: a tier is the same now and at posting.
        followers_at_posting=followers.clip(FOLLOWERS[posts["band"], 0]).astype("int64"),
        **flags,
    )
    words = {name: np.where(flag, "yes", "no") for name, flag in flags.items()}
    return posts.join(_counts(world, posts, seed)).assign(**words)


def _counts(world: World, posts: pd.DataFrame, seed: Seed) -> pd.DataFrame:
    """The metrics of posts; missing where hidden or not exported."""

    def luck(what: str) -> np.ndarray:
        return lognormal(stream(seed, f"posts.{what}").standard_normal(len(posts)), world.post_sd)

    def poisson(what: str, expected: pd.Series) -> np.ndarray:
        return np.asarray(stream(seed, f"posts.{what}").poisson(expected))

    boost = np.where(posts["is_boosted"], world.boost_factor, 1)
    giveaway = np.where(posts["is_giveaway"], world.giveaway_factor, 1)
    seen_by = posts["followers_at_posting"] * boost * luck("attention")
    expected = seen_by * posts["engagement_rate"] * luck("response")
    factor = np.where(posts["micro"], *world.sponsored_factor)
    usual = 1 - world.sponsored + world.sponsored * factor
    sponsored = np.where(posts["is_sponsored"], factor, 1) / usual
    interactions = poisson("interactions", expected * giveaway * sponsored)
    comments = stream(seed, "posts.comments").binomial(interactions, _COMMENTS)
    views = np.floor(seen_by * posts["view_rate"]) + 1
    counts = {
        "likes": interactions - comments,
        "comments": comments,
        "views": views,
        "reach": np.ceil(views * stream(seed, "posts.reach").uniform(0.7, 0.9, len(posts))),
        "saves": poisson("saves", world.save_rate * expected),
        "shares": poisson("shares", world.share_rate * expected),
    }
    uniform = stream(seed, "posts.hidden_likes").random(len(posts))
    hidden = uniform < np.where(posts["micro"], *world.hidden_likes)
    whole = pd.DataFrame(counts).astype("int64").astype("Int64")
    whole.loc[hidden, "likes"] = 0 if world.hidden_as_zero else pd.NA
    whole.loc[~each(world.platforms, "insights")[posts["p"]], ["reach", "saves"]] = pd.NA
    return whole
