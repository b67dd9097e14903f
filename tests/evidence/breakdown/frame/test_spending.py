"""What was paid for views: ratios of sums, each campaign and each fee once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.breakdown.frame.booked import booked_against_others
from analysis.evidence.breakdown.frame.spending import spending
from analysis.evidence.placements.cost import ratio_of_sums
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.store.parquet import read_table

CREATORS = "platform,handle,niche,followers,booked\n" + "".join(
    f"x,k{n},food,,yes\n" for n in range(7)
)
HEAD = "campaign,platform,handle,impressions,fee,currency,orders,clicks\n"


@pytest.fixture
def run(tmp_path):
    def viewed(raw):
        return open_view(prepare(raw, tmp_path / "out", private=tmp_path / "private").folder)

    return viewed


def rows(campaign, views, *, fees=(100, 200, 300, 400, 500)):
    return "".join(
        f"{campaign},x,k{n},{seen},{fee},USD,,\n"
        for n, (seen, fee) in enumerate(zip(views, fees, strict=True))
    )


def test_a_cost_is_a_ratio_of_sums_and_a_campaign_counts_under_one_name(run, arrived):
    """1,500 for 300,000 views is 5 per 1,000; the mean of the five bookings' own costs is 40.8.

    The second name has the same fees and later views; k5 is a volunteer, k6 has no views.
    """
    views = (500, 99_500, 100_000, 50_000, 50_000)
    free = "spring,x,k5,9000,0,USD,,\nspring,x,k6,,70,USD,,\n"
    again = rows("spring relaunch", [2 * seen for seen in views])
    placements = HEAD + rows("spring", views) + free + again
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": placements}))
    found = spending(view)["x"]
    own = [1000 * fee / seen for fee, seen in zip((100, 200, 300, 400, 500), views, strict=True)]
    assert sum(own) / 5 == pytest.approx(44.6, abs=0.1), "the trap"
    assert found.cost.rate == pytest.approx(5)
    assert (found.placements, found.twins) == (5, ("spring relaunch",))
    warned = " ".join(view.dataset.manifest.warnings)
    assert "campaign spring relaunch has the creators and fees of spring" in warned


def test_campaigns_on_other_days_or_at_other_fees_are_two(run, arrived):
    views = (500, 99_500, 100_000, 50_000, 50_000)
    dearer = rows("summer", views, fees=(110, 210, 310, 410, 510))
    placements = HEAD + rows("spring", views) + dearer
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": placements}))
    assert spending(view)["x"].twins == ()
    dated = (
        "placed_at,"
        + HEAD
        + "".join(
            f"2026-0{month}-01,{line}\n"
            for month, name in ((3, "spring"), (4, "spring again"))
            for line in rows(name, views).splitlines()
        )
    )
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": dated}))
    assert spending(view)["x"].placements == 10


def test_accounts_of_one_person_are_one(run, arrived):
    """k0 and k5 are Ann's: 600 for 100,000 of hers beside four others, so five persons."""
    owned = CREATORS.replace("booked\n", "booked,person\n").replace("yes\n", "yes,\n")
    owned = owned.replace("k0,food,,yes,", "k0,food,,yes,ann").replace(
        "k5,food,,yes,", "k5,food,,yes,ann"
    )
    fees, seen = (600, 200, 300, 400, 500), (100_000, 60_000, 90_000, 80_000, 70_000)
    split = rows("spring", (40_000, *seen[1:]), fees=(100, *fees[1:]))
    split += "spring,x,k5,60000,500,USD,,\n"
    view = run(arrived({"creators.csv": owned, "placements.csv": HEAD + split}))
    found = spending(view)["x"]
    by_hand = ratio_of_sums(np.array(fees, float), np.array(seen) / 1000, level=view.study.level)
    assert (found.placements, found.cost) == (6, by_hand)
    four = split.replace("spring,x,k4,70000,500,USD,,\n", "")
    view = run(arrived({"creators.csv": owned, "placements.csv": HEAD + four}))
    assert spending(view)["x"].startswith("withheld, since fewer than 5 creators were paid")


