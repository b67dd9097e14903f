"""Tables behind the conversions: steps, differences, and who holds the orders."""

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
from analysis.evidence.wording import with_interval
from analysis.show.tables.layout import per_platform


def chain(view: View) -> GT | HTML:
    """Show where the arms part, from reach to orders."""
    steps = {
        platform: (*of.steps, of.total) if isinstance(of, Chain) else of
        for platform, of in conversion_chains(view).items()
    }
    return per_platform(
        steps,
        {
            "step": _step_name,
            "micro": lambda step: f"{step.micro_rate:.3g}",
            "macro": lambda step: f"{step.macro_rate:.3g}",
            "micro / macro": lambda step: with_interval(
                step.estimate.ratio, step.estimate.low, step.estimate.high
            ),
        },
        title="From reach to orders: the steps multiply to the last row",
    )


def _step_name(step: Step) -> str:
    return f"{step.name}, {' and '.join(step.absorbs)} inside" if step.absorbs else step.name


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
