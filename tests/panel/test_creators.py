"""The creator panel: sums by hand, and that a numerator never meets another's exposure."""

import math
from collections import defaultdict
from datetime import date, datetime

import duckdb
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.panel.creators import attached, creator_panel
from analysis.store.dataset import Dataset
from analysis.store.manifest import Manifest
from analysis.store.settings import Settings
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import TABLES
from analysis.study.ranges import Period

ALL, Q1 = Period(), Period(date(2026, 1, 1), date(2026, 3, 31))
ANNA = {"creator_id": "a", "platform": "instagram", "niche": "food", "followers": 5_000}
BEN = {"creator_id": "b", "platform": "tiktok", "niche": "gaming", "followers": 200_000}
CLEO = {"creator_id": "c", "platform": "tiktok", "niche": "food", "followers": 300}


def post(creator, at, **values):
    return {"creator_id": creator["creator_id"], "platform": creator["platform"], **values} | {
        "posted_at": datetime.fromisoformat(at)
    }


def booking(creator, **values):
    return {"creator_id": creator["creator_id"], "platform": creator["platform"], **values}


# Anna's second post hides its likes, her third states neither views nor followers.
POSTS = [
    post(ANNA, "2026-02-01", comments=7, views=500, reach=400, saves=9),
    post(ANNA, "2026-01-01T00:00", likes=100, comments=10, views=1_000, reach=800, saves=4)
    | {"followers_at_posting": 4_000},
    post(ANNA, "2026-03-31T23:59:59", likes=50, comments=0, reach=0, saves=1, campaign="spring"),
    post(ANNA, "2026-04-01", likes=1, comments=1, views=10),
    post(BEN, "2025-12-31T23:59:59", likes=5, comments=5, views=0, followers_at_posting=150_000),
]
BOOKINGS = [
    booking(
        BEN, campaign="spring", clicks=100, orders=3, impressions=9_000, fee=50.0, revenue=90.0
    ),
    booking(BEN, campaign="autumn", clicks=40, impressions=1_000, fee=10.0, handling_hours=2.0),
    booking(BEN, orders=5, impressions=2_000, orders_refunded=1, revenue=70.0),
    booking(BEN, campaign="spring", clicks=7, orders=1),
]


@pytest.fixture
def prepared(tmp_path):
    """A function that writes contract tables as prepare does."""

    def write(folder="brand", **tables):
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        for name, rows in tables.items():
            columns = {c.name: ARROW_TYPE[c.kind] for c in TABLES[name].columns}
            del columns["handle"]
            schema = pa.schema({"creator_id": pa.string(), **columns})
            pq.write_table(pa.Table.from_pylist(rows, schema), path / f"{name}.parquet")
        manifest = Manifest.model_construct(tables={}, settings=Settings())
        return Dataset.model_construct(folder=path, manifest=manifest)

    return write


def known(row, *names):
    """Values by name, None where missing."""
    return tuple(None if pd.isna(row[name]) else row[name] for name in names)


def test_engagement_by_hand(prepared):
    panel = creator_panel(prepared(creators=[ANNA, BEN, CLEO], posts=POSTS), period=Q1)
    assert panel["creator_id"].to_list() == ["a", "b", "c"], "one row each, in order of arrival"
    anna, ben, cleo = panel.to_dict("records")
    assert anna["followers"] == 4_000, "at her first post of the period, not on the roster"
    assert known(anna, "posts", "posts_engaged") == (3, 2)
    # likes + comments: 110 + 50, of posts that 4,000 and (roster) 5,000 followers were offered
    assert known(anna, "interactions", "followers_exposed") == (160, 9_000)
    # the hidden post has views and reach, but no interactions; the third no views and reach 0
    assert known(anna, "interactions_viewed", "views") == (110, 1_000)
    assert known(anna, "interactions_reached", "reach") == (110, 800)
    # views and reach alone need no interactions
    assert known(anna, "views_all", "posts_viewed", "reach_all", "posts_reached") == (
        *(1_500, 2, 1_200, 3),
    )
    assert known(anna, "saves", "reach_saved") == (4 + 9, 800 + 400)
    assert known(anna, "shares", "reach_shared") == (None, None)
    assert known(ben, "followers", "posts", "interactions", "views") == (200_000, None, None, None)
    assert known(cleo, "followers", "posts", "placements") == (300, None, None)


