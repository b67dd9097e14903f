"""Follower counts of the same account on two days, far enough apart to be two counts."""

import pandas as pd

from analysis.store.dataset import Dataset
from analysis.store.parquet import read_table

DAYS_APART = 7


def two_counts(dataset: Dataset) -> pd.DataFrame:
    """Find the earliest and the latest follower count of each account, a week apart or more.

    Counts come from rosters with a day, from captures and from posts that know their followers;
    of several on one day the median counts.

    Args:
        dataset: a prepared dataset.

    Returns:
        ``earlier``, ``later`` and the ``days`` between, by ``creator_id``; accounts that were not
        counted on two such days have no row.
    """
    paths = [path for path in dataset.history if path.stem == "followers_history"]
    columns = ["creator_id", "day", "followers"]
    parts = [read_table(path, columns) for path in paths]
    counted = pd.concat([pd.DataFrame({name: [] for name in columns}), *parts])
    counted = counted.astype({"creator_id": str, "day": "datetime64[s]", "followers": float})
    counted = counted[counted["followers"] > 0]
    daily = counted.groupby(["creator_id", "day"])["followers"].median().reset_index("day")
    accounts = daily.groupby(level="creator_id")
    found = pd.DataFrame(
        {
            "earlier": accounts["followers"].first(),
            "later": accounts["followers"].last(),
            "days": (accounts["day"].last() - accounts["day"].first()).dt.days,
        }
    )
    return found[found["days"] >= DAYS_APART]
