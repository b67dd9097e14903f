"""The day in the middle of the posts, and of the placements, of a scope."""

from datetime import date

from analysis.panel.creators import attached
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
        select quantile_disc({day}, 0.5) + 1 from {table}
        where ($first::date is null or {day} >= $first::date)
          and ($last::date is null or {day} <= $last::date)
          and ($campaign::text is null or campaign = $campaign::text)
    """  # noqa: S608
    scope = {"first": period.first, "last": period.last, "campaign": campaign}
    with attached(dataset) as connection:
        row = connection.execute(query, scope).fetchone()
    first: date | None = row[0] if row else None
    return None if first is None else Period(first, period.last)
