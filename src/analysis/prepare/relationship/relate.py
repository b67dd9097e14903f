"""Comments, threads, mentions and audiences of a dataset, after its creators and posts."""

import pandas as pd

from analysis.prepare.judge import Erased
from analysis.prepare.relationship.audience import latest_lists
from analysis.prepare.relationship.comments import old_enough
from analysis.prepare.relationship.mentions import one_a_post
from analysis.prepare.relationship.placing import NO_POSTS, numbered, placed
from analysis.prepare.relationship.threads import as_comments, both, by_name
from analysis.store.manifest import Join
from analysis.study.contract import COMMENTS, MENTIONS, THREADS


def relate(
    rows: dict[str, pd.DataFrame],
    fates: dict[str, pd.Series],
    kept: dict[str, pd.DataFrame],
    erased: Erased | None,
) -> list[Join]:
    """Decide on every row that tells of creators and their followers.

    Args:
        rows: what arrived, by table; people whom threads call by an id get their names.
        fates: of every row by table; those of these tables are set.
        kept: rows that are kept, by table, with creators and posts; likewise.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        How rows found their posts and creators.
    """
    arrived, posts = rows.get("posts", NO_POSTS), kept.get("posts", NO_POSTS)
    creators = kept.get("creators")
    joins: list[Join] = []
    if "threads" in rows:
        rows["threads"] = by_name(rows["threads"], creators)
    for table, decide in (COMMENTS, old_enough), (THREADS, as_comments), (MENTIONS, one_a_post):
        if table.name in rows:
            named, fate, under, join = placed(rows[table.name], table, arrived, posts, erased)
            found = numbered(decide(named, fate, under, posts), fate, under, posts)
            if table is THREADS:
                found = both(kept.get("comments"), found, fate)
            kept[COMMENTS.name if table is THREADS else table.name] = found
            fates[table.name] = fate
            joins.append(join)
    if "audience" in rows:
        kept["audience"], fates["audience"], join = latest_lists(rows["audience"], creators, erased)
        joins.append(join)
    return joins
