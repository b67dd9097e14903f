"""A roster with several tools' exports as one study: every join by hand, every row counted."""

import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare

CREATORS = """\
platform,handle,niche,followers,account_id
instagram,anna,food,5000,
tiktok,ben,food,200000,
youtube,cleo,food,7000,UCc
"""
PLACEMENTS = """\
campaign,platform,handle,clicks,orders,code,utm,link,fee,starts_on
spring,instagram,anna,50,,ANNA10,anna-reel,https://www.instagram.com/p/Ab/?igsh=1,100,2026-05-01
spring,tiktok,ben,,,BEN10,ben-video,,900,
spring,youtube,cleo,,4,CLEO10,cleo-short,,80,2026-05-01
autumn,youtube,cleo,,,TWICE,,,80,2026-09-01
autumn,tiktok,ben,,,TWICE,,,90,2026-09-01
"""
POSTS = """\
platform,handle,post_id,posted_at,likes,comments,campaign
tiktok,ben,p1,2026-05-03,900,40,spring
"""
ORDERS = """\
Name,Email,Financial Status,Currency,Subtotal,Discount Code,Created at
#1,a@mail.example,paid,EUR,20.00,"anna10, FREESHIP",2026-05-06 10:00:00 +0200
#2,b@mail.example,refunded,EUR,30.00,ANNA10,2026-05-07 10:00:00 +0200
#3,c@mail.example,paid,EUR,10.00,,2026-05-07 10:00:00 +0200
#4,d@mail.example,paid,EUR,10.00,OTHER,2026-05-07 10:00:00 +0200
#5,e@mail.example,paid,EUR,10.00,TWICE,2026-09-07 10:00:00 +0200
#6,f@mail.example,paid,EUR,10.00,"ANNA10, CLEO10",2026-05-07 10:00:00 +0200
#7,g@mail.example,paid,EUR,10.00,ANNA10,2026-04-07 10:00:00 +0200
#8,h@mail.example,paid,EUR,10.00,ANNA10,2026-06-30 10:00:00 +0200
#9,i@mail.example,paid,USD,10.00,CLEO10,2026-05-06 10:00:00 +0200
"""
VISITS = """\
Session manual ad content,Sessions,Ecommerce purchases
ANNA-reel,300,99
anna-reel,50,1
ben-video,80,7
(not set),60,0
"""
SUITE = """\
Post ID,Account username,Publish time,Permalink,Post type,Views,Reach,Likes,Comments
p9,Anna,05/02/2026 18:30,https://instagram.com/p/Ab,IG reel,1200,900,80,4
"""
VIDEOS = """{"items": [{"id": "v1", "snippet": {"channelId": "UCc",
"publishedAt": "2026-05-06T10:00:00Z"}, "statistics": {"viewCount": "900", "likeCount": "9",
"commentCount": "1"}}]}"""
INSIGHTS = '{"data": [{"name": "saved", "values": [{"value": 3}], "id": "p9/insights/saved"}]}'
FILES = {
    "creators.csv": CREATORS,
    "placements.csv": PLACEMENTS,
    "posts.csv": POSTS,
    "orders.csv": ORDERS,
    "visits.csv": VISITS,
    "suite.csv": SUITE,
    "videos.json": VIDEOS,
    "insights.json": INSIGHTS,
}
SETTINGS = "currency: EUR\n"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    def prepared(settings=SETTINGS, **changes):
        raw = arrived({**FILES, **changes, "dataset.yml": settings})
        return prepare(raw, tmp_path / "out", private=tmp_path / "private")

    return prepared


def table(dataset, name):
    return pd.read_parquet(dataset.table_path(name))


def placements(dataset, *names):
    rows = table(dataset, "placements")[list(names)]
    return [tuple(None if pd.isna(v) else v for v in row) for row in rows.to_numpy()]


def reasons(dataset, file):
    left = dataset.exclusions()
    return left[left["file"].eq(file)].set_index("row")["reason"].to_dict()


