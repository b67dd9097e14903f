"""Tables behind the conversions: steps, differences, and who holds the orders."""

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.breakdown.conversions import (
    arms_without_orders,
    conversion_chains,
    order_differences,
    order_shares,
)
from analysis.evidence.placements.chain import Chain, Step
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name, with_interval
from analysis.show.gaps import gap, gap_range, places_of
from analysis.show.tables.layout import noted, per_platform, sentences, table, under_spanners

_OVER = (100, 1_000, 10_000, 100_000, 1_000_000)


def chain(view: View) -> GT | HTML:
    """Show where the arms part, from reach to orders."""
    found = conversion_chains(view)
    chains = {platform: of for platform, of in found.items() if isinstance(of, Chain)}
    notes = [f"{platform_name(name)}: {of}." for name, of in found.items() if isinstance(of, str)]
    if not chains:
        return sentences([f"From reach to orders: {' '.join(notes)}"])
    rows = [
        {"where": platform_name(platform), "step": _step_name(step), **_step(step)}
        for platform, of in chains.items()
        for step in (*of.steps, of.total)
    ]
    title = "From reach to orders: the steps multiply to the last row"
    laid = table(pd.DataFrame(rows), title=title, first="step", groups="where")
    columns = [name for name in rows[0] if ", " in name]
    return noted(under_spanners(laid, columns).cols_align("right", columns=columns), notes)


def _step(step: Step) -> dict[str, str]:
    """Rates over as many as make them whole numbers and two decimals, and their ratio."""
    times, one = _counted_over(step), step.estimate
    return {
        "Rate, micro": f"{step.micro_rate * times:,.2f}",
        "Rate, macro": f"{step.macro_rate * times:,.2f}",
        "Micro against macro, gap": gap(one.ratio, places=places_of(one.low, one.high)),
        "Micro against macro, interval": gap_range(one.low, one.high),
    }


def _counted_over(step: Step) -> int:
    """Of how many a rate is told, so that it is at least 1."""
    smaller = min(step.micro_rate, step.macro_rate)
    return next((n for n in _OVER if smaller * n >= 1), _OVER[-1])


def _step_name(step: Step) -> str:
    """``orders per 100 clicks, sessions inside``."""
    what, _, one = step.name.partition(" per ")
    many = {"person reached": "people reached"}.get(one, f"{one}s")
    inside = f", {' and '.join(step.absorbs)} inside" if step.absorbs else ""
    return f"{what} per {_counted_over(step):,} {many}{inside}"


def order_difference(view: View) -> GT | HTML:
    """Show how many more orders 1,000 people reached bring with micro creators."""
    return per_platform(
        order_differences(view),
        {
            "micro - macro": lambda of: with_interval(of.difference, of.low, of.high, form="+.3g"),
            "micro": lambda of: f"{of.micro_rate:.3g}",
            "macro": lambda of: f"{of.macro_rate:.3g}",
        },
        title="Orders per 1,000 people reached (or impressions), all creators together",
    )


def orders_held(view: View) -> GT | HTML:
    """Show what share of the orders the largest creators hold."""
    return per_platform(
        order_shares(view),
        {
            "five largest micro": lambda of: f"{of.micro_share:.0%} of micro's orders",
            "five largest macro": lambda of: f"{of.macro_share:.0%} of macro's orders",
            "as if equal": lambda of: (
                f"{of.micro_alike:.0f} micro, {of.macro_alike:.0f} macro creators"
            ),
        },
        title="Orders held by the largest creators",
    )


def without_orders(view: View) -> GT | HTML | None:
    """Show what an arm without any order still says.

    None where no arm is so.
    """
    found = arms_without_orders(view)
    if not found:
        return None
    return per_platform(
        found,
        {
            "orders per click are below": lambda of: f"{of.upper:.2g}",
            "clicks without an order": lambda of: f"{of.clicks:,.0f}",
            "worth, if independent": lambda of: f"{of.effective_clicks:,.0f} clicks",
        },
        title="An arm without any order",
    )
