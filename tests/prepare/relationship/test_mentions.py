"""Mentions: a post counts once, is paid where anything says so, and the named stay unknown."""

import pandas as pd

from analysis.panel.creators import creator_panel
from analysis.prepare.forget import forget
from analysis.store.dataset import open_dataset
from analysis.store.parquet import read_table

CREATORS = """\
platform,handle,niche,followers
instagram,anna,food,5000
instagram,ben,food,200000
tiktok,anna,food,5000
"""
POSTS = """\
platform,handle,post_id,posted_at,likes,is_sponsored
instagram,anna,p1,2026-01-01,5,no
instagram,anna,p2,2026-01-02,5,no
instagram,anna,p3,2026-01-03,5,yes
instagram,ben,p4,2026-01-04,9,
instagram,ben,p5,2026-01-05,9,
tiktok,anna,p6,2026-01-01,5,no
"""
MENTIONS = """\
platform,handle,post_id,is_paid
instagram,,p1,no
instagram,,p1,no
instagram,,p2,
instagram,,p2,yes
instagram,,p3,no
instagram,@Ben,p4,no
instagram,ben,p1,no
instagram,,p9,no
instagram,,,no
"""
FILES = {"creators.csv": CREATORS, "posts.csv": POSTS, "mentions.csv": MENTIONS}


def test_a_post_counts_once_and_is_paid_where_a_row_says_so(run, arrived):
    dataset = run(arrived(FILES))
    found = read_table(dataset.table_path("mentions"))
    assert found["post_id"].to_list() == [1, 2, 3, 4]
    assert found["is_paid"].to_list() == [False, True, False, False]
    [file] = [f for f in dataset.manifest.files if f.table == "mentions"]
    assert (file.kept, file.merged, file.duplicates, file.excluded) == (4, 1, 1, 3)
    left = dataset.exclusions().query("table == 'mentions'").set_index("row")["reason"]
    assert left.to_dict() == {
        8: "no such post in posts",
        9: "no such post in posts",
        10: "no value",
    }


def test_where_nobody_listened_posts_are_not_watched(run, arrived):
    """Anna names the brand in 3 of 3 posts, two of them paid; of TikTok nothing is listed."""
    panel = creator_panel(run(arrived(FILES)))
    anna, ben, elsewhere = (row for _, row in panel.sort_values("arrival").iterrows())
    names = ["posts_watched", "posts_naming", "posts_naming_paid", "posts_naming_unpaid"]
    assert anna[names].to_list() == [3, 3, 2, 1]
    assert ben[names].to_list() == [2, 1, 0, 1]
    assert elsewhere[names].isna().all(), "not available, never zero"


def test_a_forgotten_creators_mentions_go_now_and_at_the_next_import(run, arrived, tmp_path):
    raw = arrived(FILES)
    before = run(raw)
    processed, private = tmp_path / "data/processed", tmp_path / "data/private"
    forget("instagram", "anna", processed=processed, private=private)
    left = read_table(open_dataset(before.folder).table_path("mentions"))
    assert left["post_id"].to_list() == [4]
    again = read_table(run(raw).table_path("mentions"))
    assert len(again) == 1
    assert again["creator_id"].to_list() == left["creator_id"].to_list()


def test_the_mentions_set_counts_posts(run, real_data, tmp_path):
    """PROVENANCE.md: 24,257 mentions in 6,499 posts; 95 rows carry the mark of a paid partner."""
    raw = tmp_path / "raw"
    raw.mkdir()
    parts = ("instagram-replies-2019/posts", "instagram-mentions-2019/mentions")
    for path in (real_data / f"{part}.csv.gz" for part in parts):
        (raw / path.name).symlink_to(path)
    found = read_table(run(raw).table_path("mentions"))
    assert len(found) == 6_499
    listed = pd.read_csv(real_data / "instagram-mentions-2019" / "mentions.csv.gz")
    assert found["is_paid"].sum() == listed.loc[listed["paid_partner"] == 1, "post_id"].nunique()
