"""What a draw depends on: platforms, niches and the knobs of a world; the demo."""

from dataclasses import dataclass

from analysis.study.errors import UsageError
from analysis.study.worlds.streams import Gamma, Pareto

ByArm = tuple[float, float]  # (micro, macro)
Tails = tuple[Gamma | Pareto | None, Gamma | Pareto | None]  # (micro, macro); none is lognormal


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform of a world; its rates are those of macro creators.

    ``creators`` counts the accounts in each niche with under 1K, 1K-100K, 100K-1M and over 1M
    followers, log-uniform inside each range; both arms need some.
    """

    name: str
    creators: tuple[int, int, int, int] = (0, 50, 25, 5)
    engagement_rate: float = 0.03  # likes and comments of an organic post per follower
    view_rate: float = 0.5  # views of an organic post per follower
    formats: tuple[str, ...] = ("video",)  # equally frequent, unless the world says otherwise
    insights: bool = False  # whether reach and saves are exported
    comments: int = 0  # of each post that are exported, at most
    listened: bool = False  # whether topics, mentions of the brand and audiences are exported


@dataclass(frozen=True, slots=True)
class Niche:
    """One niche of a world and the ratios micro/macro planted in it."""

    name: str
    engagement: float = 1.0  # of engagement per follower, between geometric means over creators
    orders: float = 1.0  # of orders per click, between means over creators
    level: float = 1.0  # multiplies the engagement rate of both arms
    size: float = 1.0  # multiplies the accounts of every platform


@dataclass(frozen=True, slots=True)
class World:
    """Everything a draw depends on; the defaults plant no difference.

    Engagement is planted on geometric means of organic posts (neither boosted nor giveaway), so of
    two arms the wider one has the larger mean; clicks, orders, impressions and fees are planted on
    means, so no spread moves them. A ``ratio`` is micro/macro, an ``sd`` is of the natural
    logarithm, a share lies between 0 and 1. An ``elasticity`` or ``power`` is the exponent of
    followers, from 100,000: while those of followers and views are 1, no rate of engagement
    depends on followers inside an arm. A rate per click or impression above 1 counts as 1.

    Raises:
        UsageError: a share, a spread or a number of bookings or accounts that cannot be.
    """

    name: str = "null"
    brand: str = "Nobody & Nothing (invented)"
    currency: str = "EUR"
    platforms: tuple[Platform, ...] = (Platform("instagram", insights=True),)
    niches: tuple[Niche, ...] = (Niche("beauty"), Niche("food"), Niche("travel"))
    first_day: str = "2026-01-01"  # of posts and campaigns, ISO
    last_day: str = "2026-09-30"

    # Persons: accounts of one person share a part of the logs of every rate.
    accounts_per_person: tuple[int, int] = (1, 1)  # by arm, on one platform in one niche
    in_both_arms: int = 0  # persons per platform and niche with a micro and a macro account
    on_two_platforms: float = 0.0  # share of persons, at most 1 / (platforms - 1)
    person_correlation: float = 0.5  # between the log rates of a person's accounts

    # Posts.
    posts: int = 5  # per creator
    without_posts: int = 0  # creators, drawn at random
    follower_elasticity: float = 1.0  # of the interactions of a post
    view_elasticity: float = 1.0  # of views and reach of a post
    engagement_sd: ByArm = (0.40, 0.40)  # between creators of an arm
    view_sd: float = 0.30
    view_ratio: float = 1.0  # views per follower
    post_sd: float = 0.35  # between posts of a creator, of views and again of the response to them
    save_rate: float = 0.06  # saves per interaction of an ordinary post, like the next
    share_rate: float = 0.03
    sponsored: float = 0.15  # share of posts
    sponsored_factor: ByArm = (1.0, 1.0)  # likes and comments of these over own ones; mean stays
    growth: ByArm = (
        0.15,
        0.15,
    )  # of followers over the days of the world, at most; half on average
    first_format: ByArm | None = None  # share of a platform's first format; none: all alike
    first_format_factor: ByArm = (1.0, 1.0)  # likes and comments of it over others; mean stays
    reply_rate: ByArm = (0.2, 0.2)  # comments answered within 48 hours, mean over creators
    reply_spread: float = 0.3  # of these rates between creators: variance in the largest possible
    topic_focus: ByArm = (0.6, 0.6)  # share of posts on the creator's own one of ten topics
    mention_rate: ByArm = (0.3, 0.3)  # of posts that name the brand, mean over creators
    target_share: ByArm = (0.4, 0.4)  # of the audience in the target, mean over creators
    boosted: ByArm = (0.0, 0.0)  # share of posts
    boost_factor: float = 4.0  # of views, reach and all interactions of a boosted post
    giveaways: ByArm = (0.0, 0.0)  # share of posts
    giveaway_factor: float = 3.0  # of likes and comments of a giveaway
    hidden_likes: ByArm = (0.0, 0.0)  # share of posts
    hidden_as_zero: bool = False  # hidden likes exported as 0 instead of an empty cell

    # Placements: the creator's own rates.
    impressions: float = 115_000.0  # of a placement of 100,000 followers
    impression_elasticity: float = 0.38
    impression_sd: ByArm = (0.25, 0.25)  # between creators of an arm, like those below
    impression_tails: Tails = (None, None)  # instead of ``impression_sd``
    click_rate: float = 0.015  # clicks per impression, mean of macro
    click_ratio: float = 1.0
    click_sd: float = 0.30
    order_rate: float = 0.03  # orders per click, mean of macro
    order_sd: ByArm = (0.35, 0.35)
    order_tails: Tails = (None, None)  # instead of ``order_sd``
    never_sell: ByArm = (0.0, 0.0)  # share of persons; the others sell more, so the mean stays
    stars: ByArm = (0.0, 0.0)  # share of persons; the mean stays
    star_factor: float = 10.0  # orders per click of a star, in those of the others
    fee_rate: float = 12.0  # per 1,000 impressions usual for the followers, mean of macro
    fee_ratio: float = 1.0
    fee_sd: float = 0.25
    tier_fee_power: ByArm = (0.0, 0.0)  # of that rate inside an arm
    commission: ByArm = (0.0, 0.0)  # share of creators whose fee is a share of revenue
    commission_rate: float = 0.10  # that share of revenue
    most_hours: int = 0  # of handling a placement: 1 to so many, equally frequent
    hour_cost: float = 30.0  # as in study.yml; only the truth of costs uses it

    # Placements: bookings and campaigns, which divide the days between them in their order.
    bookings_per_creator: tuple[int, ...] = (1,)  # equally frequent; in one campaign after another
    booking_sd: float = 0.0  # luck of a booking, of orders per click
    campaigns: tuple[str, ...] = ("spring", "autumn")  # creators begin in each of them in turn
    campaign_sd: float = 0.0  # between campaigns, of the order rate of both arms
    campaign_drift: float = 0.0  # sd of the step from campaign to campaign, of the same rate
    campaign_ratio_sd: float = 0.0  # between campaigns, of the order ratio; its mean is planted
    markets: tuple[str, ...] = ("DE",)  # of creators, equally frequent, without effect

    def __post_init__(self) -> None:
        for name in ("reply_rate", "mention_rate", "target_share"):
            rates = getattr(self, name)
            self._check(name, all(0 < rate < 1 for rate in rates), "between 0 and 1")
        self._check("reply_spread", 0 < self.reply_spread < 1, "between 0 and 1")
        self._check("growth", all(0 <= grown < 1 for grown in self.growth), "0 to below 1")
        first = self.first_format or (0.5, 0.5)
        self._check("first_format", all(0 < share < 1 for share in first), "between 0 and 1")
        shares = ("boosted", "giveaways", "hidden_likes", "never_sell", "stars", "commission")
        for name in ("topic_focus", *shares):
            self._check(name, all(0 <= share <= 1 for share in getattr(self, name)), "0 to 1")
        self._check("never_sell", max(self.never_sell) < 1, "below 1, or nobody sells")
        self._check("person_correlation", 0 <= self.person_correlation <= 1, "0 to 1")
        others = len(self.platforms) - 1
        allowed = f"0 to {1 / others:.3g}" if others else "0, there is one platform"
        self._check("on_two_platforms", 0 <= self.on_two_platforms * max(others, 1) <= 1, allowed)
        self._check("on_two_platforms", others > 0 or self.on_two_platforms == 0, allowed)
        self._check("accounts_per_person", min(self.accounts_per_person) >= 1, "1 or more")
        bookings = self.bookings_per_creator
        self._check("bookings_per_creator", min(bookings, default=-1) >= 0, "whole numbers from 0")

    def _check(self, knob: str, holds: bool, allowed: str) -> None:
        if not holds:
            raise UsageError(
                f"World {self.name!r}: {knob} is {getattr(self, knob)}; give {allowed}"
            )

    def format_shares(self, platform: Platform) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Share of each format of a platform in the posts of micro and of macro creators."""
        others = len(platform.formats) - 1
        alike = (1.0 / len(platform.formats),) * len(platform.formats)
        if self.first_format is None or not others:
            return alike, alike
        micro, macro = ((first, *((1 - first) / others,) * others) for first in self.first_format)
        return micro, macro


