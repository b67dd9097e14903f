"""Figures of ratios micro over macro: one interval a row."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.evidence.breakdown.followers import pooled_against_stratified
from analysis.evidence.breakdown.niches import NichesTogether
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import count, with_interval
from analysis.show.figures.drawing import (
    BLUE,
    GREY,
    ORANGE,
    Figure,
    numbers_table,
    per_platform,
    ratio_axis,
    style,
    svg_of,
)
from analysis.study.contract import PLATFORM_NAMES

PULLED, FURTHER = "pulled to the others", "a further niche"
_COLUMNS = ["platform", "niche", "estimand", "estimate", "ci_low", "ci_high", "n_micro", "n_macro"]
_MARKS: dict[str, dict[str, Any]] = {
    "typical": {"color": BLUE, "marker": "o"},
    PULLED: {"color": BLUE, "marker": "D", "markerfacecolor": "white"},
    "portfolio": {"color": ORANGE, "marker": "s"},
    FURTHER: {"color": GREY, "marker": ""},
}
_LEGEND = {
    "typical": "Blue dot: the typical creator.",
    PULLED: "Hollow diamond: the same, pulled to the other niches.",
    "portfolio": "Orange square: all creators together.",
    FURTHER: "Last row: where a niche not yet seen would lie.",
}


def forest(answer: Answer, metric: str, together: Sequence[NichesTogether] = ()) -> Figure | None:
    """Which niches differ, and by how much: one interval per niche and platform.

    Args:
        answer: rows of one claim.
        metric: name of the metric to draw.
        together: the niches taken together, per platform, from ``niches_together``. Those of the
            metric add each niche pulled to the others, and where a further niche would lie.

    Returns:
        None where no cell of the metric can be tested; the table beside it says why.
    """
    rows = answer.main[(answer.main["metric"] == metric) & answer.main["estimate"].notna()]
    if rows.empty:
        return None
    rows = _counted(rows[[*_COLUMNS, "planted"]])
    drawn = pd.concat([rows, *(_taken_together(of) for of in together if of.metric == metric)])
    label = METRICS[metric].label
    legend = " ".join(text for mark, text in _LEGEND.items() if (drawn["estimand"] == mark).any())
    if rows["planted"].notna().any():
        legend += " Cross: the true ratio of the invented data."
    return Figure(
        f"In which niches does {label} differ, and by how much?",
        f"Ratios micro over macro. {_in_words(rows)}",
        f"{legend} Lines: intervals. At 1 both tiers are alike.",
        _panels(drawn, label=label),
        numbers_table(drawn[_COLUMNS].sort_values("platform", kind="stable")),
    )


def _taken_together(of: NichesTogether) -> pd.DataFrame:
    """A row per niche, pulled to the others, and one of a further niche, like those of answers."""
    found = of.synthesis
    logs = [*zip(found.shrunken, found.shrunken_low, found.shrunken_high, strict=True)]
    named = [(niche, PULLED) for niche in of.niches]
    if found.prediction is not None:
        logs.append((np.nan, *found.prediction))
        named.append((FURTHER, FURTHER))
    rows = pd.DataFrame(np.exp(logs), columns=["estimate", "ci_low", "ci_high"])
    rows[["niche", "estimand"]] = named
    return rows.assign(platform=of.platform, planted=np.nan, n_micro="–", n_macro="–")


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with their numbers of creators in words, as far as these may be told."""
    return rows.assign(**{name: rows[name].map(count) for name in ("n_micro", "n_macro")})


def _panels(rows: pd.DataFrame, *, label: str) -> bytes:
    """One panel per platform, below each other on one axis of ratios."""
    niches = rows.groupby("platform", sort=False)["niche"].nunique()
    per_row = 0.2 + 0.05 * rows["estimand"].nunique()
    estimated = rows[rows["estimate"].notna()]
    ends = {"low": estimated["ci_low"].min(), "high": estimated["ci_high"].max()}
    with style():
        canvas = per_platform(
            rows,
            partial(_draw_intervals, **ends),
            size=(8, 0.6 + (0.5 + per_row * niches).sum()),
            row="platform",
            sharey=False,
            gridspec_kws={"height_ratios": niches + 0.5},
        )
        canvas.supxlabel(f"{label}: micro / macro")
        return svg_of(canvas, marks=len(rows))


def _draw_intervals(rows: pd.DataFrame, axis: mpl.axes.Axes, *, low: float, high: float) -> None:
    niches = list(dict.fromkeys(rows["niche"]))
    beside = [mark for mark in _MARKS if mark != FURTHER and (rows["estimand"] == mark).any()]
    for mark, drawn in rows.groupby("estimand", sort=False):
        offset = 0 if mark == FURTHER else 0.24 * (beside.index(mark) - (len(beside) - 1) / 2)
        heights = [niches.index(niche) + offset for niche in drawn["niche"]]
        look = _MARKS[str(mark)]
        width = 1 if mark == PULLED else 1.8
        axis.hlines(heights, drawn["ci_low"], drawn["ci_high"], color=look["color"], lw=width)
        axis.plot(drawn["estimate"], heights, linestyle="", markersize=5, **look)
        axis.plot(drawn["planted"], heights, "x", color="black", markersize=5)
    axis.set_yticks(range(len(niches)), niches)
    axis.set_ylim(-0.6, len(niches) - 0.4)
    ratio_axis(axis, low=low, high=high)


def pooled(view: View, metric: str) -> Figure | None:
    """Does pooling everyone turn the answer around (Simpson's paradox)?

    Args:
        view: its creators, all of them.
        metric: name of the metric to compare.

    Returns:
        None where nothing can be compared.
    """
    rows = _counted(pooled_against_stratified(view, metric))
    if rows.empty:
        return None
    rows["compared"] = rows["compared"].replace(PLATFORM_NAMES, regex=True)
    hollow = rows["compared"].str.endswith("pooled")
    label = METRICS[metric].label
    with style():
        canvas = Canvas(figsize=(8, 0.8 + 0.3 * len(rows)), layout="constrained")
        axis = canvas.subplots()
        for face, which in (("white", hollow), (BLUE, ~hollow)):
            drawn, heights = rows[which], np.flatnonzero(which)
            axis.hlines(heights, drawn["ci_low"], drawn["ci_high"], color=BLUE, lw=1.8)
            axis.plot(drawn["estimate"], heights, "o", color=BLUE, markerfacecolor=face)
        axis.set_yticks(range(len(rows)), rows["compared"])
        ratio_axis(axis, low=rows["ci_low"].min(), high=rows["ci_high"].max())
        axis.set_xlabel(f"{label}: micro / macro")
        svg = svg_of(canvas, marks=len(rows))
    said = (
        f"{row.compared} {with_interval(row.estimate, row.ci_low, row.ci_high)}"
        for row in rows.itertuples()
    )
    return Figure(
        "Does pooling everyone turn the answer around?",
        f"Ratios micro over macro in {label}. {'; '.join(said)}",
        "Hollow: everyone pooled. Filled: like compared with like. Lines: intervals.",
        svg,
        numbers_table(rows),
    )


def _in_words(rows: pd.DataFrame) -> str:
    """The rows over all niches, or every row where there are none."""
    over_all = rows[rows["niche"] == ALL_NICHES]
    return "; ".join(
        f"{row.platform} {row.niche} {row.estimand} {row.estimate:.2f}"
        f" ({row.ci_low:.2f} to {row.ci_high:.2f})"
        for row in (rows if over_all.empty else over_all).itertuples()
    )
