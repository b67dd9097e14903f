"""The ratios micro/macro that a world plants, by arithmetic and without a draw."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.study.worlds.listening import TOPICS
from analysis.study.worlds.placements import VALUE
from analysis.study.worlds.roster import ELASTIC_FROM, FOLLOWERS, MICRO_BAND, counts_of, each
from analysis.study.worlds.world import Platform, World

Arms = tuple[np.ndarray, np.ndarray]  # (micro, macro), each of shape (niches,)
Factors = Sequence[float | np.ndarray]  # (micro, macro)
_NEWEST = 15  # posts among which formats are counted
_KINDS = {"reel": "short"}  # formats that are one
_SHARED = {"short": "short_video_share", "carousel": "carousel_share"}
_BESIDE = {
    ("short", "long"): "short_over_long_engagement",
    ("carousel", "image"): "carousel_over_image_engagement",
}
Truth = tuple[str, str, float, np.ndarray]  # metric, estimand, over all niches, by niche


def planted(world: World) -> pd.DataFrame:
    """Work out the true ratios micro/macro of a world.

    ``typical`` gives every creator the same weight: geometric means for engagement, means of own
    rates for orders, saves and shares. ``portfolio`` gives it to every unit of exposure: sums over
    sums. Engagement is compared inside niches, which Mantel-Haenszel weights bring together; what
    is booked is compared over all niches, since campaigns hold them alike. All are expectations
    over worlds: no luck of the draw, of campaigns or of bookings is in them. Geometric means are
    those of rates over many posts: an arm with fewer organic posts per creator than the other
    shows a lower one, by about half the variance between posts over their number.

    Returns:
        One row per ``metric``, ``estimand``, ``platform`` and ``niche`` (or ``all``) with the
        ``ratio``.

    Example:
        >>> from analysis.study.worlds import Niche
        >>> table = planted(World(niches=(Niche("food", orders=0.8),), fee_ratio=0.6))
        >>> ratios = table.set_index(["metric", "niche"])["ratio"]
        >>> round(float(ratios["cost_per_order", "all"]), 6)
        0.75
    """
    niches = ["all", *each(world.niches, "name")]
    rows = [
        (metric, estimand, platform.name, niche, ratio)
        for counts, platform in zip(counts_of(world), world.platforms, strict=True)
        for truths in (_engagement, _relationship, _bookings)
        for metric, estimand, overall, by_niche in truths(world, platform, counts)
        for niche, ratio in zip(niches, [overall, *by_niche], strict=True)
    ]
    return pd.DataFrame(rows, columns=["metric", "estimand", "platform", "niche", "ratio"])


def _engagement(world: World, platform: Platform, counts: np.ndarray) -> Iterator[Truth]:
    """Truths of organic posts."""
    power, views, level = world.follower_elasticity, world.view_elasticity, _levels(world)
    people = _sums(counts, 0)
    weights = people[0] * people[1] / (people[0] + people[1])
    wider = [np.exp(sd**2 / 2) for sd in world.engagement_sd]
    interactions = _times(_times(_sums(counts, power), level), wider)
    exposures = {"follower": (1.0, 1.0), "view": (views, world.view_ratio)}
    if platform.insights:
        exposures["reach"] = exposures["view"]
    for name, (exponent, ratio) in exposures.items():
        apart = (power - exponent) * _log_gap(counts)
        logs = np.log(level[0] / level[1] / ratio) + apart
        typical = float(np.exp(np.average(logs, weights=weights)))
        yield f"engagement_per_{name}", "typical", typical, np.exp(logs)
        exposed = _times(_sums(counts, exponent), (ratio, 1))
        yield f"engagement_per_{name}", "portfolio", *_within(interactions, exposed)
    if platform.insights:
        rates = _times(_times(_sums(counts, power - views), level), wider)
        rates = _times(rates, (1 / world.view_ratio, 1))
        for name in ("saves", "shares"):
            yield f"{name}_per_1000_reached", "typical", *_within(rates, people)


def _relationship(world: World, platform: Platform, counts: np.ndarray) -> Iterator[Truth]:
    """Truths about creators and followers: sponsored posts, answers, formats and growth."""
    people = _sums(counts, 0)

    def everywhere(metric: str, ratio: float) -> Truth:
        return metric, "typical", ratio, np.full(len(people[0]), ratio)

    sponsored = world.sponsored_factor[0] / world.sponsored_factor[1]
    yield everywhere("sponsored_over_own_engagement", sponsored)
    if platform.comments:
        answered = _times(people, world.reply_rate)
        for estimand in ("typical", "portfolio"):
            yield "comments_answered_in_48_hours", estimand, *_within(answered, people)
    if platform.listened:
        yield from _heard(world, people)
    kinds = [_KINDS.get(word, word) for word in platform.formats]
    shares = [dict(zip(kinds, arm, strict=True)) for arm in world.format_shares(platform)]
    for kind, metric in _SHARED.items():
        if kind in kinds:
            yield everywhere(metric, shares[0][kind] / shares[1][kind])
    factors = [
        {kind: factor if kind == kinds[0] else 1.0 for kind in kinds}
        for factor in world.first_format_factor
    ]
    for (one, other), metric in _BESIDE.items():
        if {one, other} <= set(kinds):
            apart = [of[one] / of[other] for of in factors]
            yield everywhere(metric, apart[0] / apart[1])
    if world.posts >= _NEWEST and len(kinds) > 1:
        mixes = [_expected_entropy(arm.values()) for arm in shares]
        yield everywhere("format_diversity", mixes[0] / mixes[1])
    days = (np.datetime64(world.last_day) - np.datetime64(world.first_day)).astype("int64") + 1
    gained = (world.growth[0] - world.growth[1]) / 2
    yield everywhere("follower_growth", float(np.exp(gained * 30 / days)))


def _expected_entropy(shares: Iterable[float]) -> float:
    """Mean of Shannon's entropy of so many posts, drawn with these shares."""
    told = np.arange(1, _NEWEST + 1)
    terms = -told / _NEWEST * np.log(told / _NEWEST)
    return float(sum((binom.pmf(told, _NEWEST, share) * terms).sum() for share in shares))


