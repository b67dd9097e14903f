"""Verdict grids: niches down, questions across, one grid per platform."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import HTML

from analysis.evidence.breakdown.costs import pay_follows_sales
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import counts_of_arms, listed, platform_name
from analysis.show import missing
from analysis.show.first_screen.sentences import in_order_of_money
from analysis.show.gaps import gap, gap_range, places_of, state
from analysis.show.markup import render
from analysis.store.digests import digest
from analysis.study.registration import Minimums

_WHOSE = {"typical": "typical creator", "portfolio": "all together"}


def headline_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out the confirmatory claims by niche, a grid per platform.

    Each stands by its first measure that can be tested. Of a study without confirmatory claims,
    all that compare tiers. A cell asks for a page that holds its result (``asks``).
    """
    results = [one for one in answers if view.study.claims[one.claim].about == "results"]
    tiers = [one for one in results if view.study.claims[one.claim].between == "tiers"]
    shown = [one for one in tiers if one.claim in view.study.confirmatory] or tiers
    rows = in_order_of_money(pd.concat([answer.main for answer in shown]))
    margins = dict.fromkeys(gap_range(*view.study.claims[answer.claim].margin) for answer in shown)
    platforms = [
        _platform(name, of, view.study.minimums)
        for name, of in rows.groupby("platform", sort=False)
    ]
    kinds = {kind for platform in platforms for kind in _kinds(platform)}
    return HTML(
        render(
            "show",
            "headline_grid",
            said=_counted(platforms, view),
            platforms=platforms,
            margins=listed([*margins]),
            some_cost=any(METRICS[metric].is_cost for metric in rows["metric"].unique()),
            planted=rows["planted"].notna().any(),
            some_depend="depends" in kinds,
            some_untested="none" in kinds,
        )
    )


def relationship_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out what else is claimed of micro creators, a row a claim, a column a platform.

    Each claim stands by its first measure that can be tested; those that no platform can test are
    sentences. Nothing where the study registers none.
    """
    rows, absent = relationship_rows(view, answers)
    if rows.empty and absent.empty:
        return HTML("")
    return HTML(
        render(
            "show",
            "relationship_grid",
            platforms={name: platform_name(name) for name in rows["platform"].unique()},
            measures=[
                _column(of.assign(niche=of["platform"]), view.study.minimums)
                for _, of in rows.groupby("claim", sort=False)
            ],
            missing=missing.measures(absent),
        )
    )


def relationship_rows(view: View, answers: Sequence[Answer]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of :func:`relationship_grid`, and those of claims that nothing can test.

    Over all niches or, where one is selected, in that niche.
    """
    claims = {name for name, claim in view.study.claims.items() if claim.about == "relationship"}
    every = pd.concat([answer.main for answer in answers])
    every = every[every["claim"].isin(claims)]
    whole = every[every["niche"] == ALL_NICHES]
    every = every if whole.empty else whole
    tested = every[every["estimate"].notna()].drop_duplicates("claim")
    key = ["claim", "metric", "estimand"]
    return every.merge(tested[key], on=key), every[~every["claim"].isin(tested["claim"])]


def _kinds(platform: dict[str, Any]) -> set[str]:
    """The states that the cells of a platform's grid show."""
    return {
        measure["by_niche"][niche]["state"].kind
        for measure in platform["measures"]
        for niche in platform["niches"]
        if niche in measure["by_niche"]
    }


def asks(result_id: str) -> str:
    """Name the result that a cell asks for, for whoever knows the pages.

    Example:
        >>> asks("H1:engagement_per_view:typical:tiktok:food:micro-/-macro")
        'asks-9cfa8bc26c55'
    """
    return f"asks-{digest([result_id])[:12]}"


