"""The choices among ways to count, declared before outcomes are looked at.

Every way answers the same question: another denominator is another measure, and all of a tier
added up is another estimand, so neither is a way to count. What a dataset cannot tell apart, such
as sponsored posts where nobody says which they are, is no choice there.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.metrics import Estimand, Metric
from analysis.panel.creators import PlacementsKept, PostsKept

_EXTREMES = 0.01
STRATA, MICRO, MACRO = "like with like", "micro", "macro"


@dataclass(frozen=True, slots=True)
class Counting:
    """One way to count, as far as units are concerned; the default is the registered way.

    Attributes:
        columns: numerator and exposure in the panel; empty for the metric's own.
        posts_kept, placements_kept: as ``creator_panel`` takes them.
        days: all of the scope, or its later half.
        followers: those at the first post in scope, or those of the roster.
        fewest_posts: of a creator who counts.
        least_exposure: times the study's minimum.
        pulled_in: share of rates at each end that is pulled in to the next ones.
        hours_at: times the study's cost of an hour of handling.
    """

    columns: tuple[str, str] | tuple[()] = ()
    posts_kept: PostsKept = "own"
    placements_kept: PlacementsKept = "all"
    days: Literal["all", "later half"] = "all"
    followers: Literal["at the post", "listed"] = "at the post"
    fewest_posts: int = 1
    least_exposure: float = 1.0
    pulled_in: float = 0.0
    hours_at: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice among ways to count.

    Attributes:
        name: as study.yml calls it.
        options: in words, the registered one first.
        changes: what an option changes of ``Counting``, one entry per option.
    """

    name: str
    options: tuple[str, ...]
    changes: tuple[dict[str, Any], ...] = field(hash=False)


def choices_of(metric: Metric, estimand: Estimand) -> tuple[Choice, ...]:
    """The choices that a measure leaves about its units, the registered option first.

    Of fewest posts there is none where the panel does not count the posts behind its exposure.

    Example:
        >>> from analysis.evidence.metrics import METRICS
        >>> [choice.name for choice in choices_of(METRICS["engagement_per_view"], "typical")]
        ['followers', 'posts', 'days', 'extremes']
    """
    found = [_numerator(metric), _FOLLOWERS]
    if metric.within == "niche":
        found += [_POSTS, _DAYS, *([_FEWEST] if metric.exposure in _POSTS_BEHIND else [])]
    else:
        found += [_PLACEMENTS, _DAYS, _least(metric, estimand), _hours(metric)]
    found.append(_EXTREMES_CHOICE)
    return tuple(choice for choice in found if len(choice.options) > 1)


_FOLLOWERS = Choice("followers", ("at the post", "listed"), ({}, {"followers": "listed"}))
_POSTS = Choice(
    "posts",
    ("neither boosted nor giveaways", "boosted posts and giveaways too", "sponsored posts out too"),
    ({}, {"posts_kept": "any"}, {"posts_kept": "unsponsored"}),
)
_PLACEMENTS = Choice(
    "placements",
    ("all", "without boosted ones", "without gifted ones"),
    ({}, {"placements_kept": "unboosted"}, {"placements_kept": "ungifted"}),
)
_DAYS = Choice("days", ("all", "the later half"), ({}, {"days": "later half"}))
_FEWEST = Choice("fewest posts", ("1", "3"), ({}, {"fewest_posts": 3}))
_POSTS_BEHIND = {
    "followers_exposed": "posts_engaged",
    "followers_exposed_liked": "posts_liked",
    "followers_exposed_any": "posts_any",
    "followers_exposed_full": "posts_full",
    "lifetime_exposure": "lifetime_posts",
    "posts_engaged": "posts_engaged",
    "posts_reached": "posts_reached",
    "posts_viewed": "posts_viewed",
}
_EXTREMES_CHOICE = Choice(
    "extremes", ("as they are", "1 % pulled in"), ({}, {"pulled_in": _EXTREMES})
)
_NETTED = {
    "orders_per_click": ("net_orders_clicked", "clicks_netted"),
    "orders_per_1000_impressions": ("net_orders_shown", "impressions_netted"),
    "cost_per_order": ("cost_netted", "net_orders_costed"),
}


def posts_behind(exposure: str) -> str:
    """Name the panel's column of the posts that an exposure adds up.

    Raises:
        NotEstimableError: the panel does not count them.

    Example:
        >>> posts_behind("followers_exposed_liked")
        'posts_liked'
    """
    if exposure not in _POSTS_BEHIND:
        raise NotEstimableError(f"the panel does not count the posts behind {exposure}")
    return _POSTS_BEHIND[exposure]


def _numerator(metric: Metric) -> Choice:
    if metric.name == "engagement_per_follower":
        columns = ("interactions_full", "followers_exposed_full")
        options = ("likes and comments", "saves and shares too")
        return Choice("numerator", options, ({}, {"columns": columns}))
    if metric.name in _NETTED:
        options = ("orders", "orders kept after refunds")
        return Choice("numerator", options, ({}, {"columns": _NETTED[metric.name]}))
    return Choice("numerator", ("registered",), ({},))


def _least(metric: Metric, estimand: Estimand) -> Choice:
    """Half and twice the exposure from which a creator's own rate counts."""
    if not metric.minimum or estimand != "typical":
        return Choice("least exposure", ("registered",), ({},))
    options = (f"the study's {metric.base}", f"half its {metric.base}", f"twice its {metric.base}")
    return Choice("least exposure", options, ({}, {"least_exposure": 0.5}, {"least_exposure": 2.0}))


def _hours(metric: Metric) -> Choice:
    if not metric.is_cost:
        return Choice("hours", ("registered",), ({},))
    options = ("at the study's price", "free", "at twice the study's price")
    return Choice("hours", options, ({}, {"hours_at": 0.0}, {"hours_at": 2.0}))
