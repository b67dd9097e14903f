"""Behind the costs: what each tier pays, how cost grows with followers, what handling changes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.breakdown.arms import arrays, by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.placements.break_even import BreakEven, break_even_handling_cost
from analysis.evidence.placements.cost import (
    CostElasticity,
    RateWithInterval,
    cost_elasticity,
    ratio_of_sums,
)
from analysis.evidence.view import View
from analysis.store.parquet import read_table

_FOLLOWS_SALES = ("order", "revenue", "per order", "commission")
_MOST = 0.5  # of the bookings
_FIXED = 0.9  # R squared of log cost on log sales, from which pay follows sales
_GROWTH = {
    "impressions": ("cost_shown", "impressions_costed"),
    "views": ("cost_viewed", "views_costed"),
    "clicks": ("cost_clicked", "clicks_costed"),
    "orders": ("cost_ordered", "orders_costed"),
}


@dataclass(frozen=True, slots=True)
class TierCost:
    """What one tier pays for an outcome, or why it has no price."""

    platform: str
    metric: Metric
    tier: str
    cost: RateWithInterval | str


def costs_by_tier(view: View) -> list[TierCost]:
    """Every cost per outcome by tier, with Fieller's interval."""
    rows, found = selected_arms(view.creators, view), []
    for metric in (metric for metric in METRICS.values() if metric.is_cost):
        known = rows.dropna(subset=[metric.numerator, metric.exposure])
        for (platform, micro), arm in known.groupby(["platform", "micro"], sort=False):
            tier = str(view.micro if micro else view.macro)
            found.append(TierCost(str(platform), metric, tier, _tier_cost(arm, metric, view)))
    return sorted(found, key=lambda row: row.platform)


def _tier_cost(arm: pd.DataFrame, metric: Metric, view: View) -> RateWithInterval | str:
    least = view.study.minimums.creators_per_arm
    if len(arm) < least:
        return f"fewer than {least} creators"
    try:
        sums, person = arrays(arm, metric.numerator, metric.exposure), labels(arm["person"])
        return ratio_of_sums(*sums, level=view.study.level, person=person)
    except NotEstimableError as error:
        return str(error)


def pay_follows_sales(view: View) -> set[str]:
    """Platforms whose pay is set by sales: cost per order is then a term of the contract.

    There the logarithm of what a creator costs in a campaign is explained by that of their sales
    (R squared of 0.9 or more), over those with both. Where most bookings declare another basis of
    their fee, nothing is concluded from that: large fees and large sales go together anyhow.
    """
    rows = selected_arms(view.creators_by_campaign, view)
    rows = rows[(rows["cost_ordered"] > 0) & (rows["orders_costed"] > 0)]
    sales = rows["revenue"].where(rows["revenue"] > 0, rows["orders_costed"]).astype(float)
    rows = rows.assign(paid=rows["cost_ordered"].astype(float), sold=sales)
    return {
        str(platform)
        for platform, of in rows.groupby("platform")
        if is_set_by_sales(of["paid"], of["sold"], least=view.study.minimums.creators_per_arm)
    } - _otherwise_declared(view)


def _otherwise_declared(view: View) -> set[str]:
    """Platforms on which most bookings declare a fee that does not follow sales."""
    path = view.dataset.table_path("placements")
    if path is None:
        return set()
    rows = read_table(path, ["platform", "fee_basis"])
    other = declares_other_basis(rows["fee_basis"]).groupby(rows["platform"]).mean()
    return set(other.index[other > _MOST].astype("str"))


def declares_other_basis(fee_basis: pd.Series) -> pd.Series:
    """Whether a booking declares a fee that does not follow sales, such as a flat one.

    Example:
        >>> declares_other_basis(pd.Series(["flat", "Order", None])).tolist()
        [True, False, False]
    """
    return fee_basis.notna() & ~follows_sales(fee_basis)


def follows_sales(fee_basis: pd.Series) -> pd.Series:
    """Whether a booking declares a fee that goes by orders or revenue."""
    return fee_basis.astype("str").str.strip().str.lower().isin(_FOLLOWS_SALES)


def is_set_by_sales(cost: pd.Series, sales: pd.Series, *, least: int) -> bool:
    """Whether log sales explain nine tenths or more of what log costs differ in.

    Args:
        cost, sales: of the same bookings or creators, positive.
        least: rows, below which nothing is said to be set.

    Example:
        >>> sales = pd.Series([100.0, 200, 400, 800])
        >>> is_set_by_sales(sales / 10, sales, least=4), is_set_by_sales(sales, sales, least=5)
        (True, False)
    """
    paid, sold = np.log(cost), np.log(sales)
    if len(paid) < least or paid.std() == 0 or sold.std() == 0:
        return False
    return bool(np.corrcoef(paid, sold)[0, 1] ** 2 >= _FIXED)


def cost_growth(view: View) -> dict[str, dict[str, CostElasticity | str]]:
    """Whether cost grows faster with followers than what it buys.

    Per outcome and platform.
    """
    rows = selected_arms(view.creators_by_campaign, view)
    return {
        outcome: by_platform(
            rows.dropna(subset=list(columns)), _growth, columns=columns, level=view.study.level
        )
        for outcome, columns in _GROWTH.items()
    }


def _growth(rows: pd.DataFrame, *, columns: tuple[str, str], level: float) -> CostElasticity:
    creators = (*arrays(rows, *columns, "followers"), labels(rows["campaign"]))
    return cost_elasticity(*creators, level=level, person=labels(rows["person"]))


def break_even(view: View) -> dict[str, BreakEven | str]:
    """Per platform, the handling cost that makes costs per order equal."""
    return by_platform(selected_arms(view.creators, view), _break_even, level=view.study.level)


def _break_even(rows: pd.DataFrame, *, level: float) -> BreakEven:
    sums = ("cost_ordered", "orders_costed", "placements_costed")
    known = rows.dropna(subset=list(sums))
    if known.empty:
        raise NotEstimableError("no placements with a cost and orders")
    person = labels(known["person"])
    return break_even_handling_cost(*arrays(known, *sums, "micro"), level=level, person=person)
