"""Order of rules, hidden counts, short numbers, rounded ids: what a column gives, or why not."""

import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare

ROSTER = "platform,handle,niche,followers\ninstagram,anna,food,5000\ninstagram,ben,food,300000\n"
HEAD = "platform,handle,post_id,posted_at,likes,comments\n"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    return lambda files: prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")


def posts(dataset):
    return pd.read_parquet(dataset.folder / "posts.parquet")


@pytest.mark.parametrize("written", ["-1", "-1.0", " -1 "])
def test_minus_one_is_hidden(run, written):
    rows = f"instagram,anna,a,2026-03-01,{written},4\n"
    found = posts(run({"creators.csv": ROSTER, "posts.csv": HEAD + rows}))
    assert found["likes"].isna().all()
    assert found["likes_state"].to_list() == ["hidden"]


FORM = """\
name: own
title: invented
files:
  - header: [key, fans, tags]
    tables:
      creators:
        platform: {{ is: tiktok }}
        handle: key
        followers: fans
        niche: {{ from: tags, extract: '"([a-z]+)"', nulls: [{nulls}] }}
"""


@pytest.mark.parametrize(("tag", "nulls"), [("{}", '"{}"'), ("none", '"none"'), ("0", '"0", "x"')])
def test_nulls_go_before_the_pattern(run, tag, nulls):
    tags = 'key,fans,tags\nanna,5000,"{""food"":1}"\nben,6000,' + tag + "\n"
    form = FORM.format(nulls=nulls)
    dataset = run(
        {"c.csv": tags, "own.yml": form, "posts.csv": HEAD + "tiktok,anna,a,2026-03-01,1,1\n"}
    )
    creators = pd.read_parquet(dataset.folder / "creators.parquet")
    assert creators["niche"].to_list() == ["food", "not stated"]


def test_a_text_that_the_pattern_does_not_find_says_so(run):
    tags = 'key,fans,tags\nanna,5000,"{""food"":1}"\nben,6000,FOOD\ncat,1,"""x"""\n'
    files = {"c.csv": tags, "own.yml": FORM.format(nulls='"{}"')}
    dataset = run({**files, "posts.csv": HEAD + "tiktok,anna,a,2026-03-01,1,1\n"})
    (reason,) = dataset.exclusions()["reason"]
    assert reason == 'its format\'s pattern "([a-z]+)" finds nothing in it'


@pytest.mark.parametrize(
    ("written", "value"),
    [("12.5K", 12500), ("12,5K", 12500), ("1.2M", 1_200_000), ("85k", 85000), ("12500", 12500)],
)
def test_short_numbers_are_read_where_they_are_declared(run, written, value):
    roster = ROSTER.replace("5000", f'"{written}"')
    files = {"creators.csv": roster, "posts.csv": HEAD + "instagram,anna,a,2026-03-01,1,1\n"}
    dataset = run({**files, "dataset.yml": "abbreviated: true\n"})
    assert value in pd.read_parquet(dataset.folder / "creators.parquet")["followers"].to_list()


def test_short_numbers_are_refused_with_the_remedy_for_all_columns_at_once(run):
    rows = "instagram,anna,a,2026-03-01,21.9K,1.2K\ninstagram,ben,b,2026-03-01,1.4M,448\n"
    dataset = run({"creators.csv": ROSTER, "posts.csv": HEAD + rows})
    assert "write abbreviated: true (likes, comments)" in dataset.manifest.refused["posts.csv"]


@pytest.mark.parametrize(
    ("ids", "kept"),
    [
        (["1.78E+16", "17841400000000001"], 1),
        (["17841400000000100"], 1),
        (["17841400000000100", "17841400000000123"], 2),
        (["17841400000000000", "17841400000000100"], 0),
        (["17841400000001000", "17841400000002000", "17841400000003000"], 0),
        (["178414000000000000", "178414000000001000"], 0),
        (["9001", "9000"], 2),
    ],
)
def test_rounded_ids_are_never_merged_in_silence(run, ids, kept):
    """A spreadsheet keeps 15 digits; one id that ends in 0 may be by chance, a column is not."""
    rows = "".join(f"instagram,anna,{one},2026-03-01,{n},1\n" for n, one in enumerate(ids, 1))
    good = "instagram,ben,p,2026-03-01,5,1\n"
    dataset = run({"creators.csv": ROSTER, "posts.csv": HEAD + rows, "more.csv": HEAD + good})
    refused = dataset.manifest.refused.get("posts.csv", "")
    found = posts(dataset)
    assert len(found) - 1 == kept
    assert kept == len(ids) or "rounded by a spreadsheet" in refused + " ".join(
        dataset.exclusions()["reason"]
    )


QUOTED = '"platform,handle,post_id,posted_at,likes,""comments"""\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_lines_that_stand_in_quotes_are_read(run, end):
    text = QUOTED + '"instagram,anna,a,2026-03-01,10,""2"""' + end
    text = text.replace("\n", "\r\n") if end == "\r\n" else text
    if not end:
        with pytest.raises(Exception, match="the last line has no end"):
            run({"creators.csv": "platform\n", "posts.csv": text})
        return
    found = posts(run({"creators.csv": ROSTER, "posts.csv": text}))
    assert found[["likes", "comments"]].to_numpy().tolist() == [[10, 2]]


def test_a_table_of_quoted_cells_is_no_line_in_quotes(run):
    text = "".join(f'"{line.replace(",", chr(34) + "," + chr(34))}"\n' for line in HEAD.split())
    text += '"instagram","anna","a","2026-03-01","10","2"\n'
    assert posts(run({"creators.csv": ROSTER, "posts.csv": text}))["likes"].to_list() == [10]


@pytest.mark.parametrize(
    ("days", "clock", "said"), [(25, "", 1), (19, "", 0), (25, "T10:00:00Z", 0)]
)
def test_a_row_for_every_day_may_be_a_sum(run, days, clock, said):
    rows = "".join(
        f"instagram,anna,p{n},2026-03-{n:02d}{clock},{n + 9},{n}\n" for n in range(1, days + 1)
    )
    dataset = run({"creators.csv": ROSTER, "posts.csv": HEAD + rows})
    told = [
        one for one in dataset.manifest.warnings if "a row for every day: are they sums?" in one
    ]
    assert len(told) == said


@pytest.mark.parametrize(
    ("fees", "said"), [([200] * 25, 1), ([200] * 24 + [201], 0), ([200] * 9, 0)]
)
def test_a_fee_that_everybody_has_is_said(run, fees, said):
    placed = "campaign,platform,handle,clicks,orders,fee\n"
    placed += "".join(f"c{n},instagram,anna,{n + 9},1,{fee}\n" for n, fee in enumerate(fees))
    dataset = run({"creators.csv": ROSTER, "placements.csv": placed})
    assert (
        sum("a price list, or what was paid?" in one for one in dataset.manifest.warnings) == said
    )
