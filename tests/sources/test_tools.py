"""Every tool's export, one invented row or two of each, as the contract's rows."""

import json

import pandas as pd
import pytest

from analysis.sources.formats import known_formats
from analysis.sources.headers import recognise
from analysis.sources.importer import import_table
from analysis.sources.reading.tables import read_tables
from analysis.sources.values.text import Written

GA4 = """\
# ----------------------------------------
# Traffic acquisition
# Start date: 20260501
# ----------------------------------------
#
# All Users
Session manual ad content,Session campaign,Sessions,Engaged sessions,Key events,Total revenue
,,400,300,9,90
anna-reel,spring,250,200,6,60.5
(not set),spring,150,100,3,29.5
"""
META_SUITE = """\
Saves,Post ID,Account username,Publish time,Permalink,Post type,Date,Views,Reach,Likes,Comments
3,17900000000000001,anna,05/06/2026 18:30,https://www.instagram.com/p/Ab/,IG reel,Lifetime,\
"1,200",900,80,4
"""
SHOPIFY_HEADER = (
    "Name,Email,Financial Status,Currency,Subtotal,Total,Discount Code,Created at,"
    "Lineitem quantity,Billing Name,Phone\n"
)
SHOPIFY = SHOPIFY_HEADER + (
    '#1,buyer@mail.example,paid,EUR,20.00,25.00,"ANNA10, FREESHIP",'
    "2026-05-06 10:00:00 +0200,1,B,1\n"
    "#1,buyer@mail.example,,,,,,2026-05-06 10:00:00 +0200,2,,\n"
    "#2,other@mail.example,refunded,EUR,9.00,9.00,ANNA10,2026-05-07 10:00:00 +0200,1,C,2\n"
    "#3,third@mail.example,voided,EUR,5.00,5.00,,2026-05-08 10:00:00 +0200,1,D,3\n"
)
TIKTOK = (
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,"
    "Add to favorites\nTea,https://www.tiktok.com/@anna.b/video/73,2026-05-06 12:00:00,1.2K,"
    '"1,034",5,"18,400",7\n'
)
TIKTOK_SPANISH = (
    "Título del video,Hora de publicación,Enlace del video,Visualizaciones totales,"
    "Me gusta totales,Comentarios totales,Veces compartido\n"
    "Té,2026-05-06 12:00:00,https://www.tiktok.com/@anna.b/video/73,18400,1200,1034,5\n"
)
YOUTUBE_STUDIO = (
    "Content,Video title,Video publish time,Duration,Likes,Views,Subscribers,Impressions\n"
    "Total,,,,9,900,-3,5000\n"
    'aBc-1,"Tea, green","Dec 15, 2025",60,9,900,-3,5000\n'
)
ADS = (
    '\ufeff"Campaign name","Ad name",Reach,Impressions,"Amount spent (SEK)","Link clicks"\n'
    ",,500,900,30.5,7\nspring,anna-reel,400,700,20.5,5\n"
)
CHANNELS = {
    "kind": "youtube#channelListResponse",
    "items": [
        {
            "id": "UCa",
            "snippet": {"customUrl": "@anna", "country": "FR"},
            "statistics": {"subscriberCount": "12300", "videoCount": "7", "viewCount": "900"},
        },
        {"id": "UCb", "snippet": {"customUrl": "@ben"}, "statistics": {"viewCount": "5"}},
    ],
}
VIDEO = {"channelId": "UCa", "publishedAt": "2026-05-06T10:00:00Z", "tags": ["tea"]}
VIDEOS = {
    "items": [
        {"id": "v1", "snippet": VIDEO, "statistics": {"viewCount": "900", "likeCount": "9"}},
        {"id": "v2", "snippet": VIDEO, "statistics": {"viewCount": "5", "commentCount": "0"}},
    ]
}
DISCOVERY = {
    "business_discovery": {
        "username": "anna",
        "followers_count": 12_300,
        "media_count": 2,
        "media": {
            "data": [
                {
                    "id": "179",
                    "timestamp": "2026-05-06T10:00:00+0000",
                    "comments_count": 4,
                    "like_count": 80,
                    "media_product_type": "REELS",
                },
                {"id": "180", "timestamp": "2026-05-07T10:00:00+0000", "comments_count": 30},
            ]
        },
        "id": "1784",
    },
    "id": "1799",
}
INSIGHTS = {
    "data": [
        {"name": "reach", "values": [{"value": 900}], "id": "179/insights/reach/lifetime"},
        {"name": "saved", "total_value": {"value": 3}, "id": "179/insights/saved/lifetime"},
    ]
}
DETAILS = [
    {
        "post_details": {
            "id": "179",
            "media_type": "IMAGE",
            "timestamp": "2026-05-06T10:00:00+0000",
            "username": "anna",
            "like_count": 80,
            "comments_count": 4,
        },
        "insights": {"views": 1_200, "reach": 900, "saved": 3, "shares": 0},
    }
]
TIDES = (
    "username,id,region,following,followers,total_likes,total_videos,commerceCategory\n"
    "anna,x,FR,1,5000,90000,30,none\n"
)
MOMENT = pd.Timestamp("2026-05-06 10:00")


