"""The sides of the panel benchmarks; `python panel_sides.py SIDE FOLDER` measures one."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from analysis.dataset import open_dataset
from analysis.panel import creator_panel
from analysis.scope import Period
from tests.bench.sides import measured

REPORTS, FEW = 120, 5
_KEY = ["creator_id", "platform"]
_NEEDED = [*_KEY, "posted_at", "likes", "comments", "views", "followers_at_posting"]
_ALL_SUMS = ["reach", "saves", "shares", "profile_visits"]


def ours(folder: Path) -> float:
    """The product's panel, from the posts."""
    shutil.rmtree(folder / "panels", ignore_errors=True)
    return check_sum(creator_panel(open_dataset(folder), period=Period()))


def pandas(folder: Path) -> float:
    """The same sums in pandas, which reads only the columns that they need."""
    return check_sum(_by_pandas(folder))


def scan(folder: Path) -> float:
    """The floor: read the columns of the posts that the sums need."""
    with pq.ParquetFile(folder / "posts.parquet") as file:
        return float(sum(batch.num_rows for batch in file.iter_batches(columns=_NEEDED)))


def built_once(folder: Path) -> float:
    """The data part of 120 reports: the first builds the panel, each takes its slice."""
    shutil.rmtree(folder / "panels", ignore_errors=True)
    dataset, total = open_dataset(folder), 0.0
    for number in range(REPORTS):
        panel = creator_panel(dataset, period=Period())
        total += check_sum(_slice(panel, number))
    return total


def each_reads(folder: Path) -> float:
    """What every report does alone, for the first five of the 120."""
    return sum(check_sum(_slice(_by_pandas(folder), number)) for number in range(FEW))


def _slice(panel: pd.DataFrame, number: int) -> pd.DataFrame:
    niches = sorted(panel["niche"].unique())
    return panel[panel["niche"] == niches[number % len(niches)]]


def _by_pandas(folder: Path) -> pd.DataFrame:
    posts = pd.read_parquet(folder / "posts.parquet", columns=[*_NEEDED, *_ALL_SUMS])
    creators = pd.read_parquet(
        folder / "creators.parquet", columns=[*_KEY, "niche", "person", "followers"]
    )
    posts = posts.merge(creators[[*_KEY, "followers"]], on=_KEY)
    interactions = posts["likes"] + posts["comments"]
    known, seen = interactions.notna(), posts["views"] > 0
    then = posts["followers_at_posting"].fillna(posts["followers"])
    posts = posts.assign(
        interactions=interactions,
        followers_exposed=then.where(known),
        interactions_viewed=interactions.where(seen),
        views_seen=posts["views"].where(seen & known),
    )
    sums = ["interactions", "followers_exposed", "interactions_viewed", "views_seen", "views"]
    grouped = posts.groupby(_KEY, sort=False)
    added = grouped[[*sums, *_ALL_SUMS]].sum(min_count=1)
    first = posts[posts["followers_at_posting"].notna()].sort_values(
        ["posted_at", "followers_at_posting"]
    )
    added["followers_first"] = first.groupby(_KEY, sort=False)["followers_at_posting"].first()
    panel = creators.merge(added.reset_index(), on=_KEY, how="left")
    panel["followers"] = panel["followers_first"].fillna(panel["followers"])
    return panel.rename(columns={"views": "views_all", "views_seen": "views"})


def check_sum(panel: pd.DataFrame) -> float:
    """A number that every sum of every creator moves."""
    names = ["interactions", "followers_exposed", "interactions_viewed", "views", "followers"]
    return float(np.nansum(np.log1p(panel[names].to_numpy(dtype="float64", na_value=np.nan))))


if __name__ == "__main__":
    side = globals()[sys.argv[1]]
    measured(lambda: side(Path(sys.argv[2])))
