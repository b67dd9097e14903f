"""The engagement side of the creator panel in pandas, which reads only the columns it needs."""

from pathlib import Path

import pandas as pd

KEY = ["creator_id", "platform"]
NEEDED = [
    "posted_at", "likes", "comments", "views", "reach", "saves", "shares", "profile_visits",
    "comments_read", "comments_purchase_intent", "followers_at_posting",
]  # fmt: skip
_FOLLOWERS = 2**32  # seconds and followers share one number, as in panel.sql


def panel_in_pandas(folder: Path) -> pd.DataFrame:
    """As ``creator_panel``: names as numbers, one pass of sums, followers joined after them."""
    posts = pd.read_parquet(folder / "posts.parquet", columns=[*KEY, *NEEDED], read_dictionary=KEY)
    creators = pd.read_parquet(
        folder / "creators.parquet", columns=[*KEY, "niche", "person", "followers"]
    )
    keys = [posts[name] for name in KEY]
    seconds = posts["posted_at"].astype("int64") // 1_000_000
    first = seconds * _FOLLOWERS + posts["followers_at_posting"].astype("Int64")
    added = _terms(posts).groupby(keys, observed=True, sort=False).sum(min_count=1)
    added["first"] = first.groupby(keys, observed=True, sort=False).min()
    added.index = added.index.set_levels([level.astype("str") for level in added.index.levels])
    panel = creators.merge(added, how="left", left_on=KEY, right_index=True)
    now = panel["then_unknown"] * panel["followers"]
    return panel.assign(
        followers_exposed=(panel["followers_then"].fillna(0) + now).where(
            panel["posts_engaged"] > 0
        ),
        followers=(panel["first"] % _FOLLOWERS).fillna(panel["followers"]),
    )


def _terms(posts: pd.DataFrame) -> pd.DataFrame:
    """What is added up: every count where the other one of its ratio is known."""
    interactions, then = posts["likes"] + posts["comments"], posts["followers_at_posting"]
    engaged, viewed, reached = interactions.notna(), posts["views"] > 0, posts["reach"] > 0
    terms = {
        "posts": 1,
        "posts_engaged": engaged,
        "interactions": interactions,
        "followers_then": then.where(engaged),
        "then_unknown": engaged & then.isna(),
        "interactions_viewed": interactions.where(viewed),
        "views": posts["views"].where(viewed & engaged),
        "interactions_reached": interactions.where(reached),
        "reach": posts["reach"].where(reached & engaged),
        "reach_all": posts["reach"],
        "views_all": posts["views"],
    }
    for name, seen in (("saves", "saved"), ("shares", "shared"), ("profile_visits", "visited")):
        terms[name] = posts[name].where(reached)
        terms[f"reach_{seen}"] = posts["reach"].where(posts[name].notna())
    asked, read = posts["comments_purchase_intent"], posts["comments_read"]
    terms["purchase_intent"] = asked.where(read > 0)
    terms["comments_read"] = read.where(asked.notna())
    return pd.DataFrame(terms)
