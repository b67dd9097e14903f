"""Every tool's export, one invented row or two of each, as the contract's rows."""

import json

import pandas as pd
import pytest

from analysis.sources.formats import known_formats
from analysis.sources.headers import recognise
from analysis.sources.importer import import_table
from analysis.sources.reading.tables import read_tables
from analysis.sources.values.text import Written
from analysis.study.errors import DataContractError

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


YOUTUBE_LANGUAGES = {
    "German": (
        (
            "Videos,Videotitel,Veröffentlichungszeitpunkt des Videos,Dauer,Aufrufe,"
            '"„Mag ich“-Bewertungen",Impressionen'
        ),
        "Gesamt",
        "5. Mai 2026",
        "Datum",
    ),
    "Portuguese": (
        (
            "Conteúdo,Título do vídeo,Horário de publicação do vídeo,Duração,Visualizações,Gostei,"
            "Impressões de miniaturas"
        ),
        "Total",
        "May 5, 2026",
        "Data",
    ),
    "Spanish": (
        (
            "Contenido,Título del vídeo,Hora de publicación del vídeo,Duración,Visualizaciones,"
            "Me gusta,Impresiones"
        ),
        "Total",
        "5 may 2026",
        "Fecha",
    ),
    "French": (
        (
            "Contenu,Titre de la vidéo,Heure de publication de la vidéo,Durée,Vues,J'aime,"
            "Impressions"
        ),
        "Total",
        "5 mai 2026",
        "Date",
    ),
}


@pytest.mark.parametrize("language", YOUTUBE_LANGUAGES)
@pytest.mark.parametrize("hyphen", ["", "\u00ad"], ids=["plain", "soft hyphens"])
def test_youtube_studio_speaks_five_languages(tmp_path, language, hyphen):
    header, total, day, date = YOUTUBE_LANGUAGES[language]
    header = ",".join(f"{name[:2]}{hyphen}{name[2:]}" for name in header.split(","))
    table = f'{header}\n{total},,,,900,9,5000\naBc-1,Tea,"{day}",60,900,9,5000\n'
    [posts] = read(tmp_path, "Tabelle.csv", table, account="anna").values()
    assert cells(posts.rows, "post_id", "posted_at", "views", "likes", "reach") == [
        ("aBc-1", pd.Timestamp("2026-05-05"), 900, 9, None)
    ]
    [(_, chart)] = tabled(tmp_path, "Diagramm.csv", f"{date},{header}\n{'x,' * 7}x\n")
    assert "one row per video and day" in chart.rule.ignored


def tabled(folder, name, content):
    (folder / name).write_text(content, "utf-8")
    return [(text, recognise(text, known_formats())) for text in read_tables(folder / name, name)]


