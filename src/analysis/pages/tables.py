"""Tables of what stands behind the verdicts; a platform without an answer says why."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from great_tables import GT

from analysis.evidence import Answer, View
from analysis.evidence.behind.conversions import (
    arms_without_orders,
    conversion_chains,
    order_differences,
    order_shares,
)
from analysis.evidence.behind.costs import break_even, cost_growth, costs_by_tier
from analysis.evidence.behind.curves import Growth, follower_growth
from analysis.evidence.behind.design import creators_needed
from analysis.evidence.behind.niches import niches_together
from analysis.evidence.bookings.break_even import BreakEven
from analysis.evidence.bookings.chain import Chain, Step
from analysis.evidence.bookings.concentration import Concentration, RateBound
from analysis.evidence.bookings.cost import RateWithInterval
from analysis.evidence.bookings.cost_elasticity import CostElasticity
from analysis.evidence.bookings.difference import Difference
from analysis.evidence.estimators.intervals import Bounds
from analysis.evidence.estimators.power import DesignRow
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import PLATFORM_NAMES
from analysis.pages.display import p_value_in_words, table

Found = TypeVar("Found")
Row = dict[str, str]

_STATES = {
    "dearer above": "micro costs less per order, until handling costs {amount} more per placement",
    "already dearer": "micro costs more per order without any extra handling",
    "never dearer": "micro costs less per order, whatever handling costs",
    "cheaper above": "micro costs more per order, until handling costs {amount} more per placement",
}


def across_niches(answer: Answer, view: View) -> GT:
    """Random effects over niches: the middle, the spread, the next niche, each niche shrunken."""
    rows: list[dict[str, str]] = []
    for found in niches_together(answer, level=view.study.level):
        s, name = found.synthesis, PLATFORM_NAMES[found.platform]
        middle = f"{np.exp(s.mean):.2f} ({np.exp(s.low):.2f} to {np.exp(s.high):.2f})"
        spread = f"tau {s.tau:.2f}, {s.i2:.0%} of the spread is not sampling error"
        rows.append({"where": name, "what": "the middle of the niches", "micro / macro": middle})
        rows.append({"where": name, "what": "how much niches differ", "micro / macro": spread})
        if s.prediction:
            low, high = np.exp(s.prediction)
            span = f"{low:.2f} to {high:.2f}, approximate"
            rows.append({"where": name, "what": "a further niche", "micro / macro": span})
        for niche, ratio in zip(found.niches, _shrunken(s), strict=True):
            what = f"{niche}, pulled to the middle"
            rows.append({"where": name, "what": what, "micro / macro": ratio})
    columns = ["where", "what", "micro / macro"]
    return table(pd.DataFrame(rows, columns=columns), title="Niches taken together", first="where")


def _shrunken(s: object) -> list[str]:
    parts = (np.exp(getattr(s, name)) for name in ("shrunken", "shrunken_low", "shrunken_high"))
    return [
        f"{ratio:.2f} ({low:.2f} to {high:.2f})" for ratio, low, high in zip(*parts, strict=True)
    ]


def _per_platform(
    found: Mapping[str, Found | str],
    rows_of: Callable[[Found], list[Row]],
    columns: Sequence[str],
    *,
    title: str,
) -> GT:
    """Rows of every platform; where it has no answer, the reason stands in the first column."""
    rows: list[Row] = []
    for platform, answer in found.items():
        told = [{columns[0]: answer}] if isinstance(answer, str) else rows_of(answer)
        rows += [{"where": PLATFORM_NAMES[platform], **row} for row in told]
    shown = pd.DataFrame(rows, columns=["where", *columns]).fillna("–")
    return table(shown, title=title, first="where")


def chain_table(view: View) -> GT:
    """Where on the way from people reached to orders kept the tiers part."""
    return _per_platform(
        conversion_chains(view),
        _steps,
        ["step", "micro", "macro", "micro / macro"],
        title="From reach to orders: the steps multiply to the last row",
    )


def _steps(chain: Chain) -> list[Row]:
    return [_step(step) for step in (*chain.steps, chain.total)]


def _step(step: Step) -> Row:
    fit = step.estimate
    return {
        "step": f"{step.name}, {' and '.join(step.absorbs)} inside" if step.absorbs else step.name,
        "micro": f"{step.micro_rate:.3g}",
        "macro": f"{step.macro_rate:.3g}",
        "micro / macro": f"{fit.ratio:.2f} ({fit.low:.2f} to {fit.high:.2f})",
    }


def differences_table(view: View) -> GT:
    """How many orders more 1,000 people reached bring with micro creators."""
    return _per_platform(
        order_differences(view),
        _difference,
        ["micro - macro", "micro", "macro"],
        title="Orders per 1,000 people reached, all creators together",
    )


def _difference(found: Difference) -> list[Row]:
    return [
        {
            "micro - macro": f"{found.difference:+.3g} ({found.low:+.3g} to {found.high:+.3g})",
            "micro": f"{found.micro_rate:.3g}",
            "macro": f"{found.macro_rate:.3g}",
        }
    ]


def shares_table(view: View) -> GT:
    """Who holds the orders: a portfolio figure of few creators speaks of those few."""
    return _per_platform(
        order_shares(view),
        _shares,
        ["five largest micro", "five largest macro", "as if equal"],
        title="Orders held by the largest creators",
    )


def _shares(found: Concentration) -> list[Row]:
    return [
        {
            "five largest micro": f"{found.micro_share:.0%} of micro's orders",
            "five largest macro": f"{found.macro_share:.0%} of macro's orders",
            "as if equal": f"{found.micro_alike:.0f} micro, {found.macro_alike:.0f} macro creators",
        }
    ]


def bounds_table(view: View) -> GT | None:
    """What an arm without any order still says; None where every arm has orders, or no clicks."""
    found = arms_without_orders(view)
    if not found:
        return None
    return _per_platform(
        found,
        _bound,
        ["orders per click are below", "clicks without an order", "worth, if independent"],
        title="An arm without any order",
    )


def _bound(found: RateBound) -> list[Row]:
    return [
        {
            "orders per click are below": f"{found.upper:.2g}",
            "clicks without an order": f"{found.clicks:,.0f}",
            "worth, if independent": f"{found.effective_clicks:,.0f} clicks",
        }
    ]


def growth_table(view: View, metric: str) -> GT:
    """Growth with followers in one number, and whether it turns into a fall."""
    return _per_platform(
        follower_growth(view, metric),
        _growth,
        ["grows with followers to the power", "rises and then falls", "creators"],
        title=f"{METRICS[metric].label}, along the follower counts",
    )


def _growth(found: Growth) -> list[Row]:
    slope, turn = found.elasticity, found.turn
    said = "not shown"
    if turn.p_value < 0.05 and turn.turning_point is not None:
        said = f"yes, from about {np.exp(turn.turning_point):,.0f} followers"
    return [
        {
            "grows with followers to the power": (
                f"{slope.ratio:.2f} ({slope.low:.2f} to {slope.high:.2f})"
            ),
            "rises and then falls": f"{said} (p {p_value_in_words(turn.p_value)})",
            "creators": f"{found.creators:,}",
        }
    ]


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
    shown = pd.DataFrame(rows, columns=columns).fillna("–")
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
    return _per_platform(
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


def design_table(answer: Answer, view: View) -> GT:
    """Creators of each arm, in one niche, that would show a ratio of a given size."""
    return _per_platform(
        creators_needed(answer, view.study),
        _design,
        ["micro / macro", "in one niche", "in a family of niches", "to show it is smaller"],
        title=f"Creators needed in each arm, with power {view.study.power:.0%}",
    )


def _design(rows: tuple[DesignRow, ...]) -> list[Row]:
    return [
        {
            "micro / macro": f"{row.ratio:g}",
            "in one niche": f"{row.alone:,}",
            "in a family of niches": f"{row.in_family:,}",
            "to show it is smaller": f"{row.equivalent:,}",
        }
        for row in rows
    ]