def test_what_two_were_paid_does_not_follow_from_a_sum(run, arrived):
    """Beside 1,000 and 1,000 the other three had 99, less than a tenth of the largest."""
    views = (5_000, 6_000, 7_000, 8_000, 9_000)
    for last, told in ((33, False), (34, True)):
        placements = HEAD + rows("spring", views, fees=(1000, 1000, 33, 33, last))
        view = run(arrived({"creators.csv": CREATORS, "placements.csv": placements}))
        assert isinstance(spending(view)["x"], str) is not told


def test_a_period_takes_the_bookings_of_its_days(run, arrived):
    """By the day of the post, or else of the start; a booking without either is in none."""
    fees, later = (100, 200, 300, 400, 500), (111, 222, 333, 444, 555)
    views = (10_000, 20_000, 30_000, 40_000, 50_000)
    dated = "".join(
        f"{days},{line}\n"
        for days, of in (("2026-03-31,2026-04-01", fees), (",2026-04-01", later), (",", (9,) * 5))
        for line in rows("spring", views, fees=of).splitlines()
    )
    placements = "placed_at,starts_on," + HEAD + dated
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": placements}))
    costs = {}
    for period in ("2026-Q1", "2026-Q2"):
        costs[period] = spending(replace(view, period=period))["x"].cost.rate
    assert costs == {"2026-Q1": pytest.approx(10), "2026-Q2": pytest.approx(11.1)}
    everything = spending(view)["x"]
    assert everything.placements == 15
    assert everything.cost.rate == pytest.approx((1500 + 1665 + 45) / 450)


def test_a_fee_stated_again_for_one_campaign_is_said(run, arrived):
    """A list by month repeats the fee of the campaign; one by booking numbers its bookings."""
    monthly = "starts_on," + HEAD
    monthly += "2026-03-01,spring,x,k0,500,100,USD,,\n2026-04-01,spring,x,k0,700,100,USD,,\n"
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": monthly}))
    [said] = [one for one in view.dataset.manifest.warnings if "the fee of another" in one]
    assert said.startswith("1 placements state the fee of another one of their creator")
    lines = monthly.splitlines()
    numbered = [
        f"{line},{end}" for line, end in zip(lines, ("booking_id", "b1", "b2"), strict=True)
    ]
    view = run(arrived({"creators.csv": CREATORS, "placements.csv": "\n".join(numbered) + "\n"}))
    assert not [one for one in view.dataset.manifest.warnings if "the fee of another" in one]


def test_the_agencys_campaigns(run, real_data):
    """PROVENANCE.md, quirks 1, 3 and 5: fees by campaign, unknown fees, one campaign twice."""
    view = run(real_data / "x-kol-campaigns-2025")
    found = spending(view)["x"]
    assert found.cost.rate == pytest.approx(33.42, abs=0.005)
    assert found.twins == ("campaign_26",)
    placements = read_table(view.dataset.table_path("placements"))
    assert placements["fee"].sum() == pytest.approx(415_383.97), "by month it would be 567,463.94"
    once = placements[placements["campaign"] != "campaign_26"]
    assert once["fee"].sum() == pytest.approx(399_683.97)
    assert placements["fee"].eq(0).sum() == 0, "unknown, not free"
    paid = once[once["fee"] > 0]
    assert (1000 * paid["fee"] / paid["impressions"]).mean() == pytest.approx(145.95, abs=0.005)
    assert view.dataset.lacks == (
        "no creator states followers, without which nobody is micro or macro"
    )
    booked = pd.Series(view.creators["booked"]).value_counts()
    assert (booked[1.0], booked[0.0]) == (288, 516), "one of 805 rows stands there twice"
    assert booked_against_others(view) == []
