"""Which files of a folder are read, ignored by name, or refused with a way on."""

import openpyxl
import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare

ROSTER = "platform,handle,niche,followers\nyoutube,carl,art,5000\n"
TABLE = (
    "Content,Video title,Video publish time,Views,Likes\nTotal,,,3000,90\n"
    'v1,a,"Mar 25, 2026",1000,30\nv2,b,"Mar 26, 2026",2000,60\n'
)
CHART = (
    "Date,Content,Video title,Video publish time,Views\n"
    '2026-03-27,v1,a,"Mar 25, 2026",400\n2026-03-27,v2,b,"Mar 26, 2026",900\n'
)
TOTALS = "Date,Views\n2026-03-27,1300\n"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    return lambda files: prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")


def last(name):
    """A file's name without its folder, which is called like an account and therefore masked."""
    return name.rpartition("/")[2]


def table(dataset, name):
    return pd.read_parquet(dataset.folder / f"{name}.parquet")


def test_siblings_of_one_download_are_ignored_by_name(run):
    files = {"creators.csv": ROSTER, "carl/Table data.csv": TABLE}
    dataset = run({**files, "carl/Chart data.csv": CHART, "carl/Totals.csv": TOTALS})
    assert not dataset.manifest.refused
    said = {last(name): why.partition(";")[0] for name, why in dataset.manifest.ignored.items()}
    assert said == {
        "Chart data.csv": "one row per video and day",
        "Totals.csv": "one row per day",
    }
    assert sorted(table(dataset, "posts")["views"]) == [1000, 2000]
    assert "/Totals.csv: ignored, one row per day; Table data" in "\n".join(
        dataset.manifest.lines()
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "carl/Chart data.csv",
            CHART,
            "one row per video and day; Table data of the same",
        ),
        ("carl/Totals.csv", TOTALS, "no known format has this header"),
        ("dora/Totals.csv", TOTALS, "no known format has this header"),
        ("carl/prices.csv", "Date,Price\n2026-03-27,13\n", "no known format has this header"),
    ],
)
def test_alone_or_beside_strangers_they_are_refused(run, name, text, said):
    files = {"creators.csv": ROSTER}
    if not name.startswith("carl/C") and name != "carl/Totals.csv":
        files["carl/Table data.csv"] = TABLE
    dataset = run({**files, name: text})
    [(refused, why)] = dataset.manifest.refused.items()
    assert last(refused) == last(name)
    assert said in why


DAYS = "date_utc,channel,subscribers,views,videos\n2026-01-17,c1,1000,5,1\n2026-01-18,c1,1100,9,2\n"
VIDEOS = (
    "snapshot_month,snapshot_utc,channel,video,published_at,view_count,like_count,comment_count,"
    "recency_rank\n2026-01,2026-01-28T00:00:00Z,c1,v1,2026-01-22T11:00:15Z,70,3,,{rank}\n"
)


def test_a_header_that_tells_too_little_is_read_beside_its_sibling_alone(run):
    dataset = run({"daily.csv": DAYS, "videos.csv": VIDEOS.format(rank=1)})
    [channel] = table(dataset, "creators").itertuples()
    assert (channel.followers, channel.niche) == (1100, "tech")
    history = table(dataset, "followers_history")
    assert history["followers"].to_list() == [1000, 1100]


def test_without_its_sibling_it_is_refused(run):
    alone = run({"daily.csv": DAYS, "creators.csv": ROSTER})
    assert "no known format" in alone.manifest.refused["daily.csv"]


def test_videos_that_were_picked_for_their_views_are_left_out(run):
    with pytest.raises(Exception, match="picked for its views"):
        run({"videos.csv": VIDEOS.format(rank=21)})


@pytest.mark.parametrize("pattern", ["notes.csv", "*.csv", "drafts", "drafts/", "drafts/*"])
def test_what_dataset_yml_names_is_no_data(run, pattern):
    workbook = "platform\thandle\tniche\tfollowers\nyoutube\tcarl\tart\t5000\n"
    files = {"creators.tsv": workbook, "drafts/notes.csv": "what\nnothing\n"}
    assert list(run(files).manifest.refused) == ["drafts/notes.csv"]
    dataset = run({**files, "dataset.yml": f'ignore: ["{pattern}"]\n'})
    assert not dataset.manifest.refused
    assert dataset.manifest.ignored == {"drafts/notes.csv": "as dataset.yml says"}