def _heard(world: World, people: Arms) -> Iterator[Truth]:
    """Truths of topics, mentions and audiences: means of what each creator shows."""
    agree = [focus**2 + (1 - focus) ** 2 / (TOPICS - 1) for focus in world.topic_focus]
    yield "topic_agreement", "typical", *_within(_times(people, agree), people)
    for estimand in ("typical", "portfolio"):
        named = _times(people, world.mention_rate)
        yield "posts_naming_a_brand", estimand, *_within(named, people)
    sought = _times(people, world.target_share)
    yield "audience_in_target", "typical", *_within(sought, people)


def _bookings(world: World, _: Platform, counts: np.ndarray) -> Iterator[Truth]:
    """Truths of placements; bookings per creator multiply every sum alike."""
    people, orders = _sums(counts, 0), each(world.niches, "orders")
    power = world.impression_elasticity
    impressions = _times(_sums(counts, power), (world.impressions, world.impressions))
    clicks = _times(impressions, (world.click_rate * world.click_ratio, world.click_rate))
    sold = _times(clicks, (world.order_rate * orders, world.order_rate))
    clicking = _times(people, (world.click_ratio, 1))
    selling = _times(people, (orders, 1))
    yield "orders_per_click", "typical", *_over(selling, people)
    yield "orders_per_click", "portfolio", *_over(sold, clicks)
    yield "orders_per_1000_impressions", "typical", *_over(_times(clicking, (orders, 1)), people)
    yield "orders_per_1000_impressions", "portfolio", *_over(sold, impressions)
    rates = (world.fee_rate * world.fee_ratio, world.fee_rate)
    quotes = [
        world.impressions / 1_000 * rate * _sums(counts, power + extra)[arm]
        for arm, (rate, extra) in enumerate(zip(rates, world.tier_fee_power, strict=True))
    ]
    handling = world.hour_cost * (1 + world.most_hours) / 2 * (world.most_hours > 0)
    micro, macro = (
        (1 - share) * quote + share * world.commission_rate * VALUE * sales + handling * number
        for share, quote, sales, number in zip(world.commission, quotes, sold, people, strict=True)
    )
    yield "cost_per_order", "portfolio", *_over((micro, macro), sold)


def _levels(world: World) -> Arms:
    """Engagement rates in those of macro in a niche of level 1."""
    level = each(world.niches, "level")
    return level * each(world.niches, "engagement"), level


def _sums(counts: np.ndarray, power: float) -> Arms:
    """Sums over the creators of each arm of a power of followers, in 100,000; the 0th counts."""
    low, high = (FOLLOWERS / ELASTIC_FROM).T
    logs = np.log(high / low)
    means = np.ones(len(low)) if power == 0 else (high**power - low**power) / power / logs
    micro, macro = slice(MICRO_BAND, MICRO_BAND + 1), slice(MICRO_BAND + 1, None)
    of_micro, of_macro = ((counts[:, arm] * means[arm]).sum(axis=1) for arm in (micro, macro))
    return of_micro, of_macro


def _log_gap(counts: np.ndarray) -> np.ndarray:
    """Mean log followers of micro less that of macro, by niche."""
    middle = np.log(FOLLOWERS).mean(axis=1)[MICRO_BAND:]
    of_macro = counts[:, MICRO_BAND + 1 :]
    return np.asarray(middle[0] - (of_macro * middle[1:]).sum(axis=1) / of_macro.sum(axis=1))


def _times(sums: Arms, factors: Factors) -> Arms:
    return sums[0] * factors[0], sums[1] * factors[1]


def _ratio(numerator: Arms, exposure: Arms) -> np.ndarray:
    return numerator[0] / exposure[0] / (numerator[1] / exposure[1])


def _within(numerator: Arms, exposure: Arms) -> tuple[float, np.ndarray]:
    """Mantel-Haenszel ratio within niches, and the ratio of each."""
    both = exposure[0] + exposure[1]
    cross = [(numerator[arm] * exposure[1 - arm] / both).sum() for arm in (0, 1)]
    return float(cross[0] / cross[1]), _ratio(numerator, exposure)


def _over(numerator: Arms, exposure: Arms) -> tuple[float, np.ndarray]:
    """Ratio of sums over all niches, and the ratio of each."""
    totals = [[of_arm.sum() for of_arm in arms] for arms in (numerator, exposure)]
    overall = totals[0][0] / totals[1][0] / (totals[0][1] / totals[1][1])
    return float(overall), _ratio(numerator, exposure)
