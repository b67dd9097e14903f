"""Formats, growth and waiting by hand: what a post is, what grew, what nobody could see."""

import math
from datetime import datetime, timedelta

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.panel.columns import RELATIONSHIP_COLUMNS
from analysis.panel.relationship import KEY, answer_times, formats, growth, relationship_columns
from analysis.store.dataset import Dataset
from analysis.store.manifest import Manifest
from analysis.store.settings import Settings
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import ASKED

ANNA, BEN = ("a", "instagram"), ("b", "youtube")
LATE = datetime(2026, 1, 1)


@pytest.fixture
def dataset(tmp_path):
    """A function that writes tables as prepare does."""

    def write(**tables):
        for table in ASKED:
            columns = {c.name: ARROW_TYPE[c.kind] for c in table.columns if c.name != "handle"}
            schema = pa.schema({"creator_id": pa.string(), **columns})
            rows = pa.Table.from_pylist(tables.get(table.name, []), schema)
            pq.write_table(rows, tmp_path / f"{table.name}.parquet")
        return Dataset.model_construct(
            folder=tmp_path, manifest=Manifest.model_construct(tables={}, settings=Settings())
        )

    return write


def rows_of(account, rows):
    return [dict(zip(KEY, account, strict=True)) | row for row in rows]


def posts(account, *rows):
    """Posts one a day, the last one first."""
    return rows_of(
        account,
        [
            {"post_id": str(n), "posted_at": LATE - timedelta(days=n), **row}
            for n, row in enumerate(rows)
        ],
    )


def test_words_for_a_format_are_one_and_on_youtube_length_decides(dataset):
    """61 to 180 seconds may be a short since 15 October 2024, and were long before."""
    instagram = ["Reel", "reels", "album", "Photo", "story", "guide", None]
    youtube = [(60, 2026), (61, 2026), (180, 2026), (180, 2023), (181, 2026)]
    written = dataset(
        posts=posts(ANNA, *({"format": word} for word in instagram))
        + posts(
            BEN,
            *(
                {"format": "video", "duration_seconds": s, "posted_at": datetime(year, 1, 1)}
                for s, year in youtube
            ),
        )
    )
    found = formats(written).set_index(["creator_id", "kind"])["posts"]
    told = {"short": 2, "carousel": 1, "image": 1, "story": 1, "guide": 1}
    assert found["a"].to_dict() == told, "a format that nobody wrote down is none"
    assert found["b"].to_dict() == {"short": 1, "short or long": 2, "long": 2}


def test_the_mix_is_of_the_fifteen_newest_posts(dataset):
    """Of twenty, the newest fifteen are 5 and 10; the five oldest, of a third format, do not count.

    -(1/3 log 1/3 + 2/3 log 2/3) = .636514. With fourteen there is none.
    """
    newest = [{"format": "image"}] * 5 + [{"format": "carousel"}] * 10
    written = dataset(
        posts=posts(ANNA, *newest, *[{"format": "reel"}] * 5)
        + posts(("c", "instagram"), *newest[:14])
        + posts(("d", "instagram"), *[{"format": "image"}] * 15)
    )
    found = relationship_columns(formats(written), growth(written)).droplevel("platform")
    assert found.loc["a", "format_diversity"] == pytest.approx(0.636514, abs=1e-6)
    assert found.loc["a", ["posts_formatted", "posts_short"]].to_list() == [20, 5]
    assert found.loc["c", ["format_diversity", "format_mixes"]].isna().all()
    assert found.loc["d", ["format_diversity", "format_mixes"]].to_list() == [0, 1]
    assert list(found.columns) == list(RELATIONSHIP_COLUMNS)


def test_a_format_is_compared_inside_the_creator(dataset):
    """Shorts 99.5 and 24.5 interactions, half added 100 and 25, on 1,000 and 250 views: .1 a view.

    Long videos bring 40 on 100, .4 a view; a boosted short, one without views and one without
    likes do not count. On the shorts' views, 500 in the mean, long ones would bring 200; shorts
    brought 50.
    """
    short = {"format": "short", "comments": 0}
    written = dataset(
        posts=posts(
            BEN,
            short | {"likes": 99, "views": 1_000},
            short | {"likes": 24, "views": 250},
            short | {"likes": 9_000, "views": 10, "is_boosted": True},
            short | {"likes": 9_000},
            short | {"views": 10},
            {"format": "long", "likes": 39, "comments": 1, "views": 100},
        )
    )
    found = relationship_columns(formats(written), growth(written)).loc[BEN]
    brought = math.sqrt(99.5 * 24.5)
    assert found["short_interactions"] + 0.5 == pytest.approx(brought)
    assert found["short_views"] == pytest.approx(500)
    assert found["short_as_long"] == pytest.approx(500 * 40.5 / 100)
    assert found["long_interactions"] + 0.5 == pytest.approx(40.5)
    assert pd.isna(found["carousel_as_image"])


