"""What posts and follower counts tell of formats and growth, as one row per creator."""

import numpy as np
import pandas as pd

from analysis.panel.columns import RELATIONSHIP_COLUMNS
from analysis.panel.creators import ALL_DAYS, asked
from analysis.store.dataset import Dataset
from analysis.study.ranges import Period

KEY = ["creator_id", "platform"]
NEWEST = 15  # posts of a creator among which formats are counted, the same number for all
SPAN_DAYS = 14  # least between the two counts that growth is read from
_SHARED = ("short", "carousel", "story")  # formats whose share of a creator's posts is compared


def formats(
    dataset: Dataset, *, period: Period = ALL_DAYS, campaign: str | None = None
) -> pd.DataFrame:
    """Posts of each creator by format.

    Returns:
        One row per creator and format: ``kind``, ``posts``, ``latest`` of the fifteen newest, and
        means of logarithms: ``log_interactions`` of likes and comments plus a half over
        ``posts_engaged``, ``log_interactions_viewed`` and ``log_views`` over ``posts_viewed``.
    """
    return asked(dataset, "formats.sql", _scope(period, campaign))


def growth(
    dataset: Dataset, *, period: Period = ALL_DAYS, campaign: str | None = None
) -> pd.DataFrame:
    """Follower counts of each creator over time, and the engagement that went with them.

    Returns:
        One row per creator with ``step``, ``days``, ``followers_before``, ``followers_after``,
        ``posts_met``, ``moved`` and ``moved_with``, and of all counts the ``first_count``, the
        ``last_count`` and ``days_between``, as ``growth.sql`` says.
    """
    return asked(dataset, "growth.sql", _scope(period, campaign))


def answer_times(
    dataset: Dataset, *, period: Period = ALL_DAYS, campaign: str | None = None
) -> pd.DataFrame:
    """How long comments of others waited for an answer.

    Returns:
        One row per creator, whole ``minutes`` and whether ``answered`` by then, with the number of
        ``comments``; the others were watched for so long.
    """
    return asked(dataset, "answer_times.sql", _scope(period, campaign))


def _scope(period: Period, campaign: str | None) -> dict[str, object]:
    return {"first_day": period.first, "last_day": period.last, "campaign": campaign}


def relationship_columns(by_format: pd.DataFrame, grown: pd.DataFrame) -> pd.DataFrame:
    """The columns of the panel that come from formats and growth.

    A format's rate is compared as interactions less a half over an exposure, because the
    estimator of geometric means adds a half: over its own views, or over what the creator's own
    other format would have brought.

    Args:
        by_format, grown: as ``formats`` and ``growth`` give them.

    Returns:
        ``RELATIONSHIP_COLUMNS``, one row per creator of either, indexed by ``KEY``.
    """
    by = by_format.set_index([*KEY, "kind"])
    columns = _shares(by) | _rates(by) | _growth(grown.set_index(KEY))
    return pd.DataFrame({name: columns[name] for name in RELATIONSHIP_COLUMNS})


def mix_of_newest(latest: pd.Series) -> pd.Series:
    """Shannon's entropy of the formats of each creator's fifteen newest posts.

    Args:
        latest: how many of them are of each format, indexed by ``KEY`` at least.

    Returns:
        By ``KEY``; missing where a creator has fewer posts.

    Example:
        >>> creators = pd.MultiIndex.from_tuples([("a", "x"), ("b", "x"), ("b", "x")], names=KEY)
        >>> mix_of_newest(pd.Series([15.0, 7.0, 8.0], creators)).tolist()
        [0.0, 0.690923309]
    """
    share = latest / NEWEST
    return (-share * np.log(share)).groupby(KEY).sum(min_count=1).round(9).abs()


def _shares(by: pd.DataFrame) -> dict[str, pd.Series]:
    """Posts by format, and the mix of the newest posts."""
    entropy = mix_of_newest(by["latest"])
    posts = by["posts"].groupby(KEY).sum()
    shared = {
        f"posts_{kind}": _of(by, kind)["posts"].reindex(posts.index, fill_value=0.0)
        for kind in _SHARED
    }
    mixes = entropy.notna().astype(float).where(entropy.notna())
    return {"posts_formatted": posts, "format_diversity": entropy, "format_mixes": mixes} | shared


def _rates(by: pd.DataFrame) -> dict[str, pd.Series]:
    """Geometric means of a format's posts beside those of the creator's other format."""
    short, long, carousel, image = (
        _of(by, kind) for kind in ("short", "long", "carousel", "image")
    )
    rate = long["log_interactions_viewed"] - long["log_views"]
    return {
        "short_interactions": _less_a_half(short["log_interactions_viewed"]),
        "short_views": np.exp(short["log_views"]),
        "short_as_long": np.exp(short["log_views"] + rate),
        "long_interactions": _less_a_half(long["log_interactions_viewed"]),
        "long_views": np.exp(long["log_views"]),
        "carousel_interactions": _less_a_half(carousel["log_interactions"]),
        "carousel_as_image": np.exp(image["log_interactions"]),
    }


def _growth(grown: pd.DataFrame) -> dict[str, pd.Series]:
    """Followers at the first count, and after 30 days at the pace up to the last."""
    told = grown[grown["days"] >= SPAN_DAYS]
    pace = np.log(told["followers_after"] / told["followers_before"]) / told["days"]
    return {
        "followers_before": told["followers_before"],
        "followers_in_30_days": told["followers_before"] * np.exp(30 * pace) - 0.5,
    }


def _of(by: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows of one format, by creator."""
    return by[by.index.get_level_values("kind") == kind].droplevel("kind")


def _less_a_half(logs: pd.Series) -> pd.Series:
    """Geometric means without the half that was added to every count; 0 where all were 0."""
    return (np.exp(logs) - 0.5).clip(lower=0)
