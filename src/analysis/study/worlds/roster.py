"""The accounts of a world, whose they are, and the rates of each."""

import numpy as np
import pandas as pd

from analysis.study.worlds.streams import Seed, lognormal, stream
from analysis.study.worlds.world import ByArm, Niche, Platform, Tails, World

FOLLOWERS = np.array([[200, 1e3], [1e3, 1e5], [1e5, 1e6], [1e6, 5e6]])  # low <= followers < high
MICRO_BAND = 1  # those above are macro; the one below is in no arm and draws like micro
ELASTIC_FROM = 100_000  # followers at which no elasticity has an effect
_IN_HANDLE = {"instagram": "_ig_", "tiktok": "_tt_", "youtube": "_yt_"}


def each(parts: tuple[Platform, ...] | tuple[Niche, ...], knob: str) -> np.ndarray:
    """One knob of every platform or niche."""
    return np.array([getattr(part, knob) for part in parts])


def counts_of(world: World) -> np.ndarray:
    """Accounts of a world, shape (platforms, niches, follower ranges)."""
    counts = each(world.platforms, "creators")[:, None, :] * each(world.niches, "size")[:, None]
    return np.asarray(np.rint(counts).astype("int64"))


def draw_roster(world: World, *, seed: Seed) -> pd.DataFrame:
    """Draw the accounts of a world with their own rates, as ``draw`` uses them.

    Returns:
        One row per account: the columns of the contract; ``p``, ``k`` and ``band``, its place
        among platforms, niches and follower ranges; ``micro``; ``person_number``; and its own
        ``engagement_rate`` and ``view_rate`` (of an organic post per follower now),
        ``impression_factor`` (in those usual for its followers), ``click_rate`` per impression,
        ``order_rate`` per click (in a mean campaign without luck), ``fee_rate`` (per 1,000 usual
        impressions), ``on_commission`` and ``market``.

    Example:
        >>> len(draw_roster(World(), seed=1))  # 80 in each of 3 niches
        240
    """
    counts = counts_of(world)
    p, k, band = np.indices(counts.shape).reshape(3, -1).repeat(counts.ravel(), axis=1)
    low, high = FOLLOWERS[band].T
    uniform = stream(seed, "creators.followers").random(len(p))
    followers = np.floor(low * (high / low) ** uniform).clip(low, high - 1).astype("int64")
    roster = pd.DataFrame({"p": p, "k": k, "band": band, "micro": band <= MICRO_BAND})
    roster["platform"] = each(world.platforms, "name")[p]
    roster["niche"] = each(world.niches, "name")[k]
    number = (roster.groupby(["p", "k"]).cumcount() + 1).astype("str").str.zfill(2)
    roster["handle"] = "demo_" + roster["niche"] + roster["platform"].map(_IN_HANDLE) + number
    roster = roster.assign(followers=followers, followers_as_of=world.last_day)
    return _with_rates(world, _with_persons(world, roster, seed), seed)


def _with_persons(world: World, roster: pd.DataFrame, seed: Seed) -> pd.DataFrame:
    """Add ``person_number``, and ``person`` where one has several accounts."""
    arm = np.where(roster["micro"], 0, 1)
    nth = roster.groupby(["p", "k", "micro"]).cumcount().to_numpy()
    nth = nth // np.array(world.accounts_per_person)[arm]
    at = (roster["p"].to_numpy(), roster["k"].to_numpy(), arm, nth)
    shape = (len(world.platforms), len(world.niches), 2, nth.max() + 1)
    number = np.arange(np.prod(shape)).reshape(shape)
    # The nth persons of a niche and arm on all platforms form a row; a share of these rows joins
    # two of them, and a row that joins has one person less.
    share = world.on_two_platforms * shape[0] / (1 + world.on_two_platforms)
    joins = stream(seed, "creators.on_two_platforms").random(shape[1:]) < share
    k, one_arm, n = np.indices(shape[1:])
    first, second = ((n + step) % shape[0] for step in (0, 1))
    number[second, k, one_arm, n] = number[np.where(joins, first, second), k, one_arm, n]
    both = np.arange(shape[-1]) < world.in_both_arms
    number[:, :, 1] = np.where(both, number[:, :, 0], number[:, :, 1])
    person = pd.Series(pd.factorize(number[at])[0])
    several = person.duplicated(keep=False)
    names = "person_" + (person + 1).astype("str").str.zfill(4)
    return roster.assign(person_number=person, person=names.where(several, None))