def counted(account, *counts):
    days = [{"day": day, "followers": followers} for day, followers in counts]
    return rows_of(account, days)


def test_growth_is_of_the_last_thirty_days_and_needs_two_weeks(dataset):
    """1,000 to 1,100 in 20 days are 1,000 * 1.1^1.5 = 1,153.69 in 30; the count of May is older."""
    anna = counted(ANNA, ("2026-05-01", 10), ("2026-07-01", 1_000), ("2026-07-21", 1_100))
    short = counted(BEN, ("2026-07-01", 1_000), ("2026-07-14", 2_000))
    written = dataset(followers_history=anna + short)
    found = relationship_columns(formats(written), growth(written))
    assert found.loc[ANNA, "followers_before"] == 1_000
    assert found.loc[ANNA, "followers_in_30_days"] + 0.5 == pytest.approx(1_153.690, abs=0.001)
    assert BEN not in found.index, "13 days say too little"


def test_rounded_counts_are_found_and_posts_meet_the_followers_of_their_day(dataset):
    """Steps of 100 from 27,700 and 28,000; log 2 more interactions at .02 more log followers."""
    written = dataset(
        creators=[dict(zip(KEY, BEN, strict=True)) | {"followers": 28_000}],
        followers_history=counted(BEN, ("2025-12-31", 27_700), ("2026-01-01", 28_000)),
        posts=posts(
            BEN,
            {"likes": 79, "comments": 0},
            {"likes": 39, "comments": 0, "posted_at": datetime(2025, 12, 31, 23)},
            {"likes": 5, "comments": 0, "posted_at": datetime(2025, 12, 1)},
        ),
    )
    found = growth(written).set_index(KEY).loc[BEN]
    apart = math.log(28_000 / 27_700)
    assert (found["step"], found["posts_met"]) == (100, 2)
    assert found["moved"] == pytest.approx(apart**2 / 2, rel=1e-3)
    assert found["moved_with"] == pytest.approx(apart * math.log(79.5 / 39.5) / 2, rel=1e-3)


def test_a_comment_waits_for_as_long_as_it_was_watched(dataset):
    """An answer after the counts were taken, or by nobody; older posts show no answers."""
    taken = LATE + timedelta(hours=10)
    first, old = posts(ANNA, {"counted_at": taken}, {"posted_at": datetime(2017, 9, 30)})
    comment = {"post_id": "0", "age_seconds": 3_600, "is_by_creator": False}
    written = dataset(
        posts=[first, old],
        comments=rows_of(
            ANNA,
            [
                comment | {"reply_after_seconds": 61},
                comment | {"mention_after_seconds": 120, "reply_after_seconds": 4_000},
                comment | {"reply_after_seconds": 10 * 3_600},
                comment,
                comment | {"is_by_creator": True},
                comment | {"post_id": "1", "reply_after_seconds": 1},
            ],
        ),
    )
    found = answer_times(written)[["minutes", "answered", "comments"]]
    assert found.to_numpy().tolist() == [[2, True, 2], [540, False, 2]]


def test_what_was_computed_from_other_follower_counts_is_not_taken(dataset, tmp_path):
    """The history alone is another one; every other table is the same file."""
    written = dataset(followers_history=counted(BEN, ("2026-01-01", 500), ("2026-01-31", 1_000)))
    assert growth(written)["followers_after"].to_list() == [1_000]
    path = tmp_path / "followers_history.parquet"
    rows = pq.read_table(path)
    doubled = [2 * of for of in rows["followers"].to_pylist()]
    place = rows.schema.get_field_index("followers")
    kind = rows.schema.field(place)
    pq.write_table(rows.set_column(place, kind, pa.array(doubled, kind.type)), path)
    assert growth(written)["followers_after"].to_list() == [2_000]
