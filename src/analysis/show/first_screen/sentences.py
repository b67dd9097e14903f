"""The answer of a site in one sentence, and the sentence under it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.results import ALL_NICHES, contrary
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import listed, platform_name
from analysis.show.gaps import (
    counted_in,
    percents,
    reaches_double,
    stands_or_stand,
    state,
    times,
)
from analysis.study.contract import NOT_STATED

Row = dict[str, Any]
NOTHING = "Nothing can be compared yet: see what is missing below"
NO_MONEY = "Sales and costs cannot be compared"
_ALL = {2: "both", 3: "all three", 4: "all four"}


def in_order_of_money(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the first screen: what orders cost first, then orders, then everything else."""
    rank = [_money(METRICS[metric]) for metric in rows["metric"]]
    return rows.assign(rank=rank).sort_values("rank", kind="stable").drop(columns="rank")


def _money(metric: Metric) -> int:
    return 0 if metric.is_cost else 1 if "order" in metric.outcome else 2


def overall(
    rows: pd.DataFrame,
    grid: pd.DataFrame,
    others: pd.DataFrame,
    *,
    beside: pd.DataFrame,
    looked_at: int,
) -> str:
    """State the conclusion in one line: the answer and, where there is one, the lead."""
    said = answer(rows, others), lead(rows, grid, others, beside=beside, looked_at=looked_at)
    return " ".join(f"{one}." for one in said if one)


def answer(rows: pd.DataFrame, others: pd.DataFrame) -> str:
    """Answer in one sentence, money first, by the range of the intervals.

    Platforms are never pooled: those that agree are named together.

    Args:
        rows: of the first screen, one per platform and measure, in the order of money.
        others: every measure over all niches, by which it is known whether money was compared.
    """
    if rows.empty:
        return NOTHING
    said = _clause(_of_first_metric(rows), _platforms(rows), than=True)
    if lacks_money(rows, others):
        return f"{NO_MONEY}; {said.replace('not decided:', 'not decided either:')}"
    return _capital(said)


def lacks_money(rows: pd.DataFrame, others: pd.DataFrame) -> bool:
    """Whether costs and orders were asked for and none of them could be compared."""
    asked = any(_money(METRICS[metric]) < 2 for metric in others["metric"].unique())
    return asked and not any(_money(METRICS[metric]) < 2 for metric in rows["metric"].unique())


def lead(
    rows: pd.DataFrame,
    grid: pd.DataFrame,
    others: pd.DataFrame,
    *,
    beside: pd.DataFrame,
    looked_at: int,
) -> str:
    """Say in one sentence what stands beside the answer; empty where nothing does.

    The other measures, then niches and other ways to count that are decided against the answer.

    Args:
        rows: of the first screen.
        grid: the niches of these rows.
        others: every measure over all niches, among which what contradicts a row is looked for.
        beside: measures that are decided although those of the first screen are open.
        looked_at: how many measures these were found among, because chance decides some.
    """
    if rows.empty:
        return ""
    first = _of_first_metric(rows)
    rest = rows[rows["metric"] != first["metric"].iloc[0]]
    said = _joined([of for _, of in rest.groupby("metric", sort=False)], rows)
    if len(beside):
        decided = _joined(
            [of for _, of in beside.groupby(["metric", "estimand"], sort=False)], rows
        )
        among = (
            "the one other measure compared"
            if looked_at == 1
            else f"{looked_at} others compared; one in 20 differs by chance"
        )
        said = f"{f'{said}; ' if said else ''}beside it, {decided} ({among})"
    parts = [said] if said else _niches(first, grid)
    parts += _against(rows, others)
    split = dict.fromkeys(
        METRICS[row["metric"]].label for row in rows.to_dict("records") if _split(row, grid)
    )
    parts += [f"niches disagree about {listed([*split])}"] if split else []
    return _capital("; ".join(parts))


def _joined(measures: Sequence[pd.DataFrame], rows: pd.DataFrame) -> str:
    """What measures say, one after the other; ``but`` where they turn to the other tier."""
    said, before = "", ""
    for of in measures:
        ahead = " ".join(sorted({state(row).kind for row in of.to_dict("records")}))
        clause = _clause(of, _platforms(rows), than=False, everywhere=False)
        turned = {before, ahead} == {"micro", "macro"}
        link = "" if not said else ", but " if turned else "; "
        said = f"{said}{link}{_they(clause, turned=turned) if 'micro creators' in said else clause}"
        before = ahead
    return said


def _capital(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}" if said else ""


def _of_first_metric(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["metric"] == rows["metric"].iloc[0]]


def _platforms(rows: pd.DataFrame) -> list[str]:
    return [*dict.fromkeys(rows["platform"])]


def _they(said: str, *, turned: bool) -> str:
    """Take up micro creators again by a pronoun, after ``but`` by nothing."""
    again = "" if turned else "they get "
    return said.replace("micro creators get ", again, 1).replace(" than macro creators", "", 1)


def _clause(
    rows: pd.DataFrame, platforms: Sequence[str], *, than: bool, everywhere: bool = True
) -> str:
    """What one measure says on all its platforms: those that agree together.

    Args:
        rows: of the measure, one per platform.
        platforms: of the first screen.
        than: whether macro creators are named.
        everywhere: whether it is said that all platforms are meant.
    """
    if (
        not everywhere
        and len(rows) == len(platforms)
        and len({*map(_side, rows.to_dict("records"))}) == 1
    ):
        platforms = ()
    groups: dict[str, list[Row]] = {}
    for row in rows.to_dict("records"):
        groups.setdefault(_side(row), []).append(row)
    decided = [side for side in groups if side != "open"]
    metric = METRICS[rows["metric"].iloc[0]]
    said = [
        _decided(groups[side], metric, side, platforms, than=than and number == 0)
        for number, side in enumerate(decided)
    ]
    if "open" in groups:
        said.append(_open(groups["open"], metric, platforms, alone=not decided))
    return ", ".join(said)