TITLED = 'Spring 2026,,,\n,,,\n"platform",handle,niche,followers\nyoutube,carl,art,5000\n'


@pytest.mark.parametrize("said", ["header_row: 3", 'header_row: { "r*.csv": 3 }'])
def test_column_names_below_a_title_are_read_where_declared(run, said):
    files = {"roster.csv": TITLED, "posts.csv": "platform,handle,post_id,likes\nyoutube,carl,a,5\n"}
    assert "row 3 holds the column names of roster; write header_row: 3" in str(
        run(files).manifest.refused
    )
    dataset = run({**files, "dataset.yml": f"{said}\n"})
    assert not dataset.manifest.refused
    assert len(table(dataset, "creators")) == len(table(dataset, "posts")) == 1


def test_what_is_merged_downwards_stands_in_each_row(run, tmp_path):
    book = openpyxl.Workbook()
    lines = [["Spring"], ["Account", None, "Profile"], ["platform", "handle", "niche", "followers"]]
    lines += [["instagram", "anna", "food", "12,5K"], [None, "bea", "food", 520000]]
    for line in [*lines, ["Total", None, None, 525200]]:
        book.active.append(line)
    for cells in ("A1:D1", "A2:B2", "C2:D2", "A4:A5"):
        book.active.merge_cells(cells)
    book.save(tmp_path / "roster.xlsx")
    content = (tmp_path / "roster.xlsx").read_bytes()
    stated = "abbreviated: true\nheader_row: 3\n"
    dataset = run({"roster.xlsx": content, "dataset.yml": stated})
    creators = table(dataset, "creators")
    assert creators["platform"].to_list() == ["instagram", "instagram"]
    assert creators["followers"].to_list() == [12_500, 520_000]
    assert dataset.exclusions()["row"].to_list() == [6]


@pytest.mark.parametrize(
    ("platform", "kept"), [("IG", "instagram"), ("Tik Tok", "tiktok"), ("YT", "youtube")]
)
def test_a_platform_has_short_names(run, platform, kept):
    dataset = run({"creators.csv": ROSTER.replace("youtube", platform)})
    assert table(dataset, "creators")["platform"].to_list() == [kept]


FEES = "platform,handle,niche,followers\ninstagram,anna,food,5200\ninstagram,bea,food,520000\n"


def fees(*amounts, currency=""):
    head = "campaign,platform,handle,clicks,orders,fee,product_cost"
    pairs = zip(("anna", "bea"), amounts, strict=True)
    lines = [f'spring,instagram,{handle},90,9,"{amount}",' for handle, amount in pairs]
    settings = f"currency: {currency}\nrates: {{ USD: 0.5 }}\n" if currency else "name: x\n"
    return {"creators.csv": FEES, "p.csv": "\n".join([head, *lines, ""]), "dataset.yml": settings}


def test_the_sign_beside_an_amount_is_its_currency(run):
    placed = table(run(fees("€1.234,50", "€99,50")), "placements")
    assert placed["fee"].to_list() == [1234.5, 99.5]
    assert placed["currency"].to_list() == ["EUR", "EUR"]
    converted = table(run(fees("$100", "€99.50", currency="EUR")), "placements")
    assert converted["fee"].to_list() == [50.0, 99.5]
    australian = run(fees("$100", "$200", currency="AUD"))
    assert table(australian, "placements")["currency"].to_list() == ["AUD", "AUD"]


def test_two_currencies_in_one_row_are_left_out(run):
    files = fees("$100", "$50")
    files["p.csv"] = files["p.csv"].replace('"$50",', '"$50",€3')
    dataset = run(files)
    assert dataset.exclusions()["reason"].to_list() == ["amounts of one row are in two currencies"]
