"""Invented bookings whose truth is known: persons in two tiers on three platforms, with repeats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

PLATFORMS = np.array(["instagram", "tiktok", "youtube"])


@dataclass(frozen=True)
class BookingWorld:
    """Truth beside the bookings.

    Attributes:
        rows: bookings, as the count model takes them, with ``cost``.
        people: one row per person: ``person``, ``platform``, ``micro``, ``followers``, ``rate``
            (of a booking in a middling campaign), ``price``.
    """

    rows: pd.DataFrame
    people: pd.DataFrame


def booking_world(
    seed,
    persons=150,
    campaigns=4,
    repeats=2.5,
    *,
    luck=1.0,
    own=0.5,
    spread=0.2,
    tier=0.0,
    mean=12.0,
    drift=0.0,
    heavy=False,
):
    """Log-uniform followers; orders grow as followers^.6, fees as followers^.75 with noise .35.

    Args:
        seed, persons, campaigns: of the draw.
        repeats: bookings of a person on average, before they end with the campaigns.
        luck, own, spread: sd of the log rate between bookings, persons and campaigns.
        tier: log ratio of micro's orders to macro's of one size.
        mean: orders of a booking at 100,000 followers.
        drift: sd of the step from one campaign's log level to the next.
        heavy: persons from Student's t with three degrees, luck from one with four.
    """
    random = np.random.default_rng([18, seed])
    micro = random.random(persons) < 0.6
    low, high = np.where(micro, 1e3, 1e5), np.where(micro, 1e5, 1e6)
    size = np.log(low) + random.random(persons) * np.log(high / low)
    scaled = size - np.log(1e5)
    arm = 0.15 * random.standard_normal((2, 3))
    platform = random.integers(3, size=persons)
    persons_own = random.standard_normal(persons)
    if heavy:
        persons_own = random.standard_t(3, persons) / np.sqrt(3)
    rate = mean * np.exp(
        tier * micro + arm[micro.astype(int), platform] + 0.6 * scaled + own * persons_own
    )
    people = pd.DataFrame(
        {
            "person": np.arange(persons),
            "platform": PLATFORMS[platform],
            "micro": micro,
            "followers": np.exp(size),
            "rate": rate,
            "price": 400 * np.exp(0.75 * scaled + 0.35 * random.standard_normal(persons)),
        }
    )
    times = np.minimum(campaigns, random.geometric(1 / repeats, persons))
    who = np.repeat(np.arange(persons), times)
    campaign = np.concatenate([random.permutation(campaigns)[:k] for k in times])
    level = spread * random.standard_normal(campaigns)
    if drift:
        level = level + np.cumsum(drift * random.standard_normal(campaigns))
    tier_own = 0.1 * random.standard_normal((2, campaigns))
    log_rate = np.log(rate[who]) + level[campaign] + tier_own[micro[who].astype(int), campaign]
    boost = luck * random.standard_normal(len(who)) - luck**2 / 2
    if heavy:
        boost = np.minimum(luck * random.standard_t(4, len(who)) / np.sqrt(2), 3)
        likely = stats.t(4).ppf((np.arange(20_000) + 0.5) / 20_000) * luck / np.sqrt(2)
        boost = boost - np.log(np.exp(np.minimum(likely, 3)).mean())
    rows = people.loc[who, ["person", "platform", "micro", "followers"]].reset_index(drop=True)
    return BookingWorld(
        rows.assign(
            campaign=[f"campaign {n}" for n in campaign],
            cost=people["price"].to_numpy()[who],
            outcome=random.poisson(np.exp(log_rate + boost)).astype(float),
        ),
        people,
    )


def alike(world):
    """The same bookings at prices that make every arm's true return one."""
    truth = world.people.groupby(["platform", "micro"])[["rate", "price"]].sum()
    factor = (truth["rate"] / truth["price"]).rename("factor").reset_index()
    people = world.people.merge(factor, on=["platform", "micro"])
    rows = world.rows.merge(factor, on=["platform", "micro"])
    people = people.assign(price=people["price"] * people["factor"])
    rows = rows.assign(cost=rows["cost"] * rows["factor"])
    return BookingWorld(rows.drop(columns="factor"), people.drop(columns="factor"))


def dated(world):
    """A campaign a month, all of its bookings on the first."""
    number = world.rows["campaign"].str.removeprefix("campaign ").astype(int)
    day = pd.to_datetime({"year": 2026, "month": number + 1, "day": 1})
    return BookingWorld(world.rows.assign(placed_at=day, window_days=pd.NA), world.people)
