"""Tables of what stands behind the verdicts; a platform without an answer says why."""

import numpy as np
import pandas as pd
from great_tables import GT

from analysis.evidence import Answer, View
from analysis.evidence.across import (
    break_even,
    conversion_chains,
    niches_together,
    order_shares,
)
from analysis.evidence.bookings.break_even import BreakEven
from analysis.evidence.bookings.chain import Chain, Step
from analysis.evidence.bookings.concentration import Concentration
from analysis.evidence.results import PLATFORM_NAMES
from analysis.pages.display import table

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


def chain_table(view: View) -> GT:
    """Where on the way from an impression to an order kept the tiers part."""
    rows: list[dict[str, str]] = []
    for platform, chain in conversion_chains(view).items():
        name = PLATFORM_NAMES[platform]
        if isinstance(chain, Chain):
            rows += [_step(name, step) for step in (*chain.steps, chain.total)]
        else:
            rows.append({"where": name, "step": chain})
    columns = ["where", "step", "micro", "macro", "micro / macro"]
    shown = pd.DataFrame(rows, columns=columns).fillna("–")
    return table(
        shown, title="From impression to order: the steps multiply to the total", first="where"
    )


def _step(where: str, step: Step) -> dict[str, str]:
    fit = step.estimate
    return {
        "where": where,
        "step": f"{step.name}, {' and '.join(step.absorbs)} inside" if step.absorbs else step.name,
        "micro": f"{step.micro_rate:.3g}",
        "macro": f"{step.macro_rate:.3g}",
        "micro / macro": f"{fit.ratio:.2f} ({fit.low:.2f} to {fit.high:.2f})",
    }


def shares_table(view: View) -> GT:
    """Who holds the orders: a portfolio figure of few creators speaks of those few."""
    rows = []
    for platform, found in order_shares(view).items():
        row = {"where": PLATFORM_NAMES[platform], "five largest micro": str(found)}
        if isinstance(found, Concentration):
            row["five largest micro"] = f"{found.micro_share:.0%} of micro's orders"
            row["five largest macro"] = f"{found.macro_share:.0%} of macro's orders"
            row["as if equal"] = (
                f"{found.micro_alike:.0f} micro, {found.macro_alike:.0f} macro creators"
            )
        rows.append(row)
    columns = ["where", "five largest micro", "five largest macro", "as if equal"]
    shown = pd.DataFrame(rows, columns=columns).fillna("–")
    return table(shown, title="Orders held by the largest creators", first="where")


def break_even_table(view: View) -> GT:
    """The handling cost per placement at which the answer about cost per order flips."""
    rows = []
    for platform, found in break_even(view).items():
        row = {"where": PLATFORM_NAMES[platform], "break-even": str(found)}
        if isinstance(found, BreakEven):
            amount = "" if found.amount is None else f"{found.amount:,.2f}"
            row["break-even"] = _STATES[found.state].format(amount=amount)
            row["cost per order"] = f"{found.micro_cost:,.2f} micro, {found.macro_cost:,.2f} macro"
            row["not told apart"] = _span(found)
        rows.append(row)
    columns = ["where", "break-even", "cost per order", "not told apart"]
    shown = pd.DataFrame(rows, columns=columns).fillna("–")
    return table(shown, title="How much handling turns the answer", first="where")


def _span(found: BreakEven) -> str:
    bounds = found.interval
    if bounds.shape == "nothing":
        return "at no extra cost from 0 upwards"
    if bounds.low is None or bounds.high is None:
        return f"{bounds.shape}, from {bounds.low or 0:,.2f}"
    return f"{bounds.low:,.2f} to {bounds.high:,.2f} extra per placement"
