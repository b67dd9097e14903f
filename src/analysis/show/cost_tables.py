"""Tables of what stands behind the costs."""

import pandas as pd
from great_tables import GT

from analysis.evidence.breakdown.costs import break_even, cost_growth, costs_by_tier
from analysis.evidence.estimators.intervals import Bounds
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.placements.cost import RateWithInterval
from analysis.evidence.placements.cost_elasticity import CostElasticity
from analysis.evidence.view import View
from analysis.show.display import table
from analysis.show.tables import Row, frame_of, per_platform
from analysis.study.contract import PLATFORM_NAMES

_STATES = {
    "dearer above": "micro costs less per order, until handling costs {amount} more per placement",
    "already dearer": "micro costs more per order without any extra handling",
    "never dearer": "micro costs less per order, whatever handling costs",
    "cheaper above": "micro costs more per order, until handling costs {amount} more per placement",
}


def costs_table(view: View) -> GT:
    """What each tier pays, all its costs over all its outcomes."""
    rows = [
        {
            "where": PLATFORM_NAMES[found.platform],
            "cost": found.metric.label,
            "tier": found.tier,
            "amount": _amount(found.cost, found.metric.per),
        }
        for found in costs_by_tier(view)
    ]
    shown = pd.DataFrame(rows, columns=["where", "cost", "tier", "amount"])
    return table(shown, title="What each tier pays", first="where")


def _amount(cost: RateWithInterval | str, per: int) -> str:
    if isinstance(cost, str):
        return cost
    return f"{_money(cost.rate * per)} ({_ends(cost.interval, per)})"


def _ends(bounds: Bounds, per: int) -> str:
    if bounds.low is None:
        return "no amount from 0 upwards fits"
    if bounds.high is None:
        return f"from {_money(bounds.low * per)}, without an upper end"
    return f"{_money(bounds.low * per)} to {_money(bounds.high * per)}"


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def cost_growth_table(view: View) -> GT:
    """Which grows faster with followers, the cost or what it buys?"""
    rows = [
        {"where": PLATFORM_NAMES[platform], "bought": outcome, **_cost_growth(found)}
        for outcome, by_platform in cost_growth(view).items()
        for platform, found in by_platform.items()
    ]
    columns = ["where", "bought", "cost", "outcome", "cost - outcome"]
    shown = frame_of(rows, columns)
    title = "Growth with followers, to the power of: cost against what it buys"
    return table(shown, title=title, first="where")


def _cost_growth(found: CostElasticity | str) -> Row:
    if isinstance(found, str):
        return {"cost": found}
    return {
        "cost": f"{found.cost.ratio:.2f}",
        "outcome": f"{found.outcome.ratio:.2f}",
        "cost - outcome": f"{found.difference:+.2f} ({found.low:+.2f} to {found.high:+.2f})",
    }


def break_even_table(view: View) -> GT:
    """The handling cost per placement at which the answer about cost per order flips."""
    return per_platform(
        break_even(view),
        _break_even,
        ["break-even", "cost per order", "not told apart"],
        title="How much handling turns the answer",
    )


def _break_even(found: BreakEven) -> list[Row]:
    amount = "" if found.amount is None else f"{found.amount:,.2f}"
    return [
        {
            "break-even": _STATES[found.state].format(amount=amount),
            "cost per order": f"{found.micro_cost:,.2f} micro, {found.macro_cost:,.2f} macro",
            "not told apart": f"{_ends(found.interval, 1)}, extra per placement",
        }
    ]
