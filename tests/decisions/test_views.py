"""Advice by views: what 1,000 of them cost is compared, and its verdict lets money move."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.decisions import decide as module
from analysis.decisions.decide import decide
from analysis.evidence.families import answer
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.show import tables
from analysis.show.advice import advice
from tests.decisions.booking_worlds import booking_world

BY_VIEWS = "currency: EUR\noutcome: views\n"


def without_the_measure(view):
    """The same view of a study that was registered before the measure was."""
    claims = {
        name: claim.model_copy(
            update={"metrics": tuple(one for one in claim.metrics if one != "cost_per_1000_views")}
        )
        for name, claim in view.study.claims.items()
    }
    return replace(view, study=view.study.model_copy(update={"claims": claims}))


@pytest.fixture
def dear(opened):
    """30 micro creators at 100 for 8,000 or 12,000 views, 30 macro at 300 for 40,000 or 80,000."""
    lines = [
        f"spring,tiktok,{tier}{n},,,,,{fee},,,,2026-03-02,{views[n % 2]}"
        for tier, fee, views in (("m", 100, (8_000, 12_000)), ("b", 300, (40_000, 80_000)))
        for n in range(1, 31)
    ]
    return opened(lines, settings=BY_VIEWS, micro=30, macro=30, extra=",views")


def test_what_1000_views_cost_is_a_ratio_of_sums(dear):
    """3,000 for 300,000 views is 10 per 1,000; 9,000 for 1,800,000 is 5; 2 times as much."""
    rows = answer(dear, "H3").main
    found = rows[rows["metric"].eq("cost_per_1000_views") & rows["niche"].eq(ALL_NICHES)]
    assert found["estimate"].tolist() == [pytest.approx(2)]
    assert found["verdict"].tolist() == ["CONTRADICTED"]
    assert found["status"].tolist() == ["exploratory"]
    shown = tables.costs(dear).as_raw_html()
    assert "cost per 1,000 views" in shown
    assert ">10.00<" in shown
    assert ">5.00<" in shown
    assert "they agree" in tables.levels_and_ratios(dear, answer(dear, "H3")).as_raw_html()


def test_the_verdict_points_where_money_would_go_by_views(dear):
    assert module._cost_verdict(dear, towards_micro=False) == (True, False, False)
    assert module._cost_verdict(dear, towards_micro=True) == (False, False, False)
    older = without_the_measure(dear)
    assert module._cost_verdict(older, towards_micro=False) == (False, False, False)


@pytest.fixture
def world(tmp_path, own_data, arrived):
    """100 creators in four campaigns, micro ones at four times the price of what they show."""
    drawn = booking_world(5, persons=100, luck=0.3, own=0.3, mean=60_000)
    names = drawn.people["person"].map("k{}".format)
    people = drawn.people.assign(platform="tiktok", handle=names, niche="food")
    people["followers"] = people["followers"].round().astype(int)
    rows = drawn.rows.assign(platform="tiktok", handle=drawn.rows["person"].map("k{}".format))
    number = rows["campaign"].str.removeprefix("campaign ").astype(int) + 1
    placed = rows.assign(
        clicks="",
        orders="",
        views=rows["outcome"].astype(int),
        fee=(rows["cost"] * rows["micro"].map({True: 4.0, False: 1.0})).round(2),
        placed_at=number.map("2026-0{}-01".format),
    )
    who = ["platform", "handle"]
    files = {
        "creators.csv": people[[*who, "niche", "followers"]].to_csv(index=False),
        "placements.csv": placed[
            ["campaign", *who, "clicks", "orders", "views", "fee", "placed_at"]
        ].to_csv(index=False),
        "dataset.yml": BY_VIEWS,
    }
    dataset = prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")
    return open_view(dataset.folder)


def test_by_views_money_moves_where_a_verdict_on_their_cost_agrees(world):
    decision = decide(world)
    assert (decision.state, decision.strength) == ("SHIFT", "likely")
    assert decision.split.share_best < decision.split.share_now
    assert "mostly to 100K+" in advice(decision)
    older = decide(without_the_measure(world))
    assert older.state in ("TEST FIRST", "TEST NOT WORTH IT")
    assert "asks for no verdict on what views cost" in advice(older)
    pd.testing.assert_frame_equal(older.split.arms, decision.split.arms)
