"""Draw a world, and write it as a dataset."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from analysis.study.contract import TABLES
from analysis.study.worlds.comments import draw_comments
from analysis.study.worlds.listening import (
    TARGET,
    draw_audiences,
    draw_mentions,
    with_origins,
    with_topics,
)
from analysis.study.worlds.placements import draw_placements
from analysis.study.worlds.posts import draw_posts
from analysis.study.worlds.roster import draw_roster
from analysis.study.worlds.streams import Seed
from analysis.study.worlds.truth import planted
from analysis.study.worlds.world import DEMO, DEMO_SEED, World

_NOT_EVERYWHERE = ("comments", "mentions", "audience")


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw of a world.

    Attributes:
        creators, posts, placements, comments, mentions, audience: contract tables in raw form:
            handles, whole numbers, ISO text; a hidden or unexported count is missing.
        planted: one row per ``metric``, ``estimand``, ``platform`` and ``niche`` (or ``all``) with
            the true ``ratio`` of 1K-100K followers to 100K and up; engagement is that of organic
            posts, neither boosted nor giveaway.
        world: what was drawn.
    """

    creators: pd.DataFrame
    posts: pd.DataFrame
    placements: pd.DataFrame
    comments: pd.DataFrame
    mentions: pd.DataFrame
    audience: pd.DataFrame
    planted: pd.DataFrame
    world: World


def draw(world: World, *, seed: Seed) -> Draw:
    """Draw creators, their posts, placements, comments, mentions and audiences.

    Every quantity has a random stream of its own under the seed, so that a world with another knob
    differs only in what that knob changes.

    Example:
        >>> from analysis.study.worlds import Niche
        >>> world = World(niches=(Niche("food", engagement=1.5), Niche("travel")))
        >>> len(draw(world, seed=1).posts)
        800
    """
    roster = with_origins(draw_roster(world, seed=seed), seed=seed)
    posted = with_topics(world, roster, draw_posts(world, roster, seed=seed), seed=seed)
    frames = {
        "creators": roster,
        "posts": posted,
        "placements": draw_placements(world, roster, seed=seed),
        "comments": draw_comments(world, roster, posted, seed=seed),
        "mentions": draw_mentions(world, roster, posted, seed=seed),
        "audience": draw_audiences(world, roster, seed=seed),
    }
    tables = {
        table.name: frames[table.name][[name for name in table.names if name in frames[table.name]]]
        for table in TABLES.values()
    }
    return Draw(**tables, planted=planted(world), world=world)


def write_raw(drawn: Draw, folder: Path) -> None:
    """Write the tables as CSV files, and dataset.yml: the same bytes for the same draw.

    What a world has no rows of has no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        rows = getattr(drawn, name)
        if name in _NOT_EVERYWHERE and rows.empty:
            continue
        text = rows.to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(text.encode())
    facts = {key: getattr(drawn.world, key) for key in ("name", "brand", "currency")}
    if len(drawn.audience):
        facts |= {"target": TARGET}
    facts |= {"synthetic": True, "planted": drawn.planted.round(6).to_dict("records")}
    text = yaml.safe_dump(facts, sort_keys=False, default_flow_style=None, width=200)
    (folder / "dataset.yml").write_bytes(text.encode())


def main(folder: str) -> None:
    """Write the demo dataset into a folder."""
    write_raw(draw(DEMO, seed=DEMO_SEED), Path(folder))