DEMO_SEED = 2026
DEMO = World(
    name="demo",
    brand="Example & Daughters Teapots (invented)",
    platforms=(
        Platform(
            *("instagram", (1, 50, 25, 5), 0.020, 0.60, ("image", "carousel", "reel")),
            insights=True,
            comments=3,
            listened=True,
        ),
        Platform("tiktok", (1, 50, 25, 5), 0.045, 0.90),
        Platform("youtube", (1, 50, 25, 5), 0.025, 0.35, ("long", "short")),
    ),
    niches=(
        Niche("beauty", 1.5, orders=0.7, level=1.0),
        Niche("wellness", 1.4, orders=0.7, level=0.9),
        Niche("food", 1.6, orders=0.7, level=1.1),
        Niche("fashion", 1.3, orders=0.7, level=1.2),
        Niche("travel", 1.25, orders=0.7, level=1.3),
        Niche("gaming", 1.0, orders=0.7, level=0.8),
        Niche("home", 1.2, orders=0.7, level=0.7),
    ),
    on_two_platforms=0.1,
    reply_rate=(0.30, 0.15),
    topic_focus=(0.8, 0.6),
    mention_rate=(0.30, 0.24),
    target_share=(0.45, 0.30),
    without_posts=3,
    view_ratio=1.2,
    boosted=(0.03, 0.06),
    giveaways=(0.04, 0.02),
    hidden_likes=(0.03, 0.03),
    fee_ratio=0.8,
    most_hours=6,
    bookings_per_creator=(1, 1, 2, 3),
    booking_sd=0.4,
    campaigns=("winter", "spring", "summer", "autumn"),
    campaign_sd=0.15,
    markets=("DE", "FR"),
)
