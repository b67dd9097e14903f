"""Truth states: why a metric has no value, and that a 0 may be a lie."""

import numpy as np
import pandas as pd

from analysis.sources.formats import ColumnRule
from analysis.study.contract import HIDDEN, NOT_AVAILABLE, OBSERVED, STATES, SUPPRESSED, ZERO

HIDING_COMMENTS = 20  # 0 likes beside more comments than this: likes are hidden


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


def hide_false_zeros(posts: pd.DataFrame) -> pd.DataFrame:
    """Turn likes of 0 beside many comments into ``hidden``.

    Instagram's interfaces report 0 for likes that the owner hides.
    """
    false = ((posts["likes"] == 0) & (posts["comments"] > HIDING_COMMENTS)).fillna(False)
    lying = false.astype(bool)
    return posts.assign(
        likes=posts["likes"].mask(lying), likes_state=posts["likes_state"].mask(lying, HIDDEN)
    )