def test_both_ends_of_a_period_count(prepared):
    dataset = prepared(creators=[ANNA, BEN], posts=POSTS)

    def posts(period):
        return creator_panel(dataset, period=period)["posts"].fillna(0).to_list()

    assert posts(ALL) == [4, 1]
    assert posts(Period(first=date(2026, 3, 31))) == [2, 0]
    assert posts(Period(last=date(2026, 3, 31))) == [3, 1]
    assert posts(Period(last=date(2026, 3, 30))) == [2, 1]
    assert posts(Period(date(2025, 12, 31), date(2025, 12, 31))) == [0, 1]


def test_followers_are_those_of_the_first_post_in_the_period(prepared):
    posts = [
        post(ANNA, "2026-01-01"),
        post(ANNA, "2026-02-01", followers_at_posting=90_000),
        post(ANNA, "2026-02-01", followers_at_posting=80_000),
        post(ANNA, "2026-03-01", followers_at_posting=110_000),
    ]
    dataset = prepared(creators=[ANNA], posts=posts)
    for first, followers in [(1, 80_000), (2, 80_000), (3, 110_000), (4, 5_000)]:
        panel = creator_panel(dataset, period=Period(first=date(2026, first, 1)))
        assert panel["followers"].to_list() == [followers]


def test_a_post_without_views_stays_out_of_engagement_per_view(prepared):
    """A post whose views are 0 has no rate; one whose views are unknown has none either."""
    posts = [
        post(ANNA, "2026-01-01", likes=10, comments=0, views=views) for views in (100, 0, None)
    ]
    [row] = creator_panel(prepared(creators=[ANNA], posts=posts), period=ALL).to_dict("records")
    assert known(row, "interactions", "interactions_viewed", "views") == (30, 10, 100)
    alone = prepared(creators=[ANNA], posts=posts[1:])
    [row] = creator_panel(alone, period=ALL).to_dict("records")
    assert known(row, "interactions", "interactions_viewed", "views") == (20, None, None)


def test_sponsored_and_own_posts_have_geometric_means_of_their_own(prepared):
    """Sponsored 2 and 12, own 7: unmarked, boosted and hidden posts are in neither."""
    posts = [
        post(ANNA, "2026-01-01", likes=1, comments=1, is_sponsored=True),
        post(ANNA, "2026-01-02", likes=3, comments=9, is_sponsored=True),
        post(ANNA, "2026-01-03", likes=7, comments=0, is_sponsored=False),
        post(ANNA, "2026-01-04", likes=70, comments=0),
        post(ANNA, "2026-01-05", likes=900, comments=9, is_sponsored=True, is_boosted=True),
        post(ANNA, "2026-01-06", comments=9, is_sponsored=False),
        post(BEN, "2026-01-01", likes=0, comments=0, is_sponsored=True),
    ]
    dataset = prepared(creators=[ANNA, BEN], posts=posts)
    anna, ben = creator_panel(dataset, period=ALL).to_dict("records")
    found = known(anna, "sponsored_interactions", "own_interactions")
    assert found == pytest.approx((math.sqrt(2.5 * 12.5) - 0.5, 7.5), rel=1e-8)
    assert ben["sponsored_interactions"] == pytest.approx(0, abs=1e-8)
    assert ben["sponsored_interactions"] >= 0
    assert known(ben, "own_interactions") == (None,)


def test_conversion_by_hand(prepared):
    dataset = prepared(creators=[CLEO, BEN], placements=BOOKINGS)
    cleo, ben = creator_panel(dataset, period=ALL, hourly_rate=30).to_dict("records")
    assert known(cleo, "placements", "clicks", "orders_clicked", "posts") == (None,) * 4
    assert ben["placements"] == 4
    # both known: the first and the fourth; orders of the third came without clicks
    assert known(ben, "orders_clicked", "clicks") == (3 + 1, 100 + 7)
    assert known(ben, "orders_shown", "impressions") == (3 + 5, 9_000 + 2_000)
    assert known(ben, "clicks_shown", "impressions_clicked") == (100 + 40, 9_000 + 1_000)
    # a fee is known for the first and the second, and the second took two hours of 30
    assert known(ben, "cost", "placements_costed") == (50 + 10 + 60, 2)
    assert known(ben, "cost_clicked", "clicks_costed") == (120, 140)
    assert known(ben, "cost_ordered", "orders_costed") == (50, 3)
    assert known(ben, "revenue", "cost_earning") == (90, 50)
    assert known(ben, "refunds", "orders_known_refunds") == (1, 5)
    assert known(ben, "net_orders_shown", "impressions_netted") == (5 - 1, 2_000)