def _with_rates(world: World, roster: pd.DataFrame, seed: Seed) -> pd.DataFrame:
    """Add each account's own rates: those of macro with a spread, times the ratio if micro."""
    p, k, micro = (roster[name].to_numpy() for name in ("p", "k", "micro"))
    size = roster["followers"].to_numpy() / ELASTIC_FROM

    def scores(rate: str) -> np.ndarray:
        return _scores(world, roster["person_number"].to_numpy(), seed, rate)

    def ratio(of_micro: float | np.ndarray) -> np.ndarray:
        return np.where(micro, of_micro, 1)

    engagement = np.exp(np.where(micro, *world.engagement_sd) * scores("engagement"))
    engagement *= ratio(each(world.niches, "engagement")[k]) * each(world.niches, "level")[k]
    engagement *= size ** (world.follower_elasticity - 1)
    views = lognormal(scores("views"), world.view_sd) * ratio(world.view_ratio)
    views *= size ** (world.view_elasticity - 1)
    shown = _spread(scores("impressions"), micro, world.impression_sd, world.impression_tails)
    clicks = lognormal(scores("clicks"), world.click_sd) * ratio(world.click_ratio)
    orders = _spread(scores("orders"), micro, world.order_sd, world.order_tails)
    orders *= _sellers(world, roster, seed) * ratio(each(world.niches, "orders")[k])
    fees = lognormal(scores("fees"), world.fee_sd) * ratio(world.fee_ratio)
    paid = stream(seed, "creators.commission").random(len(roster))
    market = stream(seed, "creators.market").integers(len(world.markets), size=len(roster))
    return roster.assign(
        engagement_rate=each(world.platforms, "engagement_rate")[p] * engagement,
        view_rate=each(world.platforms, "view_rate")[p] * views,
        impression_factor=shown,
        click_rate=(world.click_rate * clicks).clip(max=1),
        order_rate=world.order_rate * orders,
        fee_rate=world.fee_rate * fees * size ** np.where(micro, *world.tier_fee_power),
        on_commission=paid < np.where(micro, *world.commission),
        market=np.array(world.markets)[market],
    )


def _scores(world: World, person: np.ndarray, seed: Seed, rate: str) -> np.ndarray:
    """Standard normal scores of accounts, correlated inside a person."""
    shared = stream(seed, f"creators.{rate}.person").standard_normal(person.max() + 1)[person]
    own = stream(seed, f"creators.{rate}.account").standard_normal(len(person))
    common = world.person_correlation
    return np.asarray(np.sqrt(common) * shared + np.sqrt(1 - common) * own)


def _spread(scores: np.ndarray, micro: np.ndarray, sd: ByArm, tails: Tails) -> np.ndarray:
    """Factors with mean one in each arm."""
    arms = [
        lognormal(scores, of) if tail is None else tail.factors(scores)
        for of, tail in zip(sd, tails, strict=True)
    ]
    return np.where(micro, *arms)


def _sellers(world: World, roster: pd.DataFrame, seed: Seed) -> np.ndarray:
    """Factors with mean one: nothing for those who never sell, more for stars."""
    person, micro = roster["person_number"].to_numpy(), roster["micro"].to_numpy()
    never, stars = (np.where(micro, *pair) for pair in (world.never_sell, world.stars))
    uniforms = [
        stream(seed, f"creators.{kind}").random(person.max() + 1)[person]
        for kind in ("never_sell", "stars")
    ]
    star = np.where(uniforms[1] < stars, world.star_factor, 1) / (
        1 + stars * (world.star_factor - 1)
    )
    return np.asarray((uniforms[0] >= never) * star / (1 - never))
