"""Tables behind the costs: what each tier pays, growth with followers, break-even."""

from collections.abc import Callable
from functools import partial

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.costs import TierCost, cost_growth, costs_by_tier
from analysis.evidence.breakdown.costs import break_even as break_evens
from analysis.evidence.estimators.intervals import Bounds
from analysis.evidence.placements.break_even import BreakEven
from analysis.evidence.view import View
from analysis.evidence.wording import MISSING, bare_money, platform_name, with_interval
from analysis.show.tables.layout import noted, per_platform, sentences, table, under_spanners

_STATES = {
    "dearer above": "micro costs less per order, until handling costs {amount} more per placement",
    "already dearer": "micro costs more per order without any extra handling",
    "never dearer": "micro costs less per order, whatever handling costs",
    "cheaper above": "micro costs more per order, until handling costs {amount} more per placement",
}


def costs(view: View) -> GT | HTML:
    """Show what each tier pays, all its costs over all its outcomes: micro beside macro.

    What has no price is a sentence, under the table or in its place.
    """
    found = costs_by_tier(view)
    names = {str(view.micro): "micro", str(view.macro): "macro"}
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for one in found:
        if isinstance(one.cost, str):
            continue
        shown = rows.setdefault((platform_name(one.platform), one.metric.label), {})
        tier, per = names[one.tier], one.metric.per
        in_money = partial(_money, currency=view.currency)
        written = _share if one.metric.name == "cost_per_revenue" else in_money
        shown[f"{tier}, amount"] = written(one.cost.rate * per)
        shown[f"{tier}, range"] = _ends(one.cost.interval, per, written=written)
    notes = [_no_price(one, names[one.tier]) for one in found if isinstance(one.cost, str)]
    if not rows:
        return sentences(notes or ["The data hold no cost."])
    columns = [f"{tier}, {what}" for tier in names.values() for what in ("amount", "range")]
    cells = [[of.get(column, MISSING) for column in columns] for of in rows.values()]
    frame = pd.DataFrame(cells, columns=columns)
    frame.insert(0, "cost", [label for _, label in rows])
    frame.insert(0, "where", [name for name, _ in rows])
    title = f"What each tier pays{_in(view.currency)}"
    laid = table(frame, title=title, first="cost", groups="where")
    laid = under_spanners(laid, columns).cols_align("right", columns=columns)
    return noted(laid, notes)


def _no_price(one: TierCost, tier: str) -> str:
    return f"{platform_name(one.platform)}: no {one.metric.label} of {tier} creators: {one.cost}."


def _in(currency: str) -> str:
    """Of a title: what its amounts are counted in."""
    return f", in {currency}" if currency else ""


def _ends(bounds: Bounds, per: int = 1, *, written: Callable[[float], str]) -> str:
    if bounds.low is None:
        return "no amount from 0 upwards fits"
    if bounds.high is None:
        return f"from {written(bounds.low * per)}, without an upper end"
    return f"{written(bounds.low * per)} to {written(bounds.high * per)}"


def _money(amount: float, *, currency: str) -> str:
    return f"{amount:,.0f}" if amount >= 100 else bare_money(amount, currency)


def _share(amount: float) -> str:
    return f"{amount:.1%}"


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


def break_even(view: View) -> GT | HTML:
    """Show the handling cost that turns cost per order."""
    written = partial(bare_money, currency=view.currency)
    ends = partial(_ends, written=partial(_money, currency=view.currency))
    return per_platform(
        break_evens(view),
        {
            "break-even": partial(_state, written=written),
            "cost per order": lambda of: (
                f"{written(of.micro_cost)} micro, {written(of.macro_cost)} macro"
            ),
            "not decided between": lambda of: f"{ends(of.interval)}, extra per placement",
        },
        title=f"How much handling turns the answer{_in(view.currency)}",
    )


def _state(found: BreakEven, *, written: Callable[[float], str]) -> str:
    amount = "" if found.amount is None else written(found.amount)
    return _STATES[found.state].format(amount=amount)
