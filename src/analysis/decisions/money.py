"""Money by tier and platform: what was paid, what it brought, and who holds it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.decisions.bookings import still_open
from analysis.evidence.breakdown.arms import labels
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.placements.cost import RateWithInterval, ratio_of_sums
from analysis.evidence.view import View
from analysis.panel.suppression import suppress, telling_persons

ALL_ARMS = "all"


@dataclass(frozen=True, slots=True)
class Money:
    """What one arm was paid and brought, in the dataset's currency.

    Attributes:
        platform: or ``all``, for the sum of the arms.
        tier: follower range of the arm; empty for the sum.
        bookings, creators: rows and persons with a known cost and outcome, whose window has ended;
            ``creators`` and all that follows is None where it would point at single creators.
        cost, outcome, revenue: sums; revenue is None where no booking states it. Revenue is as it
            was stated, refunds in it or not; an outcome of orders is net of refunds.
        pooled: cost over outcome of the sums, or in words why there is none.
        typical: geometric mean over the persons who brought any.
        contribution: what is left of the revenue at the declared margin, less the cost; None
            without a margin.
        break_even_margin: share of revenue at which the cost is earned; None without revenue.
        alike: equal creators that would spread the outcome so.
        largest: share of the outcome that the largest creator brought.
        outcome_with_revenue: sum over the bookings that state revenue; None where none does.
    """

    platform: str
    tier: str
    bookings: int | None
    creators: int | None
    cost: float | None = None
    outcome: float | None = None
    revenue: float | None = None
    pooled: RateWithInterval | str = ""
    typical: float | None = None
    contribution: float | None = None
    break_even_margin: float | None = None
    alike: float | None = None
    largest: float | None = None
    outcome_with_revenue: float | None = None


def money_by_arm(bookings: pd.DataFrame, view: View) -> tuple[Money, ...]:
    """Money of every platform and tier, and of all of them together.

    An arm of one to four persons, or one in which two hold nearly all the cost, is withheld, and
    with it the smallest other one, so that no sum gives it away.

    Args:
        bookings: ``BOOKING_COLUMNS``; one that is still open has cost all and brought a part, and
            is left out.
        view: study, arms and declared margin.
    """
    known = bookings[~still_open(bookings, view)].dropna(subset=["cost", "outcome"])
    if known.empty:
        return ()
    arms = [*_arms(known, view), (ALL_ARMS, "", known)]
    sizes = pd.DataFrame({"creators": [telling_persons(rows) for _, _, rows in arms]})
    withheld = suppress(sizes, down="last")["creators"].isna()
    return tuple(
        Money(platform, tier, None, None) if hidden else _money(platform, tier, rows, view)
        for (platform, tier, rows), hidden in zip(arms, withheld, strict=True)
    )


def _arms(known: pd.DataFrame, view: View) -> Iterator[tuple[str, str, pd.DataFrame]]:
    for (platform, micro), rows in known.groupby(["platform", "micro"]):
        yield str(platform), str(view.micro if micro else view.macro), rows


def _money(platform: str, tier: str, rows: pd.DataFrame, view: View) -> Money:
    by_person = rows.groupby("person")[["cost", "outcome"]].sum()
    cost, outcome = by_person["cost"], by_person["outcome"]
    sold = (outcome > 0) & (cost > 0)
    shares = (outcome / outcome.sum()).to_numpy() if outcome.sum() > 0 else np.array([])
    revenue = rows["revenue"].dropna()
    earned = float(revenue.sum()) if len(revenue) else None
    margin = view.dataset.manifest.settings.margin
    paid_for_revenue = float(rows.loc[revenue.index, "cost"].sum())
    return Money(
        platform,
        tier,
        len(rows),
        len(by_person),
        float(cost.sum()),
        float(outcome.sum()),
        earned,
        _pooled(rows, view),
        float(np.exp(np.log(cost[sold] / outcome[sold]).mean())) if sold.any() else None,
        margin * earned - paid_for_revenue if margin is not None and earned is not None else None,
        paid_for_revenue / earned if earned else None,
        float(1 / (shares**2).sum()) if len(shares) else None,
        float(shares.max()) if len(shares) else None,
        float(rows.loc[revenue.index, "outcome"].sum()) if len(revenue) else None,
    )


def _pooled(rows: pd.DataFrame, view: View) -> RateWithInterval | str:
    least = view.study.minimums.creators_per_arm
    if rows["person"].nunique() < least:
        return f"fewer than {least} creators"
    try:
        return ratio_of_sums(
            rows["cost"].to_numpy(),
            rows["outcome"].to_numpy(),
            level=view.study.level,
            person=labels(rows["person"]),
        )
    except NotEstimableError as error:
        return str(error)
