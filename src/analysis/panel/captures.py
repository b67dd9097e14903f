"""Follower counts of the same account on two days, far enough apart to be two counts."""

import pandas as pd

from analysis.panel.relationship import KEY

DAYS_APART = 7


def two_counts(grown: pd.DataFrame) -> pd.DataFrame:
    """Find the earliest and the latest follower count of each account, a week apart or more.

    Counts come from rosters with a day, from captures and from posts that know their followers;
    which of several on one day counts, and on which days, is said where they are read.

    Args:
        grown: as ``growth`` gives it.

    Returns:
        ``earlier``, ``later`` and the ``days`` between, by ``KEY``; accounts that were not counted
        on two such days have no row.
    """
    names = {"first_count": "earlier", "last_count": "later", "days_between": "days"}
    found = grown.set_index(KEY)[list(names)].rename(columns=names)
    return found[found["days"] >= DAYS_APART]
