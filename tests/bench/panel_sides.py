"""The sides of the panel benchmarks; `python panel_sides.py SIDE FOLDER` measures one."""

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from analysis.panel.creators import creator_panel
from analysis.prepare.pipeline import prepare
from analysis.store.dataset import open_dataset
from analysis.study.ranges import Period
from tests.bench.panel_in_pandas import KEY, NEEDED, panel_in_pandas
from tests.bench.sides import measured

REPORTS, FEW = 120, 2
_COMPARED = [
    "followers", "followers_exposed", "posts", "posts_engaged", "interactions",
    "interactions_viewed", "views", "interactions_reached", "reach", "reach_all", "views_all",
    "saves", "reach_saved", "shares", "reach_shared", "profile_visits", "reach_visited",
    "purchase_intent", "comments_read",
]  # fmt: skip


def ours(folder: Path) -> float:
    """The product's panel, from the posts."""
    shutil.rmtree(folder / "panels", ignore_errors=True)
    return check_sum(creator_panel(open_dataset(folder), period=Period()))


def pandas(folder: Path) -> float:
    """The same sums in pandas."""
    return check_sum(panel_in_pandas(folder))


def scan(folder: Path) -> float:
    """The floor: read the columns of the posts that the sums need."""
    with pq.ParquetFile(folder / "posts.parquet") as file:
        return float(sum(batch.num_rows for batch in file.iter_batches(columns=[*KEY, *NEEDED])))


def built_once(folder: Path) -> float:
    """The data part of 120 reports: the first builds the panel, each takes its slice."""
    shutil.rmtree(folder / "panels", ignore_errors=True)
    dataset, total = open_dataset(folder), 0.0
    for number in range(REPORTS):
        panel = creator_panel(dataset, period=Period())
        total += check_sum(_slice(panel, number))
    return total


def each_reads(folder: Path) -> float:
    """What every report does alone, for the first two of the 120."""
    return sum(check_sum(_slice(panel_in_pandas(folder), number)) for number in range(FEW))


def reading(raw: Path) -> float:
    """Prepare a roster; the number of posts that were kept."""
    with tempfile.TemporaryDirectory() as scratch:
        dataset = prepare(raw, Path(scratch) / "out", private=Path(scratch) / "private")
        return float(sum(f.kept for f in dataset.manifest.files if f.table == "posts"))


def _slice(panel: pd.DataFrame, number: int) -> pd.DataFrame:
    niches = sorted(panel["niche"].unique())
    return panel[panel["niche"] == niches[number % len(niches)]]


def check_sum(panel: pd.DataFrame) -> float:
    """A number that every sum of every creator moves, and that notices two swapped columns."""
    numbers = panel[_COMPARED].to_numpy(dtype="float64", na_value=np.nan)
    return float(np.nansum(np.log1p(numbers) * np.arange(1, len(_COMPARED) + 1)))


if __name__ == "__main__":
    side = globals()[sys.argv[1]]
    measured(lambda: side(Path(sys.argv[2])))
