"""Samples that cannot be what they seem, and losses that are no trifle: doubts, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.panel.creators import answers, query
from analysis.sources.formats import known_formats
from analysis.store.dataset import Dataset
from analysis.study.contract import TABLES
from analysis.study.declared import declared_rows

DOUBTS = {row["doubt"]: row for row in declared_rows("analysis.panel", "doubts.csv")}
_FEWEST = 50  # creators, or posts, of whom a share or a slope says something
_NO_DATA = {"the header again"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a sample that its reader must know.

    Attributes:
        kind: row of ``DOUBTS``.
        seen: the share or slope that was found.
        says: in a sentence.
    """

    kind: str
    seen: float
    says: str


def doubts(dataset: Dataset, creators: pd.DataFrame) -> list[Doubt]:
    """What is doubtful about a dataset, the gravest first.

    Args:
        dataset: a prepared dataset.
        creators: its creator panel.
    """
    found = [*_posts(dataset), *_views(creators), *_lost(dataset)]
    order = list(DOUBTS)
    return sorted(found, key=lambda one: order.index(one.kind))


def _threshold(kind: str) -> float:
    return float(DOUBTS[kind]["threshold"])


def _lost(dataset: Dataset) -> Iterator[Doubt]:
    no_data = _NO_DATA | {
        drop.reason for one in known_formats() for rule in one.files for drop in rule.drop
    }
    left = dataset.exclusions()
    left = left[~left["reason"].isin(no_data)]
    for table in TABLES:
        rows = sum(file.rows_read for file in dataset.manifest.files if file.table == table)
        reasons = left[left["table"].eq(table)].groupby("reason", observed=True)["rows"].sum()
        share = int(reasons.sum()) / rows if rows else 0.0
        if share > _threshold("lost rows"):
            most = reasons.sort_values(ascending=False, kind="stable").index[0]
            says = f"{share:.0%} of the rows of {table} were left out, most because: {most}"
            yield Doubt("lost rows", share, says)


def _posts(dataset: Dataset) -> Iterator[Doubt]:
    table = answers(dataset, query("doubtful_posts.sql"))
    for row in table.to_dict("records"):
        if row["posts"] < _FEWEST:
            continue
        beyond, old = row["beyond"] / row["posts"], row["old"] / row["posts"]
        if beyond > _threshold("interactions beyond followers"):
            says = (
                f"{beyond:.0%} of the posts on {row['platform']} have more likes and comments than"
                " followers: were they picked because they did well?"
            )
            yield Doubt("interactions beyond followers", beyond, says)
        if old > _threshold("old posts"):
            says = (
                f"{old:.0%} of the posts on {row['platform']} are two years older than the latest"
                " and are divided by today's followers"
            )
            yield Doubt("old posts", old, says)


def _views(creators: pd.DataFrame) -> Iterator[Doubt]:
    per_post = creators["views_all"].astype(float) / creators["posts_viewed"].astype(float)
    followers = creators["followers"].astype(float)
    known = creators[per_post.gt(0) & followers.ge(1000)].index
    for platform, rows in creators.loc[known].groupby("platform"):
        size, seen = np.log(followers[rows.index]), np.log(per_post[rows.index])
        if len(rows) < _FEWEST or np.ptp(size) < np.log(10):
            continue
        slope = float(np.polyfit(size, seen, 1)[0])
        if slope < _threshold("views that do not grow"):
            says = (
                f"views on {platform} hardly grow with followers (to the power of {slope:.2f}):"
                " were the posts picked by their views?"
            )
            yield Doubt("views that do not grow", slope, says)
