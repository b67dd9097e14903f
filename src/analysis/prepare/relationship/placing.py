"""Rows that tell of a post, under the account and the number of that post."""

import numpy as np
import pandas as pd

from analysis.prepare.duplicates import KEPT
from analysis.prepare.joins import accounts, many_to_one
from analysis.prepare.judge import Erased, judge, set_aside_empty
from analysis.store.manifest import Join
from analysis.study.contract import POSTS, Table

NO_POST = "no such post in posts"
_COLUMNS = (*POSTS.key, "posted_at", "counted_at")
NO_POSTS = pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})


def placed(
    rows: pd.DataFrame,
    table: Table,
    arrived: pd.DataFrame,
    kept: pd.DataFrame,
    erased: Erased | None,
) -> tuple[pd.DataFrame, pd.Series, pd.Series, Join]:
    """Find the post of each row.

    Args:
        rows: rows of one table that arrived, in their order.
        table: theirs.
        arrived: every post that arrived, with the accounts that other files gave them.
        kept: posts that are kept.
        erased: tells rows of creators who asked to be forgotten.

    Returns:
        The rows with their ``handle``; the fate of each; of those with a post its place in
        ``kept``; and the count of the join.
    """
    named = _with_handles(rows, arrived, table)
    fate = judge(named, erased)
    complete = named[set_aside_empty(named, fate, table)]
    partner, _, join = many_to_one(
        _marks(complete), _marks(kept), table=table.name, to="posts", by="post id"
    )
    fate[partner.index[partner.isna()]] = NO_POST
    return named, fate, partner.dropna(), join


def numbered(
    rows: pd.DataFrame, fate: pd.Series, under: pd.Series, kept: pd.DataFrame
) -> pd.DataFrame:
    """The rows that are kept under the numbers of their posts, from 1, by post."""
    counted = under[fate[under.index].eq(KEPT)]
    numbers = pd.Series(np.arange(1, len(kept) + 1), kept.index)
    found = counted.map(numbers).astype("int64").sort_values(kind="stable")
    return rows.loc[found.index].assign(post_id=found)


def _marks(rows: pd.DataFrame) -> pd.Series:
    """Account and post as one text, missing where either is."""
    return accounts(rows) + " " + rows["post_id"].astype("str")


def _with_handles(rows: pd.DataFrame, posts: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows whose file names no account, under that of the one account with such a post."""
    nameless = rows["handle"].isna()
    if not nameless.any() or posts.empty:
        return rows
    known = posts[posts["handle"].notna()].drop_duplicates(["platform", "post_id", "handle"])
    partner, _, _ = many_to_one(
        accounts(rows[nameless], "post_id"),
        accounts(known, "post_id"),
        table=table.name,
        to="posts",
        by="post id",
    )
    found = partner.map(known["handle"]).reindex(rows.index)
    return rows.assign(handle=rows["handle"].mask(nameless, found))
