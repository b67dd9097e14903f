"""Sums of the first screen: currency, units, a total that adds up, and no small count."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.show.first_screen import totals as module

TIERS = {"micro": 5_000, "macro": 500_000}


@pytest.fixture
def scene(study, monkeypatch):
    def build(creators=20, **columns):
        names = ("cost_ordered", "orders_costed", "posts", "clicks", "clicks_costed")
        names += ("orders_clicked", "orders_shown", "cost")
        rows = [
            {
                "platform": platform,
                "niche": "tea",
                "followers": followers,
                "person": f"{tier} {person}",
            }
            | dict.fromkeys(names, float("nan"))
            | {name: values[tier] for name, values in columns.items()}
            for platform in ("instagram", "tiktok")
            for tier, followers in TIERS.items()
            for person in range(creators)
        ]
        arms = {"micro": study.tiers.micro, "macro": study.tiers.macro}
        return SimpleNamespace(
            creators=pd.DataFrame(rows),
            study=study,
            platform="all",
            niche="all",
            currency="EUR",
            **arms,
        )

    monkeypatch.setattr(module, "pay_follows_sales", lambda view: set())
    return build


def test_what_was_spent_and_sold_adds_up(scene):
    """20 creators at 100 for 2 orders: 2,000, 40, 50.00 each; two platforms twice as much."""
    found = module.totals(
        scene(
            cost_ordered={"micro": 100.0, "macro": 300.0},
            orders_costed={"micro": 2.0, "macro": 12.0},
        )
    )
    assert found.spanners == ("Spent, EUR", "Orders", "EUR per order")
    assert found.rows == (
        ("Instagram", "2,000", "6,000", "40", "240", "50.00", "25.00"),
        ("TikTok", "2,000", "6,000", "40", "240", "50.00", "25.00"),
        ("All", "4,000", "12,000", "80", "480", "50.00", "25.00"),
    )


def test_a_price_that_the_contract_sets_is_said_to_be_one(scene, monkeypatch):
    monkeypatch.setattr(module, "pay_follows_sales", lambda view: {"tiktok"})
    sold = {"micro": 2.0, "macro": 12.0}
    found = module.totals(scene(cost_ordered={"micro": 100.0, "macro": 300.0}, orders_costed=sold))
    assert found.note.startswith("Pay follows sales here: contracts set what an order costs")


def test_large_sums_are_written_in_millions(scene):
    found = module.totals(
        scene(
            cost_ordered={"micro": 1e6, "macro": 3e6},
            orders_costed={"micro": 100.0, "macro": 200.0},
        )
    )
    assert found.spanners[0] == "Spent, million EUR"
    assert found.rows[-1] == ("All", "40.0", "120.0", "4,000", "8,000", "10,000", "15,000")


def test_without_costs_it_says_what_the_data_hold_and_lack(scene):
    found = module.totals(scene(posts={"micro": 3.0, "macro": 1.0}))
    assert found.rows == (("Creators", "40", "40"), ("Posts", "120", "40"))
    assert found.note == "No money is known here: no clicks, orders or costs."


def test_a_tier_of_few_creators_shows_no_sums(scene):
    found = module.totals(scene(creators=2, posts={"micro": 3.0, "macro": 1.0}))
    assert found.rows == (("Creators", "withheld", "withheld"),)
