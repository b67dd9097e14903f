"""Worlds with planted truth: creators, posts and placements whose ratios micro/macro are known."""

import sys
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from analysis.study.contract import TABLES

ByArm = tuple[float, float]  # (micro, macro)

_BANDS = np.array([[200, 1e3], [1e3, 1e5], [1e5, 1e6], [1e6, 5e6]])  # low <= followers < high
_MICRO_BAND = 1  # those above are macro; the one below is in no arm and draws like micro
_IN_HANDLE = {"instagram": "_ig_", "tiktok": "_tt_", "youtube": "_yt_"}


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform of a world: rates of macro creators, numbers of all.

    ``creators`` counts those in each niche with under 1K, 1K-100K, 100K-1M and over 1M followers,
    log-uniform inside each range; both arms need some.
    """

    name: str
    creators: tuple[int, int, int, int] = (0, 50, 25, 5)
    engagement_rate: float = 0.03  # likes and comments of a post per follower
    view_rate: float = 0.5  # views of a post per follower
    formats: tuple[str, ...] = ("video",)  # equally frequent, without effect
    insights: bool = False  # whether reach and saves are exported


@dataclass(frozen=True, slots=True)
class Niche:
    """One niche of a world and the ratios micro/macro planted in it."""

    name: str
    engagement: float = 1.0  # of engagement per follower, between geometric means over creators
    orders: float = 1.0  # of orders per click, between means over creators


@dataclass(frozen=True, slots=True)
class World:
    """Everything a draw depends on; the defaults plant no difference.

    Engagement is planted on geometric means, so of two arms the wider one has the larger mean;
    clicks and orders are planted on means, so no spread moves them. A ``ratio`` is micro/macro, an
    ``sd`` is of the natural logarithm. Inside an arm no rate depends on followers unless
    ``follower_elasticity`` says so: while it is 1, all parts of the macro arm have one truth.
    """

    name: str = "null"
    brand: str = "Nobody & Nothing (invented)"
    currency: str = "EUR"
    platforms: tuple[Platform, ...] = (Platform("instagram", insights=True),)
    niches: tuple[Niche, ...] = (Niche("beauty"), Niche("food"), Niche("travel"))
    first_day: str = "2026-01-01"  # of posting, ISO
    last_day: str = "2026-09-30"
    posts: int = 5  # per creator
    without_posts: int = 0  # creators, drawn at random
    follower_elasticity: float = 1.0  # interactions grow with this power, from 100,000 followers
    engagement_sd: ByArm = (0.40, 0.40)  # between creators of an arm, like the next three
    view_sd: float = 0.30
    click_sd: float = 0.30
    order_sd: ByArm = (0.35, 0.35)
    post_sd: float = 0.35  # between posts of a creator, of views and again of the response to them
    view_ratio: float = 1.0  # views per follower
    click_rate: float = 0.015  # clicks per impression, mean of macro
    click_ratio: float = 1.0
    order_rate: float = 0.03  # orders per click, mean of macro
    fee_rate: float = 12.0  # per 1,000 impressions, mean of macro
    fee_ratio: float = 1.0
    campaigns: tuple[str, ...] = ("spring", "autumn")  # in turn, one placement per creator
    campaign_sd: float = 0.0  # between campaigns, of the order rate of both arms
    campaign_ratio_sd: float = 0.0  # between campaigns, of the order ratio; its mean is planted
    hidden_likes: ByArm = (0.0, 0.0)  # probability that a post hides its likes
    hidden_as_zero: bool = False  # hidden likes exported as 0 instead of an empty cell


DEMO_SEED = 2026
DEMO = TypeAdapter(World).validate_python(
    yaml.safe_load((resources.files("analysis.study") / "demo.yml").read_text(encoding="utf-8"))
)


class Draw(NamedTuple):
    """One draw of a world.

    Attributes:
        creators, posts, placements: contract tables in raw form: handles, whole numbers, ISO text;
            a hidden or unexported count is missing.
        planted: one row per ``metric``, ``estimand``, ``platform`` and ``niche`` with the true
            ``ratio`` of 1K-100K followers to 100K and up. ``typical`` compares geometric means of
            engagement and means of order rates, ``portfolio`` sums over sums. Niches are equal in
            size and macro rates: ``all`` is a geometric mean for typical engagement, else a mean.
        world: what was drawn.
    """

    creators: pd.DataFrame
    posts: pd.DataFrame
    placements: pd.DataFrame
    planted: pd.DataFrame
    world: World


def draw(world: World, *, rng: np.random.Generator) -> Draw:
    """Draw creators, their posts and one placement each.

    Example:
        >>> world = World(niches=(Niche("food", engagement=1.5), Niche("travel")))
        >>> len(draw(world, rng=np.random.default_rng(1)).posts)
        800
    """
    roster = _with_rates(world, _roster(world, rng), rng)
    frames = (roster, _posts(world, roster, rng), _placements(world, roster, rng))
    creators, posts, placements = (
        frame[[name for name in table.names if name in frame]]
        for frame, table in zip(frames, TABLES.values(), strict=True)
    )
    return Draw(creators, posts, placements, _planted(world), world)


def write_raw(drawn: Draw, folder: Path) -> None:
    """Write a world's files: the same bytes for the same draw."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        text = getattr(drawn, name).to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(text.encode())
    facts = {key: getattr(drawn.world, key) for key in ("name", "brand", "currency")}
    facts |= {"synthetic": True, "planted": drawn.planted.round(6).to_dict("records")}
    text = yaml.safe_dump(facts, sort_keys=False, default_flow_style=None, width=200)
    (folder / "dataset.yml").write_bytes(text.encode())


