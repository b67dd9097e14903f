"""Comments find their posts, count once, and every row has a fate."""

import pandas as pd
import pytest

from analysis.prepare.forget import forget
from analysis.prepare.relationship.relate import relate
from analysis.store.dataset import open_dataset
from analysis.store.parquet import read_table

CREATORS = """\
platform,handle,niche,followers
instagram,anna,food,5000
instagram,ben,food,200000
"""
POSTS = """\
platform,handle,post_id,posted_at,likes
instagram,nobody,p0,2026-01-01,5
instagram,ben,p2,2026-01-02,9
instagram,anna,p1,2026-01-01,5
tiktok,anna,p1,2026-01-01,5
"""
COMMENTS = """\
platform,handle,post_id,age_seconds,is_by_creator,reply_after_seconds,mention_after_seconds
instagram,,p1,60,no,3600,
instagram,,p1,60,no,3600,
instagram,@Anna,p1,90,yes,,
instagram,,p2,100,no,,7
instagram,,p2,100,no,,-7
instagram,,p2,,no,,
instagram,,p0,5,no,,
instagram,ben,p1,5,no,,
instagram,,p9,5,no,,
"""
FILES = {"creators.csv": CREATORS, "posts.csv": POSTS, "comments.csv": COMMENTS}


def comments_of(dataset):
    return read_table(dataset.table_path("comments"))


def counts(dataset):
    found = {f.file: f for f in dataset.manifest.files if f.table == "comments"}
    return {
        name: (f.rows_read, f.kept, f.merged, f.excluded, f.duplicates) for name, f in found.items()
    }


def test_comments_stand_under_the_number_of_their_post(run, arrived):
    dataset = run(arrived(FILES))
    posts, found = read_table(dataset.table_path("posts")), comments_of(dataset)
    assert found["post_id"].to_list() == [1, 1, 1, 2], "two comments may be alike in everything"
    assert found["creator_id"].to_list() == [posts["creator_id"][n - 1] for n in (1, 1, 1, 2)]
    assert found["reply_after_seconds"].to_list()[:2] == [3600, 3600]
    assert found["mention_after_seconds"].to_list()[3] == 7
    assert counts(dataset) == {"comments.csv": (9, 4, 0, 5, 0)}
    left = dataset.exclusions().query("table == 'comments'").set_index("row")
    assert left["reason"].str.partition(",")[0].to_dict() == {
        6: "not a whole number in plain digits",
        7: "no value",
        8: "no such post in posts",  # its account is on no list
        9: "no such post in posts",  # ben has no p1
        10: "no such post in posts",
    }
    assert not {"text", "commenter"} & set(found.columns)


def test_of_a_post_the_latest_capture_counts_and_a_file_twice_counts_once(run, arrived):
    head = COMMENTS.splitlines(keepends=True)[0]
    early, late = "instagram,,p1,60,no,,\n", "instagram,,p1,61,no,,\n"
    other = "instagram,,p2,70,no,,\n"
    raw = arrived(
        {
            "2026-02-01/creators.csv": CREATORS,
            "2026-02-01/posts.csv": POSTS,
            "2026-02-01/comments.csv": head + early + other,
            "2026-02-08/a.csv": head + late + late,
            "2026-02-08/b.csv": head + late + late,
        }
    )
    dataset = run(raw)
    assert comments_of(dataset)["age_seconds"].to_list() == [61, 61, 70]
    assert counts(dataset) == {
        "2026-02-01/comments.csv": (2, 1, 1, 0, 0),
        "2026-02-08/a.csv": (2, 2, 0, 0, 0),
        "2026-02-08/b.csv": (2, 0, 0, 0, 2),
    }