def test_what_views_cost_by_hand(prepared):
    """50 and 30 + an hour of 30 for 4,000 views and none; no views known, and no fee, are out."""
    placements = [
        booking(BEN, fee=50.0, views=4_000),
        booking(BEN, fee=30.0, handling_hours=1.0, views=0),
        booking(BEN, fee=9.0, impressions=800),
        booking(BEN, views=700),
    ]
    dataset = prepared(creators=[BEN], placements=placements)
    [ben] = creator_panel(dataset, period=ALL, hourly_rate=30).to_dict("records")
    assert known(ben, "cost_viewed", "views_costed") == (110, 4_000)


def test_a_campaign_takes_its_posts_and_placements_only(prepared):
    dataset = prepared(creators=[ANNA, BEN], posts=POSTS, placements=BOOKINGS)
    anna, ben = creator_panel(dataset, period=ALL, campaign="spring").to_dict("records")
    assert known(anna, "posts", "interactions", "placements") == (1, 50, None)
    assert known(ben, "posts", "placements", "orders_clicked", "clicks") == (None, 2, 4, 107)
    none = creator_panel(dataset, period=ALL, campaign="winter")
    assert none["posts"].isna().all()
    assert none["placements"].isna().all()
    assert len(none) == 2


def test_posts_of_a_campaign_count_once_however_often_their_creator_was_booked_in_it(prepared):
    """25 + 55 interactions for 100 + 50 paid; without the second fee half of them are paid for."""
    posts = [
        post(BEN, "2026-02-01", likes=likes, comments=5, campaign="spring") for likes in (20, 50)
    ]
    twice = [booking(BEN, campaign="spring", fee=fee) for fee in (100.0, 50.0)]
    other = booking(BEN, campaign="autumn", fee=10.0)
    for bookings, found in (
        ([*twice, other], (80, 150)),
        ([twice[0], {**twice[1], "fee": None}, other], (40, 100)),
        ([{**twice[0], "boost_spend": 9.0}, twice[1]], (80, 159)),
    ):
        dataset = prepared(creators=[BEN], posts=posts, placements=bookings)
        for row in (
            creator_panel(dataset, period=ALL).iloc[0],
            creator_panel(dataset, period=ALL, by_campaign=True).iloc[-1],
        ):
            assert known(row, "interactions_costed", "cost_engaged") == found
    unboosted = creator_panel(dataset, period=ALL, placements_kept="unboosted").iloc[0]
    assert known(unboosted, "interactions_costed", "cost_engaged") == (40, 50), "half go with it"


def test_placements_count_on_their_own_day(prepared):
    """Placed on the day itself, else from the first day of orders; without both in no period."""
    placed, started = date(2026, 3, 31), date(2026, 4, 1)
    days = [{"placed_at": placed}, {"placed_at": placed, "starts_on": started}, {}]
    rows = [row | day for row, day in zip(BOOKINGS, [*days, {"starts_on": started}], strict=True)]
    dataset = prepared(creators=[BEN], placements=rows)
    for period, found in (
        (Period(), 4),
        (Period(last=placed), 2),
        (Period(first=placed, last=placed), 2),
        (Period(first=started), 1),
    ):
        assert creator_panel(dataset, period=period)["placements"].to_list() == [found]


@pytest.mark.parametrize(
    "scope",
    [
        {"campaign": "autumn"},
        {"period": Period(first=date(2026, 6, 1))},
        {"placements_kept": "ungifted"},
    ],
)
def test_who_was_booked_once_stays_booked_in_every_scope(prepared, scope):
    """Ben alone was booked, in spring; Anna's platform has no placement, so nobody knows of her."""
    once = booking(BEN, campaign="spring", placed_at=date(2026, 3, 1), collaboration="gifted")
    dataset = prepared(creators=[ANNA, BEN, CLEO], placements=[once])
    for panel in (creator_panel(dataset), creator_panel(dataset, **scope)):
        assert [None if pd.isna(one) else one for one in panel["booked"]] == [None, 1, 0]
    by_campaign = creator_panel(dataset, by_campaign=True, **scope)
    assert by_campaign["booked"].to_list()[1:] == [1, 0]


