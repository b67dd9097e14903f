"""Behind the cells of a platform: niches together, the chain of steps, costs, who decides."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.bookings.break_even import BreakEven, break_even_handling_cost
from analysis.evidence.bookings.chain import Chain, decompose
from analysis.evidence.bookings.concentration import Concentration, concentration
from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.synthesis import Synthesis, random_effects
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View

_CHAIN = {"chain_clicks": "clicks", "chain_orders": "orders", "chain_net_orders": "net_orders"}
_LARGEST = 5


@dataclass(frozen=True, slots=True)
class NichesTogether:
    """Random effects over the niches of one platform.

    Attributes:
        platform, metric, estimand: what was taken together.
        niches: in the order of the synthesis' arrays.
        synthesis: on the log scale.
    """

    platform: str
    metric: str
    estimand: str
    niches: tuple[str, ...]
    synthesis: Synthesis


def niches_together(answer: Answer, *, level: float) -> list[NichesTogether]:
    """Random effects over niches, per platform, for the first metric and estimand of an answer.

    Platforms with fewer than two testable niches are left out.
    """
    main = answer.main[(answer.main["niche"] != ALL_NICHES) & answer.main["estimate"].notna()]
    first = answer.main.iloc[0]
    chosen = main[(main["metric"] == first["metric"]) & (main["estimand"] == first["estimand"])]
    found = []
    for platform, rows in chosen.groupby("platform", sort=False):
        if len(rows) > 1:
            synthesis = random_effects(
                np.log(rows["estimate"].to_numpy(dtype=float)),
                rows["standard_error"].to_numpy(dtype=float),
                level=level,
            )
            names = (str(platform), str(first["metric"]), str(first["estimand"]))
            found.append(NichesTogether(*names, tuple(rows["niche"]), synthesis))
    return found


def conversion_chains(view: View) -> dict[str, Chain | str]:
    """Per platform, the steps from impressions to orders kept; or why there is no chain."""
    return {platform: _chain(rows, view) for platform, rows in _arms(view).groupby("platform")}


def _chain(rows: pd.DataFrame, view: View) -> Chain | str:
    rows = rows[rows["chain_impressions"].notna()]
    stages = {"impressions": rows["chain_impressions"].to_numpy(dtype=float)}
    stages |= {
        stage: rows[column].to_numpy(dtype=float)
        for column, stage in _CHAIN.items()
        if rows[column].notna().any()
    }
    if len(stages) < 3:
        return "no placements with impressions and two of clicks, orders and refunds"
    micro, person = rows["micro"].to_numpy(dtype=bool), _persons(rows)
    try:
        return decompose(stages, micro, level=view.study.level, person=person)
    except NotEstimableError as error:
        return str(error)


def order_shares(view: View) -> dict[str, Concentration | str]:
    """Per platform, the share of orders that the five largest creators of each arm hold."""
    found: dict[str, Concentration | str] = {}
    for platform, rows in _arms(view).groupby("platform"):
        known = rows[rows["orders_clicked"].notna()]
        orders, micro = known["orders_clicked"].to_numpy(float), known["micro"].to_numpy(bool)
        try:
            found[platform] = concentration(orders, micro, largest=_LARGEST, person=_persons(known))
        except NotEstimableError as error:
            found[platform] = str(error)
    return found


def break_even(view: View) -> dict[str, BreakEven | str]:
    """Per platform, the extra handling cost per placement at which the cost per order is equal."""
    found: dict[str, BreakEven | str] = {}
    for platform, rows in _arms(view).groupby("platform"):
        columns = ["cost_ordered", "orders_costed", "placements_costed"]
        known = rows.dropna(subset=columns)
        cost, orders, placements = (known[c].to_numpy(dtype=float) for c in columns)
        micro, person = known["micro"].to_numpy(dtype=bool), _persons(known)
        try:
            found[platform] = break_even_handling_cost(
                cost, orders, placements, micro, level=view.study.level, person=person
            )
        except NotEstimableError as error:
            found[platform] = str(error)
    return found


def _arms(view: View) -> pd.DataFrame:
    creators = view.creators
    creators = (
        creators if view.platform == "all" else creators[creators["platform"] == view.platform]
    )
    creators = creators if view.niche == "all" else creators[creators["niche"] == view.niche]
    micro = creators["followers"].map(view.micro.contains).astype(bool)
    macro = creators["followers"].map(view.macro.contains).astype(bool)
    return creators.assign(micro=micro)[micro | macro]


def _persons(rows: pd.DataFrame) -> np.ndarray:
    return np.unique(rows["person"], return_inverse=True)[1]
