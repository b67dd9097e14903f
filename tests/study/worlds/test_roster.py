"""roster: counts and handles, persons with several accounts, rates as the knobs say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.study.worlds import DEMO, Gamma, Niche, Pareto, Platform, World, draw_roster
from tests.study.worlds.measured import creators_of, drawn, enlarged

TIKTOK = Platform("tiktok", (0, 20_000, 20_000, 0))
LARGE = World(platforms=(TIKTOK,), niches=(Niche("food"),))


def rosters(**knobs):
    return draw_roster(replace(LARGE, **knobs), seed=3)


@settings(max_examples=25, deadline=None)
@given(
    counts=st.tuples(*[st.integers(1, 9)] * 4),
    size=st.sampled_from([0.5, 1.0, 2.0]),
    accounts=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    both=st.integers(0, 4),
    share=st.sampled_from([0.0, 0.3, 1.0]),
    seed=st.integers(0, 5),
)
def test_every_account_is_counted_and_persons_hold_them(counts, size, accounts, both, share, seed):
    world = World(
        platforms=(Platform("instagram", counts), Platform("tiktok", counts[::-1])),
        niches=(Niche("a", size=size), Niche("b")),
        accounts_per_person=accounts,
        in_both_arms=both,
        on_two_platforms=share,
    )
    roster = draw_roster(world, seed=seed)
    number = roster.groupby(["p", "k", "band"]).size().unstack(fill_value=0)
    for p, k in number.index:
        of_platform = world.platforms[p].creators
        assert number.loc[(p, k)].to_list() == [
            round(world.niches[k].size * n) for n in of_platform
        ]
    assert not roster.duplicated(["platform", "handle"]).any()
    edges = [200, 1_000, 100_000, 1_000_000, 5_000_000]
    assert (pd.cut(roster["followers"], edges, right=False, labels=False) == roster["band"]).all()
    owners = roster.groupby("person_number")
    assert (roster["person"].notna() == (owners["handle"].transform("size") > 1)).all()
    named = roster.dropna(subset=["person"])
    assert (named.groupby("person")["person_number"].nunique() == 1).all()
    assert (named.groupby("person_number")["person"].nunique() == 1).all()
    assert (owners["niche"].nunique() == 1).all()
    inside = roster.groupby(["person_number", "platform", "micro"]).size().unstack(fill_value=0)
    assert inside.get(True, pd.Series([0])).max() <= accounts[0]
    assert inside.get(False, pd.Series([0])).max() <= accounts[1]


def accounts_of(world):
    """Number of persons by their number of accounts."""
    return draw_roster(world, seed=1)["person_number"].value_counts().value_counts().to_dict()


def test_persons_with_many_accounts_on_one_platform():
    world = World(platforms=(Platform("tiktok", (0, 200, 100, 20)),), niches=(Niche("food"),))
    assert accounts_of(world) == {1: 320}
    assert accounts_of(replace(world, accounts_per_person=(5, 3))) == {5: 40, 3: 40}


def test_persons_with_an_account_in_each_arm():
    world = World(platforms=(Platform("tiktok", (0, 70, 70, 0)),), in_both_arms=60)
    roster = draw_roster(world, seed=1)
    assert accounts_of(world) == {2: 180, 1: 60}
    assert (roster.dropna(subset=["person"]).groupby("person")["micro"].nunique() == 2).all()


@pytest.mark.parametrize(("platforms", "share"), [(2, 0.25), (3, 0.1), (3, 0.5), (2, 1.0)])
def test_the_share_of_persons_on_two_platforms(platforms, share):
    names = ("instagram", "tiktok", "youtube")[:platforms]
    world = World(
        platforms=tuple(Platform(name, (0, 3_000, 3_000, 0)) for name in names),
        on_two_platforms=share,
    )
    roster = draw_roster(world, seed=1)
    owners = roster.groupby("person_number")["platform"]
    assert (owners.nunique() == owners.size()).all()
    on = owners.nunique()
    assert on.max() == 2
    assert (on == 2).mean() == pytest.approx(share, abs=0.015)
    pairs = owners.agg(tuple)[on == 2].value_counts(normalize=True)
    assert len(pairs) == {2: 1, 3: 3}[platforms]
    assert pairs.min() > 0.3


@pytest.mark.parametrize("correlation", [0.0, 0.4, 1.0])
def test_accounts_of_one_person_are_alike(correlation):
    roster = rosters(accounts_per_person=(2, 2), person_correlation=correlation)
    for rate in ("engagement_rate", "view_rate", "click_rate", "order_rate", "fee_rate"):
        logs = np.log(roster[rate].to_numpy()).reshape(-1, 2)
        found = np.corrcoef(logs.T)[0, 1]
        assert found == pytest.approx(correlation, abs=0.03), rate


def test_rates_of_one_account_are_independent():
    rates = ["engagement_rate", "view_rate", "impression_factor", "click_rate", "order_rate"]
    found = np.corrcoef(np.log(rosters()[[*rates, "fee_rate"]]).T)
    assert np.abs(found - np.eye(6)).max() < 0.03


def test_a_distribution_takes_the_place_of_the_spread():
    roster = rosters(
        order_sd=(0.5, 0.2),
        order_tails=(None, Gamma(1.5)),
        impression_sd=(0.8, 0.3),
        impression_tails=(Pareto(2.5), None),
    )
    micro, macro = (roster[roster["micro"] == arm] for arm in (True, False))
    assert np.log(micro["order_rate"]).std() == pytest.approx(0.5, rel=0.02)
    assert macro["order_rate"].std() / 0.03 == pytest.approx(1.5, rel=0.05)
    assert np.log(macro["impression_factor"]).std() == pytest.approx(0.3, rel=0.02)
    # Log of a Pareto variable over its least value is exponential with mean 1 / index.
    least = micro["impression_factor"].min()
    assert np.log(micro["impression_factor"] / least).mean() == pytest.approx(0.4, rel=0.03)
    assert roster.groupby("micro")["order_rate"].mean().to_numpy() == pytest.approx(0.03, rel=0.05)


def test_some_never_sell_and_some_sell_ten_times_as_much():
    roster = rosters(never_sell=(0.3, 0.0), stars=(0.0, 0.1), order_sd=(0.0, 0.0))
    micro, macro = (roster.loc[roster["micro"] == arm, "order_rate"] for arm in (True, False))
    assert (micro == 0).mean() == pytest.approx(0.3, abs=0.015)
    assert micro[micro > 0].to_numpy() == pytest.approx(0.03 / 0.7)
    rates = np.unique(macro.round(9))
    assert len(rates) == 2
    assert rates[1] / rates[0] == pytest.approx(10, rel=1e-6)
    assert (macro > rates[0] * 2).mean() == pytest.approx(0.1, abs=0.01)
    assert rates[0] == pytest.approx(0.03 / 1.9, rel=1e-6)


def test_fees_turn_around_100_000_followers():
    roster = rosters(tier_fee_power=(0.5, -0.2), fee_sd=0.0, fee_ratio=0.8)
    size = roster["followers"] / 100_000
    expected = np.where(roster["micro"], 9.6 * size**0.5, 12 * size**-0.2)
    np.testing.assert_allclose(roster["fee_rate"], expected, rtol=1e-12)


def test_elasticities_turn_around_100_000_followers():
    roster = rosters(
        follower_elasticity=0.5, view_elasticity=0.7, engagement_sd=(0.0, 0.0), view_sd=0.0
    )
    size = roster["followers"] / 100_000
    np.testing.assert_allclose(roster["engagement_rate"], 0.03 * size**-0.5, rtol=1e-12)
    np.testing.assert_allclose(roster["view_rate"], 0.5 * size**-0.3, rtol=1e-12)


def test_rates_know_nothing_of_followers_inside_an_arm():
    """So every part of the macro arm has the same truth; the elasticities change that."""
    table = creators_of(drawn(enlarged(DEMO, 40)))
    for count, exposure in (
        ("interactions", "followers_at_posting"),
        ("interactions", "views"),
        ("orders", "clicks"),
    ):
        rate = table[count] / table[exposure]
        usual = rate.groupby([table["platform"], table["niche"], table["micro"]]).transform("mean")
        relative = rate / usual
        for inside in (table["followers"].between(100_000, 5_000_000), table["micro"]):
            known = inside & relative.notna()
            logs = np.log(table.loc[known, "followers"])
            correlation = np.corrcoef(logs, relative[known])[0, 1]
            assert abs(correlation) * np.sqrt(known.sum()) < 4, (count, exposure)


def test_rates_of_the_macro_arm_are_the_knobs():
    niches = tuple(replace(niche, level=1.0) for niche in DEMO.niches)
    world = enlarged(replace(DEMO, campaign_sd=0.0, niches=niches), 40)
    table = creators_of(drawn(world))
    sums = table[~table["micro"]].dropna(subset=["interactions"]).groupby("platform")
    columns = ["interactions", "followers_at_posting", "views", "orders", "clicks", "impressions"]
    sums = sums[columns].sum()
    for platform in world.platforms:
        at = sums.loc[platform.name]
        wider = np.exp(world.engagement_sd[1] ** 2 / 2)  # its mean over its geometric mean
        expected = pytest.approx(platform.engagement_rate * wider, rel=0.04)
        assert at["interactions"] / at["followers_at_posting"] == expected
        seen = at["views"] / at["followers_at_posting"]
        assert seen == pytest.approx(platform.view_rate, rel=0.04)
        assert at["clicks"] / at["impressions"] == pytest.approx(0.015, rel=0.02)
        assert at["orders"] / at["clicks"] == pytest.approx(0.03, rel=0.02)
