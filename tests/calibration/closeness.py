"""What claims about creators and followers read, from a drawn world.

The columns come from the product's own arithmetic; what its queries count is counted here anew.
"""

import numpy as np
import pandas as pd

from analysis.panel.relationship import KEY, NEWEST, relationship_columns
from analysis.study.worlds import World
from analysis.study.worlds.comments import draw_comments
from analysis.study.worlds.posts import draw_posts
from analysis.study.worlds.roster import draw_roster


def creators_of(world: World, seed) -> pd.DataFrame:
    """One row per account with the columns of the panel that these claims read."""
    roster = draw_roster(world, seed=seed)
    roster = roster.assign(
        creator_id=roster["platform"] + roster["handle"],
        person=roster["person_number"].astype("str"),
    )
    posts = draw_posts(world, roster, seed=seed)
    told = relationship_columns(_formats(posts), _growth(posts))
    for columns in (told, _sponsored(posts), _answers(world, roster, posts, seed)):
        roster = roster.join(columns, on=KEY)
    return roster


def _sponsored(posts):
    """Geometric means of interactions and a half, of which the estimator adds one half itself."""
    means = np.log((posts["likes"] + posts["comments"] + 0.5).astype(float))
    by_kind = means.groupby([*(posts[name] for name in KEY), posts["is_sponsored"]]).mean()
    found = np.exp(by_kind).unstack()
    return pd.DataFrame(
        {"sponsored_interactions": found["yes"] - 0.5, "own_interactions": found["no"]}
    )


def _formats(posts):
    posts = posts.assign(
        kind=posts["format"].replace("reel", "short"),
        brought=np.log((posts["likes"] + posts["comments"] + 0.5).astype(float)),
        seen=np.log(posts["views"].astype(float)),
    )
    posts = posts.sort_values("posted_at", ascending=False, kind="stable")
    by_account = posts.groupby(KEY, sort=False)
    newest = by_account.cumcount() < NEWEST
    enough = by_account["kind"].transform("size") >= NEWEST
    by = [*KEY, "kind"]
    found = posts.groupby(by).agg(
        posts=("brought", "size"), log_interactions=("brought", "mean"), log_views=("seen", "mean")
    )
    found["latest"] = posts[newest & enough].groupby(by).size()
    found["log_interactions_viewed"] = found["log_interactions"]
    return found.reset_index()


def _growth(posts):
    posts = posts.assign(day=pd.to_datetime(posts["posted_at"]))
    posts = posts.sort_values("day", kind="stable")
    last = posts.groupby(KEY)["day"].transform("max")
    ends = posts[posts["day"] >= last - pd.Timedelta(days=30)].groupby(KEY)
    first, last = ends.first(), ends.last()
    counts = {
        "days": (last["day"] - first["day"]).dt.days,
        "followers_before": first["followers_at_posting"].astype(float),
        "followers_after": last["followers_at_posting"].astype(float),
    }
    return pd.DataFrame(counts).reset_index()


def _answers(world, roster, posts, seed):
    if not any(platform.comments for platform in world.platforms):
        return pd.DataFrame(index=pd.MultiIndex.from_tuples([], names=KEY))
    comments = draw_comments(world, roster, posts, seed=seed)
    comments = comments[comments["is_by_creator"] == "no"]
    after = comments["reply_after_seconds"].fillna(comments["mention_after_seconds"])
    counted = comments.assign(
        creator_id=comments["platform"] + comments["handle"],
        comments_received=1.0,
        answered_in_48h=after.le(48 * 3600).fillna(False).astype(float),
    )
    return counted.groupby(KEY)[["comments_received", "answered_in_48h"]].sum()
