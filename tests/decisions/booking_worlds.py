"""Invented bookings whose truth is known: persons in two tiers on three platforms, with repeats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

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
    seed, persons=150, campaigns=4, repeats=2.5, *, luck=1.0, own=0.5, spread=0.2, tier=0.0
):
    """Log-uniform followers; orders grow as followers^.6, fees as followers^.75 with noise .35."""
    random = np.random.default_rng([18, seed])
    micro = random.random(persons) < 0.6
    low, high = np.where(micro, 1e3, 1e5), np.where(micro, 1e5, 1e6)
    size = np.log(low) + random.random(persons) * np.log(high / low)
    scaled = size - np.log(1e5)
    arm = 0.15 * random.standard_normal((2, 3))
    platform = random.integers(3, size=persons)
    rate = 12 * np.exp(
        tier * micro
        + arm[micro.astype(int), platform]
        + 0.6 * scaled
        + own * random.standard_normal(persons)
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
    tier_own = 0.1 * random.standard_normal((2, campaigns))
    log_rate = np.log(rate[who]) + level[campaign] + tier_own[micro[who].astype(int), campaign]
    boost = luck * random.standard_normal(len(who)) - luck**2 / 2
    rows = people.loc[who, ["person", "platform", "micro", "followers"]].reset_index(drop=True)
    return BookingWorld(
        rows.assign(
            campaign=[f"campaign {n}" for n in campaign],
            cost=people["price"].to_numpy()[who],
            outcome=random.poisson(np.exp(log_rate + boost)).astype(float),
        ),
        people,
    )
