"""What arrives twice counts once; an empty cell never wins; what grows contradicts nothing."""

from collections import Counter

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.prepare.pipeline import prepare

CREATORS = (
    "platform,handle,niche,followers\ninstagram,anna,travel,12000\ninstagram,ben,travel,300000\n"
)
HEAD = "platform,handle,post_id,posted_at,likes,comments\n"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    """Prepare files and open what stands."""

    def prepared(files):
        dataset = prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")
        for file in dataset.manifest.files:
            lost = file.kept + file.merged + file.excluded + file.duplicates
            assert file.rows_read == lost
        return dataset

    return prepared


def table(dataset, name):
    return pd.read_parquet(dataset.folder / f"{name}.parquet")


@pytest.mark.parametrize(
    ("later", "likes", "comments"),
    [
        ("instagram,anna,a1,,110,4\n", 110, 4),
        ("instagram,anna,a1,2026-03-01T10:00:11Z,,5\n", 100, 5),
        ("instagram,anna,a1,2026-03-01T10:00:11Z,many,5\n", 100, 4),
        ("instagram,anna,a1,yesterday,110,5\n", 100, 4),
        ("instagram,anna,a1,2026-03-01T10:00:11Z,120,6\n", 120, 6),
    ],
)
def test_an_empty_or_unreadable_cell_of_a_later_capture_never_wins(run, later, likes, comments):
    first = HEAD + "instagram,anna,a1,2026-03-01T10:00:11Z,100,4\n"
    dataset = run(
        {
            "2026-03-09/creators.csv": CREATORS,
            "2026-03-09/posts.csv": first,
            "2026-03-31/posts.csv": HEAD + later,
        }
    )
    posts = table(dataset, "posts")
    assert posts[["likes", "comments"]].to_numpy().tolist() == [[likes, comments]]
    assert posts["likes_state"].to_list() == ["observed"]
    assert posts["posted_at"].to_list() == [pd.Timestamp("2026-03-01T10:00:11")]


@pytest.mark.parametrize(
    ("rows", "followers"),
    [
        (["12000", "12001"], 12001),
        (["12001", "12000"], 12001),
        (["", "12000"], 12000),
        (["12000", "12000"], 12000),
    ],
)
def test_followers_that_change_are_one_account(run, rows, followers):
    roster = CREATORS.replace("12000", rows[0]) + f"instagram,anna,travel,{rows[1]}\n"
    posts = HEAD + "instagram,anna,a1,2026-03-01,100,4\n"
    dataset = run({"creators.csv": roster, "posts.csv": posts})
    creators = table(dataset, "creators")
    assert sorted(creators["followers"]) == sorted([followers, 300000])
    several = any("several follower counts" in one for one in dataset.manifest.warnings)
    assert several == (len({*rows} - {""}) > 1)


def test_the_latest_dated_count_goes_before_a_higher_one(run):
    roster = "platform,handle,niche,followers,followers_as_of\n"
    roster += "instagram,anna,travel,20000,2026-01-01\ninstagram,anna,travel,12000,2026-02-01\n"
    dataset = run({"creators.csv": roster, "posts.csv": HEAD + "instagram,anna,a,2026-03-01,9,1\n"})
    assert table(dataset, "creators")["followers"].to_list() == [12000]
    history = table(dataset, "followers_history")
    assert history[["day", "followers"]].to_numpy().tolist() == [
        ["2026-01-01", 20000],
        ["2026-02-01", 12000],
    ]


SECOND = "2026-03-01T10:00:11Z"


@pytest.mark.parametrize(
    ("moment", "likes", "comments", "kept", "said"),
    [
        (SECOND, 100, 12, 1, "1 posts are others under another id"),
        (SECOND, 100, 4, 2, "too little to call them one"),
        ("2026-03-01", 100, 12, 2, "too little to call them one"),
        ("2026-03-01T10:00:00Z", 100, 12, 2, "too little to call them one"),
    ],
)
def test_posts_under_other_ids(run, moment, likes, comments, kept, said):
    posts = HEAD + "".join(f"instagram,anna,{n},{moment},{likes},{comments}\n" for n in "ab")
    dataset = run({"creators.csv": CREATORS, "posts.csv": posts})
    assert len(table(dataset, "posts")) == kept
    assert any(said in one for one in dataset.manifest.warnings)


POST = st.tuples(st.integers(0, 3000), st.integers(0, 300))


