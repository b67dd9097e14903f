"""The day in the middle of the posts, and of the placements, of a scope."""

import pandas as pd

from analysis.panel.creators import answers
from analysis.store.dataset import Dataset
from analysis.study.ranges import Period

_DAYS = {"posts": "posted_at::date", "placements": "coalesce(placed_at, starts_on)"}


def later_half(
    dataset: Dataset, table: str, *, period: Period, campaign: str | None
) -> Period | None:
    """The days after the middle one of a scope, which is fixed before outcomes are looked at.

    Args:
        dataset: a prepared dataset.
        table: ``posts`` or ``placements``.
        period, campaign: of the scope; None takes all campaigns.

    Returns:
        From the day after the middle post or placement; None where none has a day.
    """
    day = _DAYS[table]
    query = f"""
        select quantile_disc({day}, 0.5) + 1 as day from {table}
        where ($first::date is null or {day} >= $first::date)
          and ($last::date is null or {day} <= $last::date)
          and ($campaign::text is null or campaign = $campaign::text)
    """  # noqa: S608
    scope = {"first": period.first, "last": period.last, "campaign": campaign}
    found = answers(dataset, query, scope)["day"]
    if found.isna().all():
        return None
    return Period(pd.Timestamp(found[0]).date(), period.last)
