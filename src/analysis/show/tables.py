"""Tables of what stands behind the verdicts; a platform without an answer says why."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
from great_tables import GT

from analysis.evidence.breakdown.conversions import (
    arms_without_orders,
    conversion_chains,
    order_differences,
    order_shares,
)
from analysis.evidence.breakdown.curves import Growth, follower_growth
from analysis.evidence.breakdown.design import FoundAtLeast, creators_needed, power_achieved
from analysis.evidence.breakdown.niches import niches_together
from analysis.evidence.estimators.power import DesignRow
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.chain import Chain, Step
from analysis.evidence.placements.concentration import Concentration, RateBound
from analysis.evidence.placements.difference import Difference
from analysis.evidence.results import Answer
from analysis.evidence.view import View
from analysis.show.display import p_value_in_words, table
from analysis.study.contract import PLATFORM_NAMES

Found = TypeVar("Found")
Row = dict[str, str]


def across_niches(answer: Answer, view: View) -> GT:
    """Random effects over niches: the middle, the spread, the next niche; the forest has each."""
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
    columns = ["where", "what", "micro / macro"]
    return table(pd.DataFrame(rows, columns=columns), title="Niches taken together", first="where")


def per_platform(
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
    shown = frame_of(rows, ["where", *columns])
    return table(shown, title=title, first="where")


def frame_of(rows: list[Row], columns: Sequence[str]) -> pd.DataFrame:
    """Rows of words; what a row lacks is a dash."""
    return pd.DataFrame(rows, columns=list(columns), dtype="object").fillna("–")


def chain_table(view: View) -> GT:
    """Where on the way from people reached to orders kept the tiers part."""
    return per_platform(
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
    return per_platform(
        order_differences(view),
        _difference,
        ["micro - macro", "micro", "macro"],
        title="Orders per 1,000 people reached (or impressions), all creators together",
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
    return per_platform(
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
    return per_platform(
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
    return per_platform(
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


def design_table(answer: Answer, view: View) -> GT:
    """Creators of each arm, in one niche, that would show a ratio of a given size."""
    return per_platform(
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


def power_table(answer: Answer, view: View) -> GT:
    """The smallest ratio that would have been found with the creators at hand."""
    return per_platform(
        power_achieved(answer, view.study),
        _power,
        ["measure", "over all niches", "in the median niche", "niches"],
        title=f"Smallest ratio that would have been found, with power {view.study.power:.0%}",
    )


def _power(measures: tuple[FoundAtLeast, ...]) -> list[Row]:
    return [
        {
            "measure": f"{METRICS[of.metric].label}, {of.estimand}",
            "over all niches": _either_side(of.all_niches),
            "in the median niche": _either_side(of.one_niche),
            "niches": f"{of.niches}",
        }
        for of in measures
    ]


def _either_side(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    return f"{ratio:.2f}, or {1 / ratio:.2f}" if ratio < 10 else "over 10"