def test_a_comment_needs_48_hours_before_the_export(run, arrived):
    """p1 is of 1 January at 0:00; an export of the 2nd ends 48 hours later."""
    rows = [f"instagram,,p1,{age},no,,\n" for age in (0, 1)]
    files = {**FILES, "comments.csv": COMMENTS.splitlines(keepends=True)[0] + "".join(rows)}
    dataset = run(arrived({f"2026-01-02/{name}": text for name, text in files.items()}))
    assert comments_of(dataset)["age_seconds"].to_list() == [0]
    [reason] = dataset.exclusions().query("table == 'comments'")["reason"]
    assert reason.startswith("less than 48 hours old")
    assert counts(dataset) == {"2026-01-02/comments.csv": (2, 1, 0, 1, 0)}


def test_a_comment_needs_48_hours_before_its_posts_counts_were_taken(run, arrived):
    """p1 is of 1 January at 0:00, counted on the 3rd at 0:00: without any folder named by day, and
    before the end of the folder's own day."""
    head = COMMENTS.splitlines(keepends=True)[0]
    comments = head + "".join(f"instagram,,p1,{age},no,,\n" for age in (0, 1))
    posts = [line.rstrip("\n") for line in POSTS.splitlines()]
    taken = "\n".join([f"{posts[0]},counted_at", *(f"{one},2026-01-03T00:00" for one in posts[1:])])
    files = {"creators.csv": CREATORS, "posts.csv": taken + "\n", "comments.csv": comments}
    for brand, below in (("plain", ""), ("dated", "2026-01-03/")):
        dataset = run(arrived({below + name: text for name, text in files.items()}, brand))
        assert comments_of(dataset)["age_seconds"].to_list() == [0], brand


def test_a_capture_before_its_posts_were_counted_anew_still_ends_the_wait(run, arrived):
    """The post was counted again in March; the comments were seen on 2 January."""
    head = COMMENTS.splitlines(keepends=True)[0]
    comments = head + "".join(f"instagram,,p1,{age},no,,\n" for age in (0, 1))
    posts = "platform,handle,post_id,posted_at,likes,counted_at\n"
    posts += "instagram,anna,p1,2026-01-01,5,2026-03-01T00:00\n"
    files = {"creators.csv": CREATORS, "posts.csv": posts, "2026-01-02/comments.csv": comments}
    assert comments_of(run(arrived(files)))["age_seconds"].to_list() == [0]


def test_a_forgotten_creators_comments_go_now_and_at_the_next_import(run, arrived, tmp_path):
    raw = arrived(FILES)
    before = run(raw)
    anna = read_table(before.table_path("posts"))["creator_id"][0]
    processed, private = tmp_path / "data/processed", tmp_path / "data/private"
    forget("instagram", "anna", processed=processed, private=private)
    left = comments_of(open_dataset(before.folder))
    assert anna not in set(left["creator_id"])
    assert len(left) == 1
    again = run(raw)
    assert comments_of(again)["creator_id"].to_list() == left["creator_id"].to_list()
    reasons = again.exclusions().query("table == 'comments'")["reason"]
    assert (reasons == "erased at the creator's request").sum() == 3


def test_comments_without_posts_are_left_out():
    rows = pd.DataFrame(
        {
            "platform": ["instagram"],
            "handle": ["anna"],
            "post_id": ["p1"],
            "age_seconds": [5],
            "is_by_creator": [False],
            "capture": [""],
            "digest": ["d"],
            "arrival": [0],
        }
    )
    fates, kept = {}, {}
    [join] = relate({"comments": rows}, fates, kept, None)
    assert kept["comments"].empty
    assert fates["comments"].to_list() == ["no such post in posts"]
    assert (join.rows, join.matched) == (1, 0)


def test_the_replies_set(run, real_data):
    """PROVENANCE.md: 257,077 comments; those of two posts without a listed creator have none."""
    dataset = run(real_data / "instagram-replies-2019")
    assert counts(dataset) == {"comments.csv.gz": (257_077, 257_029, 0, 48, 0)}
    raw = pd.read_csv(real_data / "instagram-replies-2019" / "comments.csv.gz")
    found = comments_of(dataset)
    assert found["is_by_creator"].sum() == pytest.approx(raw["by_creator"].sum(), abs=48)
    assert found["age_seconds"].sum() == pytest.approx(raw["age_s"].sum(), rel=1e-3)