def test_boosted_posts_and_giveaways_are_no_organic_engagement(prepared):
    plain = post(BEN, "2026-02-01", likes=5, comments=5, followers_at_posting=150_000)
    posts = [plain, plain | {"is_boosted": True}, plain | {"is_giveaway": True}]
    panel = creator_panel(prepared(creators=[BEN], posts=posts), period=ALL)
    [row] = panel.to_dict("records")
    assert (row["posts"], row["posts_engaged"]) == (3, 1)
    assert (row["interactions"], row["interactions_any"]) == (10, 30)
    assert row["followers_exposed_any"] == 3 * row["followers_exposed"]


def test_one_row_per_campaign_where_asked(prepared):
    dataset = prepared(creators=[CLEO, BEN], placements=BOOKINGS)
    panel = creator_panel(dataset, period=ALL, by_campaign=True)
    rows = panel[["creator_id", "campaign", "placements"]].to_dict("split")["data"]
    assert [tuple(None if pd.isna(v) else v for v in row) for row in rows] == [
        ("c", None, None),
        ("b", "", 1),
        ("b", "autumn", 1),
        ("b", "spring", 2),
    ]


def test_missing_tables_are_empty_ones(prepared):
    panel = creator_panel(prepared(creators=[ANNA]), period=ALL)
    filled = creator_panel(prepared("full", creators=[ANNA], posts=[], placements=[]), period=ALL)
    pd.testing.assert_frame_equal(panel, filled)
    assert panel["followers"].to_list() == [5_000]


@pytest.mark.parametrize("folder", ["brand*", "brand?", "[b]rand2", "it's ours"])
def test_the_name_of_a_folder_is_no_pattern(prepared, folder):
    """Or the creators of every folder that it fits would count as one dataset's."""
    prepared("brand2", creators=[BEN])
    panel = creator_panel(prepared(folder, creators=[ANNA]), period=ALL)
    assert panel["creator_id"].to_list() == ["a"]


def test_a_handle_on_two_platforms_is_two_creators(prepared):
    """Pseudonyms include the platform; should two ever agree, the platform keeps them apart."""
    both = [{**ANNA, "platform": name} for name in ("instagram", "tiktok")]
    posts = [post(both[0], "2026-01-01", likes=1, comments=1), post(both[1], "2026-01-01")]
    panel = creator_panel(prepared(creators=both, posts=posts), period=ALL)
    assert panel["posts"].to_list() == [1, 1]
    assert panel["posts_engaged"].fillna(0).to_list() == [1, 0]


COUNT = st.none() | st.integers(0, 3)
ANY_POST = st.fixed_dictionaries(
    {
        **dict.fromkeys(("likes", "comments", "views", "followers_at_posting"), COUNT),
        "creator": st.sampled_from([ANNA, BEN]),
        "day": st.integers(1, 4),
    }
)


def by_loops(posts):
    """The sums of panel.sql, post by post: creator -> name -> sum, absent where none is known."""
    sums = defaultdict(lambda: defaultdict(float))
    for one in posts:
        row = sums[one["creator"]["creator_id"]]
        row["posts"] += 1
        if one["likes"] is None or one["comments"] is None:
            continue
        interactions = one["likes"] + one["comments"]
        at_posting = one["followers_at_posting"]
        row["interactions"] += interactions
        row["followers_exposed"] += (
            one["creator"]["followers"] if at_posting is None else at_posting
        )
        if one["views"]:
            row["interactions_viewed"] += interactions
            row["views"] += one["views"]
    return sums