def _counted(platforms: Sequence[dict[str, Any]], view: View) -> str:
    """How the cells of the first measure stand, niches times platforms.

    Where a contract sets what an order costs, of the first that is no cost.
    """
    every = [(one, of) for one in platforms for of in one["measures"]]
    contract = any(of["is_cost"] for _, of in every) and pay_follows_sales(view)
    asked = [(one, of) for one, of in every if not (contract and of["is_cost"])]
    label = asked[0][1]["title"] if asked else ""
    columns = [(one, of) for one, of in asked if of["title"] == label]
    kinds = [
        of["by_niche"][niche]["state"].kind
        for one, of in columns
        for niche in one["niches"]
        if niche in of["by_niche"] and niche != ALL_NICHES
    ]
    tested = len(kinds) - kinds.count("none")
    if tested < 2:
        return ""
    where = "pairs of niche and platform" if len(columns) > 1 else "niches"
    ahead = [f"{side} ahead in {kinds.count(side)}" for side in ("micro", "macro") if side in kinds]
    left = [f"{word} in {kinds.count(word)}" for word in ("alike", "open") if word in kinds]
    return f"{label[0].upper()}{label[1:]}, in {tested} {where}: {', '.join([*ahead, *left])}"


def _platform(platform: str, rows: pd.DataFrame, minimums: Minimums) -> dict[str, Any]:
    """A platform's grid: niches where something is tested, and why the others are not there.

    Args:
        platform: as in the rows.
        rows: of this platform; each claim stands by its first measure that can be tested.
        minimums: from which a creator counts.
    """
    measures = [
        of[of["metric"].eq(first["metric"]) & of["estimand"].eq(first["estimand"])]
        for _, of in rows.groupby("claim", sort=False)
        for first in of[of["estimate"].notna()].head(1).to_dict("records")
    ]
    claims = {of["claim"].iloc[0] for of in measures}
    absent = rows[~rows["claim"].isin(claims)]
    cells = pd.concat(measures) if measures else absent.iloc[:0]
    niches, untested = _niches(cells)
    return {
        "name": platform_name(platform),
        "niches": niches,
        "measures": [_column(of, minimums) for of in measures],
        "missing": [
            *missing.measures(absent),
            *missing.cells(cells[cells["niche"].isin(niches) & cells["estimate"].isna()]),
            *missing.niches(cells[cells["niche"].isin(untested)]),
        ],
    }


def _niches(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Niches where something can be tested, and the others.

    Of a single niche the row of all niches says the same again and is left out.
    """
    tested = dict.fromkeys(rows.loc[rows["estimate"].notna(), "niche"])
    others = [niche for niche in dict.fromkeys(rows["niche"]) if niche not in tested]
    if len(tested) == 2 and not others:
        tested.pop(ALL_NICHES, None)
    return [*tested], others


def _column(rows: pd.DataFrame, minimums: Minimums) -> dict[str, Any]:
    first = rows.iloc[0]
    return {
        "title": METRICS[first["metric"]].label,
        "is_cost": METRICS[first["metric"]].is_cost,
        "small": _WHOSE[first["estimand"]] + _from(first, minimums),
        "by_niche": {row["niche"]: _cell(row) for row in rows.to_dict("records")},
    }


def _from(row: pd.Series, minimums: Minimums) -> str:
    """From how many clicks or impressions a typical creator counts."""
    name = METRICS[row["metric"]].minimum
    if not name or row["estimand"] != "typical":
        return ""
    return f", from {getattr(minimums, name):,} {name}"


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    """What a cell prints: who is ahead, by how much, and the interval that decides."""
    cell = {"state": state(row), "creators": counts_of_arms(row), "address": "", "planted": ""}
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return {**cell, "numbers": "", "because": ""}
    low, high, estimate = row["deciding_low"], row["deciding_high"], row["estimate"]
    against = row["verdict"] == Verdict.INCONCLUSIVE and not low <= 1 <= high
    planted = row["planted"]
    return {
        **cell,
        "address": f"#{asks(row['result_id'])}",
        "numbers": gap(estimate, places=places_of(low, high)),
        "interval": gap_range(low, high),
        "because": row["reason"] if against else "",
        "planted": "" if pd.isna(planted) else gap(planted),
    }