def _roster(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """One row per creator: public columns and place in the world.

    The place is p, k, band, micro and slot.
    """
    counts = np.repeat(_each(world.platforms, "creators")[:, None, :], len(world.niches), axis=1)
    p, k, band = np.indices(counts.shape).reshape(3, -1).repeat(counts.ravel(), axis=1)
    low, high = _BANDS[band].T
    followers = np.floor(np.exp(rng.uniform(np.log(low), np.log(high)))).clip(low, high - 1)
    roster = pd.DataFrame({"p": p, "k": k, "band": band, "micro": band <= _MICRO_BAND})
    roster["slot"] = roster.index % len(world.campaigns)
    roster["platform"] = _each(world.platforms, "name")[p]
    roster["niche"] = _each(world.niches, "name")[k]
    number = (roster.groupby(["p", "k"]).cumcount() + 1).astype("str").str.zfill(2)
    roster["handle"] = "demo_" + roster["niche"] + roster["platform"].map(_IN_HANDLE) + number
    return roster.assign(followers=followers.astype("int64"), followers_as_of=world.last_day)


def _with_rates(world: World, roster: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Each creator's own rates.

    Those of macro with a spread, times the planted ratio if micro.
    """
    p, k, slot, micro = (roster[name].to_numpy() for name in ("p", "k", "slot", "micro"))
    n, campaigns = len(roster), len(world.campaigns)
    size = (roster["followers"] / 100_000) ** (world.follower_elasticity - 1)
    engaging = np.exp(np.where(micro, *world.engagement_sd) * rng.standard_normal(n)) * size
    engaging *= np.where(micro, _each(world.niches, "engagement")[k], 1)
    viewing = _mean_one(world.view_sd, n, rng) * np.where(micro, world.view_ratio, 1)
    clicking = _mean_one(world.click_sd, n, rng) * np.where(micro, world.click_ratio, 1)
    charging = _mean_one(0.25, n, rng) * np.where(micro, world.fee_ratio, 1)
    ordering = _mean_one(np.where(micro, *world.order_sd), n, rng)
    ordering *= _mean_one(world.campaign_sd, campaigns, rng)[slot]
    tilt = _mean_one(world.campaign_ratio_sd, campaigns, rng)[slot]
    ordering *= np.where(micro, _each(world.niches, "orders")[k] * tilt, 1)
    return roster.assign(
        engaging=_each(world.platforms, "engagement_rate")[p] * engaging,
        viewing=_each(world.platforms, "view_rate")[p] * viewing,
        clicking=(world.click_rate * clicking).clip(max=1),
        ordering=(world.order_rate * ordering).clip(max=1),
        charging=world.fee_rate * charging,
    )


def _posts(world: World, roster: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    active = np.sort(rng.permutation(len(roster))[world.without_posts :])
    posts = roster.loc[active.repeat(world.posts)].reset_index(drop=True)
    growth = rng.uniform(0, 0.15, len(active)).repeat(world.posts)
    days = np.arange(np.datetime64(world.first_day), np.datetime64(world.last_day) + 1)
    day = np.sort(rng.integers(len(days), size=(len(active), world.posts))).ravel()
    followers = posts["followers"] * (1 - growth * (1 - day / len(days)))
    formats = [rng.choice(platform.formats, len(posts)) for platform in world.platforms]
    posts = posts.assign(
        post_id="p" + (posts.index + 1).astype("str"),
        posted_at=np.datetime_as_string(days[day]),
        format=np.choose(posts["p"], formats),
        is_sponsored=np.where(rng.random(len(posts)) < 0.15, "yes", "no"),
        # Nobody crosses the edge of a band: a tier is the same now and at posting.
        followers_at_posting=followers.clip(_BANDS[posts["band"], 0]).astype("int64"),
    )
    return posts.join(_post_counts(world, posts, rng))


def _post_counts(world: World, posts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    seen_by = posts["followers_at_posting"] * _mean_one(world.post_sd, len(posts), rng)
    expected = seen_by * posts["engaging"] * _mean_one(world.post_sd, len(posts), rng)
    interactions = rng.poisson(expected)
    comments = rng.binomial(interactions, 0.04)
    views = np.floor(seen_by * posts["viewing"]) + 1
    counts = {
        "likes": interactions - comments,
        "comments": comments,
        "views": views,
        "reach": np.ceil(views * rng.uniform(0.7, 0.9, len(posts))),
        "saves": rng.poisson(0.06 * expected),
        "shares": rng.poisson(0.03 * expected),
    }
    hidden = rng.random(len(posts)) < np.where(posts["micro"], *world.hidden_likes)
    whole = pd.DataFrame(counts).astype("int64").astype("Int64")
    whole.loc[hidden, "likes"] = 0 if world.hidden_as_zero else pd.NA
    whole.loc[~_each(world.platforms, "insights")[posts["p"]], ["reach", "saves"]] = pd.NA
    return whole


def _placements(world: World, roster: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    size = _mean_one(0.35, len(roster), rng)
    impressions = np.floor(20_000 * (roster["followers"] / 1_000) ** 0.38 * size).astype("int64")
    clicks = rng.binomial(impressions, roster["clicking"])
    orders = rng.binomial(clicks, roster["ordering"])
    return roster.assign(
        campaign=np.array(world.campaigns)[roster["slot"]],
        impressions=impressions,
        clicks=clicks,
        orders=orders,
        orders_refunded=rng.binomial(orders, 0.06),
        revenue=rng.poisson(38 * orders),
        fee=rng.poisson(roster["charging"] * impressions / 1_000),
        handling_hours=rng.integers(1, 7, len(roster)),
        currency=world.currency,
    )


def _each(parts: tuple[Platform, ...] | tuple[Niche, ...], knob: str) -> np.ndarray:
    return np.array([getattr(part, knob) for part in parts])


def _mean_one(sd: float | np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(np.exp(sd * rng.standard_normal(n) - np.square(sd) / 2))


def _planted(world: World) -> pd.DataFrame:
    rows, labels = [], ["all", *_each(world.niches, "name")]
    orders = _each(world.niches, "orders")
    for platform in world.platforms:
        for estimand, shift in _engagement_shifts(world, platform).items():
            engagement = _each(world.niches, "engagement") * shift
            truths = {
                "engagement_per_follower": engagement,
                "engagement_per_view": engagement / world.view_ratio,
                "orders_per_click": orders,
                "orders_per_1000_impressions": orders * world.click_ratio,
            }
            if platform.insights:
                truths["engagement_per_reach"] = truths["engagement_per_view"]
            for metric, ratios in truths.items():
                geometric = estimand == "typical" and metric.startswith("engagement")
                overall = np.exp(np.log(ratios).mean()) if geometric else ratios.mean()
                by_niche = zip(labels, [overall, *ratios], strict=True)
                rows += [(metric, estimand, platform.name, *pair) for pair in by_niche]
    return pd.DataFrame(rows, columns=["metric", "estimand", "platform", "niche", "ratio"])


def _engagement_shifts(world: World, platform: Platform) -> dict[str, float]:
    """What elasticity and spread add to a niche's engagement ratio."""
    power, (micro_sd, macro_sd) = world.follower_elasticity, world.engagement_sd
    low, high = _BANDS[_MICRO_BAND:].T
    creators = np.array(platform.creators[_MICRO_BAND:])
    middle, density = np.log(low * high) / 2, creators / np.log(high / low)
    apart = middle[0] - np.average(middle[1:], weights=creators[1:])
    # Sums over log-uniform followers: of their power, and of themselves.
    grown, plain = density * (high**power - low**power) / power, density * (high - low)
    pooled = grown[0] / plain[0] * plain[1:].sum() / grown[1:].sum()
    wider = np.exp((micro_sd**2 - macro_sd**2) / 2)
    return {"typical": np.exp((power - 1) * apart), "portfolio": pooled * wider}


def main(folder: str) -> None:
    """Write the demo dataset into a folder."""
    write_raw(draw(DEMO, rng=np.random.default_rng(DEMO_SEED)), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
