"""Truth states: why a metric has no value, and that a 0 may be a lie."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.formats import ColumnRule
from analysis.sources.values.checks import told
from analysis.study.contract import HIDDEN, NOT_AVAILABLE, OBSERVED, STATES, SUPPRESSED, ZERO

HIDING_COMMENTS = 20  # 0 or 3 likes beside more comments than this: likes are hidden
HIDING_VIEWS = 1000  # 0 likes beside as many views: likes are hidden, and comments of 0 are off
HIDING_LIKES = 1000  # 0 comments beside as many likes: comments may be switched off


def states_of(values: pd.Series, text: pd.Series, rule: ColumnRule) -> pd.Series:
    """State of every value of one metric.

    Args:
        values: typed, missing where there was no number.
        text: what the file says, after the replacements of the format.
        rule: which texts mean hidden or suppressed, and what an empty cell means.
    """
    told = {
        ZERO: (values == 0).fillna(False),
        OBSERVED: values.notna(),
        HIDDEN: text.isin(rule.hidden),
        SUPPRESSED: text.isin(rule.suppressed),
    }
    codes = np.select(
        [true.to_numpy(dtype=bool) for true in told.values()],
        [STATES.index(state) for state in told],
        default=STATES.index(HIDDEN if rule.missing == "hidden" else NOT_AVAILABLE),
    )
    return pd.Series(pd.array(STATES, dtype="str").take(codes), index=values.index)


@dataclass(frozen=True, slots=True)
class FalseCounts:
    """Counts that are no counts.

    Attributes:
        likes, comments: where they are hidden.
        said: how often, and how often they may be false, by the words for it.
    """

    likes: pd.Series
    comments: pd.Series
    said: Counter[str]


def false_counts(likes: pd.Series, comments: pd.Series, views: pd.Series) -> FalseCounts:
    """Find counts that are no counts.

    Instagram's interfaces report 0 or 3 for likes that the owner hides; where likes and comments
    are switched off, tools write 0 for both beside any number of views.
    """
    likes, comments, views = (counts.astype("Int64") for counts in (likes, comments, views))
    talked, seen = comments > HIDING_COMMENTS, views >= HIDING_VIEWS
    no_likes = _true((likes.eq(0) & (talked | seen)) | (likes.eq(3) & talked))
    no_comments = _true(likes.eq(0) & comments.eq(0) & seen)
    silent = _true((likes >= HIDING_LIKES) & comments.eq(0))
    counts = (int(flags.sum()) for flags in (no_likes, no_comments, silent))
    return FalseCounts(no_likes, no_comments, Counter(dict(zip(SAID, counts, strict=True))))


_BESIDE = f"more than {HIDING_COMMENTS} comments or {HIDING_VIEWS:,} views"
_SEEN = f"{HIDING_VIEWS:,} views or more"
_OFF = "if comments were switched off, leave the cell empty"
SAID = (
    f"{{:,}} posts have 0 or 3 likes beside {_BESIDE}: counted as hidden",
    f"{{:,}} posts have neither likes nor comments beside {_SEEN}: counted as hidden",
    f"{{:,}} posts have {HIDING_LIKES:,} likes or more and 0 comments: {_OFF}",
)


def hide_false_counts(posts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Turn counts that are no counts into ``hidden``.

    Returns:
        The posts, and what was hidden or may be false, in words.
    """
    found = false_counts(posts["likes"], posts["comments"], posts["views"])
    for name, hidden in (("likes", found.likes), ("comments", found.comments)):
        states = posts[f"{name}_state"].mask(hidden, HIDDEN)
        posts = posts.assign(**{name: posts[name].mask(hidden), f"{name}_state": states})
    return posts, told(found.said)


def _true(flags: pd.Series) -> pd.Series:
    return flags.fillna(False).astype(bool)