def joins(dataset):
    return {
        (j.table, j.to, j.by): (j.rows, j.matched, j.unmatched, j.ambiguous, j.without, j.partners)
        for j in dataset.manifest.joins
    }


def test_orders_go_to_the_placement_whose_code_they_used(run):
    """Anna: #1, #2, #8; her roster states 50 clicks. Ben: none of 9, so 0. Cleo: her roster's 4."""
    dataset = run()
    assert placements(dataset, "orders", "orders_refunded", "revenue", "attribution") == [
        (3, 1, 60.0, "code"),
        (0, 0, 0.0, "code"),
        (4, 0, 0.0, None),
        (None, None, None, None),
        (None, None, None, None),
    ]
    assert placements(dataset, "clicks", "clicks_state")[:2] == [
        (50, "observed"),
        (None, "not available"),
    ]
    assert reasons(dataset, "orders.csv") == {
        4: "no code, UTM mark, link or account",
        5: "no placement has its code, UTM mark, link or account",
        6: "several placements have its code",
        7: "several placements have its code",
        8: "before its placement began",
        10: "in another currency than its placement; write rates in dataset.yml",
    }


AFFILIATES = """\
Order ID,Product ID,SKU ID,Payment Amount,Currency,Order Status,Creator Username,\
Fully returned or refunded,Time Created
o1,1,17,20.00,EUR,Settled,anna,No,2026-05-06 10:00:00
o1,2,18,30.00,EUR,Settled,anna,No,2026-05-06 10:00:00
o2,1,17,20.00,EUR,Ineligible,anna,Yes,2026-05-06 11:00:00
o3,1,17,10.00,EUR,Settled,@Anna,Yes,2026-05-06 12:00:00
o4,1,17,20.00,EUR,Pending,anna,No,2026-05-07 10:00:00
o5,1,17,20.00,EUR,Settled,zoe,No,2026-05-07 10:00:00
o1,2,18,30.00,EUR,Settled,anna,No,2026-05-06 10:00:00
o6,1,17,20.00,EUR,Settled,dora,No,2026-05-07 10:00:00
"""
BOOKED = (
    *("tiktok,anna,,", "tiktok,ben,,", "instagram,anna,,", "tiktok,dora,spring,"),
    "tiktok,dora,summer,",
)


def test_orders_that_name_an_account_go_to_its_placement(tmp_path, own_data, arrived):
    """o1 is one order of 50 in two lines; Ben had none; the shop says nothing about Instagram."""
    creators = "platform,handle,niche,followers\n" + "".join(
        f"{where},{who},food,5000\n"
        for where, who in (
            ("tiktok", "anna"),
            ("tiktok", "ben"),
            ("instagram", "anna"),
            ("tiktok", "dora"),
        )
    )
    booked = "platform,handle,campaign,clicks\n" + "".join(f"{one}90\n" for one in BOOKED)
    files = {"creators.csv": creators, "placements.csv": booked, "orders.csv": AFFILIATES}
    raw = arrived({**files, "dataset.yml": SETTINGS})
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    assert placements(dataset, "orders", "orders_refunded", "revenue", "attribution") == [
        (2, 1, 60.0, "account"),
        (0, 0, 0.0, "account"),
        (None, None, None, None),
        (None, None, None, None),
        (None, None, None, None),
    ]
    assert reasons(dataset, "orders.csv") == {
        4: "order was cancelled",
        6: "order was not paid",
        7: "no placement has its code, UTM mark, link or account",
        9: "several placements have its account",
    }
    [orders] = [one for one in dataset.manifest.files if one.file == "orders.csv"]
    assert (orders.rows_read, orders.kept, orders.duplicates, orders.excluded) == (8, 3, 1, 4)


def test_visits_go_to_the_placement_whose_mark_they_carry(run):
    """GA4's purchases are not added to the shop's orders: an order counts once."""
    dataset = run()
    assert placements(dataset, "sessions")[:3] == [(350,), (80,), (0,)]
    assert reasons(dataset, "visits.csv") == {5: "no code, UTM mark, link or account"}