def _side(row: Row) -> str:
    if row["verdict"] == Verdict.INCONCLUSIVE:
        return "open"
    if row["verdict"] == Verdict.EQUIVALENT:
        return "alike"
    return "higher" if row["estimate"] > 1 else "lower"


def _decided(
    rows: Sequence[Row], metric: Metric, side: str, platforms: Sequence[str], *, than: bool
) -> str:
    where = _where(rows, platforms)
    low, high = _union(rows)
    is_or_are = stands_or_stand(metric)
    if side == "alike":
        both = " for both sizes" if than else ""
        return f"{metric.label} {is_or_are} about the same{both}{where}"
    compared = " than macro creators" if than and not metric.is_cost else ""
    if reaches_double(low, high):
        if metric.is_cost:
            return (
                f"{metric.label} {is_or_are} {times(low, high)} as high through micro"
                f" creators{where}"
            )
        return f"micro creators get {times(low, high)} the {metric.label} of macro ones{where}"
    if metric.is_cost:
        return (
            f"{metric.label} {is_or_are} {percents(low, high)} {side} through micro creators{where}"
        )
    word = counted_in(metric)[side == "lower"]
    return f"micro creators get {percents(low, high)} {word} {metric.label}{compared}{where}"


def _open(rows: Sequence[Row], metric: Metric, platforms: Sequence[str], *, alone: bool) -> str:
    where = _where(rows, platforms)
    if not alone:
        return f"not decided{where}"
    may = _from_to(*_union(rows), metric)
    if metric.is_cost:
        return f"not decided: {metric.label} may be {may} through micro creators{where}"
    return f"not decided: micro creators may get {may} {metric.label}{where}"


def _from_to(low: float, high: float, metric: Metric) -> str:
    """``34% lower to 2.1 times as high``, or ``14% fewer to 36% more``."""
    more, less = ("higher", "lower") if metric.is_cost else counted_in(metric)
    as_much = " as high" if metric.is_cost else " the"
    below = f"{1 - low:.0%} {less} to " if low < 1 else ""
    above = f"{high:.1f} times{as_much}" if high >= 2 else f"{high - 1:.0%} {more}"
    return f"{below}{above}"


def _union(rows: Sequence[Row]) -> tuple[float, float]:
    """The range of the intervals that decide."""
    return (
        min(float(row["deciding_low"]) for row in rows),
        max(float(row["deciding_high"]) for row in rows),
    )


def _where(rows: Sequence[Row], platforms: Sequence[str]) -> str:
    names = [*dict.fromkeys(platform_name(row["platform"]) for row in rows)]
    if not platforms:
        return ""
    if len(platforms) == 1:
        return f" on {names[0]}"
    if len(names) == len(platforms) and len(names) in _ALL:
        return f" on {_ALL[len(names)]} platforms"
    return f" on {listed(names)}"


def _niches(rows: pd.DataFrame, grid: pd.DataFrame) -> list[str]:
    """In how many niches the one measure of the first screen is decided, and how."""
    if len(rows) > 1:
        return []
    known = grid["estimate"].notna() & grid["niche"].ne(NOT_STATED)
    tested = grid[known & grid["metric"].eq(rows["metric"].iloc[0])]
    if len(tested) < 2:
        return []
    decided = tested[tested["verdict"].isin(DECIDED)]
    more = int(decided["estimate"].gt(1).sum())
    fewer = len(decided) - more
    alike = int((tested["verdict"] == Verdict.EQUIVALENT).sum())
    left = len(tested) - len(decided) - alike
    word = counted_in(METRICS[rows["metric"].iloc[0]])
    parts = [f"{word[0]} in {more} of {len(tested)} niches"] if more else []
    parts += [f"{word[1]} in {fewer} of {len(tested)}"] if fewer else []
    if not parts:
        return []
    parts += [f"alike in {alike}"] if alike else []
    parts += [f"not decided in {left}"] if left else []
    return [f"{METRICS[rows['metric'].iloc[0]].label}: {listed(parts)}"]


def _against(rows: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    """Other ways to count that are decided on the other side."""
    found = [
        (f"{told} {'lower' if row['estimate'] > 1 else 'higher'}", platform_name(row["platform"]))
        for row in rows.to_dict("records")
        for told, _ in contrary(row, others)
    ]
    names: dict[str, list[str]] = {}
    for told, name in found:
        names.setdefault(told, []).append(name)
    several = rows["platform"].nunique() > 1
    said = [
        f"{told} on {listed([*dict.fromkeys(where)])}" if several else told
        for told, where in names.items()
    ]
    return [f"but {listed(said)}"] if said else []


def _split(row: Row, niches: pd.DataFrame) -> bool:
    """Whether a niche is decided against the row over all niches, or niches against each other."""
    if row["niche"] != ALL_NICHES:
        return False
    own = niches[niches["platform"].eq(row["platform"]) & niches["metric"].eq(row["metric"])]
    own = own[own["verdict"].isin(DECIDED)]
    sides = set(own["estimate"] > 1)
    if row["verdict"] in DECIDED:
        sides.add(float(row["estimate"]) > 1)
    return len(sides) > 1
