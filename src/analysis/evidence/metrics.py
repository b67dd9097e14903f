"""The metric registry: what is divided by what, and in whose favour the arithmetic leans."""

from dataclasses import dataclass
from typing import Literal

Estimand = Literal["typical", "pooled"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate per creator: a numerator and an exposure of the creator panel.

    Attributes:
        name: as in study.yml and results.csv.
        label: how a sentence calls it.
        numerator: column of the panel, summed over the creator's posts or placements.
        exposure: column of the same rows that the numerator is divided by.
        unit: of the rate.
        estimands: ``typical`` gives every creator the same weight, ``pooled`` every unit of
            exposure; both are shown because they can disagree.
        needs: what the input must hold, named when it does not.
        minimum: entry of ``minimums`` in study.yml below which a creator's own rate is not used.
        within_niches: whether the row over all niches compares inside niches only. Engagement does,
            because niches differ in engagement; conversion is defined over the whole selection.
        leans: True where followers, which define the tier, are also the denominator, so that the
            rate falls with size by arithmetic alone.
    """

    name: str
    label: str
    numerator: str
    exposure: str
    unit: str
    estimands: tuple[Estimand, ...]
    needs: str
    minimum: str | None = None
    within_niches: bool = False
    leans: bool = False


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "engagement_per_follower",
            "engagement per follower",
            "interactions",
            "followers_exposed",
            "likes and comments per follower and post",
            ("typical",),
            "posts with likes and comments",
            within_niches=True,
            leans=True,
        ),
        Metric(
            "engagement_per_view",
            "engagement per view",
            "interactions_viewed",
            "views",
            "likes and comments per view",
            ("typical",),
            "posts with likes, comments and views",
            within_niches=True,
        ),
        Metric(
            "engagement_per_reach",
            "engagement per person reached",
            "interactions_reached",
            "reach",
            "likes and comments per account reached",
            ("typical",),
            "posts with likes, comments and reach",
            within_niches=True,
        ),
        Metric(
            "orders_per_click",
            "orders per click",
            "orders_clicked",
            "clicks",
            "orders per click",
            ("pooled", "typical"),
            "placements with clicks and orders",
            minimum="clicks",
        ),
        Metric(
            "orders_per_1000_impressions",
            "orders per 1,000 impressions",
            "orders_shown",
            "impressions",
            "orders per 1,000 impressions",
            ("pooled", "typical"),
            "placements with impressions and orders",
            minimum="impressions",
        ),
    )
}
