"""Truth states: why a metric has no value, and that a 0 may be a lie."""

import numpy as np
import pandas as pd

from analysis.contract import HIDDEN, NOT_AVAILABLE, OBSERVED, SUPPRESSED, ZERO
from analysis.sources.formats import ColumnRule

HIDING_COMMENTS = 20  # 0 likes beside more comments than this: likes are hidden


def states_of(values: pd.Series, text: pd.Series, rule: ColumnRule) -> pd.Series:
    """State of every value of one metric.

    Args:
        values: typed, missing where there was no number.
        text: what the file says, after the replacements of the format.
        rule: which texts mean hidden or suppressed, and what an empty cell means.
    """
    known = values.notna().to_numpy(dtype=bool)
    zero = (values == 0).fillna(False).to_numpy(dtype=bool)
    state = np.select(
        [zero, known, text.isin(rule.hidden), text.isin(rule.suppressed)],
        [ZERO, OBSERVED, HIDDEN, SUPPRESSED],
        default=HIDDEN if rule.missing == "hidden" else NOT_AVAILABLE,
    )
    return pd.Series(state, index=values.index, dtype="str")


def hide_false_zeros(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts whose likes read 0 beside many comments hide them: no value, state ``hidden``.

    Instagram's interfaces report 0 for likes that the owner hides.
    """
    false = ((posts["likes"] == 0) & (posts["comments"] > HIDING_COMMENTS)).fillna(False)
    lying = false.astype(bool)
    return posts.assign(
        likes=posts["likes"].mask(lying), likes_state=posts["likes_state"].mask(lying, HIDDEN)
    )
