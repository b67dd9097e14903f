"""The posts of a world."""

import numpy as np
import pandas as pd

from analysis.study.worlds.roster import FOLLOWERS, each
from analysis.study.worlds.streams import Seed, lognormal, stream
from analysis.study.worlds.world import World

_COMMENTS = 0.04  # of the interactions


def draw_posts(world: World, roster: pd.DataFrame, *, seed: Seed) -> pd.DataFrame:
    """Draw the posts of a roster: one row per post, by account and day."""
    idle = stream(seed, "posts.without_posts").permutation(len(roster))[: world.without_posts]
    active = np.delete(np.arange(len(roster)), idle)
    posts = roster.loc[active.repeat(world.posts)].reset_index(drop=True)
    most = np.where(roster.loc[active, "micro"], *world.growth)
    growth = (most * stream(seed, "posts.growth").random(len(active))).repeat(world.posts)
    days = np.arange(np.datetime64(world.first_day), np.datetime64(world.last_day) + 1)
    size = (len(active), world.posts)
    day = np.sort(stream(seed, "posts.posted_at").integers(len(days), size=size)).ravel()
    followers = posts["followers"] * (1 - growth * (1 - day / len(days)))
    nth = _formats(world, posts, stream(seed, "posts.format").random(len(posts)))
    words = [[*platform.formats] for platform in world.platforms]
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
        format=[words[p][n] for p, n in zip(posts["p"], nth, strict=True)],
        is_first_format=nth == 0,
        # Nobody crosses the edge of a range: a tier is the same now and at posting.
        followers_at_posting=followers.clip(FOLLOWERS[posts["band"], 0]).astype("int64"),
        **flags,
    )
    told = {name: np.where(flag, "yes", "no") for name, flag in flags.items()}
    return posts.join(_counts(world, posts, seed)).assign(**told)


def _formats(world: World, posts: pd.DataFrame, uniform: np.ndarray) -> np.ndarray:
    """Place of each post's format among those of its platform."""
    nth = np.zeros(len(posts), dtype="int64")
    for p, platform in enumerate(world.platforms):
        for is_micro, shares in zip((True, False), world.format_shares(platform), strict=True):
            here = (posts["p"] == p) & (posts["micro"] == is_micro)
            ends = np.cumsum(shares)[:-1]
            nth[here] = np.searchsorted(ends, uniform[here], side="right")
    return nth


def _format_factors(world: World, posts: pd.DataFrame) -> np.ndarray:
    """What the format multiplies interactions by; 1 on average over an arm's posts."""
    factor = np.where(posts["micro"], *world.first_format_factor)
    several = np.array([len(platform.formats) > 1 for platform in world.platforms])[posts["p"]]
    first = [[shares[0] for shares in world.format_shares(at)] for at in world.platforms]
    share = np.array(first)[posts["p"], np.where(posts["micro"], 0, 1)]
    of_format = np.where(posts["is_first_format"], factor, 1) / (1 - share + share * factor)
    return np.asarray(np.where(several, of_format, 1.0))


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
    moved = giveaway * sponsored * _format_factors(world, posts)
    interactions = poisson("interactions", expected * moved)
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
