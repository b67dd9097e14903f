"""Text -> contract rows: which format a header has, and what becomes of every row."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.sources.formats import SourceFormat, known_formats, own_formats
from analysis.sources.headers import recognise
from analysis.sources.importer import import_table
from analysis.sources.reading.tables import RaggedRow, TextTable
from analysis.sources.values.text import Written
from analysis.study.contract import TABLES
from analysis.study.errors import DataContractError

CREATORS = ["platform", "handle", "niche", "followers"]
OF_ANNA = {"platform": {"is": "tiktok"}, "handle": {"is": "anna"}, "post_id": {"is": "p"}}
PLACEMENTS = ["campaign", "platform", "handle", "clicks", "orders"]


def table(header, *rows, ragged=()):
    """A text table; rows are numbered as in a file, from 2."""
    body = pd.DataFrame([list(row) for row in rows], columns=list(header), dtype="str")
    body.index = pd.RangeIndex(2, 2 + len(body), name="row")
    return TextTable("in.csv", body, tuple(ragged))


def declared(header, columns, *, into="posts", drop=(), name="tool"):
    rule = {"header": header, "tables": {into: columns}, "drop": list(drop)}
    return SourceFormat.model_validate({"name": name, "title": "A tool", "files": [rule]})


def imported(text, source=None, **stated):
    """What the first table of a file gave."""
    return import_table(text, recognise(text, [source] if source else own_formats()), **stated)[0]


def left_out(result):
    """Row -> column and reason."""
    frame = result.exclusions
    assert (frame["table"] == result.table.name).all()
    assert (frame["file"] == "in.csv").all()
    return {row: (c, why) for row, c, why in frame[["row", "column", "reason"]].to_numpy()}


@pytest.mark.parametrize(("name", "contract"), TABLES.items())
def test_a_roster_is_recognised_by_its_needed_columns(name, contract):
    found = recognise(table(sorted(contract.needed)), known_formats())
    assert (found.source.name, list(found.rule.tables)) == ("roster", [name])


@given(st.permutations([*sorted(TABLES["posts"].names), "a column of their own"]))
def test_the_order_of_columns_does_not_matter(header):
    assert list(recognise(table(header), known_formats()).rule.tables) == ["posts"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            ["platform", "niche", "followers"],
            "the nearest, roster (creators), also needs handle",
        ),
        (
            ["plattform", "handle", "post_id", "posted_at", "likes", "comments"],
            "the nearest, roster (posts), also needs platform; closest are platform (is it",
        ),
        (["Username", "Category", "Followers"], "no known format has this header; micromacro"),
    ],
)
def test_an_unknown_header_names_the_nearest_format_and_what_it_lacks(header, said):
    with pytest.raises(DataContractError) as refusal:
        recognise(table(header), known_formats())
    assert str(refusal.value).startswith("in.csv: no known format has this header; ")
    assert said in str(refusal.value)


def test_a_header_of_another_world_has_no_nearest_format():
    with pytest.raises(DataContractError, match=r"^in\.csv: no known format has this header"):
        recognise(table(["Datum", "Betrag"]), known_formats())


def test_the_format_that_names_most_columns_wins():
    few, many = declared(["a"], {}, name="few"), declared(["a", "b"], {}, name="many")
    assert recognise(table("ab"), [few, many]).source == many
    assert recognise(table("ac"), [many, few]).source == few


def test_a_format_of_the_dataset_wins_over_ours():
    theirs = declared(["niche"], {}, name="theirs")
    assert recognise(table(CREATORS), [theirs, *known_formats()]).source == theirs
    assert recognise(table(CREATORS), [*known_formats(), theirs]).source == theirs


def test_the_sheet_that_explains_the_columns_gives_nothing():
    text = table(["table", "column", "needed", "meaning", "write"], ["posts", "likes", "", "", ""])
    assert import_table(text, recognise(text, known_formats())) == []


def test_rows_are_typed_and_carry_their_numbers():
    text = table(CREATORS, ["TikTok", "anna", "Food", "1200"], ["youtube", "ben", "food", "7.0"])
    rows = imported(text).rows
    assert list(rows.columns) == list(TABLES["creators"].names)
    assert rows["platform"].to_dict() == {2: "tiktok", 3: "youtube"}
    assert rows["followers"].to_dict() == {2: 1200, 3: 7}
    assert rows["country"].isna().all(), "a column that the file has not is missing"


A_COUNT = "not a whole number in plain digits, like 12500"


def test_the_first_reason_of_a_row_counts_and_every_row_is_somewhere():
    text = table(
        CREATORS,
        ["instagram", "anna", "food", "1.2K"],
        ["my/space", "ben", "", "-1"],
        ["instagram", "", "food", "10"],
        ["instagram", "dora", "food", "10"],
        ragged=[RaggedRow(6, 5, "instagram,eva,food,1,200")],
    )
    result = imported(text)
    assert left_out(result) == {
        2: (
            "followers",
            f"{A_COUNT}; if 12.5K is a number here, write abbreviated: true (followers)",
        ),
        3: ("platform", "not a name like instagram, tiktok, youtube"),
        4: ("handle", "no value"),
        6: ("", "5 fields where the header has 4"),
    }
    assert result.rows.index.to_list() == [5]
    assert result.rows_read == 5


@given(st.lists(st.sampled_from(["12", "", "x", "1.2", "-3"]), max_size=12))
@settings(max_examples=25)
def test_kept_and_excluded_add_up(followers):
    text = table(CREATORS, *[["tiktok", f"h{n}", "food", f] for n, f in enumerate(followers)])
    result = imported(text)
    assert len(result.rows) == followers.count("12") + followers.count("")  # another file may know
    assert len(result.rows) + len(result.exclusions) == result.rows_read == len(followers)
    assert not set(result.rows.index) & set(result.exclusions["row"])


@pytest.mark.parametrize(
    ("clicks", "orders", "refunded", "reason"),
    [
        ("10", "10", "10", None),
        ("10", "11", "", ("orders", "more orders than clicks")),
        ("", "11", "", None),  # clicks unknown
        ("10", "", "5", None),  # orders unknown
        ("10", "3", "4", ("orders_refunded", "more refunds than orders")),
    ],
)
def test_a_placement_that_contradicts_itself(clicks, orders, refunded, reason):
    row = ["spring", "tiktok", "anna", clicks, orders, refunded]
    result = imported(table([*PLACEMENTS, "orders_refunded"], row))
    assert left_out(result).get(2) == reason


def test_rounded_clicks_may_be_fewer_than_orders():
    row = ["spring", "tiktok", "anna", "10", "11", "yes"]
    assert imported(table([*PLACEMENTS, "clicks_rounded"], row)).exclusions.empty


def test_constants_replacements_and_null_tokens():
    source = declared(
        ["User", "Likes"],
        {
            "platform": {"is": "youtube"},
            "handle": {"from": "User", "replace": {"a": "b", "b": "a"}},
            "campaign": {"is": ""},
            "posted_at": {"is": "2026-03-31"},
            "post_id": "User",
            "likes": {"from": "Likes", "nulls": ["-", "hidden"]},
            "views": "Views",
        },
    )
    text = table(["User", "Likes"], ["a", "-"], ["b", "hidden"], ["c", "5"], ["d", "?"])
    result = imported(text, source)
    assert result.source == "tool"
    assert result.rows["platform"].to_list() == ["youtube"] * 3
    assert result.rows["handle"].to_list() == ["b", "a", "c"], "replaced once, not in turn"
    assert result.rows["likes"].fillna(-1).to_list() == [-1, -1, 5]
    assert result.rows["campaign"].isna().all()
    assert result.rows["views"].isna().all()
    assert left_out(result) == {5: ("Likes", "not a whole number in plain digits, like 12500")}


def test_totals_and_rulers_are_excluded_with_their_reason():
    rules = [
        {"matches": "=+", "reason": "ruler"},
        {"matches": "Total|Sum", "reason": "total", "column": "User"},
    ]
    source = declared(["User", "Likes"], {"handle": "User"}, drop=rules)
    ragged = [RaggedRow(5, 1, "====="), RaggedRow(6, 1, "==x==")]
    text = table(["User", "Likes"], ["Total", "9"], ["Sum", "9"], ["Totals", "9"], ragged=ragged)
    reasons = {row: why for row, (_, why) in left_out(imported(text, source)).items()}
    assert reasons == {
        2: "total",
        3: "total",
        4: "no value",  # read as data, and its other columns are missing
        5: "ruler",
        6: "1 fields where the header has 2",
    }


@pytest.mark.parametrize(
    ("count", "rate", "product"),
    [
        ("1000", "0.05", 50),
        ("990", "0.05", 50),  # 49.5: the nearest even count
        ("30", "0.01", 0),
        ("1000", "0", None),  # rounded to nothing: too small to tell
        ("", "0.05", None),
        ("1000", "", None),
    ],
)
def test_a_count_from_a_rounded_rate(count, rate, product):
    result = imported(*product_of(count, rate))
    assert result.rows["clicks"].to_list() == [pd.NA if product is None else product]


@pytest.mark.parametrize(
    ("count", "rate", "column"),
    [("x", "0.05", "shown"), ("1.2K", "0.05", "shown"), ("1000", "5", "rate")],
)
def test_a_product_of_what_is_no_number_is_excluded(count, rate, column):
    [(named, reason)] = left_out(imported(*product_of(count, rate))).values()
    assert named == column
    assert reason.startswith("not a ")


def product_of(count, rate):
    columns = {
        "platform": {"is": "tiktok"},
        "handle": {"is": "anna"},
        "clicks": {"product": ["shown", "rate"]},
    }
    source = declared(["shown", "rate"], columns, into="placements")
    return table(["shown", "rate"], [count, rate]), source


@pytest.mark.parametrize(
    ("text", "likes"),
    [
        ("22799.999999999996", 22_800),
        ("0.0", 0),
        ("12", 12),
        ("", None),
        ("1480.5", "excluded"),
        ("inf", None),
        ("-3.0000000001", "excluded"),
        ("1,200", 1200),
    ],
)
def test_noise_of_floating_point_is_taken_off_where_a_format_says_so(text, likes):
    columns = {
        **OF_ANNA,
        "posted_at": {"is": "2026-03-31"},
        "likes": {"from": "Likes", "whole": True},
    }
    result = imported(table(["Likes"], [text]), declared(["Likes"], columns))
    if likes == "excluded":
        assert left_out(result)[2][0] == "Likes"
    else:
        assert result.rows["likes"].to_list() == [pd.NA if likes is None else likes]


@pytest.mark.parametrize(
    ("rule", "moment"),
    [
        ({"from": "at"}, "2026-04-02 15:00"),  # as the dataset says: Tokyo is nine hours ahead
        ({"from": "at", "time_zone": "UTC"}, "2026-04-03 00:00"),
        ({"from": "at", "date_format": "%m/%d/%Y %H:%M"}, "2026-03-03 15:00"),
    ],
)
def test_what_a_format_states_goes_before_what_the_dataset_states(rule, moment):
    columns = {**OF_ANNA, "posted_at": rule}
    text = table(["at"], ["03/04/2026 00:00"])
    stated = Written("%d/%m/%Y %H:%M", "Asia/Tokyo")
    result = imported(text, declared(["at"], columns), written=stated)
    assert result.rows["posted_at"].to_list() == [pd.Timestamp(moment)]


@pytest.mark.parametrize(
    "rule",
    [
        {"nulls": ["{}"]},
        {"hidden": ["{}"]},
        {"suppressed": ["{}"]},
        {"nulls": ["{}"], "otherwise": "5"},
        {"hidden": ["{}"], "otherwise": "5"},
        {"suppressed": ["{}"], "otherwise": "5"},
    ],
)
def test_a_cell_that_stands_for_no_value_needs_no_match(rule):
    likes = {"from": "n", "extract": '^{"([0-9]+)"', "replace": {"5": "5"}, **rule}
    result = imported(
        table("n", ['{"5":1}'], ["{}"], [""], ["x"]),
        declared(["n"], {**OF_ANNA, "likes": likes}),
    )
    expected = {2: 5, 3: None, 4: None} | ({5: 5} if "otherwise" in rule else {})
    shown = result.rows["likes"].astype(object).where(result.rows["likes"].notna(), None)
    assert shown.to_dict() == expected
    state = {"nulls": "not available"}.get(next(iter(rule)), next(iter(rule)))
    assert result.rows.loc[3, "likes_state"].replace("_", " ").startswith(state[:6])


def test_an_address_of_another_platform_is_left_out():
    """Three of these four say where they are; a plain name says nothing."""
    rows = [
        ("instagram", "https://www.instagram.com/anna/", "food", "5000"),
        ("instagram", "https://www.tiktok.com/@bea", "food", "5000"),
        ("tiktok", "www.youtube.com/@carl", "food", "5000"),
        ("tiktok", "dora", "food", "5000"),
        ("twitter", "https://x.com/instagram.com", "food", "5000"),
    ]
    result = imported(table(CREATORS, *rows))
    why = ("handle", "an address of another platform")
    assert left_out(result) == {3: why, 4: why}
