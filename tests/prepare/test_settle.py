"""What becomes of rows that arrived together: their order, their labels, what is told of them."""

import pandas as pd
import pytest

from analysis.evidence.results import ALL_NICHES
from analysis.evidence.view import ALL
from analysis.panel.creators import creator_panel
from analysis.prepare.pipeline import prepare
from analysis.study.contract import RESERVED_NICHES
from analysis.study.ranges import Period

CREATORS = """\
platform,handle,niche,followers
tiktok,ben,food,200000
tiktok,eva,food,6000
"""
PLACED = "campaign,platform,handle,clicks,orders"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    def prepared(**tables):
        raw = arrived({f"{name}.csv": text for name, text in tables.items()})
        return prepare(raw, tmp_path / "out", private=tmp_path / "private")

    return prepared


def column(dataset, table, name):
    return pd.read_parquet(dataset.table_path(table))[name].to_list()


def test_posts_stand_creator_by_creator_and_otherwise_as_they_arrived(run):
    lines = [("eva", 1), ("ben", 2), ("eva", 3), ("ben", 4)]
    rows = "".join(f"tiktok,{who},p{n},2026-01-10,{n},0\n" for who, n in lines)
    posts = f"platform,handle,post_id,posted_at,likes,comments\n{rows}"
    assert column(run(creators=CREATORS, posts=posts), "posts", "likes") == [2, 4, 1, 3]


def test_a_niche_that_means_every_niche_counts_as_not_stated_and_is_told(run):
    more = CREATORS + "tiktok,ida,All,7000\ntiktok,ute,all  niches,8000\n"
    dataset = run(creators=more, placements=f"{PLACED}\nspring,tiktok,ida,9,1\n")
    assert column(dataset, "creators", "niche") == ["food", "food", "not stated", "not stated"]
    assert dataset.manifest.niches == ("food", "not stated")
    [said] = [w for w in dataset.manifest.warnings if "niche" in w]
    assert said.startswith("creators.csv: 2 creators have a niche that means all of them")


def test_the_reserved_niches_are_the_words_of_the_pages():
    assert RESERVED_NICHES == (ALL, ALL_NICHES)


def test_orders_without_anything_seen_are_kept_and_what_is_lacking_is_told(run):
    dataset = run(creators=CREATORS, placements=f"{PLACED}\nspring,tiktok,ben,9,1\n")
    assert any("no placement states reach" in w for w in dataset.manifest.warnings)
    panel = creator_panel(dataset, period=Period())
    assert panel["orders_clicked"].to_list()[0] == 1
    assert panel["orders_shown"].isna().all()


def test_orders_with_what_was_seen_lack_nothing(run):
    placements = f"{PLACED},reach\nspring,tiktok,ben,9,1,500\nspring,tiktok,eva,9,1,\n"
    assert not run(creators=CREATORS, placements=placements).manifest.warnings


def test_a_cost_that_some_placements_leave_out_counts_nothing_and_is_told(run):
    placements = f"""{PLACED},reach,fee,product_cost,agency_fee
spring,tiktok,ben,9,1,500,80,20,
spring,tiktok,eva,9,1,500,90,,
"""
    dataset = run(creators=CREATORS, placements=placements)
    assert dataset.manifest.warnings == (
        "product_cost is empty in 1 of 2 placements with a fee: 0",
    )
    assert creator_panel(dataset, period=Period())["cost"].to_list() == [100, 90]


def test_money_back_lowers_the_cost_of_what_was_paid_in_the_campaign(run):
    placements = f"""{PLACED},reach,fee
spring,tiktok,ben,9,1,500,80
spring,tiktok,ben,0,0,0,−30.50
autumn,tiktok,ben,0,0,0,-10
"""
    dataset = run(creators=CREATORS, placements=placements)
    assert any("fee is negative in 2 rows" in w for w in dataset.manifest.warnings)
    [left] = dataset.exclusions()[["row", "reason"]].to_numpy().tolist()
    assert left == [4, "more money came back than was paid"]
    assert creator_panel(dataset, period=Period())["cost"].to_list()[0] == 49.5
