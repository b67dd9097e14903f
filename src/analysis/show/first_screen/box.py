"""The box of the first screen: what to do, how sure, what would settle it."""

from typing import Any

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import listed, platform_name

_TIMES = "\N{MULTIPLICATION SIGN}"
_NOBODY = "But nobody assigned creators to a size."


def what_to_do(rows: pd.DataFrame, *, lacks_money: bool) -> str:
    """Say what the evidence allows while there is no advice with money.

    Engagement alone moves no budget, and an open answer none either.

    Args:
        rows: of the first screen.
        lacks_money: whether neither costs nor orders could be compared.
    """
    if rows.empty or lacks_money:
        return (
            "These data hold no order and no cost to compare, so they say nothing about a budget."
        )
    costs = rows[[METRICS[metric].is_cost for metric in rows["metric"]]]
    sides = {_ahead(row) for row in costs.to_dict("records")}
    if len(sides) == 1 and "" not in sides:
        return (
            f"So far orders have cost less through {sides.pop()} creators. Before you move budget,"
            " test it on a part of the next campaign."
        )
    if not rows["verdict"].isin(DECIDED).any():
        return "Keep the mix: follower count is no reason here to choose one creator over another."
    return "Keep the budget where it is: what an order costs is not decided."


def _ahead(row: dict[str, Any]) -> str:
    if row["verdict"] not in DECIDED:
        return ""
    return "macro" if row["estimate"] > 1 else "micro"


def how_sure(rows: pd.DataFrame) -> str:
    """Say how many ranges lie on one side, and that nobody assigned a size."""
    if rows.empty:
        return "Nothing was compared."
    decided = int(rows["verdict"].isin(DECIDED).sum())
    alike = int((rows["verdict"] == Verdict.EQUIVALENT).sum())
    if not decided and not alike:
        return "Not sure: the ranges reach to both sides. Not decided does not mean alike."
    parts = [f"{decided} on one side of the same"] if decided else []
    parts += [f"{alike} inside the grey band"] if alike else []
    left = len(rows) - decided - alike
    parts += [f"{left} on both sides"] if left else []
    every = "The range lies" if len(rows) == 1 else f"Of {len(rows)} ranges lie"
    if decided == len(rows) == 1:
        said = "Over all niches the range lies on one side of the same."
    elif decided == len(rows):
        said = "Every range lies on one side of the same."
    else:
        said = f"{every} {listed(parts)}."
    return f"{said} {_NOBODY}"


def what_would_settle(rows: pd.DataFrame, *, lacks_money: bool) -> str:
    """More creators, missing columns, or a test by lot."""
    if rows.empty or lacks_money:
        return (
            "Clicks, orders and fees of the bookings: at least 20 creators of each size with them."
        )
    undecided = rows[(rows["verdict"] == Verdict.INCONCLUSIVE) & (rows["more_creators"] > 0)]
    if undecided.empty:
        return (
            "Bookings assigned by lot: half of the next campaign to each size, and the cost of an"
            " order compared."
        )
    several = rows["platform"].nunique() > 1
    said = [_needs(row, several=several) for row in undecided.to_dict("records")[:2]]
    told = listed(said)
    return f"{told[0].upper()}{told[1:]}."


def _needs(row: dict[str, Any], *, several: bool) -> str:
    """Creators that a measure lacks; of very many it is said that they are out of reach."""
    label = METRICS[row["metric"]].label
    where = f" on {platform_name(row['platform'])}" if several else ""
    more = float(row["more_creators"])
    now = float(row["n_micro"]) + float(row["n_macro"])
    about = f"about {float(f'{more:.2g}'):,.0f} more creators"
    if more > 10 * now:
        return f"{label}{where} not soon: {about} ({more / now:.0f}{_TIMES} those at hand)"
    return f"{label}{where}: {about}"
