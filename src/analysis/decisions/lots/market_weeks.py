"""Tiers assigned by lot to markets and weeks, and what all orders of the shop say afterwards."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.decisions.lots.experiment import AssignedDifference, assigned_difference
from analysis.decisions.lots.forms import read_form
from analysis.store.digests import digest
from analysis.study.contract import ASSIGNMENTS, MARKET_WEEKS
from analysis.study.errors import UsageError

MICRO, MACRO, NONE = "micro", "macro", "none"
_CELL = ["market", "week"]
_MARKET = re.compile(r"\w(?:[\w .&()/-]{0,98}[\w.)])?")


def draw_weeks(
    markets: Sequence[str], first: date, weeks: int, arms: Sequence[str], *, seed: int
) -> pd.DataFrame:
    """Assign an arm to every market in every week, each as often as another in a week.

    Args:
        markets: two at least, each once.
        first: Monday of the first week.
        weeks: how many.
        arms: values of what is assigned.
        seed: of the lot.

    Returns:
        ``market``, ``week`` and ``arm``, by market and week.

    Raises:
        UsageError: fewer markets than arms, one twice or of no name, a first day that is no
            Monday, or weeks that dates do not reach.

    Example:
        >>> from datetime import date
        >>> drawn = draw_weeks(["DE", "FR"], date(2027, 1, 4), 2, ("micro", "macro"), seed=1)
        >>> drawn.groupby("week")["arm"].agg(lambda arms: " ".join(sorted(arms))).tolist()
        ['macro micro', 'macro micro']
    """
    if strange := [one for one in markets if not _MARKET.fullmatch(one)]:
        raise UsageError(f"{strange[0][:40]!r}: no name of a market, like DE")
    names = {one.casefold() for one in markets}
    if len(names) < max(len(arms), 2) or len(names) < len(markets):
        raise UsageError(f"{len(arms)} arms take as many markets, each named once")
    if first.weekday() != 0:
        raise UsageError(f"{first.isoformat()} is no Monday")
    if weeks < 1:
        raise UsageError(f"{weeks} weeks: one is the least")
    if weeks > (date.max.toordinal() - first.toordinal()) // 7:
        raise UsageError(f"{weeks} weeks from {first.isoformat()}: dates end in the year 9999")
    rng = np.random.default_rng(seed)
    drawn = [
        rng.permutation(np.resize(rng.permutation(np.array(arms)), len(markets)))
        for _ in range(weeks)
    ]
    days = [first + timedelta(weeks=n) for n in range(weeks)]
    return pd.DataFrame(
        {
            "market": np.repeat(np.array(markets), weeks),
            "week": pd.to_datetime(days * len(markets)),
            "arm": np.array(drawn).T.ravel(),
        }
    )


def unit_of(cells: pd.DataFrame) -> pd.Series:
    """Name of every cell, as assignments have it."""
    return cells["market"] + " " + cells["week"].dt.strftime("%Y-%m-%d")


def lot_digest(cells: pd.DataFrame) -> str:
    """What stands in assignments for the cells that were drawn, whatever their arms."""
    return digest(sorted(unit_of(cells)))


def read_orders(assignments: Path, orders: Path) -> pd.DataFrame:
    """All orders of the cells that were assigned, in the arm of the lot.

    A week that had another arm than the lot gave it stays in the arm of the lot.

    Args:
        assignments: as ``micromacro assign`` wrote them.
        orders: ``market_weeks``, one row per market and week; others than the assigned ones are
            left out.

    Returns:
        ``market``, ``week``, ``arm``, ``drawn_at``, ``orders`` and ``had`` (the arm the week had;
        missing where nobody says).

    Raises:
        UsageError: a file cannot be read, or the cells are not those that were drawn.
        DataContractError: a file breaks its form, or an assigned week has no orders.
    """
    drawn, _ = read_form(assignments, ASSIGNMENTS)
    came, _ = read_form(orders, MARKET_WEEKS)
    named = drawn["unit"].astype("str").str.rsplit(" ", n=1)
    cells = drawn.assign(market=named.str[0], week=pd.to_datetime(named.str[-1]))
    if set(drawn["list_digest"]) != {lot_digest(cells)}:
        raise UsageError(f"{assignments}: the weeks are not those that were drawn")
    came = came.assign(week=pd.to_datetime(came["week"]), had=came["arm"])
    found = cells[[*_CELL, "arm", "drawn_at"]].merge(
        came[[*_CELL, "orders", "had"]], on=_CELL, how="left"
    )
    if (missing := found["orders"].isna()).any():
        which = ", ".join(unit_of(found[missing]).head(5))
        raise UsageError(f"{orders}: {int(missing.sum())} assigned weeks are missing: {which}")
    return found


def week_difference(
    cells: pd.DataFrame, *, arms: tuple[str, str], rng: np.random.Generator
) -> AssignedDifference:
    """Compare all orders between two arms within weeks, every market's own mean taken out.

    Args:
        cells: ``market``, ``week``, ``arm``, ``orders``, and ``drawn_at`` where it is known.
        arms: the value, and the one it is compared with.
        rng: of the arrangements.

    Raises:
        UsageError: too few cells of an arm, or no week has both.
    """
    rows = cells.assign(
        stratum=cells["week"],
        outcome=cells["orders"].astype("float64"),
        began_on=cells["week"],
        drawn_at=cells["drawn_at"] if "drawn_at" in cells else cells["week"],
    )
    return assigned_difference(rows, arms=arms, rng=rng, repeated="market")