def test_every_join_is_counted(run):
    assert joins(run()) == {
        ("posts", "creators", "account id"): (4, 1, 0, 0, 3, 1),
        ("posts", "posts", "post id"): (1, 1, 0, 0, 0, 1),
        ("posts", "creators", "handle"): (3, 3, 0, 0, 0, 3),
        ("placements", "creators", "handle"): (5, 5, 0, 0, 0, 3),
        ("tracked", "placements", "code"): (8, 5, 1, 2, 0, 2),
        ("tracked", "placements", "UTM mark"): (3, 3, 0, 0, 0, 2),
        ("placements", "posts", "post link"): (5, 1, 0, 0, 4, 1),
    }


def test_a_window_leaves_late_orders_out(run):
    dataset = run(f"{SETTINGS}window_days: 30\n")
    assert reasons(dataset, "orders.csv")[9] == "more than 30 days after its placement began"
    assert placements(dataset, "orders", "window_days")[:2] == [(2, 30), (0, 30)]


def test_the_last_moment_of_a_window_counts_and_the_next_does_not(run):
    head, line = ORDERS.splitlines()[0], "i@mail.example,paid,EUR,10.00,ANNA10,2026-05-"
    orders = f"{head}\n#1,{line}30 23:59:59 +0000\n#2,{line}31 00:00:00 +0000\n"
    dataset = run(f"{SETTINGS}window_days: 30\n", **{"orders.csv": orders})
    assert list(reasons(dataset, "orders.csv")) == [3]
    assert placements(dataset, "orders")[0] == (1,)


def test_the_attribution_rule_is_a_parameter(run):
    by_mark = run(f"{SETTINGS}attribution: [utm, code]\n")
    assert placements(by_mark, "orders", "attribution")[:3] == [
        (100, "utm"),
        (7, "utm"),
        (0, "utm"),
    ]


def test_a_declared_rate_brings_foreign_orders_in(run):
    dataset = run(f"{SETTINGS}rates: {{ USD: 0.9 }}\nattribution: [code]\n")
    assert placements(dataset, "orders", "revenue")[2] == (1, 9.0)


def test_a_placement_is_seen_as_often_as_the_post_that_its_link_leads_to(run):
    assert placements(run(), "views", "reach", "reach_state")[0] == (1_200, 900, "observed")


def test_two_tools_make_one_post(run):
    posts = table(run(), "posts").set_index("likes")
    assert posts.loc[80, "saves"] == 3
    assert posts.loc[80, "saves_state"] == "observed"
    assert posts.loc[9, "creator_id"] == table(run(), "creators")["creator_id"][2]


def test_a_roster_and_a_tool_make_one_creator(run):
    """The roster's niche stays; followers are the later capture's."""
    channel = """{"items": [{"id": "UCc", "snippet": {"customUrl": "@Cleo"},
    "statistics": {"subscriberCount": "7500"}}, {"id": "UCd", "snippet": {"customUrl": "@dora"},
    "statistics": {"subscriberCount": "90"}}]}"""
    dataset = run(**{"2026-05-01/channels.json": channel})
    creators = table(dataset, "creators")
    assert creators["followers"].to_list() == [90, 5_000, 200_000, 7_500]
    assert creators["niche"].to_list() == ["not stated", "food", "food", "food"]
    counted = {f.file: (f.kept, f.merged) for f in dataset.manifest.files if f.table == "creators"}
    assert counted == {"2026-05-01/channels.json#items": (1, 1), "creators.csv": (3, 0)}


def test_no_consumer_is_kept(run, tmp_path):
    dataset = run()
    stored = b"".join(path.read_bytes() for path in dataset.folder.iterdir())
    assert b"mail.example" not in stored
    assert dataset.table_path("tracked") is None
    assert not (dataset.folder / "tracked.parquet").exists()


def test_counts_reconcile(run):
    for file in run().manifest.files:
        assert file.rows_read == file.kept + file.merged + file.duplicates + file.excluded