@pytest.mark.parametrize(
    ("campaign", "sessions", "orders"),
    [
        ("Session campaign", "Sessions", "Ecommerce purchases"),
        ("Sitzungskampagne", "Sitzungen", "E-Commerce-Käufe"),
        ("Campaña de la sesión", "Sesiones", "Compras en comercio electrónico"),
        ("Campagne de la session", "Sessions", "Achats e-commerce"),
        ("Campanha da sessão", "Sessões", "Compras de comércio eletrônico"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_an_exploration_has_a_total_beyond_its_columns(tmp_path, campaign, sessions, orders, end):
    """Explorations write their period in one line, and a field more in the line of the total."""
    text = f"# ---\n# Free form 1\n# 20260501-20260531\n# ---\n\n{campaign},{sessions},{orders}\n"
    text += f",400,9,Grand total\nspring,250,6{end}"
    [visits] = read(tmp_path, "free form.csv", text).values()
    assert cells(visits.rows, "utm", "sessions", "orders", "begins") == [
        ("spring", 250, 6, pd.Timestamp("2026-05-01"))
    ]
    assert visits.exclusions["reason"].to_list() == ["total"]


@pytest.mark.parametrize(
    "header",
    [
        "Anzeigenname,Impressionen,Ausgegebener Betrag (EUR)",
        "Nombre del anuncio,Impresiones,Importe gastado (EUR)",
        "Nom de la publicité,Impressions,Montant dépensé (EUR)",
        "Nome do anúncio,Impressões,Valor gasto (EUR)",
        "Nome dell'inserzione,Impressioni,Importo speso (EUR)",
        "Anzeigen\u00adname,Impres\u00adsionen,Ausge\u00adgebener Betrag (EUR)",
    ],
)
def test_ads_manager_speaks_other_languages(tmp_path, header):
    [spent] = read(tmp_path, "ads.csv", f"{header}\nanna-reel,700,20.5\n").values()
    assert cells(spent.rows, "utm", "boost_spend", "currency") == [("anna-reel", 20.5, "EUR")]


def test_business_suite_in_portuguese(tmp_path):
    text = (
        "Identificação do post,Nome de usuário da conta,Horário de publicação,Tipo de post,"
        "Visualizações,Alcance,Curtidas,Comentários,Compartilhamentos,Salvamentos\n"
        "17900000000000001,anna,05/06/2026 18:30,Reel do IG,1200,900,80,4,2,3\n"
    )
    [posts] = read(tmp_path, "post.csv", text).values()
    assert cells(posts.rows, "handle", "views", "reach", "likes", "comments", "saves") == [
        ("anna", 1200, 900, 80, 4, 3)
    ]
    assert posts.rows["format"].to_list() == ["reel"]


def test_tiktok_studio_without_a_year_takes_the_day_from_the_number(tmp_path):
    """Number >> 32 is Unix seconds: 1752661308 and 1767211925."""
    text = (
        "Time,Video title,Video link,Post time,Total likes,Total comments\n"
        "x,a,https://www.tiktok.com/@anna/video/7527623000473079054,July 16,5,1\n"
        "x,b,https://www.tiktok.com/@anna/video/7590117423970258206,December 31,6,0\n"
        "x,c,https://www.tiktok.com/@anna/video/73,July 16,6,0\n"
    )
    [posts] = read(tmp_path, "Content.csv", text).values()
    assert posts.rows["posted_at"].to_list() == [
        pd.Timestamp(1752661308, unit="s"),
        pd.Timestamp(1767211925, unit="s"),
    ]
    assert posts.exclusions["reason"].to_list() == [
        "the year is missing; export it with full dates (Post time)"
    ]
    assert posts.warnings == ("Content.csv: 2 posts: the day was read from the video's number",)


SHOP = (
    "Creator name,Creator-attributed GMV,Attributed orders,Est. commission{more}\n"
    'anna.f,"$1,234.50",45,$123.45{one}\nbea,--,0,$0.00{two}\n'
)


def test_tiktok_shop_creators_with_and_without_followers(tmp_path):
    text = SHOP.format(more=",Followers", one=",12500", two=",1.2M")
    found = read(tmp_path, "list.csv", text)
    assert cells(found["creators"].rows, "handle", "followers") == [
        ("anna.f", 12_500),
        ("bea", 1_200_000),
    ]
    names = ("handle", "orders", "revenue", "fee", "currency")
    assert cells(found["placements"].rows, *names) == [
        ("anna.f", 45, 1234.5, 123.45, "USD"),
        ("bea", 0, None, 0.0, "USD"),
    ]
    assert "amounts with $ are read in USD" in " ".join(found["placements"].warnings)
    rates = SHOP.format(
        more=",Product impressions,CTR,sample_cost", one=",9000,2%,5", two=",40,0%,5"
    )
    [placed] = read(tmp_path, "list.csv", rates).values()
    assert cells(placed.rows, "clicks", "impressions", "product_cost") == [
        (180, 9000, 5.0),
        (None, 40, 5.0),
    ]
    older = rates.replace("Creator-attributed", "Affiliate").replace("Attributed", "Affiliate")
    [placed] = read(tmp_path, "older.csv", older).values()
    assert placed.rows["orders"].to_list() == [45, 0]


def test_tiktok_shop_products_are_refused_by_name(tmp_path):
    text = "Product ID,Product name,Affiliate GMV,Est. commission\n1,2,3,4\n"
    [(_, found)] = tabled(tmp_path, "shop.csv", text)
    assert 'the export "Creators" of the affiliate center holds' in found.rule.ignored


def test_tiktok_shop_orders_are_lines_of_an_account(tmp_path):
    """Statuses as TikTok's seller university explains them, under Affiliate Order Page."""
    text = (
        "Order ID,Product ID,SKU ID,Payment Amount,Currency,Order Status,Creator Username,"
        "Fully returned or refunded,Time Created\n"
        "5781,1,17,20.50,EUR,Settled,anna,No,2026-05-06 10:00:00\n"
        "5782,1,17,9,EUR,Customer Unpaid,anna,No,2026-05-06 11:00:00\n"
        "5783,1,17,8,EUR,Ineligible,ben,Yes,2026-05-06 12:00:00\n"
    )
    [lines] = read(tmp_path, "affiliate_orders.csv", text).values()
    names = ("order_id", "line", "handle", "orders", "orders_refunded", "revenue", "status")
    assert cells(lines.rows, *names) == [
        ("5781", "17", "anna", 1, 0, 20.5, "paid"),
        ("5782", "17", "anna", 1, 0, 9.0, "unpaid"),
        ("5783", "17", "ben", 1, 1, 8.0, "cancelled"),
    ]


def test_tiktok_shop_videos_are_posts(tmp_path):
    text = (
        "Video title,Video ID,Post date,Video link,Creator name,Video views,Likes,Comments,Shares\n"
        "tea,7527623000473079054,2025-07-16,https://x.example/1,anna,900,31,4,2\n"
    )
    [posts] = read(tmp_path, "videos.csv", text).values()
    assert cells(posts.rows, "handle", "posted_at", "views", "likes", "comments", "shares") == [
        ("anna", pd.Timestamp("2025-07-16"), 900, 31, 4, 2)
    ]
    with pytest.raises(DataContractError, match="also needs Video views"):
        read(tmp_path, "shown.csv", text.replace("Video views", "Shoppable video impressions"))


def test_apostrophes_and_hyphens_that_differ_by_language_do_not_matter(tmp_path):
    text = (
        "Nom de l\u2019ensemble de publicités,Impressions,Montant dépensé (EUR)\nannas,700,20.5\n"
    )
    [spent] = read(tmp_path, "ads.csv", text).values()
    assert cells(spent.rows, "utm", "boost_spend") == [("annas", 20.5)]
    table = (
        "Videos,Videotitel,Veröffentlichungszeitpunkt des Videos,Aufrufe\n"
        'aB\u00adc-1,Tee,"Mar 25, 2026",900\n'
    )
    [posts] = read(tmp_path, "Tabellendaten.csv", table, account="anna").values()
    assert posts.rows["post_id"].to_list() == ["aBc-1"]


def test_a_french_report_has_a_space_before_its_colon(tmp_path):
    text = (
        "# ---\n# Date de début : 20260701\n# Date de fin : 20260928\n# ---\n"
        "Campagne de la session;Sessions\nspring;250\n"
    )
    [visits] = read(tmp_path, "rapport.csv", text).values()
    assert cells(visits.rows, "begins", "ends") == [
        (pd.Timestamp("2026-07-01"), pd.Timestamp("2026-09-28"))
    ]


def test_shopify_sales_by_discount(tmp_path):
    text = "Discount name,Orders,Gross sales,Net sales\nANNA10,12,600.00,540.00\n,3,90.00,90.00\n"
    [sold] = read(tmp_path, "discounts.csv", text).values()
    assert cells(sold.rows, "code", "orders", "revenue") == [("ANNA10", 12, 540.0)]
    assert sold.exclusions["reason"].to_list() == ["total"]


def test_affiliate_networks(tmp_path):
    awin = (
        "Publisher Name,Impressions,Clicks,Total Transactions,Total Revenue\nAnna blog,9,5,2,80.5\n"
    )
    [line] = read(tmp_path, "awin.csv", awin).values()
    assert cells(line.rows, "utm", "clicks", "orders", "revenue") == [("Anna blog", 5, 2, 80.5)]
    sales = (
        "Transaction ID,Publisher Name,Sale Amount,Transaction Date,Status,Click Ref,Voucher Code\n"
        "t1,Anna blog,40.00,2026-05-06T10:00:00,approved,anna-reel,ANNA10\n"
        "t2,Anna blog,30.00,2026-05-06T11:00:00,declined,anna-reel,\n"
    )
    [line] = read(tmp_path, "sales.csv", sales).values()
    assert cells(line.rows, "order_id", "code", "utm", "orders", "status") == [
        ("t1", "ANNA10", "anna-reel", 1, "paid"),
        ("t2", None, "anna-reel", 1, "declined"),
    ]
    impact = "Media Partner,Impressions,Clicks,Actions,Revenue\nAnna blog,900,50,4,$1,\n"
    [line] = read(tmp_path, "impact.csv", impact.replace("$1,", "$120.00")).values()
    assert cells(line.rows, "utm", "clicks", "orders", "revenue") == [("Anna blog", 50, 4, 120.0)]
    actions = (
        "Action Id,Media Partner,Event Date,Status,Amount,Promo Code\n1.2,A,2026-05-06 10:00:00,"
    )
    [line] = read(tmp_path, "actions.csv", actions + "REVERSED,9.5,ANNA10\n").values()
    assert cells(line.rows, "order_id", "code", "revenue", "status") == [
        ("1.2", "ANNA10", 9.5, "reversed")
    ]


def test_scrapes_of_instagram(tmp_path):
    profile = {"username": "anna", "followersCount": 5200, "postsCount": 70, "id": "325"}
    post = {"ownerUsername": "anna", "shortCode": "Ca1", "likesCount": -1, "commentsCount": 4}
    post |= {"timestamp": "2026-05-06T10:00:00.000Z", "type": "Video", "videoPlayCount": 900}
    [creators] = read(tmp_path, "profiles.json", [profile]).values()
    assert cells(creators.rows, "handle", "followers", "lifetime_posts") == [("anna", 5200, 70)]
    [posts] = read(tmp_path, "posts.json", [post]).values()
    assert cells(posts.rows, "handle", "likes", "likes_state", "views", "views_kind", "format") == [
        ("anna", None, "hidden", 900, "plays", "video")
    ]
    nested = read(tmp_path, "both.json", [profile | {"latestPosts": [post]}])
    assert sorted(nested) == ["creators", "posts"]


@pytest.mark.parametrize("dot", [".", "/"])
def test_a_scrape_of_tiktok_gives_accounts_and_posts(tmp_path, dot):
    text = (
        f"id,authorMeta{dot}name,authorMeta{dot}fans,createTimeISO,diggCount,playCount,"
        "commentCount,shareCount,collectCount\n"
        "7527623000473079054,anna,12000,2025-07-16T10:21:48.000Z,310,9000,4,2,7\n"
    )
    found = read(tmp_path, "tiktok.csv", text)
    assert cells(found["creators"].rows, "handle", "followers") == [("anna", 12_000)]
    names = ("likes", "views", "comments", "shares", "saves", "followers_at_posting")
    assert cells(found["posts"].rows, *names) == [(310, 9000, 4, 2, 7, None)]


def test_lists_of_yt_dlp(tmp_path):
    video = {"id": "v1", "uploader_id": "@anna", "channel_id": "UCa", "upload_date": "20260506"}
    video |= {"view_count": 900, "like_count": None, "channel_follower_count": 12_300}
    timed = video | {"id": "v2", "timestamp": 1778061600}  # most records leave it empty
    found = read(tmp_path, "list.jsonl", "\n".join(map(json.dumps, (timed, video))))
    account = ("@anna", "UCa", 12_300)
    assert cells(found["creators"].rows, "handle", "account_id", "followers") == [account, account]
    posted = (pd.Timestamp("2026-05-06"), 900, "hidden")
    assert cells(found["posts"].rows, "posted_at", "views", "likes_state") == [posted, posted]


@pytest.mark.parametrize(
    "names",
    ["video_id,channel_id,published_at,view_count", "videoId,channelId,publishedAt,viewCount"],
)
def test_tables_of_the_youtube_data_api(tmp_path, names):
    video = "v1,UCa,2026-05-06T10:00:00Z,900"
    [posts] = read(tmp_path, "v.csv", f"{names}\n{video}\n").values()
    assert cells(posts.rows, "handle", "post_id", "views") == [("UCa", "v1", 900)]
    both = read(tmp_path, "b.csv", f"{names},subscriberCount\n{video},12300\n")
    assert cells(both["creators"].rows, "handle", "followers") == [("UCa", 12_300)]
    assert cells(both["posts"].rows, "views", "followers_at_posting") == [(900, None)]
    channels = "channelId,subscriberCount,videoCount,viewCount,customUrl\nUCa,12300,7,900,@anna\n"
    [creators] = read(tmp_path, "c.csv", channels).values()
    assert cells(creators.rows, "handle", "account_id", "followers") == [("@anna", "UCa", 12_300)]


def test_a_vendors_report_gives_followers_and_the_audience_and_not_its_averages(tmp_path):
    """Who likes has lists of the same columns; none of them is taken for the followers'."""
    month = [
        {"month": "2026-04", "follower_count": 800},
        {"month": "2026-05", "follower_count": 900},
    ]
    profile = {"platform_username": "anna", "follower_count": 1000, "average_likes": 5}
    profile |= {
        "reputation_history": month,
        "audience": {
            "countries": [{"code": "FR", "value": 63.72}],
            "languages": [{"code": "fr", "value": 50}],
            "gender_age_distribution": [{"gender": "MALE", "age_range": "13-17", "value": 1.2424}],
        },
        "audience_likers": {"countries": [{"code": "PK", "value": 99}]},
    }
    report = {"work_platform": {"name": "Instagram"}, "profile": profile}
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report), "utf-8")
    texts = {text.name.partition("#")[2]: text for text in read_tables(path, "report.json")}
    likers = texts.pop("profile.audience_likers.countries")
    with pytest.raises(DataContractError, match=r"no known format|also needs"):
        recognise(likers, known_formats())
    found = [one for t in texts.values() for one in import_table(t, recognise(t, known_formats()))]
    creators = pd.concat([one.rows for one in found if one.table.name == "creators"])
    assert creators["followers"].to_list() == [1000, 800, 900]
    audience = pd.concat([one.rows for one in found if one.table.name == "audience"])
    assert sorted(cells(audience, "dimension", "segment", "share")) == [
        ("age and gender", "13-17 MALE", pytest.approx(0.012424)),
        ("country", "FR", pytest.approx(0.6372)),
        ("language", "fr", 0.5),
    ]


def test_audiences_of_instagrams_insights(tmp_path):
    """Followers by age and gender, as others write them; who engaged is another audience."""

    def demographics(metric, *results):
        parts = [{"dimension_values": values, "value": value} for *values, value in results]
        breakdown = {"dimension_keys": ["age", "gender"], "results": parts}
        return {"name": metric, "total_value": {"breakdowns": [breakdown]}, "id": "17/insights"}

    answer = {
        "data": [
            demographics("follower_demographics", ("18-24", "F", 310), ("25-34", "M", 12)),
            demographics("engaged_audience_demographics", ("18-24", "F", 9)),
        ]
    }
    [audience] = read(tmp_path, "audience.json", json.dumps(answer), "anna").values()
    assert cells(audience.rows, "handle", "dimension", "segment", "people") == [
        ("anna", "age and gender", "18-24 female", 310),
        ("anna", "age and gender", "25-34 male", 12),
    ]
    assert audience.exclusions["reason"].to_list() == [
        "an audience of some days and not the followers"
    ]


@pytest.mark.parametrize(
    ("names", "row", "told"),
    [
        (["ageGroup"], ["age18-24"], ("age", "18-24")),
        (["gender"], ["female"], ("gender", "female")),
        (["ageGroup", "gender"], ["age18-24", "female"], ("age and gender", "18-24 female")),
    ],
)
def test_viewers_of_youtube_analytics(tmp_path, names, row, told):
    headers = [{"name": name} for name in (*names, "viewerPercentage")]
    report = {"kind": "report", "columnHeaders": headers, "rows": [[*row, 31.5]]}
    [audience] = read(tmp_path, "viewers.json", json.dumps(report), "anna").values()
    assert cells(audience.rows, "handle", "dimension", "segment", "share") == [
        ("anna", *told, pytest.approx(0.315))
    ]


def test_every_format_of_ours_is_tried_here_or_on_the_real_sets():
    tried = {"shopify-orders", "google-analytics-4", "meta-ads-manager", "meta-business-suite"}
    tried |= {"tiktok-studio", "youtube-studio", "youtube-data-api", "instagram-graph-api"}
    tried |= {"tiktok-shop-affiliate", "shopify-discounts", "awin", "impact", "apify-instagram"}
    tried |= {"apify-tiktok", "yt-dlp", "insightiq", "youtube-analytics"}
    real = {"instagram-kim2020", "tiktokshop-vn-affiliate", "tiktok-famous-2020"}
    real |= {"tides-tiktok-youtube", "facebook-conversions", "youtube-fr-tech-2026"}
    real |= {"instagram-replies-2019", "x-kol-campaigns-2025", "xiaohongshu-pugongying-2025"}
    assert {source.name for source in known_formats()} == {"roster", *tried, *real}