@given(st.lists(POST, min_size=1, max_size=12))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15
)
def test_distinct_posts_of_one_day_survive(tmp_path_factory, own_data, counts):
    """Without a time of day nothing tells that two ids are one post."""
    base = tmp_path_factory.mktemp("day")
    rows = "".join(f"instagram,anna,p{n},2026-03-01,{a},{b}\n" for n, (a, b) in enumerate(counts))
    (base / "raw").mkdir()
    (base / "raw" / "creators.csv").write_text(CREATORS)
    (base / "raw" / "posts.csv").write_text(HEAD + rows)
    dataset = prepare(base / "raw", base / "out", private=base / "private")
    assert len(table(dataset, "posts")) == len(counts)


def test_posts_without_id_or_day_count_and_are_said(run):
    posts = "platform,handle,likes,comments\ninstagram,anna,100,4\ninstagram,anna,100,4\n"
    posts += "instagram,ben,900,25\n"
    dataset = run({"creators.csv": CREATORS, "posts.csv": posts})
    assert len(table(dataset, "posts")) == 3
    assert any(one.startswith("3 of 3 posts carry no day") for one in dataset.manifest.warnings)
    assert (dataset.manifest.first_day, dataset.manifest.last_day) == (None, None)


def test_the_same_file_twice_has_the_same_posts_without_ids(run):
    posts = "platform,handle,likes,comments\ninstagram,anna,100,4\ninstagram,anna,100,4\n"
    dataset = run({"creators.csv": CREATORS, "a.csv": posts, "b.csv": posts})
    assert len(table(dataset, "posts")) == 2


def test_the_age_of_a_post_stands_for_its_day(run):
    posts = "platform,handle,post_id,age_days,likes,comments\ninstagram,anna,a,30,100,4\n"
    dataset = run({"creators.csv": CREATORS, "2026-03-31/posts.csv": posts})
    assert table(dataset, "posts")["posted_at"].to_list() == [pd.Timestamp("2026-03-01")]


def test_followers_that_only_posts_state(run):
    posts = "platform,handle,post_id,posted_at,likes,comments,followers_at_posting\n"
    posts += "instagram,anna,a,2026-01-01,1,1,900\ninstagram,anna,b,2026-02-01,1,1,1500\n"
    roster = "platform,handle,niche\ninstagram,anna,food\ninstagram,ben,food\n"
    dataset = run({"creators.csv": roster, "posts.csv": posts})
    assert table(dataset, "creators")["followers"].to_list() == [1500]
    reasons = Counter(dataset.exclusions()["column"])
    assert reasons == {"followers": 1}


def test_the_niche_may_come_from_a_third_file(run):
    niches = "platform,handle,niche\ninstagram,https://instagram.com/anna/,food\n"
    followers = "platform,handle,followers\ninstagram,@Anna,5000\ninstagram,ben,300000\n"
    posts = HEAD + "instagram,anna,a1,2026-03-01,100,4\n"
    dataset = run({"n.csv": niches, "f.csv": followers, "posts.csv": posts})
    creators = table(dataset, "creators").sort_values("followers")
    assert creators["niche"].to_list() == ["food", "not stated"]


def test_a_platform_of_its_own_name_is_kept(run):
    files = {"creators.csv": CREATORS, "posts.csv": HEAD + "instagram,anna,a,2026-03-01,9,1\n"}
    dataset = run({name: text.replace("instagram", "Twitch") for name, text in files.items()})
    assert dataset.manifest.platforms == ("twitch",)


def test_a_creator_s_niche_is_that_of_most_videos(run):
    scrape = "who,niche,fans,url,likes,comments\n"
    scrape += "".join(
        f"anna,{niche},9000,https://t/video/{n},{n},1\n"
        for n, niche in enumerate(["food", "travel", "food"])
    )
    form = """\
name: scrape
title: invented
files:
  - header: [who, niche, fans, url]
    tables:
      creators: { platform: { is: tiktok }, handle: who, niche: niche, followers: fans }
      posts:
        platform: { is: tiktok }
        handle: who
        post_id: { from: url, extract: "/video/([0-9]+)" }
        likes: likes
        comments: comments
"""
    dataset = run({"scrape.csv": scrape, "scrape.yml": form})
    assert table(dataset, "creators")["niche"].to_list() == ["food"]
    assert any("have several niches" in one for one in dataset.manifest.warnings)
