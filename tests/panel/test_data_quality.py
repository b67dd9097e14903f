"""States, flow, origins and cautions of a dataset that is small enough to count by hand."""

import pytest

from analysis.panel import data_quality
from analysis.panel.creators import creator_panel
from analysis.prepare.pipeline import prepare
from analysis.study.ranges import FollowerRange, Period

TIERS = [FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")]
CREATORS = """\
platform,handle,niche,followers,found_through
instagram,anna,food,5000,hashtag
instagram,ben,food,100000,agency
instagram,cleo,food,300,agency
tiktok,dora,food,97000,
"""
POSTS = """\
platform,handle,post_id,posted_at,likes,comments,views,views_kind,is_boosted,followers_at_posting
instagram,anna,p1,2026-01-01,50,0,900,views,no,4000
instagram,anna,p2,2026-01-02,0,21,800,impressions,yes,
instagram,ben,p3,2026-01-03,0,20,,,,
instagram,ben,p4,2026-01-29,7,3,,,,
"""
PLACEMENTS = """\
campaign,platform,handle,clicks,orders
spring,instagram,anna,50,0
spring,tiktok,dora,,
"""


@pytest.fixture
def dataset(arrived, tmp_path, own_data):
    raw = arrived(
        {
            "2026-01-31/creators.csv": CREATORS,
            "2026-01-31/posts.csv": POSTS,
            "2026-01-31/placements.csv": PLACEMENTS,
        }
    )
    return prepare(raw, tmp_path / "out", private=tmp_path / "private")


def states(dataset, platform, metric, table="posts"):
    rows = data_quality.truth_states(dataset)
    row = rows[(rows["metric"] == metric) & (rows["platform"] == platform)]
    [counted] = row[row["table"] == table].to_dict("records")
    return {state: counted[state] for state in data_quality.STATES if counted[state]}


def test_a_count_is_in_one_state(dataset):
    """p2 hides its likes: 0 beside 21 comments; p3's are 0; p4 was three days old when captured."""
    assert states(dataset, "instagram", "likes") == {
        "observed": 1,
        "hidden": 1,
        "zero": 1,
        "too young": 1,
    }
    assert states(dataset, "instagram", "comments") == {"observed": 2, "zero": 1, "too young": 1}
    assert states(dataset, "instagram", "views") == {"observed": 2, "not available": 2}
    assert states(dataset, "instagram", "reach") == {"not available": 4}
    assert states(dataset, "instagram", "orders", "placements") == {"zero": 1}
    assert states(dataset, "tiktok", "orders", "placements") == {"not available": 1}


def test_only_observed_and_zero_have_a_value(dataset):
    panel = creator_panel(dataset, period=Period()).set_index("followers")
    anna, ben = panel.loc[4_000], panel.loc[100_000]
    assert (anna["posts"], anna["posts_engaged"], anna["interactions"]) == (2, 1, 50)
    assert (ben["posts"], ben["posts_engaged"], ben["interactions"]) == (2, 1, 20)


def test_the_flow_ends_with_those_who_are_compared(dataset):
    steps = data_quality.flow(creator_panel(dataset, period=Period()), TIERS).set_index("step")
    assert list(steps.columns) == ["1K-100K", "100K+", "in no tier"]
    assert steps.loc["on the list"].to_list() == [2, 1, 1]
    assert steps.loc["with likes and comments"].to_list() == [1, 1, 0]
    assert steps.loc["with views as well"].to_list() == [1, 0, 0]
    assert steps.loc["with placements"].to_list() == [2, 0, 0]
    assert steps.loc["with clicks and orders"].to_list() == [1, 0, 0]


def test_origins_by_tier(dataset):
    found = data_quality.origins(dataset, TIERS).set_index("found through")
    assert found.loc["agency"].to_list() == [0, 1, 1]
    assert found.loc["not stated"].to_list() == [1, 0, 0]


def test_cautions_by_platform(dataset):
    found = data_quality.cautions(dataset).set_index(["platform", "what"])[["rows", "of"]]
    told = {key: tuple(row) for key, row in zip(found.index, found.to_numpy(), strict=True)}
    assert told["instagram", "exactly 100,000 followers: rounded, on the cut"] == (1, 3)
    assert told["tiktok", "within 5 % of the cut at 100,000 followers"] == (1, 1)
    assert told["instagram", "posts shown to more people for money"] == (1, 4)
    assert told["instagram", "posts whose followers at posting are known"] == (1, 4)
    assert told["instagram", "posts of accounts that grew by more than a tenth since"] == (1, 4)
    assert told["instagram", "views counted as impressions"] == (1, 2)


def test_a_dataset_without_posts_has_its_counts(arrived, tmp_path, own_data):
    raw = arrived({"creators.csv": CREATORS, "placements.csv": PLACEMENTS}, "other")
    dataset = prepare(raw, tmp_path / "o", private=tmp_path / "private")
    assert set(data_quality.truth_states(dataset)["table"]) == {"placements"}
    assert (data_quality.cautions(dataset)["rows"] >= 0).all()
    assert len(data_quality.joins(dataset)) == 1
    told = data_quality.warnings(dataset)["look at"].to_list()
    assert told == [
        "no placement states reach, impressions or views; orders are compared per click alone"
    ]
