"""The campaigns of a world and its placements in them."""

import numpy as np
import pandas as pd

from analysis.study.worlds.roster import ELASTIC_FROM
from analysis.study.worlds.streams import Seed, lognormal, stream
from analysis.study.worlds.world import World

VALUE = 38  # mean revenue of an order
_IMPRESSIONS_SD = 0.2  # between bookings of one creator
_REFUNDED = 0.06


def draw_campaigns(world: World, *, seed: Seed) -> pd.DataFrame:
    """Draw the campaigns of a world, as ``draw`` uses them.

    Returns:
        One row per campaign: ``campaign``; ``first_day`` and ``last_day``, which share the days of
        the world out in order; ``level``, by which it multiplies the orders per click of both
        arms; ``ratio``, by which it multiplies the ratio micro/macro. Both have mean one over
        worlds, so the ratio planted in these campaigns differs from that in all campaigns alike.

    Example:
        >>> draw_campaigns(World(), seed=1)["first_day"].astype("str").to_list()
        ['2026-01-01', '2026-05-17']
    """
    number = len(world.campaigns)
    first = np.datetime64(world.first_day)
    days = int((np.datetime64(world.last_day) - first).astype("int64")) + 1
    edges = np.arange(number + 1) * days // number
    level, drift, ratio = (
        stream(seed, f"campaigns.{what}").standard_normal(number)
        for what in ("level", "drift", "ratio")
    )
    walk = world.campaign_drift * np.r_[0, drift[1:]].cumsum()
    drifted = np.exp(walk - world.campaign_drift**2 * np.arange(number) / 2)
    return pd.DataFrame(
        {
            "campaign": world.campaigns,
            "first_day": first + edges[:-1],
            "last_day": first + np.maximum(edges[1:] - 1, edges[:-1]),
            "level": lognormal(level, world.campaign_sd) * drifted,
            "ratio": lognormal(ratio, world.campaign_ratio_sd),
        }
    )


def usual_impressions(world: World, followers: pd.Series) -> pd.Series:
    """Mean impressions of a placement of a creator with so many followers."""
    return world.impressions * (followers / ELASTIC_FROM) ** world.impression_elasticity


def draw_placements(world: World, roster: pd.DataFrame, *, seed: Seed) -> pd.DataFrame:
    """Draw the placements of a roster: one row per booking, by account and campaign."""
    choices = np.array(world.bookings_per_creator)
    choice = stream(seed, "placements.bookings").integers(len(choices), size=len(roster))
    booked = choices[choice]
    index = np.arange(len(roster)).repeat(booked)
    nth = np.arange(len(index)) - (booked.cumsum() - booked).repeat(booked)
    slot = (index + nth) % len(world.campaigns)
    campaigns = draw_campaigns(world, seed=seed).iloc[slot].reset_index(drop=True)
    rows = roster.iloc[index].reset_index(drop=True).join(campaigns)
    length = (rows["last_day"] - rows["first_day"]).dt.days + 1
    after = np.floor(stream(seed, "placements.placed_at").random(len(rows)) * length)
    return rows.assign(
        booking_id="b" + (rows.index + 1).astype("str"),
        placed_at=_iso(rows["first_day"] + pd.to_timedelta(after, unit="D")),
        starts_on=_iso(rows["first_day"]),
        currency=world.currency,
        **_outcomes(world, rows, seed),
    )


def _outcomes(world: World, rows: pd.DataFrame, seed: Seed) -> dict[str, pd.Series | np.ndarray]:
    """What placements brought and cost; the fee is agreed before, a commission follows revenue."""

    def luck(what: str, sd: float) -> np.ndarray:
        return lognormal(stream(seed, f"placements.{what}").standard_normal(len(rows)), sd)

    usual = usual_impressions(world, rows["followers"])
    shown = usual * rows["impression_factor"] * luck("impressions", _IMPRESSIONS_SD)
    impressions = np.floor(shown).astype("int64")
    clicks = stream(seed, "placements.clicks").binomial(impressions, rows["click_rate"])
    rate = rows["order_rate"] * rows["level"] * rows["ratio"].where(rows["micro"], 1)
    rate = (rate * luck("luck", world.booking_sd)).clip(upper=1)
    orders = stream(seed, "placements.orders").binomial(clicks, rate)
    revenue = stream(seed, "placements.revenue").poisson(VALUE * orders)
    quote = stream(seed, "placements.fee").poisson(rows["fee_rate"] * usual / 1_000)
    hours = stream(seed, "placements.hours").random(len(rows))
    share = rows["on_commission"].map({True: world.commission_rate, False: np.nan})
    return {
        "impressions": impressions,
        "clicks": clicks,
        "orders": orders,
        "orders_refunded": stream(seed, "placements.refunds").binomial(orders, _REFUNDED),
        "revenue": revenue,
        "fee": share.mul(revenue).round().fillna(pd.Series(quote)).astype("int64"),
        "handling_hours": np.ceil(hours * world.most_hours).astype("int64"),
        "fee_basis": np.where(rows["on_commission"], "revenue", "flat"),
        "commission_rate": share,
    }


def _iso(days: pd.Series) -> np.ndarray:
    return np.asarray(np.datetime_as_string(days.to_numpy("datetime64[D]")))
