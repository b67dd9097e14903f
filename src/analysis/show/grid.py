"""Verdict grids: claims down, niches across."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from IPython.display import HTML

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import NAMED_AGAINST_OTHERS, Answer
from analysis.evidence.verdict import Verdict
from analysis.evidence.view import View
from analysis.evidence.wording import counts_of_arms, decimals, listed, platform_name
from analysis.show.markup import render

_MEASURE = ["claim", "metric", "estimand"]
_WHOSE = {
    "typical": "typical creator",
    "portfolio": "all together",
    "elasticity": "growth with followers, 1 = in proportion",
}


def headline_grid(view: View, answers: Sequence[Answer]) -> HTML:
    """Lay out the confirmatory claims by niche.

    Each stands by its first measure that can be tested. Of a study without confirmatory claims,
    all that compare tiers.
    """
    tiers = [one for one in answers if view.study.claims[one.claim].between == "tiers"]
    answers = [one for one in tiers if one.claim in view.study.confirmatory] or tiers
    rows = pd.concat([answer.main for answer in answers])
    niches, untested = _niches(rows)
    bands = [
        (platform_name(platform), [_claim(one, of[of["claim"] == one.claim]) for one in answers])
        for platform, of in rows.groupby("platform", sort=False)
    ]
    return HTML(
        render(
            "show",
            "headline_grid",
            niches=niches or untested,
            bands=bands,
            planted=rows["planted"].notna().any(),
            some_untested=rows["estimate"].isna().any(),
            least=view.study.minimums.creators_per_arm,
            untested=listed(untested) if niches and untested else "",
        )
    )


def _niches(rows: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Niches where something can be tested, and the others."""
    tested = dict.fromkeys(rows.loc[rows["estimate"].notna(), "niche"])
    return [*tested], [niche for niche in dict.fromkeys(rows["niche"]) if niche not in tested]


def _claim(answer: Answer, rows: pd.DataFrame) -> dict[str, Any]:
    """A claim's line on one platform, or why there is none."""
    title = answer.says.removeprefix("micro creators ")
    tested = rows[rows["estimate"].notna()]
    if tested.empty:
        return {"title": title, "small": "", "reason": rows["reason"].iloc[0]}
    shown = tested.iloc[0]
    of = rows[(rows["metric"] == shown["metric"]) & (rows["estimand"] == shown["estimand"])]
    measure = f"{METRICS[shown['metric']].label}, {_WHOSE[shown['estimand']]}"
    return _line(title, measure, of)


def _line(title: str, small: str, rows: pd.DataFrame) -> dict[str, Any]:
    found = {row["niche"]: _cell(row) for row in rows.to_dict("records")}
    return {"title": title, "small": small, "reason": "", "by_niche": found}


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    """What a cell of the grid prints: its numbers, and why it is open against its interval."""
    low, high = row["deciding_low"], row["deciding_high"]
    places = decimals(low, high)
    against = row["verdict"] == Verdict.INCONCLUSIVE and not low <= 1 <= high
    return {
        "verdict": row["verdict"],
        "ratio": f"{row['estimate']:.{places}f}",
        "interval": f"{low:.{places}f}–{high:.{places}f}",
        "because": row["reason"] if against else "",
        "creators": counts_of_arms(row),
        "planted": None if pd.isna(row["planted"]) else row["planted"],
    }


def verdict_grids(answers: Sequence[Answer]) -> HTML:
    """Lay out every measure, one folded grid per platform."""
    rows = pd.concat([answer.main for answer in answers])
    rows = rows[~rows["niche"].str.startswith(NAMED_AGAINST_OTHERS)]
    platforms = [_grid(name, of) for name, of in rows.groupby("platform", sort=False)]
    return HTML(render("show", "verdict_grids", platforms=platforms))


def _grid(platform: str, rows: pd.DataFrame) -> dict[str, Any]:
    niches, untested = _niches(rows)
    tested = rows["metric"].isin(rows.loc[rows["estimate"].notna(), "metric"])
    absent = [METRICS[metric].label for metric in dict.fromkeys(rows.loc[~tested, "metric"])]
    return {
        "name": platform_name(platform),
        "niches": niches,
        "measures": [
            _line(METRICS[metric].label, _WHOSE[estimand], of)
            for (_, metric, estimand), of in rows[tested].groupby(_MEASURE, sort=False)
        ],
        "without_data": listed(absent) if absent else "",
        "too_few": listed(untested) if niches and untested else "",
    }
