"""The comments of a world, and when creators answered them."""

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from analysis.study.worlds.roster import each
from analysis.study.worlds.streams import Seed, stream
from analysis.study.worlds.world import World

_HOURS = 48  # in which comments are written and, if at all, answered
_BY_CREATOR = 0.05  # of the comments that are exported
_QUESTIONS = 0.15
_BY_MENTION = 0.2  # of the answers
_COLUMNS = (
    *("platform", "handle", "post_id", "age_seconds", "is_by_creator"),
    *("reply_after_seconds", "mention_after_seconds", "is_question"),
)


def draw_comments(
    world: World, roster: pd.DataFrame, posts: pd.DataFrame, *, seed: Seed
) -> pd.DataFrame:
    """Draw comments and answers: one row per comment, by post.

    Every post has as many as it counts, at most those that its platform exports. A creator's own
    share of answers is beta with the mean of the arm, whatever the number of comments.

    Args:
        posts: as ``draw_posts`` gives them.
    """
    most = each(world.platforms, "comments")[posts["p"]]
    rows = posts.loc[posts.index.repeat(np.minimum(posts["comments"].astype("int64"), most))]
    rows = rows.reset_index(drop=True)
    mean = np.where(roster["micro"], *world.reply_rate)
    size = (1 - world.reply_spread) / world.reply_spread  # of a beta, its two parameters together
    luck = stream(seed, "comments.reply_rate").random(len(roster))
    rate = pd.Series(betaincinv(mean * size, (1 - mean) * size, luck), roster["handle"])
    uniform = {
        what: stream(seed, f"comments.{what}").random(len(rows))
        for what in ("by_creator", "answered", "age", "delay", "mention", "question")
    }
    own = uniform["by_creator"] < _BY_CREATOR
    answered = ~own & (uniform["answered"] < rows["handle"].map(rate).to_numpy())
    delay = pd.Series(np.floor(60 * (60 * _HOURS) ** uniform["delay"])).astype("Int64")
    by_mention = uniform["mention"] < _BY_MENTION
    drawn = rows.assign(
        age_seconds=np.floor(uniform["age"] * 3600 * _HOURS).astype("int64"),
        is_by_creator=np.where(own, "yes", "no"),
        reply_after_seconds=delay.where(answered & ~by_mention),
        mention_after_seconds=delay.where(answered & by_mention),
        is_question=np.where(uniform["question"] < _QUESTIONS, "yes", "no"),
    )
    return drawn[list(_COLUMNS)]
