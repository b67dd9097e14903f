"""Tables behind the costs: what each tier pays, growth with followers, break-even."""

import pandas as pd
from great_tables import GT

from analysis.evidence.breakdown.costs import break_even as break_evens
from analysis.evidence.breakdown.costs import cost_growth, costs_by_tier
from analysis.evidence.estimators.intervals import Bounds
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.placements.cost import RateWithInterval
from analysis.evidence.view import View
from analysis.evidence.wording import MISSING, platform_name, with_interval
from analysis.show.tables.layout import per_platform, table

_STATES = {
    "dearer above": "micro costs less per order, until handling costs {amount} more per placement",
    "already dearer": "micro costs more per order without any extra handling",
    "never dearer": "micro costs less per order, whatever handling costs",
    "cheaper above": "micro costs more per order, until handling costs {amount} more per placement",
}


def costs(view: View) -> GT:
    """Show what each tier pays, all its costs over all its outcomes."""
    rows = [
        (
            platform_name(found.platform),
            found.metric.label,
            found.tier,
            _amount(found.cost, found.metric.per),
        )
        for found in costs_by_tier(view)
    ]
    shown = pd.DataFrame(rows, columns=["where", "cost", "tier", "amount"])
    return table(shown, title="What each tier pays", first="where")


def _amount(cost: RateWithInterval | str, per: int) -> str:
    if isinstance(cost, str):
        return cost
    return f"{_money(cost.rate * per)} ({_ends(cost.interval, per)})"


def _ends(bounds: Bounds, per: int = 1) -> str:
    if bounds.low is None:
        return "no amount from 0 upwards fits"
    if bounds.high is None:
        return f"from {_money(bounds.low * per)}, without an upper end"
    return f"{_money(bounds.low * per)} to {_money(bounds.high * per)}"


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def growth_of_cost(view: View) -> GT:
    """Show whether cost grows faster than what it buys."""
    rows = [
        (platform_name(platform), outcome, found, MISSING, MISSING)
        if isinstance(found, str)
        else (
            platform_name(platform),
            outcome,
            f"{found.cost.ratio:.2f}",
            f"{found.outcome.ratio:.2f}",
            with_interval(found.difference, found.low, found.high, form="+.2f"),
        )
        for outcome, by_platform in cost_growth(view).items()
        for platform, found in by_platform.items()
    ]
    shown = pd.DataFrame(rows, columns=["where", "bought", "cost", "outcome", "cost - outcome"])
    title = "Growth with followers, to the power of: cost against what it buys"
    return table(shown, title=title, first="where")


def break_even(view: View) -> GT:
    """Show the handling cost that turns cost per order."""
    return per_platform(
        break_evens(view),
        {
            "break-even": _state,
            "cost per order": lambda of: f"{of.micro_cost:,.2f} micro, {of.macro_cost:,.2f} macro",
            "not decided between": lambda of: f"{_ends(of.interval)}, extra per placement",
        },
        title="How much handling turns the answer",
    )


def _state(found: BreakEven) -> str:
    amount = "" if found.amount is None else f"{found.amount:,.2f}"
    return _STATES[found.state].format(amount=amount)
