"""Verdict grids: claims down, niches across; every cell has its word, interval and creators."""

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import HTML

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import NAMED_AGAINST_OTHERS, Answer
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import counts_of_arms, listed, platform_name

_MEASURE = ["claim", "metric", "estimand"]
_WHOSE = {
    "typical": "typical creator",
    "portfolio": "all together",
    "elasticity": "growth with followers, 1 = in proportion",
}


def headline_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Confirmatory claims of the study down, each by its first measure that can be tested.

    Of a study without confirmatory claims, all that compare tiers.
    """
    tiers = [one for one in answers if view.study.claims[one.claim].between == "tiers"]
    answers = [one for one in tiers if one.claim in view.study.confirmatory] or tiers
    rows = pd.concat([answer.main for answer in answers])
    tested = rows[rows["estimate"].notna()]
    niches = list(dict.fromkeys(tested["niche"])) or list(dict.fromkeys(rows["niche"]))
    untested = [html.escape(niche) for niche in dict.fromkeys(rows["niche"]) if niche not in niches]
    below = _below(view, untested) if rows["estimate"].isna().any() else ""
    bodies = [
        _band(platform_name(platform), len(niches))
        + "".join(
            _claim_row(answer, rows[rows["platform"] == platform], niches) for answer in answers
        )
        for platform in rows["platform"].unique()
    ]
    head = "".join(f'<th scope="col">{html.escape(niche)}</th>' for niche in niches)
    return HTML(
        '<table class="grid"><caption>Each cell: verdict on the claim, micro / macro with its'
        f" interval, creators compared (micro | macro){_truth(rows)}. Verdicts allow for having"
        " looked at several niches.</caption>"
        f'<thead><tr><th scope="col">Micro creators …</th>{head}</tr></thead>'
        f"<tbody>{''.join(bodies)}</tbody></table>{below}"
    )


def _below(view: View, untested: Sequence[str]) -> str:
    """What "not enough data" means, and the niches that have no column for lack of it."""
    least = view.study.minimums.creators_per_arm
    said = f"Not enough data: fewer than {least} creators on one side, or none with such numbers."
    without = f" So it is in all of {listed(untested)}." if untested else ""
    return f"<p>{said}{without}</p>"


def _truth(rows: pd.DataFrame) -> str:
    return ", true ratio of the invented data" if rows["planted"].notna().any() else ""


def _band(name: str, width: int) -> str:
    return f'<tr class="band"><th scope="rowgroup" colspan="{width + 1}">{name}</th></tr>'


def _claim_row(answer: Answer, rows: pd.DataFrame, niches: Sequence[str]) -> str:
    rows = rows[rows["claim"] == answer.claim]
    said = html.escape(answer.says.removeprefix("micro creators "))
    tested = rows[rows["estimate"].notna()]
    if tested.empty:
        why = html.escape(str(rows["reason"].iloc[0]))
        return (
            f'<tr><th scope="row">{said}</th><td class="not-testable" colspan="{len(niches)}">'
            f"<b>not enough data</b>{why}</td></tr>"
        )
    shown = tested.iloc[0]
    of = rows[(rows["metric"] == shown["metric"]) & (rows["estimand"] == shown["estimand"])]
    measure = f"{METRICS[str(shown['metric'])].label}, {_WHOSE[str(shown['estimand'])]}"
    return f'<tr><th scope="row">{said}<small>{measure}</small></th>{_cells(of, niches)}</tr>'


def verdict_grids(answers: Sequence[Answer]) -> HTML:
    """Every measure, one grid per platform, folded."""
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[~rows["niche"].str.startswith(NAMED_AGAINST_OTHERS)]
    return HTML(
        "".join(
            _grid(rows[rows["platform"] == platform], platform_name(platform))
            for platform in rows["platform"].unique()
        )
    )


def _grid(rows: pd.DataFrame, name: str) -> str:
    tested = rows[rows["estimate"].notna()]
    niches = list(dict.fromkeys(tested["niche"]))
    head = "".join(f'<th scope="col">{html.escape(niche)}</th>' for niche in niches)
    body = "".join(
        f'<tr><th scope="row">{_measure(key)}</th>{_cells(group, niches)}</tr>'
        for key, group in rows[rows["metric"].isin(tested["metric"])].groupby(_MEASURE, sort=False)
    )
    table = (
        f'<table class="grid"><caption>Verdicts on {name}: micro / macro</caption>'
        f'<thead><tr><th scope="col">Measure</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
    return (
        f"<details><summary>Every measure on {name}</summary>"
        f"{table if niches else ''}{_untested(rows, tested)}</details>"
    )


def _untested(rows: pd.DataFrame, tested: pd.DataFrame) -> str:
    """Metrics and niches without a single cell that can be tested, named below the grid."""
    metrics = dict.fromkeys(rows["metric"][~rows["metric"].isin(tested["metric"])])
    niches = dict.fromkeys(rows["niche"][~rows["niche"].isin(tested["niche"])])
    named = {
        "No such data": [METRICS[metric].label for metric in metrics],
        "Not enough data": [html.escape(niche) for niche in niches] if len(tested) else [],
    }
    return "".join(f"<p>{why}: {listed(w)}.</p>" for why, w in named.items() if w)


def _measure(key: Any) -> str:
    _, metric, estimand = key
    return f"{METRICS[metric].label}<small>{_WHOSE[estimand]}</small>"


def _cells(rows: pd.DataFrame, niches: Sequence[str]) -> str:
    by_niche = {row["niche"]: row for row in rows.to_dict("records")}
    return "".join(_cell(by_niche.get(niche)) for niche in niches)


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return '<td class="not-testable">not looked at</td>'
    creators = counts_of_arms(row)
    if row["verdict"] == Verdict.NOT_TESTABLE:
        return f'<td class="not-testable"><b>not enough data</b><small>{creators}</small></td>'
    css = str(row["verdict"]).lower()
    planted = "" if pd.isna(row["planted"]) else f", true {row['planted']:.2f}"
    interval = f"<span>({row['ci_low']:.2f}–{row['ci_high']:.2f})</span>"
    return (
        f'<td class="{css}"><b>{css}</b>{row["estimate"]:.2f} {interval}'
        f"<small>{creators}{planted}</small></td>"
    )
