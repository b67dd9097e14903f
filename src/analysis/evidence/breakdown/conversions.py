"""Behind the conversions: the steps from reach to orders kept, and who holds the orders."""

import pandas as pd

from analysis.evidence.breakdown.arms import arrays, by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.gates import concentrated
from analysis.evidence.placements.chain import Chain, decompose
from analysis.evidence.placements.orders import (
    Concentration,
    Difference,
    RateBound,
    bound_without_orders,
    concentration,
    difference_per_thousand,
)
from analysis.evidence.view import View

_STAGES = ("clicks", "sessions", "orders", "net_orders")
_LARGEST = 5


def conversion_chains(view: View) -> dict[str, Chain | str]:
    """Per platform, the steps from people reached (or impressions) to orders kept.

    Inside campaigns where there are campaigns. People reached are the base where every placement
    of the platform states them, else impressions.
    """
    options = {"level": view.study.level, "least": view.study.minimums.effective_creators}
    return by_platform(selected_arms(view.creators_by_campaign, view), _chain, **options)


def _chain(rows: pd.DataFrame, *, level: float, least: float) -> Chain:
    rows = rows[rows["chain_clicks"].notna()]
    base = "reach" if len(rows) and rows["chain_reach"].notna().all() else "impressions"
    rows = rows[rows[f"chain_{base}"].notna()]
    held = [stage for stage in (base, *_STAGES) if rows[f"chain_{stage}"].notna().any()]
    if len(held) < 3:
        raise NotEstimableError("no placements with people reached or impressions, clicks, orders")
    exposure, clicks, micro = arrays(rows, f"chain_{base}", "chain_clicks", "micro")
    for values, what in ((exposure, base), (clicks, "clicks")):
        if why := concentrated(values, micro, labels(rows["person"]), what=what, least=least):
            raise NotEstimableError(why)
    return decompose(
        dict(zip(held, arrays(rows, *(f"chain_{stage}" for stage in held)), strict=True)),
        *arrays(rows, "micro"),
        level=level,
        person=labels(rows["person"]),
        stratum=labels(rows["campaign"]),
    )


def order_differences(view: View) -> dict[str, Difference | str]:
    """Per platform, orders per 1,000 reached, micro minus macro.

    Impressions stand for people where reach is unknown.
    """
    options = {"level": view.study.level, "least": view.study.minimums.effective_creators}
    return by_platform(selected_arms(view.creators, view), _difference, **options)


def _difference(rows: pd.DataFrame, *, level: float, least: float) -> Difference:
    pairs = (("orders_reached", "placements_reach"), ("orders_shown", "impressions"))
    reached = rows["placements_reach"].notna().any()
    orders, base = pairs[0] if reached else pairs[1]
    known = rows[rows[base] > 0].dropna(subset=[orders])
    if known.empty:
        raise NotEstimableError("no placements with orders and people reached or impressions")
    exposure, micro = arrays(known, base, "micro")
    what = base.removeprefix("placements_")
    if why := concentrated(exposure, micro, labels(known["person"]), what=what, least=least):
        raise NotEstimableError(why)
    person = labels(known["person"])
    return difference_per_thousand(
        *arrays(known, orders, base, "micro"), level=level, person=person
    )


def order_shares(view: View) -> dict[str, Concentration | str]:
    """Per platform, each arm's share of orders with its five largest creators."""
    return by_platform(selected_arms(view.creators, view), _shares)


def _shares(rows: pd.DataFrame) -> Concentration:
    known = rows[rows["orders_clicked"].notna()]
    if known.empty:
        raise NotEstimableError("no placements with clicks and orders")
    person = labels(known["person"])
    return concentration(*arrays(known, "orders_clicked", "micro"), largest=_LARGEST, person=person)


def arms_without_orders(view: View) -> dict[str, RateBound | str]:
    """Upper bounds for arms that have clicks and no order."""
    rows = selected_arms(view.creators, view).dropna(subset=["clicks", "orders_clicked"])
    held = rows.groupby(["platform", "micro"])["orders_clicked"].sum().unstack()
    one_sided = held[(held == 0).sum(axis=1) == 1].index
    rows = rows[rows["platform"].isin(one_sided)]
    return by_platform(rows, _bound, level=view.study.level)


def _bound(rows: pd.DataFrame, *, level: float) -> RateBound:
    sold = rows.groupby("micro")["orders_clicked"].transform("sum") > 0
    (unsold_clicks,) = arrays(rows[~sold], "clicks")
    return bound_without_orders(
        unsold_clicks, *arrays(rows[sold], "orders_clicked", "clicks"), level=level
    )
