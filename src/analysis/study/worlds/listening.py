"""What listening tools say of a world: topics of posts, mentions of the brand, audiences."""

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from analysis.study.worlds.roster import each
from analysis.study.worlds.streams import Seed, stream
from analysis.study.worlds.world import World

TOPICS = 10  # of which one is a creator's own
TARGET = {"age": ["18-24"]}
_TAGGED = 0.8  # of the posts
_PAID = 0.2  # of the mentions
_FOUND = ("hashtag", "followers", "listening")


def with_origins(roster: pd.DataFrame, *, seed: Seed) -> pd.DataFrame:
    """The roster with how each account was found, without effect."""
    nth = stream(seed, "creators.found_through").integers(len(_FOUND), size=len(roster))
    return roster.assign(found_through=np.array(_FOUND)[nth])


def with_topics(
    world: World, roster: pd.DataFrame, posts: pd.DataFrame, *, seed: Seed
) -> pd.DataFrame:
    """The posts with a topic each: the creator's own one, or one of the others."""
    heard = _heard(world, posts)
    focus = np.where(posts["micro"], *world.topic_focus)
    names = ("own", "which", "tagged")
    uniform = {name: stream(seed, f"posts.topic_{name}").random(len(posts)) for name in names}
    own = posts["handle"].map(pd.Series(np.arange(len(roster)) % TOPICS, roster["handle"]))
    other = (own + 1 + np.floor(uniform["which"] * (TOPICS - 1)).astype("int64")) % TOPICS
    topic = "t" + own.where(uniform["own"] < focus, other).astype("str")
    return posts.assign(topics=topic.where(heard & (uniform["tagged"] < _TAGGED)))


def draw_mentions(
    world: World, roster: pd.DataFrame, posts: pd.DataFrame, *, seed: Seed
) -> pd.DataFrame:
    """Draw the posts that name the brand: one row each, by post."""
    rate = _shares(world.mention_rate, roster, seed, "mentions.rate")
    uniform = {name: stream(seed, f"mentions.{name}").random(len(posts)) for name in ("of", "paid")}
    named = _heard(world, posts) & (uniform["of"] < posts["handle"].map(rate).to_numpy())
    paid = np.where(uniform["paid"] < _PAID, "yes", "no")
    return posts.assign(is_paid=paid)[named].reset_index(drop=True)


def draw_audiences(world: World, roster: pd.DataFrame, *, seed: Seed) -> pd.DataFrame:
    """Draw the ages of every account's audience: two rows each, which add up to 1."""
    heard = roster[_heard(world, roster)]
    sought = _shares(world.target_share, heard, seed, "audience.share").round(4).to_numpy()
    parts = {"18-24": sought, "25+": (1 - sought).round(4)}
    rows = [
        heard.assign(dimension="age", segment=segment, share=share)
        for segment, share in parts.items()
    ]
    return pd.concat(rows).sort_index(kind="stable").reset_index(drop=True)


def _heard(world: World, rows: pd.DataFrame) -> np.ndarray:
    return np.asarray(each(world.platforms, "listened")[rows["p"]])


def _shares(by_arm: tuple[float, float], roster: pd.DataFrame, seed: Seed, what: str) -> pd.Series:
    """Beta shares of accounts with the mean of their arm, by handle."""
    mean = np.where(roster["micro"], *by_arm)
    size = 9.0  # of a beta, its two parameters together: a tenth of the largest variance
    luck = stream(seed, what).random(len(roster))
    return pd.Series(betaincinv(mean * size, (1 - mean) * size, luck), roster["handle"])
