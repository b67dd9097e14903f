"""What counts as a sale is the shop's to say; refunds come off the revenue."""

import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare

CREATORS = "platform,handle,niche,followers\ninstagram,anna,food,5200\ninstagram,bea,food,520000\n"
PLACEMENTS = "campaign,platform,handle,clicks,orders,code\nspring,instagram,anna,,,ANNA\n"
HEAD = (
    "Name,Financial Status,Fulfillment Status,Currency,Subtotal,Discount Code,Created at,"
    "Cancelled at,Refunded Amount\n"
)
DAY = "2026-03-02 10:00:00 +0100"
ORDERS = [
    ("paid", "fulfilled", "50.00", "", "0.00"),
    ("paid", "fulfilled", "0.00", "", "0.00"),
    ("paid", "", "50.00", DAY, "0.00"),
    ("pending", "fulfilled", "50.00", "", "0.00"),
    ("pending", "", "50.00", "", "0.00"),
    ("partially_refunded", "fulfilled", "50.00", "", "49.00"),
    ("voided", "", "50.00", "", "0.00"),
]


def sold(tmp_path, arrived, sales=""):
    rows = "".join(
        f"#{n},{paid},{sent},EUR,{worth},ANNA,{DAY},{off},{back}\n"
        for n, (paid, sent, worth, off, back) in enumerate(ORDERS)
    )
    files = {"creators.csv": CREATORS, "placements.csv": PLACEMENTS, "orders.csv": HEAD + rows}
    files["dataset.yml"] = f"currency: EUR\n{sales}"
    dataset = prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")
    placed = pd.read_parquet(dataset.folder / "placements.parquet").iloc[0]
    return placed["orders"], placed["revenue"], dataset


@pytest.mark.parametrize(
    ("sales", "orders", "revenue"),
    [
        ("", 2, 51),
        ("sales: [paid, delivered]\n", 3, 101),
        ("sales: [paid, delivered, pending]\n", 4, 151),
        ("sales: [paid, free]\n", 3, 51),
        ("sales: [paid, cancelled]\n", 4, 151),
    ],
)
def test_the_shop_says_what_a_sale_is(tmp_path, own_data, arrived, sales, orders, revenue):
    found = sold(tmp_path, arrived, sales)
    assert found[:2] == (orders, revenue)


def test_orders_that_are_no_sales_are_left_out_with_their_kind(tmp_path, own_data, arrived):
    dataset = sold(tmp_path, arrived)[2]
    assert dataset.exclusions()["reason"].to_list() == [
        "order of 0.00, a gift",
        "order was cancelled",
        "order was delivered and not yet paid (cash on delivery?)",
        "order was not paid",
        "order was cancelled",
    ]
    said = [one for one in dataset.manifest.warnings if one.startswith("orders that are no sales")]
    assert len(said) == 1
    assert "2 cancelled, 1 free, 1 delivered, 1 pending; sales in dataset.yml" in said[0]


def test_attribution_never_erases_what_the_roster_states(tmp_path, own_data, arrived):
    """REVIEW 2: code first, and a placement without a code keeps its own clicks and orders."""
    placements = "campaign,platform,handle,clicks,orders,code\nspring,instagram,anna,90,7,ANNA\n"
    placements += "spring,instagram,bea,80,5,\n"
    order = f"#1,paid,fulfilled,EUR,50.00,ANNA,{DAY},,0.00\n"
    files = {"creators.csv": CREATORS, "placements.csv": placements, "orders.csv": HEAD + order}
    files["dataset.yml"] = "currency: EUR\nattribution: [code]\n"
    dataset = prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")
    placed = pd.read_parquet(dataset.folder / "placements.parquet")
    assert placed["orders"].to_list() == [1, 5]
    assert placed["clicks"].to_list() == [90, 80]
    assert any("1 placements state other orders" in one for one in dataset.manifest.warnings)
