"""truth: what is planted follows by hand from the knobs, and is what large draws show."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.study.project import PROJECT
from analysis.study.registration import load_study
from analysis.study.worlds import DEMO, Niche, Platform, World
from analysis.study.worlds.truth import planted
from tests.study.worlds.measured import COMPARISON, CROOKED, against_truth, drawn, enlarged

RATIOS = {"beauty": 1.5, "wellness": 1.4, "food": 1.6, "fashion": 1.3, "travel": 1.25}
RATIOS |= {"gaming": 1.0, "home": 1.2}
LEVELS = {"beauty": 1.0, "wellness": 0.9, "food": 1.1, "fashion": 1.2, "travel": 1.3}
LEVELS |= {"gaming": 0.8, "home": 0.7}
ONE = Platform("tiktok", (0, 9, 9, 0))


def truths(world):
    return planted(world).set_index(COMPARISON)["ratio"].sort_index()


def mean_power(low, high, power):
    """Mean of a power of followers that are log-uniform, by adding up a fine grid."""
    edges = np.linspace(np.log(low), np.log(high), 100_001)
    return np.exp(power * (edges[1:] + edges[:-1]) / 2).mean()


@pytest.mark.parametrize(
    "world",
    [enlarged(DEMO, 40), enlarged(CROOKED, 4), enlarged(World(), 100)],
    ids=["demo", "crooked", "null"],
)
def test_large_draws_show_what_was_planted(world):
    found = against_truth(drawn(world))
    assert found["se"].max() < 0.08, "too small a draw to tell a wrong truth"
    assert found.xs("all", level="niche")["se"].median() < 0.015
    assert found["z"].abs().max() < 4.5, found[found["z"].abs() > 4.5].to_string()


@pytest.mark.parametrize("seed", [11, 12])
def test_many_null_niches_are_centred(seed):
    niches = tuple(Niche(f"n{number}") for number in range(60))
    found = against_truth(drawn(World(niches=niches), seed)).drop("all", level="niche")
    by_metric = found.groupby(["metric", "estimand"])["z"]
    assert (by_metric.mean().abs() * np.sqrt(60)).max() < 4, by_metric.mean()
    # Sums over sums hang on the few creators with the most followers; their errors are too short.
    spread = by_metric.std().xs("typical", level="estimand")
    assert spread.between(0.75, 1.25).all(), spread


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube"])
def test_the_demo_plants_what_its_page_says(platform):
    table = truths(DEMO)
    typical = table["engagement_per_follower", "typical", platform]
    assert typical.drop("all").to_dict() == pytest.approx(RATIOS, rel=1e-12)
    assert typical["all"] == pytest.approx(np.prod(list(RATIOS.values())) ** (1 / 7), rel=1e-12)
    portfolio = table["engagement_per_follower", "portfolio", platform]
    assert portfolio.drop("all").to_dict() == pytest.approx(RATIOS, rel=1e-12)
    # (1.5 + 1.26 + 1.76 + 1.56 + 1.625 + 0.8 + 0.84) / 7, since levels add up to 7
    assert portfolio["all"] == pytest.approx(9.345 / 7, rel=1e-12)
    views = table["engagement_per_view", "typical", platform]
    assert views["food"] == pytest.approx(1.6 / 1.2, rel=1e-12)
    for metric in ("engagement_per_reach", "saves_per_1000_reached"):
        there = metric in table.xs(platform, level="platform")
        assert there == (platform == "instagram")
    for metric in ("orders_per_click", "orders_per_1000_impressions"):
        for estimand in ("typical", "portfolio"):
            assert table[metric, estimand, platform].to_numpy() == pytest.approx(0.7)


def test_cost_per_order_of_the_demo_by_hand():
    """Fee and handling (3.5 hours at 30) per order of each arm."""
    micro = 115_000 * mean_power(0.01, 1, 0.38)
    macro = 115_000 * (25 * mean_power(1, 10, 0.38) + 5 * mean_power(10, 50, 0.38)) / 30
    per_order = [
        (rate * shown / 1_000 + 3.5 * 30) / (shown * 0.015 * orders)
        for shown, rate, orders in ((micro, 9.6, 0.021), (macro, 12.0, 0.03))
    ]
    costs = truths(DEMO)["cost_per_order", "portfolio", "tiktok"]
    assert costs.to_numpy() == pytest.approx(per_order[0] / per_order[1], rel=1e-6)
    assert costs["all"] == pytest.approx(1.3198, abs=0.0001)


def test_handling_costs_what_the_study_says():
    assert load_study(PROJECT / "study.yml").handling_cost_per_hour == DEMO.hour_cost


def test_the_null_world_plants_ones_everywhere():
    assert truths(World()).to_numpy() == pytest.approx(1, rel=1e-12)


def test_niches_weigh_by_what_is_in_them():
    """Niches of one and three parts: (2 x 1 + 1 x 3) / 4 where exposures weigh."""
    niches = (Niche("chess", 2.0, orders=2.0), Niche("food", size=3.0))
    table = truths(World(platforms=(ONE,), niches=niches)).xs("all", level="niche")
    per_follower = table["engagement_per_follower"]
    assert per_follower["typical", "tiktok"] == pytest.approx(2**0.25, rel=1e-12)
    assert per_follower["portfolio", "tiktok"] == pytest.approx(1.25, rel=1e-12)
    assert table["orders_per_click"].to_numpy() == pytest.approx(1.25, rel=1e-12)
    assert table["cost_per_order"].to_numpy() == pytest.approx(1 / 1.25, rel=1e-12)


def test_engagement_is_compared_inside_niches():
    """10 + 1 creators at level 3 and 15 + 2 at level 1: sums over all niches would mislead."""
    niches = (Niche("chess", level=3.0), Niche("food", size=1.5))
    world = World(platforms=(Platform("tiktok", (0, 10, 1, 0)),), niches=niches)
    assert truths(world)["engagement_per_follower"].to_numpy() == pytest.approx(1, rel=1e-12)


def test_engagement_is_weighed_by_the_level_of_a_niche_and_orders_are_not():
    niches = (Niche("chess", 2.0, orders=2.0, level=3.0), Niche("food"))
    table = truths(World(platforms=(ONE,), niches=niches)).xs("all", level="niche")
    per_follower = table["engagement_per_follower"]
    assert per_follower["typical", "tiktok"] == pytest.approx(2**0.5, rel=1e-12)
    assert per_follower["portfolio", "tiktok"] == pytest.approx(7 / 4, rel=1e-12)
    assert table["orders_per_click"].to_numpy() == pytest.approx(1.5, rel=1e-12)


def test_orders_typical_weighs_creators_and_portfolio_weighs_clicks():
    """Micro sells double in a niche of one part; no click depends on that, so means agree."""
    table = truths(replace(CROOKED, niches=(Niche("a", orders=0.5), Niche("b", orders=2, size=2))))
    for estimand in ("typical", "portfolio"):
        assert table["orders_per_click", estimand, "tiktok", "all"] == pytest.approx(1.5)
        shown = table["orders_per_1000_impressions", estimand, "tiktok", "all"]
        assert shown == pytest.approx(1.5 * 0.9)


@pytest.mark.parametrize(
    "knobs",
    [
        {"bookings_per_creator": (4,)},
        {"bookings_per_creator": (0, 1, 3)},
        {"booking_sd": 1.0, "order_sd": (0.2, 1.2), "impression_sd": (0.8, 2.0)},
        {"campaigns": ("one", "two", "three"), "campaign_sd": 0.5, "campaign_drift": 0.3},
        {"campaign_ratio_sd": 0.3},
        {"never_sell": (0.1, 0.7), "stars": (0.1, 0.0)},
        {"boosted": (0.0, 0.5), "giveaways": (0.5, 0.0)},
        {"accounts_per_person": (5, 3), "on_two_platforms": 0.3, "in_both_arms": 9},
    ],
    ids=lambda knobs: next(iter(knobs)),
)
def test_no_luck_moves_a_truth(knobs):
    assert truths(replace(DEMO, **knobs)).equals(truths(DEMO))


def test_equal_means_with_different_medians():
    """A micro arm with the wider spread and the lower median, so that the means are equal."""
    lower = np.exp((0.3**2 - 0.9**2) / 2)
    world = World(niches=(Niche("food", engagement=lower),), engagement_sd=(0.9, 0.3))
    table = truths(world)
    assert table["engagement_per_view", "portfolio", "instagram", "food"] == pytest.approx(1)
    assert table["engagement_per_view", "typical", "instagram", "food"] == pytest.approx(lower)
    assert table["saves_per_1000_reached", "typical", "instagram", "food"] == pytest.approx(1)


def test_elasticities_by_hand():
    """One part of the macro arm: middles of log-uniform ranges 10**4 and 10**5.5."""
    platform = Platform("tiktok", (0, 9, 9, 0), insights=True)
    world = World(platforms=(platform,), follower_elasticity=0.9, view_elasticity=0.7)
    table = truths(world).xs("all", level="niche")
    per_follower, per_view = table["engagement_per_follower"], table["engagement_per_view"]
    assert per_follower["typical", "tiktok"] == pytest.approx(10**0.15, rel=1e-12)
    assert per_view["typical", "tiktok"] == pytest.approx(10**-0.3, rel=1e-12)
    mean = {
        power: (mean_power(1e3, 1e5, power), mean_power(1e5, 1e6, power))
        for power in (0.2, 0.7, 0.9, 1.0)
    }
    ratio = {power: micro / macro for power, (micro, macro) in mean.items()}
    sums = {"follower": ratio[0.9] / ratio[1.0], "view": ratio[0.9] / ratio[0.7]}
    assert per_follower["portfolio", "tiktok"] == pytest.approx(sums["follower"], rel=1e-6)
    assert per_view["portfolio", "tiktok"] == pytest.approx(sums["view"], rel=1e-6)
    saves = table["saves_per_1000_reached", "typical", "tiktok"]
    assert saves == pytest.approx(ratio[0.2], rel=1e-6)


def test_where_pay_follows_sales_cost_per_order_is_the_contract():
    """Every order brings 38 and costs a share of it, whoever sells."""
    world = World(commission=(1.0, 1.0), niches=(Niche("food", orders=0.4),), fee_ratio=3.0)
    assert truths(world)["cost_per_order"].to_numpy() == pytest.approx(1, rel=1e-12)
    # Macro at a fee of 12 per 1,000 impressions: 12 / (1,000 x 0.015 x 0.03) an order.
    mixed = truths(replace(world, commission=(1.0, 0.0), commission_rate=0.2))
    assert mixed["cost_per_order"].to_numpy() == pytest.approx(38 * 0.2 / (12 / 0.45), rel=1e-12)


def test_fees_that_grow_with_followers_inside_an_arm():
    world = World(platforms=(ONE,), tier_fee_power=(0.5, -0.25))
    fees = [
        mean_power(low, high, 0.38 + power) / mean_power(low, high, 0.38)
        for low, high, power in ((0.01, 1, 0.5), (1, 10, -0.25))
    ]
    costs = truths(world)["cost_per_order", "portfolio", "tiktok"]
    assert costs.to_numpy() == pytest.approx(fees[0] / fees[1], rel=1e-6)
