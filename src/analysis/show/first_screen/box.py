"""The box of the first screen: what to do, how sure, what would settle it."""

from typing import Any

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import listed, platform_name

_TIMES = "\N{MULTIPLICATION SIGN}"
_NOBODY = "nothing was assigned at random."
_SAME = "\N{LEFT DOUBLE QUOTATION MARK}same\N{RIGHT DOUBLE QUOTATION MARK}"


def what_to_do(rows: pd.DataFrame, *, lacks_money: bool) -> str:
    """Say what the evidence allows while there is no advice with money.

    Engagement alone moves no budget, and an open answer none either.

    Args:
        rows: of the first screen.
        lacks_money: whether neither costs nor orders could be compared.
    """
    if rows.empty or lacks_money:
        return (
            "Nothing yet: these data hold no orders and no costs, so they say nothing about"
            " a budget."
        )
    costs = rows[[METRICS[metric].is_cost for metric in rows["metric"]]]
    sides = {_ahead(row) for row in costs.to_dict("records")}
    if len(sides) == 1 and "" not in sides:
        return (
            f"So far orders have cost less through {sides.pop()} creators. Before you move budget,"
            " test it on a part of the next campaign."
        )
    if not rows["verdict"].isin(DECIDED).any():
        return "Keep the mix: which size sells more is not decided."
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
        labels = dict.fromkeys(METRICS[metric].label for metric in rows["metric"])
        return (
            f"Not sure: {listed([*labels])} may lie on either side of {_SAME}. Not decided is not"
            " alike."
        )
    if decided == len(rows):
        niche = rows["niche"].iloc[0]
        one = f"over {niche}" if niche == ALL_NICHES else f"in {niche}"
        every = one if decided == 1 else f"in all {decided} comparisons"
        return f"Direction: sure, {every}. Reason: unknown, untested."
    if alike == len(rows):
        return f"Alike: every range lies inside the grey band. {_NOBODY.capitalize()}"
    counts = {"sure": decided, "alike": alike, "open": len(rows) - decided - alike}
    said = listed([f"{number} {word}" for word, number in counts.items() if number])
    return f"Of {len(rows)} comparisons: {said}. Reason: unknown, as {_NOBODY}"


def what_would_settle(rows: pd.DataFrame, *, lacks_money: bool, test: str = "") -> str:
    """More creators, missing columns, or a test; ``test`` may say what one would cost."""
    if rows.empty or lacks_money:
        return (
            "For a study: bookings of at least 20 creators of each size, with clicks, orders and"
            " fees."
        )
    undecided = rows[(rows["verdict"] == Verdict.INCONCLUSIVE) & (rows["more_creators"] > 0)]
    if undecided.empty:
        return test or "A small test that draws each booking's size at random."
    several = rows["platform"].nunique() > 1
    said = [_needs(row, several=several) for row in undecided.to_dict("records")[:2]]
    return f"To decide {listed(said)}."


def _needs(row: dict[str, Any], *, several: bool) -> str:
    """Creators that a measure lacks; of very many it is said that they are out of reach."""
    label = METRICS[row["metric"]].label
    where = f" on {platform_name(row['platform'])}" if several else ""
    more = float(row["more_creators"])
    now = float(row["n_micro"]) + float(row["n_macro"])
    about = f"about {float(f'{more:.2g}'):,.0f} more creators"
    if more > 10 * now:
        return f"{label}{where}: {about}, {more / now:.0f}{_TIMES} those at hand, so not soon"
    return f"{label}{where}: {about} ({now:,.0f} now)"
