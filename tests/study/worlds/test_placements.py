"""placements: bookings and days by their knobs, luck apart from the creator, campaigns."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.study.worlds import DEMO, Niche, Platform, World, draw_campaigns, draw_roster
from analysis.study.worlds.placements import draw_placements
from tests.study.worlds.measured import drawn, enlarged

LARGE = World(platforms=(Platform("tiktok", (0, 9_000, 9_000, 0)),), niches=(Niche("food"),))
ACCOUNT = ["platform", "handle"]


def placements(world, seed=1):
    """All columns that are drawn, those that the contract does not have too."""
    return draw_placements(world, draw_roster(world, seed=seed), seed=seed)


@settings(max_examples=30, deadline=None)
@given(
    bookings=st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(any),
    number=st.integers(1, 6),
    days=st.integers(0, 40),
    seed=st.integers(0, 9),
)
def test_counts_and_days_hold_together(bookings, number, days, seed):
    first = pd.Timestamp("2026-03-01")
    names = tuple(f"campaign {n}" for n in range(number))
    world = World(
        campaigns=names,
        bookings_per_creator=tuple(bookings),
        booking_sd=1.0,
        click_sd=2.0,
        most_hours=3,
        first_day="2026-03-01",
        last_day=str((first + pd.Timedelta(days=days)).date()),
    )
    booked = placements(world, seed)
    assert (booked["orders_refunded"] <= booked["orders"]).all()
    assert (booked["orders"] <= booked["clicks"]).all()
    assert (booked["clicks"] <= booked["impressions"]).all()
    assert booked["handling_hours"].isin([1, 2, 3]).all()
    assert booked["booking_id"].is_unique
    assert set(booked.groupby(ACCOUNT).size()) <= set(bookings)
    often = booked.groupby([*ACCOUNT, "campaign"]).size()
    assert often.max() <= -(-max(bookings) // number)
    campaigns = draw_campaigns(world, seed=seed).set_index("campaign")
    day = pd.to_datetime(booked["placed_at"], format="%Y-%m-%d")
    assert (day >= campaigns["first_day"].reindex(booked["campaign"]).to_numpy()).all()
    assert (day <= campaigns["last_day"].reindex(booked["campaign"]).to_numpy()).all()
    opened = pd.to_datetime(booked["starts_on"], format="%Y-%m-%d")
    assert (opened == campaigns["first_day"].reindex(booked["campaign"]).to_numpy()).all()


@pytest.mark.parametrize("number", [1, 2, 4, 7])
def test_campaigns_share_the_days_out(number):
    names = tuple(f"c{n}" for n in range(number))
    campaigns = draw_campaigns(replace(DEMO, campaigns=names), seed=1)
    lengths = (campaigns["last_day"] - campaigns["first_day"]).dt.days + 1
    assert lengths.sum() == 273  # January to September
    assert lengths.max() - lengths.min() <= 1
    after = campaigns["first_day"].iloc[1:].to_numpy() - campaigns["last_day"].iloc[:-1].to_numpy()
    assert (after == np.timedelta64(1, "D")).all()


def test_more_campaigns_than_days_share_days():
    names = tuple(f"c{n}" for n in range(5))
    world = World(first_day="2026-01-01", last_day="2026-01-02", campaigns=names)
    campaigns = draw_campaigns(world, seed=1)
    assert (campaigns["first_day"] == campaigns["last_day"]).all()
    assert campaigns["first_day"].dt.day.to_list() == [1, 1, 1, 2, 2]


def test_all_days_of_a_campaign_are_used_alike():
    day = pd.to_datetime(placements(LARGE)["placed_at"])
    number = day.value_counts()
    assert len(number) == 273
    assert number.min() > 30  # 18,000 over 273 days: 66, sd 8


def test_bookings_per_creator_are_equally_frequent():
    number = placements(replace(LARGE, bookings_per_creator=(0, 1, 1, 4))).groupby(ACCOUNT).size()
    share = number.value_counts() / 18_000
    assert share[1] == pytest.approx(0.5, abs=0.02)
    assert share[4] == pytest.approx(0.25, abs=0.02)
    assert set(share.index) == {1, 4}


def test_everybody_can_be_in_every_campaign():
    world = replace(LARGE, campaigns=("a", "b", "c", "d"), bookings_per_creator=(4,))
    booked = placements(world)
    assert (booked.groupby(ACCOUNT)["campaign"].nunique() == 4).all()
    assert len(booked) == 4 * 18_000


def test_the_demo_books_everybody_in_campaigns_of_equal_size():
    booked = drawn(DEMO).placements
    number = booked.groupby(ACCOUNT).size()
    assert len(number) == 1701
    shares = number.value_counts(normalize=True)
    assert [shares[n] for n in (1, 2, 3)] == pytest.approx([0.5, 0.25, 0.25], abs=0.04)
    assert not booked.duplicated([*ACCOUNT, "campaign"]).any()
    campaigns = Counter(booked["campaign"])
    assert set(campaigns) == {"winter", "spring", "summer", "autumn"}
    assert min(campaigns.values()) > 0.9 * len(booked) / 4


def test_luck_of_a_booking_is_apart_from_the_creators_own_rate():
    """Covariance of two bookings is the creator's variance, the rest is luck (and no counts)."""
    world = replace(
        LARGE,
        bookings_per_creator=(2,),
        order_sd=(0.5, 0.2),
        booking_sd=0.7,
        click_rate=0.5,
        click_sd=0.0,
        order_rate=0.05,
    )
    booked = placements(world)
    booked = booked.assign(log=np.log(booked["orders"] / booked["clicks"]))
    for micro, own in ((True, 0.5), (False, 0.2)):
        pairs = booked.loc[booked["micro"] == micro, "log"].to_numpy().reshape(-1, 2)
        found = np.cov(pairs.T)
        assert found[0, 1] == pytest.approx(own**2, abs=0.025)
        assert np.diag(found) == pytest.approx(own**2 + 0.7**2, rel=0.06)