def read(folder, name, content, account=None):
    """Table -> rows of what one file gives."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    found = {}
    for text in read_tables(path, name):
        try:
            recognised = recognise(text, known_formats())
        except Exception:
            if name.endswith(".csv"):
                raise
            continue  # the envelope of a document
        for one in import_table(text, recognised, written=Written(), account=account):
            found[one.table.name] = one
    return found


def cells(frame, *names):
    return [tuple(None if pd.isna(v) else v for v in row) for row in frame[list(names)].to_numpy()]


def test_shopify_counts_orders_and_reads_nobody(tmp_path):
    [orders] = read(tmp_path, "orders.csv", SHOPIFY).values()
    assert cells(orders.rows, "order_id", "code", "revenue", "orders_refunded", "currency") == [
        ("#1", "ANNA10, FREESHIP", 20.0, 0, "EUR"),
        ("#2", "ANNA10", 9.0, 1, "EUR"),
        ("#3", None, 5.0, 0, "EUR"),
    ]
    assert orders.rows["status"].to_list() == ["paid", "refunded", "voided"]
    assert orders.rows["day"].iloc[0] == pd.Timestamp("2026-05-06 08:00")
    assert orders.exclusions["reason"].to_list() == ["further line of an order"]
    assert orders.rows_read == 4
    everything = orders.rows.to_csv() + orders.exclusions.to_csv()
    assert "mail.example" not in everything


def test_google_analytics_has_a_preamble_and_a_total(tmp_path):
    [visits] = read(tmp_path, "ga4.csv", GA4).values()
    assert cells(visits.rows, "utm", "sessions", "orders", "revenue") == [
        ("anna-reel", 250, None, 60.5),
        (None, 150, None, 29.5),
    ]
    assert visits.rows.index.to_list() == [9, 10], "lines of the file, preamble included"
    assert visits.exclusions["reason"].to_list() == ["total"]


def test_ads_say_their_currency_in_a_column_name(tmp_path):
    [spent] = read(tmp_path, "ads.csv", ADS).values()
    assert cells(spent.rows, "utm", "boost_spend", "currency") == [("anna-reel", 20.5, "SEK")]
    assert spent.exclusions["reason"].to_list() == ["total"]


def test_meta_business_suite(tmp_path):
    [posts] = read(tmp_path, "suite.csv", META_SUITE).values()
    assert cells(posts.rows, "handle", "post_id", "views", "views_kind", "reach", "saves") == [
        ("anna", "17900000000000001", 1_200, "views", 900, 3)
    ]
    assert posts.rows["format"].iloc[0] == "reel"
    assert posts.rows["shares_state"].iloc[0] == "not available"
    older = read(tmp_path, "suite.csv", META_SUITE.replace("Views", "Impressions"))["posts"]
    assert older.rows["views_kind"].iloc[0] == "impressions"


@pytest.mark.parametrize("export", [TIKTOK, TIKTOK_SPANISH], ids=["English", "Spanish"])
def test_tiktok_studio(tmp_path, export):
    [posts] = read(tmp_path, "content.csv", export).values()
    assert cells(posts.rows, "handle", "post_id", "likes", "comments", "shares", "views") == [
        ("anna.b", "73", 1_200, 1_034, 5, 18_400)
    ]


def test_youtube_studio_is_of_the_account_that_its_folder_names(tmp_path):
    [posts] = read(tmp_path, "Table data.csv", YOUTUBE_STUDIO, account="anna").values()
    assert cells(posts.rows, "handle", "post_id", "likes", "comments", "views", "reach") == [
        ("anna", "aBc-1", 9, None, 900, None)
    ]
    assert posts.exclusions["reason"].to_list() == ["total"]
    with pytest.raises(Exception, match="nothing says of which; put it into a folder"):
        read(tmp_path, "Table data.csv", YOUTUBE_STUDIO)


def test_youtube_data_api(tmp_path):
    [channels] = read(tmp_path, "channels.json", CHANNELS).values()
    assert cells(channels.rows, "handle", "account_id", "followers", "lifetime_views") == [
        ("@anna", "UCa", 12_300, 900)
    ]
    assert channels.exclusions["reason"].to_list() == ["subscribers are hidden"]
    [videos] = read(tmp_path, "videos.json", VIDEOS).values()
    assert cells(videos.rows, "handle", "post_id", "likes", "likes_state", "comments_state") == [
        ("UCa", "v1", 9, "observed", "hidden"),
        ("UCa", "v2", None, "hidden", "zero"),
    ]
    assert (videos.rows["posted_at"] == MOMENT).all()


def test_instagram_business_discovery(tmp_path):
    found = read(tmp_path, "discovery.json", DISCOVERY)
    assert cells(found["creators"].rows, "handle", "followers") == [("anna", 12_300)]
    posts = found["posts"].rows
    assert cells(posts, "handle", "post_id", "likes", "likes_state", "comments", "format") == [
        ("anna", "179", 80, "observed", 4, "reel"),
        ("anna", "180", None, "hidden", 30, None),
    ]
    assert posts["posted_at"].iloc[0] == MOMENT


def test_instagram_insights(tmp_path):
    [answer] = read(tmp_path, "insights.json", INSIGHTS).values()
    assert cells(answer.rows, "handle", "post_id", "reach", "saves") == [(None, "179", 900, 3)]
    [collected] = read(tmp_path, "details.json", DETAILS).values()
    assert cells(collected.rows, "handle", "likes", "views", "reach", "shares_state") == [
        ("anna", 80, 1_200, 900, "zero")
    ]


def test_tides_without_a_niche(tmp_path):
    [creators] = read(tmp_path, "tiktok.csv", TIDES).values()
    assert cells(creators.rows, "handle", "niche", "lifetime_likes") == [("anna", None, 90_000)]


def test_every_format_of_ours_is_tried_here_or_on_the_real_sets():
    tried = {"shopify-orders", "google-analytics-4", "meta-ads-manager", "meta-business-suite"}
    tried |= {"tiktok-studio", "youtube-studio", "youtube-data-api", "instagram-graph-api"}
    real = {"instagram-kim2020", "tiktokshop-vn-affiliate", "tiktok-famous-2020"}
    real |= {"tides-tiktok-youtube", "facebook-conversions"}
    assert {source.name for source in known_formats()} == {"roster", *tried, *real}
