"""Comments, threads, mentions and audiences of a dataset, after its creators and posts."""

from collections.abc import Mapping

import pandas as pd

from analysis.prepare.judge import Erased
from analysis.prepare.relationship.audience import latest_lists
from analysis.prepare.relationship.comments import under_posts
from analysis.prepare.relationship.mentions import naming_posts
from analysis.prepare.relationship.threads import as_comments, both
from analysis.store.manifest import Join


def relate(
    rows: Mapping[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    kept: dict[str, pd.DataFrame],
    erased: Erased | None,
) -> list[Join]:
    """Decide on every row that tells of creators and their followers.

    Args:
        rows: what arrived, by table.
        fates: of every row by table; those of these tables are set.
        kept: rows that are kept, by table, with creators and posts; likewise.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        How rows found their posts and creators.
    """
    arrived, posts, creators = rows.get("posts"), kept.get("posts"), kept.get("creators")
    joins: list[Join] = []
    if "comments" in rows:
        found = under_posts(rows["comments"], arrived, posts, erased)
        kept["comments"], fates["comments"] = found[:2]
        joins += found[2]
    if "threads" in rows:
        comments, fates["threads"], threaded = as_comments(
            rows["threads"], arrived, posts, creators, erased
        )
        kept["comments"] = both(kept.get("comments"), comments, fates["threads"])
        joins += threaded
    if "mentions" in rows:
        found = naming_posts(rows["mentions"], arrived, posts, erased)
        kept["mentions"], fates["mentions"] = found[:2]
        joins += found[2]
    if "audience" in rows:
        found = latest_lists(rows["audience"], creators, erased)
        kept["audience"], fates["audience"] = found[:2]
        joins += found[2]
    return joins
