"""The metric registry: what is divided by what, for whom, and how it is compared."""

from dataclasses import dataclass
from typing import Literal

Estimand = Literal["typical", "portfolio", "elasticity"]
Typical = Literal["geometric mean", "mean of rates"]

BOTH: tuple[Estimand, ...] = ("typical", "portfolio")


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate per creator: a numerator and an exposure of the creator panel.

    Attributes:
        name: as in study.yml and results.csv.
        label: how a sentence calls it.
        numerator: column of the panel, summed over the creator's posts or placements.
        exposure: column of the same rows that the numerator is divided by.
        needs: what the input must hold, named when it does not.
        estimands: ``typical`` gives every creator the same weight, ``portfolio`` every unit of
            exposure; both are shown because they can disagree. ``elasticity`` is the slope of the
            log rate on log followers, against 1.
        typical: how a typical creator is compared: by geometric means of rates that are rarely 0,
            or by the mean of the rates of creators with enough exposure.
        minimum: entry of ``minimums`` in study.yml below which a creator's own rate is not used.
        within: what is compared like with like: engagement inside niches, because niches differ in
            it; bookings inside campaigns, which removes brand, product, price and season.
        per: units of exposure in which the rate is told.
    """

    name: str
    label: str
    numerator: str
    exposure: str
    needs: str
    estimands: tuple[Estimand, ...] = BOTH
    typical: Typical = "geometric mean"
    minimum: str | None = None
    within: Literal["niche", "campaign"] = "niche"
    per: int = 1

    @property
    def is_cost(self) -> bool:
        """Whether the numerator is money, so that a creator without exposure still counts."""
        return self.name.startswith("cost")

    @property
    def sides(self) -> tuple[str, str]:
        """Words for a higher and a lower rate; a higher cost is no lead."""
        less_is_better = self.is_cost or self.name.startswith("refunds")
        return ("higher", "lower") if less_is_better else ("ahead", "behind")

    @property
    def unit(self) -> str:
        """Unit of the rate; a ratio of two of them has none."""
        return self.label

    @property
    def leans(self) -> bool:
        """Followers define the tier and are the denominator: the rate falls with size anyway."""
        return self.exposure in ("followers_exposed", "lifetime_exposure")


def _engagement(name: str, label: str, numerator: str, exposure: str, needs: str) -> Metric:
    return Metric(name, label, numerator, exposure, f"posts with likes, comments{needs}")


def _per_post(name: str, label: str, numerator: str, exposure: str, needs: str) -> Metric:
    estimands: tuple[Estimand, ...] = ("typical", "elasticity")
    return Metric(name, label, numerator, exposure, needs, estimands=estimands)


def _proxy(name: str, label: str, numerator: str, exposure: str, needs: str, per: int) -> Metric:
    return Metric(name, label, numerator, exposure, needs, estimands=("typical",), per=per)


def _conversion(
    name: str, label: str, numerator: str, exposure: str, needs: str, minimum: str, per: int = 1
) -> Metric:
    return Metric(
        name,
        label,
        numerator,
        exposure,
        f"placements with {needs}",
        typical="mean of rates",
        minimum=minimum,
        within="campaign",
        per=per,
    )


def _cost(name: str, label: str, numerator: str, exposure: str, needs: str, per: int = 1) -> Metric:
    return Metric(
        name,
        label,
        numerator,
        exposure,
        f"placements with {needs}",
        estimands=("portfolio",),
        within="campaign",
        per=per,
    )


_ENGAGEMENT = (
    _engagement(
        "engagement_per_follower",
        "engagement per follower",
        "interactions",
        "followers_exposed",
        "",
    ),
    _engagement(
        "engagement_per_view", "engagement per view", "interactions_viewed", "views", " and views"
    ),
    _engagement(
        "engagement_per_reach",
        "engagement per person reached",
        "interactions_reached",
        "reach",
        " and reach",
    ),
    _per_post("reach_per_post", "reach per post", "reach_all", "posts_reached", "posts with reach"),
    _per_post("views_per_post", "views per post", "views_all", "posts_viewed", "posts with views"),
    _per_post(
        "engagement_per_post",
        "engagement per post",
        "interactions",
        "posts_engaged",
        "posts with likes, comments",
    ),
)
_CONVERSION = (
    _conversion(
        "clicks_per_1000_impressions",
        "clicks per 1,000 impressions",
        "clicks_shown",
        "impressions_clicked",
        "impressions and clicks",
        "impressions",
        1000,
    ),
    _conversion(
        "orders_per_click",
        "orders per click",
        "orders_clicked",
        "clicks",
        "clicks and orders",
        "clicks",
    ),
    _conversion(
        "orders_per_1000_impressions",
        "orders per 1,000 impressions",
        "orders_shown",
        "impressions",
        "impressions and orders",
        "impressions",
        1000,
    ),
    _conversion(
        "orders_per_1000_reached",
        "orders per 1,000 reached",
        "orders_reached",
        "placements_reach",
        "reach and orders",
        "impressions",
        1000,
    ),
    _conversion(
        "net_orders_per_1000_impressions",
        "orders kept per 1,000 impressions",
        "net_orders_shown",
        "impressions_netted",
        "impressions, orders and refunds",
        "impressions",
        1000,
    ),
    _conversion(
        "clicks_per_1000_reached",
        "clicks per 1,000 reached",
        "clicks_reached",
        "reach_clicked",
        "reach and clicks",
        "impressions",
        1000,
    ),
    _conversion(
        "sessions_per_1000_reached",
        "shop visits per 1,000 reached",
        "sessions_reached",
        "reach_visiting",
        "reach and sessions",
        "impressions",
        1000,
    ),
)
_TRUST = (
    _proxy(
        "saves_per_1000_reached",
        "saves per 1,000 reached",
        "saves",
        "reach_saved",
        "posts with saves and reach",
        1000,
    ),
    _proxy(
        "shares_per_1000_reached",
        "shares per 1,000 reached",
        "shares",
        "reach_shared",
        "posts with shares and reach",
        1000,
    ),
    _proxy(
        "profile_visits_per_1000_reached",
        "profile visits per 1,000 reached",
        "profile_visits",
        "reach_visited",
        "posts with profile visits and reach",
        1000,
    ),
    Metric(
        "purchase_intent_per_100_comments",
        "comments that ask where to buy, per 100",
        "purchase_intent",
        "comments_read",
        "posts with comments read for intent",
        estimands=("portfolio",),
        per=100,
    ),
    Metric(
        "refunds_per_order",
        "refunds per order",
        "refunds",
        "orders_known_refunds",
        "placements with orders and refunds",
        estimands=("portfolio",),
        within="campaign",
    ),
)
_LIFETIME = tuple(
    _proxy(
        f"lifetime_{what}_per_post_and_follower",
        f"{what} per post and follower since the account began",
        f"lifetime_{what}",
        "lifetime_exposure",
        f"creators with lifetime posts, five or more, and lifetime {what}",
        1,
    )
    for what in ("likes", "views")
)
_COST = (
    _cost("cost_per_placement", "cost per placement", "cost", "placements_costed", "a fee"),
    _cost(
        "cost_per_1000_impressions",
        "cost per 1,000 impressions",
        "cost_shown",
        "impressions_costed",
        "a fee and impressions",
        1000,
    ),
    _cost("cost_per_click", "cost per click", "cost_clicked", "clicks_costed", "a fee and clicks"),
    _cost("cost_per_order", "cost per order", "cost_ordered", "orders_costed", "a fee and orders"),
    _cost(
        "cost_per_order_handled",
        "cost per order with more handling",
        "cost_handled",
        "orders_costed",
        "a fee and orders",
    ),
    _cost(
        "cost_per_engagement",
        "cost per engagement",
        "cost_engaged",
        "interactions_costed",
        "a fee, and posts that name their campaign",
    ),
    _cost(
        "cost_per_revenue",
        "cost per unit of revenue",
        "cost_earning",
        "revenue",
        "a fee and revenue",
    ),
)

METRICS = {
    metric.name: metric for metric in (*_ENGAGEMENT, *_LIFETIME, *_CONVERSION, *_TRUST, *_COST)
}
