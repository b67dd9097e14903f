"""What was spent and sold, or what the data hold: sums by tier, small counts suppressed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from analysis.evidence.breakdown.arms import selected_arms
from analysis.evidence.breakdown.costs import pay_follows_sales
from analysis.evidence.view import View
from analysis.evidence.wording import count, platform_name
from analysis.panel.suppression import suppress

_MILLIONS = 10_000_000  # from this sum on, money is written in millions
_THOUSANDS = 100_000
ALL = "All"
_SET_BY_CONTRACT = (
    "Pay follows sales here: contracts set what an order costs, so it is no comparison of sizes."
)
_ARMS = (True, False)
_HELD = {
    "posts": ("posts",),
    "clicks": ("clicks", "clicks_costed"),
    "orders": ("orders_clicked", "orders_costed", "orders_shown"),
    "costs": ("cost",),
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums by tier for a small table.

    Attributes:
        title: heading.
        first: what its rows are.
        spanners: heads over a pair of columns, micro and macro; without one, the pair stands alone.
        rows: a label and cells, as many as columns.
        note: what the sums do not say; empty where nothing.
    """

    title: str
    first: str
    spanners: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


def totals(view: View) -> Totals:
    """Sum what was spent and sold on each platform, else what the data hold."""
    arms = selected_arms(view.creators, view)
    sold = arms.dropna(subset=["cost_ordered", "orders_costed"])
    persons = sold.groupby("micro")["person"].nunique()
    enough = all(persons.get(arm, 0) >= view.study.minimums.creators_per_arm for arm in _ARMS)
    both = all(sold.loc[sold["micro"] == arm, "orders_costed"].sum() > 0 for arm in _ARMS)
    currency = view.currency
    if not (enough and both and currency):
        return _held(arms)
    found = _sold(sold, currency)
    return replace(found, note=_SET_BY_CONTRACT) if pay_follows_sales(view) else found


def _sold(rows: pd.DataFrame, currency: str) -> Totals:
    sums = rows.groupby(["platform", "micro"])[["cost_ordered", "orders_costed"]].sum()
    by_platform = {
        platform_name(platform): {arm: sums.loc[(platform, arm)] for arm in _ARMS}
        for platform in sums.index.unique("platform")
        if all((platform, arm) in sums.index for arm in _ARMS)
    }
    if len(by_platform) > 1:
        by_platform[ALL] = {
            arm: pd.concat([one[arm] for one in by_platform.values()], axis=1).sum(axis=1)
            for arm in _ARMS
        }
    money = [one[arm]["cost_ordered"] for one in by_platform.values() for arm in _ARMS]
    unit, named = _unit(max(money))
    each = [_each(one[arm]) for one in by_platform.values() for arm in _ARMS]
    places = 0 if min(each) >= 1000 else 2
    return Totals(
        title="What was spent and sold",
        first="Platform",
        spanners=(f"Spent, {named}{currency}", "Orders", f"{currency} per order"),
        rows=tuple(
            (
                name,
                *(
                    f"{one[arm]['cost_ordered'] / unit:,.{1 if unit > 1000 else 0}f}"
                    for arm in _ARMS
                ),
                *(f"{one[arm]['orders_costed']:,.0f}" for arm in _ARMS),
                *(f"{_each(one[arm]):,.{places}f}" for arm in _ARMS),
            )
            for name, one in by_platform.items()
        ),
        note="All bookings added up, before refunds. The gaps in the figure compare inside"
        " campaigns, so they need not be the ratio of these sums.",
    )


def _each(sums: pd.Series) -> float:
    orders = float(sums["orders_costed"])
    return float(sums["cost_ordered"]) / orders if orders else float("nan")


def _unit(largest: float) -> tuple[int, str]:
    """What money is divided by, and how that is called."""
    if largest >= _MILLIONS:
        return 1_000_000, "million "
    return (1000, "1,000 ") if largest >= _THOUSANDS else (1, "")


def _held(arms: pd.DataFrame) -> Totals:
    """Creators of each tier, and what the data hold of them."""
    held = {name: _sums(arms, columns) for name, columns in _HELD.items()}
    known = {name: sums for name, sums in held.items() if sums is not None and name != "costs"}
    lacking = [name for name, sums in held.items() if sums is None]
    creators = {str(arm): [int((arms["micro"] == arm).sum())] for arm in _ARMS}
    counted = suppress(pd.DataFrame(creators)).iloc[0]
    shown = counted.notna().all()
    return Totals(
        title="What these data hold",
        first="",
        spanners=(),
        rows=(
            ("Creators", *(count(of) for of in counted)),
            *(
                (name.capitalize(), *(f"{one:,.0f}" for one in sums))
                for name, sums in known.items()
                if shown
            ),
        ),
        note=_lacking(lacking),
    )


def _lacking(names: list[str]) -> str:
    """What the data do not hold; that no money is known where costs are among it."""
    said = " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    money = "No money is known here: no" if "costs" in names else "No"
    return f"{money} {said}." if names else ""


def _sums(arms: pd.DataFrame, columns: Iterable[str]) -> tuple[float, ...] | None:
    """Sums by tier of the first column that holds anything."""
    for name in columns:
        if arms[name].fillna(0).sum() > 0:
            return tuple(float(arms.loc[arms["micro"] == arm, name].sum()) for arm in _ARMS)
    return None
