"""Behind the conversions: the steps from reach to orders kept, and who holds the orders."""

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from analysis.evidence.breakdown.arms import arrays, by_platform, labels, selected_arms
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Flags, Floats, Integers
from analysis.evidence.families import answer
from analysis.evidence.gates import concentrated, few_persons, few_sold
from analysis.evidence.placements.chain import Chain, decompose
from analysis.evidence.placements.orders import (
    Concentration,
    Difference,
    RateBound,
    bound_without_orders,
    concentration,
    difference_per_thousand,
)
from analysis.evidence.view import ALL, View
from analysis.study.registration import Minimums

_STAGES = ("clicks", "sessions", "orders", "net_orders")
_LARGEST = 5


@lru_cache(maxsize=1)  # a figure and a table show it
def conversion_chains(view: View) -> dict[str, Chain | str]:
    """Per platform, the steps from people reached (or impressions) to orders kept.

    Inside campaigns where there are campaigns. People reached are the base where every placement
    of the platform states them, else impressions. Intervals are at the level of a portfolio's row,
    over all niches or in the niche that is selected.
    """
    rows = selected_arms(view.creators_by_campaign, view)
    return by_platform(rows, _chain, view=view)


def _chain(rows: pd.DataFrame, *, view: View) -> Chain:
    rows = rows[rows["chain_clicks"].notna()]
    base = "reach" if len(rows) and rows["chain_reach"].notna().all() else "impressions"
    rows = rows[rows[f"chain_{base}"].notna()]
    held = [stage for stage in (base, *_STAGES) if rows[f"chain_{stage}"].notna().any()]
    if len(held) < 3:
        raise NotEstimableError("no placements with people reached or impressions, clicks, orders")
    stages = dict(zip(held, arrays(rows, *(f"chain_{stage}" for stage in held)), strict=True))
    (micro,), person = arrays(rows, "micro"), labels(rows["person"])
    if why := _refused(stages, micro, person, view.study.minimums):
        raise NotEstimableError(why)
    return decompose(
        stages,
        micro,
        level=_level(str(rows["platform"].iloc[0]), view),
        permutations=view.study.permutations,
        seed=view.seed,
        person=person,
        stratum=labels(rows["campaign"]),
    )


def _refused(
    stages: Mapping[str, Floats], micro: Flags, person: Integers, minimums: Minimums
) -> str:
    """Why arms cannot be compared, by the rules of every portfolio; empty where they can."""
    base = next(iter(stages))
    sold, spread = minimums.creators_with_outcome, minimums.effective_creators
    held = {name.replace("_", " "): values for name, values in stages.items()}
    exposures = [name for name in held if name in {base, "clicks"}]
    reasons = [
        few_persons(micro, person, least=minimums.creators_per_arm),
        *(few_sold(of, micro, person, what=name, least=sold) for name, of in held.items()),
        *(concentrated(held[name], micro, person, what=name, least=spread) for name in exposures),
    ]
    return next(filter(None, reasons), "")


def _level(platform: str, view: View) -> float:
    """The level of a portfolio's row: of the one that the family of orders per click shows."""
    if view.niche == ALL:
        return view.study.level
    metric = "orders_per_click"
    claim = next(code for code, of in view.study.claims.items() if metric in of.metrics)
    rows = answer(view, claim).main
    own = rows["platform"].eq(platform) & rows["metric"].eq(metric)
    return float(rows.loc[own & rows["estimand"].eq("portfolio"), "deciding_level"].iloc[0])


def order_differences(view: View) -> dict[str, Difference | str]:
    """Per platform, orders per 1,000 reached, micro minus macro.

    Impressions stand for people where reach is unknown.
    """
    return by_platform(selected_arms(view.creators, view), _difference, view=view)


def _difference(rows: pd.DataFrame, *, view: View) -> Difference:
    pairs = (("orders_reached", "placements_reach"), ("orders_shown", "impressions"))
    reached = rows["placements_reach"].notna().any()
    orders, base = pairs[0] if reached else pairs[1]
    known = rows[rows[base] > 0].dropna(subset=[orders])
    if known.empty:
        raise NotEstimableError("no placements with orders and people reached or impressions")
    counted, exposure, micro = arrays(known, orders, base, "micro")
    stages = {base.removeprefix("placements_"): exposure, "orders": counted}
    person = labels(known["person"])
    if why := _refused(stages, micro, person, view.study.minimums):
        raise NotEstimableError(why)
    level = _level(str(known["platform"].iloc[0]), view)
    return difference_per_thousand(counted, exposure, micro, level=level, person=person)


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
