"""Verdict grids: claims down, niches across; every cell has its word, interval and creators."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import NAMED_AGAINST_OTHERS, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import counts_of_arms, listed, platform_name
from analysis.show.markup import template

_MEASURE = ["claim", "metric", "estimand"]
_WHOSE = {
    "typical": "typical creator",
    "portfolio": "all together",
    "elasticity": "growth with followers, 1 = in proportion",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grid: a label, what was measured, and a cell per niche or why there is none."""

    label: str
    measure: str = ""
    cells: Mapping[str, dict[str, str] | None] | None = None
    why: str = ""


def headline_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Show confirmatory claims of the study, each by its first measure that can be tested.

    Of a study without confirmatory claims, all that compare tiers.
    """
    tiers = [one for one in answers if view.study.claims[one.claim].between == "tiers"]
    answers = [one for one in tiers if one.claim in view.study.confirmatory] or tiers
    rows = pd.concat([answer.main for answer in answers])
    tested = rows[rows["estimate"].notna()]
    niches = list(dict.fromkeys(tested["niche"])) or list(dict.fromkeys(rows["niche"]))
    untested = [niche for niche in dict.fromkeys(rows["niche"]) if niche not in niches]
    truth = ", true ratio of the invented data" if rows["planted"].notna().any() else ""
    bands = [
        {"name": platform_name(platform), "lines": [_claim(answer, of) for answer in answers]}
        for platform, of in rows.groupby("platform", sort=False)
    ]
    caption = (
        "Each cell: verdict on the claim, micro / macro with its interval, creators compared"
        f" (micro | macro){truth}. Verdicts allow for having looked at several niches."
    )
    below = _below(view, untested) if rows["estimate"].isna().any() else ""
    return HTML(_table(caption, "Micro creators …", niches, bands) + below)


def _below(view: View, untested: Sequence[str]) -> str:
    """What "not enough data" means, and the niches that have no column for lack of it."""
    least = view.study.minimums.creators_per_arm
    said = f"Not enough data: fewer than {least} creators on one side, or none with such numbers."
    without = f" So it is in all of {listed(untested)}." if untested else ""
    return f"<p>{escape(said + without)}</p>"


def _claim(answer: Answer, rows: pd.DataFrame) -> Line:
    rows = rows[rows["claim"] == answer.claim]
    label = answer.says.removeprefix("micro creators ")
    tested = rows[rows["estimate"].notna()]
    if tested.empty:
        return Line(label, why=str(rows["reason"].iloc[0]))
    metric, estimand = tested["metric"].iloc[0], tested["estimand"].iloc[0]
    of = rows[(rows["metric"] == metric) & (rows["estimand"] == estimand)]
    return Line(label, f"{METRICS[metric].label}, {_WHOSE[estimand]}", _cells(of))


def verdict_grids(answers: Sequence[Answer]) -> HTML:
    """Show every measure, one grid per platform, folded."""
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[~rows["niche"].str.startswith(NAMED_AGAINST_OTHERS)]
    return HTML(
        "".join(
            _folded(of, platform_name(platform))
            for platform, of in rows.groupby("platform", sort=False)
        )
    )


def _folded(rows: pd.DataFrame, name: str) -> str:
    tested = rows[rows["estimate"].notna()]
    niches = list(dict.fromkeys(tested["niche"]))
    shown = rows[rows["metric"].isin(tested["metric"])].groupby(_MEASURE, sort=False)
    lines = [
        Line(METRICS[metric].label, _WHOSE[estimand], _cells(of))
        for (_, metric, estimand), of in shown
    ]
    caption = f"Verdicts on {name}: micro / macro"
    table = _table(caption, "Measure", niches, [{"lines": lines}]) if niches else ""
    untested = _untested(rows, tested)
    return f"<details><summary>Every measure on {name}</summary>{table}{untested}</details>"


def _untested(rows: pd.DataFrame, tested: pd.DataFrame) -> str:
    """Metrics and niches without a single cell that can be tested, named below the grid."""
    metrics = dict.fromkeys(rows["metric"][~rows["metric"].isin(tested["metric"])])
    niches = dict.fromkeys(rows["niche"][~rows["niche"].isin(tested["niche"])])
    named = {
        "No such data": [METRICS[metric].label for metric in metrics],
        "Not enough data": list(niches) if len(tested) else [],
    }
    return "".join(f"<p>{why}: {escape(listed(of))}.</p>" for why, of in named.items() if of)


def _table(caption: str, corner: str, niches: Sequence[str], bands: list[dict[str, Any]]) -> str:
    return template("analysis.show", "grid.html.j2").render(
        caption=caption, corner=corner, niches=niches, bands=bands
    )


def _cells(rows: pd.DataFrame) -> dict[str, dict[str, str] | None]:
    """What each niche's cell says.

    A niche that was not looked at has None.
    """
    cells: dict[str, dict[str, str] | None] = defaultdict(lambda: None)
    for row in rows.to_dict("records"):
        cells[row["niche"]] = {
            "word": str(row["verdict"]).lower(),
            "ratio": f"{row['estimate']:.2f}",
            "interval": f"{row['ci_low']:.2f}–{row['ci_high']:.2f}",
            "creators": counts_of_arms(row),
            "truth": "" if pd.isna(row["planted"]) else f", true {row['planted']:.2f}",
        }
    return cells
