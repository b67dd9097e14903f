"""Verdict grids: niches down, questions across, one grid per platform."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import HTML

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, NAMED_AGAINST_OTHERS, Answer
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import counts_of_arms, listed, platform_name, with_interval
from analysis.show import missing
from analysis.show.gaps import gap, gap_range, places_of, state
from analysis.show.markup import render
from analysis.study.registration import Minimums

Anchors = dict[tuple[str, str], str]  # by platform and niche

_MEASURE = ["claim", "metric", "estimand"]
_WHOSE = {
    "typical": "typical creator",
    "portfolio": "all together",
    "elasticity": "growth with followers, 1 = in proportion",
}


def headline_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out the confirmatory claims by niche, a grid per platform.

    Each stands by its first measure that can be tested. Of a study without confirmatory claims,
    all that compare tiers. A cell leads to the row of its niche in ``verdict_grids``.
    """
    results = _about("results", view, answers)
    tiers = [one for one in results if view.study.claims[one.claim].between == "tiers"]
    shown = [one for one in tiers if one.claim in view.study.confirmatory] or tiers
    rows = pd.concat([answer.main for answer in shown])
    anchors = _anchors(answers)
    margins = dict.fromkeys(gap_range(*view.study.claims[answer.claim].margin) for answer in shown)
    platforms = [
        _headline_platform(name, of, shown, anchors, view.study.minimums)
        for name, of in rows.groupby("platform", sort=False)
    ]
    kinds = {kind for platform in platforms for kind in _kinds(platform)}
    return HTML(
        render(
            "show",
            "headline_grid",
            platforms=platforms,
            margins=listed([*margins]),
            planted=rows["planted"].notna().any(),
            some_depend="depends" in kinds,
            some_untested="none" in kinds,
        )
    )


def _kinds(platform: dict[str, Any]) -> set[str]:
    """The states that the cells of a platform's grid show."""
    return {
        measure["by_niche"][niche["name"]]["state"].kind
        for measure in platform["measures"]
        for niche in platform["niches"]
        if niche["name"] in measure["by_niche"]
    }


def _headline_platform(
    platform: str,
    rows: pd.DataFrame,
    answers: Sequence[Answer],
    anchors: Anchors,
    minimums: Minimums,
) -> dict[str, Any]:
    chosen = [
        of[of["metric"].eq(first["metric"]) & of["estimand"].eq(first["estimand"])]
        for answer in answers
        for of in (rows[rows["claim"] == answer.claim],)
        for first in of[of["estimate"].notna()].head(1).to_dict("records")
    ]
    claims = {of["claim"].iloc[0] for of in chosen}
    absent = rows[~rows["claim"].isin(claims)]
    return _platform(platform, chosen, absent, minimums, addresses=anchors)


def _platform(
    platform: str,
    measures: Sequence[pd.DataFrame],
    absent: pd.DataFrame,
    minimums: Minimums,
    *,
    addresses: Anchors | None = None,
    anchors: Anchors | None = None,
) -> dict[str, Any]:
    """A platform's grid: niches where something is tested, and why the others are not there.

    Args:
        platform: as in the rows.
        measures: rows of each column.
        absent: rows of measures without a column.
        minimums: from which a creator counts.
        addresses: where the cells of a platform and niche lead.
        anchors: names of the rows that cells of another grid lead to.
    """
    rows = pd.concat(measures) if measures else absent.iloc[:0]
    niches, untested = _niches(rows)
    return {
        "name": platform_name(platform),
        "niches": [
            {"name": niche, "anchor": (anchors or {}).get((platform, niche), "")}
            for niche in niches
        ],
        "measures": [_column(of, addresses or {}, minimums) for of in measures],
        "missing": [
            *missing.measures(absent),
            *missing.cells(rows[rows["niche"].isin(niches) & rows["estimate"].isna()]),
            *missing.niches(rows[rows["niche"].isin(untested)]),
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


def _column(rows: pd.DataFrame, addresses: Anchors, minimums: Minimums) -> dict[str, Any]:
    first = rows.iloc[0]
    return {
        "title": METRICS[first["metric"]].label,
        "small": _WHOSE[first["estimand"]] + _from(first, minimums),
        "by_niche": {
            row["niche"]: _cell(row, addresses.get((row["platform"], row["niche"]), ""))
            for row in rows.to_dict("records")
        },
    }


def _from(row: pd.Series, minimums: Minimums) -> str:
    """From how many clicks or impressions a typical creator counts."""
    name = METRICS[row["metric"]].minimum
    if not name or row["estimand"] != "typical":
        return ""
    return f", from {getattr(minimums, name):,} {name}"


def _cell(row: dict[str, Any], anchor: str) -> dict[str, Any]:
    """What a cell prints: who is ahead, by how much, and the interval that decides."""
    cell = {"state": state(row), "creators": counts_of_arms(row), "address": "", "planted": ""}
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return {**cell, "numbers": "", "because": ""}
    low, high, estimate = row["deciding_low"], row["deciding_high"], row["estimate"]
    against = row["verdict"] == Verdict.INCONCLUSIVE and not low <= 1 <= high
    planted = row["planted"]
    if row["estimand"] == "elasticity":
        numbers, _, interval = with_interval(estimate, low, high).partition(" ")
        true = f"{planted:.2f}"
    else:
        numbers, interval = gap(estimate, places=places_of(low, high)), gap_range(low, high)
        true = gap(planted)
    return {
        **cell,
        "address": f"#{anchor}" if anchor else "",
        "numbers": numbers,
        "interval": interval.strip("()"),
        "because": row["reason"] if against else "",
        "planted": "" if pd.isna(planted) else true,
    }


def verdict_grids(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out every measure of engagement, conversion and cost, one folded grid per platform."""
    return _grids(view, _about("results", view, answers), _anchors(answers))


def relationship_grids(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out every measure of the relationship of creators and followers, likewise."""
    return _grids(view, _about("relationship", view, answers), {})


def _about(what: str, view: View, answers: Sequence[Answer]) -> list[Answer]:
    return [one for one in answers if view.study.claims[one.claim].about == what]


def _grids(view: View, answers: Sequence[Answer], anchors: Anchors) -> HTML:
    if not answers:
        return HTML("")
    rows = _measured(answers)
    platforms = [
        _grid(name, of, anchors, view.study.minimums)
        for name, of in rows.groupby("platform", sort=False)
    ]
    return HTML(render("show", "verdict_grids", platforms=platforms))


def _measured(answers: Sequence[Answer]) -> pd.DataFrame:
    rows = pd.concat([answer.main for answer in answers])
    return rows[~rows["niche"].str.startswith(NAMED_AGAINST_OTHERS)]


def _anchors(answers: Sequence[Answer]) -> Anchors:
    """A name for the row of each platform and niche, whatever they are called."""
    rows = _measured(answers).drop_duplicates(["platform", "niche"])
    numbers = {niche: number for number, niche in enumerate(dict.fromkeys(rows["niche"]), 1)}
    return {
        (platform, niche): f"every-{_plain(platform)}-{numbers[niche]}"
        for platform, niche in rows[["platform", "niche"]].itertuples(index=False)
    }


def _plain(platform: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", platform.lower()).strip("-")


def _grid(
    platform: str, rows: pd.DataFrame, anchors: Anchors, minimums: Minimums
) -> dict[str, Any]:
    tested = rows["metric"].isin(rows.loc[rows["estimate"].notna(), "metric"])
    measures = [of for _, of in rows[tested].groupby(_MEASURE, sort=False)]
    return _platform(platform, measures, rows[~tested], minimums, anchors=anchors)