def rates_by_campaign(world):
    """Pooled orders per click of the two arms, one row per campaign."""
    booked = placements(world)
    assert booked.groupby(["campaign", "micro"]).size().nunique() == 1, "unequal bookings"
    sums = booked.groupby(["campaign", "micro"])[["orders", "clicks"]].sum()
    return (sums["orders"] / sums["clicks"]).unstack("micro")


def test_a_ratio_that_differs_between_campaigns_has_the_planted_mean():
    many = tuple(f"campaign {number:03}" for number in range(400))
    platform = Platform("tiktok", (0, 24_000, 24_000, 0))
    niches = (Niche("food", orders=0.7),)
    world = World(platforms=(platform,), niches=niches, campaigns=many, campaign_ratio_sd=0.5)
    rates = rates_by_campaign(world)
    ratios = rates[True] / rates[False]
    assert len(ratios) == 400
    assert ratios.mean() == pytest.approx(0.7, abs=4 * ratios.std() / 20)
    assert np.log(ratios).std() == pytest.approx(0.5, abs=0.1)
    planted = draw_campaigns(world, seed=1).set_index("campaign")["ratio"]
    apart = np.log(ratios / (0.7 * planted))
    assert apart.std() < 0.15
    assert abs(apart.mean()) < 4 * apart.std() / 20


def test_a_campaign_moves_both_arms_alike():
    names = ("five", "four", "one", "six", "three", "two")
    world = replace(LARGE, campaigns=names, campaign_sd=0.7)
    rates = rates_by_campaign(world)
    assert np.log(rates[False]).std() > 0.3
    assert np.log(rates[True] / rates[False]).std() < 0.03
    level = draw_campaigns(world, seed=1)["level"].to_numpy()
    assert (rates[False] / level).to_numpy() == pytest.approx(0.03, rel=0.05)


def test_campaigns_drift_step_by_step():
    names = tuple(f"c{n}" for n in range(9))
    worlds = [
        np.log(draw_campaigns(World(campaigns=names, campaign_drift=0.3), seed=seed)["level"])
        for seed in range(2_000)
    ]
    levels = np.array(worlds)
    steps = np.diff(levels, axis=1)
    assert (levels[:, 0] == 0).all()
    assert steps.std(axis=0) == pytest.approx(0.3, abs=0.02)
    assert np.abs(np.corrcoef(steps.T) - np.eye(8)).max() < 0.1
    assert np.exp(levels).mean(axis=0) == pytest.approx(1, abs=0.1)


def test_what_is_booked_has_the_means_of_the_knobs():
    booked = placements(replace(LARGE, most_hours=6, fee_ratio=0.8, impression_elasticity=0.0))
    assert booked["impressions"].mean() == pytest.approx(115_000, rel=0.01)
    assert booked["handling_hours"].mean() == pytest.approx(3.5, abs=0.05)
    assert booked["orders_refunded"].sum() / booked["orders"].sum() == pytest.approx(0.06, rel=0.02)
    assert booked["revenue"].sum() / booked["orders"].sum() == pytest.approx(38, rel=0.001)
    fees = booked.groupby("micro")["fee"].mean() / 115
    assert fees[False] == pytest.approx(12, rel=0.01)
    assert fees[True] == pytest.approx(9.6, rel=0.01)


def test_a_fee_is_agreed_before_anybody_knows_the_outcome():
    """With fees alike for the same followers, what is left of one says nothing of the booking."""
    booked = placements(replace(LARGE, bookings_per_creator=(2,), booking_sd=1.0, fee_sd=0.0))
    usual = 0.012 * 115_000 * (booked["followers"] / 100_000) ** 0.38
    apart = (booked["fee"] - usual) / np.sqrt(usual)
    assert apart.std() == pytest.approx(1, abs=0.03)  # whole numbers of currency, Poisson
    lucky = booked["orders"] / booked["clicks"].clip(1)
    seen = booked["impressions"] / usual
    for outcome in (lucky, seen):
        assert abs(np.corrcoef(apart, outcome)[0, 1]) < 0.03


def test_a_commission_follows_revenue():
    booked = placements(replace(LARGE, commission=(0.6, 0.1), commission_rate=0.2))
    paid = booked[booked["fee_basis"] == "revenue"]
    share = (booked["fee_basis"] == "revenue").groupby(booked["micro"]).mean()
    assert share[True] == pytest.approx(0.6, abs=0.02)
    assert share[False] == pytest.approx(0.1, abs=0.02)
    assert (paid["fee"] - 0.2 * paid["revenue"]).abs().max() <= 0.5
    assert (paid["commission_rate"] == 0.2).all()
    flat = booked[booked["fee_basis"] == "flat"]
    assert flat["commission_rate"].isna().all()


def test_markets_belong_to_creators():
    booked = placements(replace(LARGE, markets=("DE", "FR"), bookings_per_creator=(2,)))
    assert (booked.groupby(ACCOUNT)["market"].nunique() == 1).all()
    assert booked["market"].eq("FR").mean() == pytest.approx(0.5, abs=0.02)


def test_a_large_demo_costs_what_its_story_says():
    booked = placements(enlarged(DEMO, 10))
    costs = booked["fee"] + 30 * booked["handling_hours"]
    sums = costs.groupby(booked["micro"]).sum() / booked["orders"].groupby(booked["micro"]).sum()
    assert sums[False] == pytest.approx(27.74, rel=0.1)
    assert sums[True] == pytest.approx(36.62, rel=0.1)