@given(st.lists(ANY_POST, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_posts_in_any_order_add_up(prepared, posts, random):
    panels = []
    for ordered in (posts, random.sample(posts, len(posts))):
        rows = []
        for one in ordered:
            values = {k: v for k, v in one.items() if k not in ("creator", "day")}
            rows.append(post(one["creator"], f"2026-01-0{one['day']}", **values))
        panels.append(creator_panel(prepared(creators=[ANNA, BEN], posts=rows), period=ALL))
    pd.testing.assert_frame_equal(*panels)
    expected = by_loops(posts)
    for row in panels[0].to_dict("records"):
        for name in ("posts", "interactions", "followers_exposed", "interactions_viewed", "views"):
            by_hand = expected[row["creator_id"]].get(name, math.nan)
            assert row[name] == by_hand or (pd.isna(row[name]) and math.isnan(by_hand)), name


def test_answers_by_hand(prepared):
    """Anna's second post is of before there were answers, her third shows none, her fourth is a
    giveaway; of the first, 5 comments of others in time, 3 answered in 48 hours, one in an hour."""
    posts = [
        post(ANNA, "2017-10-01", post_id="1", comments_cut_off=False),
        post(ANNA, "2017-09-30T23:59:59", post_id="2"),
        post(ANNA, "2018-01-01", post_id="3", replies_shown=False),
        post(ANNA, "2018-01-02", post_id="4", is_giveaway=True),
        post(ANNA, "2018-01-03", post_id="5", replies_shown=True, comments_cut_off=True),
        post(BEN, "2015-01-01", post_id="6"),
    ]

    def comment(number, *, by=False, creator=ANNA, age=60, asks=None, **delays):
        found = {name: creator[name] for name in ("creator_id", "platform")}
        found |= {"post_id": number, "age_seconds": age, "is_by_creator": by, "is_question": asks}
        return found | delays

    comments = [
        comment("1", reply_after_seconds=3_600, mention_after_seconds=90_000, asks=True),
        comment("1", mention_after_seconds=172_800, asks=False),
        comment("1", reply_after_seconds=172_801),
        comment("1", age=172_800, reply_after_seconds=86_400, asks=True),
        comment("1", asks=True),
        comment("1", age=172_801, reply_after_seconds=5),
        comment("1", by=True),
        *(comment(number, reply_after_seconds=5) for number in "234"),
        comment("5"),
        comment("6", creator=BEN, mention_after_seconds=21_600),
    ]
    dataset = prepared(creators=[ANNA, BEN], posts=posts, comments=comments)
    anna, ben = creator_panel(dataset, period=ALL).to_dict("records")
    assert known(anna, "comments_received", "posts_commented") == (6, 2)
    answered = ("answered_in_1h", "answered_in_6h", "answered_in_24h", "answered_in_48h")
    assert known(anna, *answered) == (1, 1, 2, 3)
    complete = ("comments_complete", "posts_complete", "answered_complete")
    assert known(anna, *complete) == (5, 1, 3)
    assert known(anna, "questions_received", "questions_answered") == (3, 2)
    # TikTok had answers in 2015 already; nobody says whether all comments are there.
    assert known(ben, "comments_received", *answered) == (1, 0, 1, 1, 1)
    assert known(ben, "comments_complete", "questions_received") == (None, None)
    late = creator_panel(dataset, period=Period(first=date(2018, 1, 1))).to_dict("records")
    assert known(late[0], "comments_received", "answered_in_48h") == (1, 0)


def test_a_panel_of_few_creators_takes_little_address_space(prepared):
    """A report is ended by its address space; a panel kept room for a million rows, 800 MB each."""
    dataset = prepared(creators=[ANNA, BEN], posts=POSTS, placements=BOOKINGS)
    creator_panel(dataset)
    before = psutil.Process().memory_info().vms
    kept = [creator_panel(dataset, posts_kept="any"), creator_panel(dataset, by_campaign=True)]
    kept.append(creator_panel(dataset, posts_kept="unsponsored"))
    assert psutil.Process().memory_info().vms - before < 600e6
    assert len(kept) == 3


def test_a_long_query_prints_no_bar_with_its_seconds(prepared, monkeypatch):
    """As DuckDB does in a notebook, two seconds into a query: no page would be made alike again."""
    connect = duckdb.connect

    def in_a_notebook(**options):
        connection = connect(**options)
        connection.execute("set enable_progress_bar = true")
        return connection

    monkeypatch.setattr(duckdb, "connect", in_a_notebook)
    with attached(prepared(creators=[ANNA])) as connection:
        shown = connection.execute("select current_setting('enable_progress_bar')").fetchone()
    assert shown == (False,)
