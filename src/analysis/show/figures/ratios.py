"""Figures of ratios micro over macro: one interval a row."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn.objects as so

from analysis.evidence.breakdown.conversions import conversion_chains
from analysis.evidence.breakdown.followers import pooled_against_stratified
from analysis.evidence.breakdown.niches import NichesTogether
from analysis.evidence.metrics import METRICS
from analysis.evidence.placements.chain import Chain
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.view import View
from analysis.evidence.wording import SHOWN, count
from analysis.show.figures.drawing import (
    BLUE,
    GREY,
    ORANGE,
    Figure,
    draw,
    numbers_table,
    ratios_in_words,
)
from analysis.study.contract import PLATFORM_NAMES

PULLED, FURTHER = "pulled to the others", "a further niche"
_PLANTED, _POOLED = "planted", "pooled"
_COLUMNS = ["platform", "niche", "estimand", *SHOWN, "n_micro", "n_macro"]
_TICKS = (0.01, 0.1, 0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 4, 10, 100)
_FEW_TICKS = (0.001, 0.01, 0.1, 0.3, 1, 3, 10, 100, 1000)
_LAYER = {"group": "lane", "orient": "y", "legend": False}


# by estimand; lanes lie below each other at one height
_MARKS = pd.DataFrame(
    {
        "typical": (BLUE, BLUE, "o", 0, "Blue dot: the typical creator."),
        PULLED: (BLUE, "white", "D", 1, "Hollow diamond: the same, pulled to the other niches."),
        "portfolio": (ORANGE, ORANGE, "s", 2, "Orange square: all creators together."),
        FURTHER: (GREY, GREY, "o", 1, "Last row: where a niche not yet seen would lie."),
        _PLANTED: ("black", "black", "x", 0, "Cross: the true ratio of the invented data."),
        _POOLED: (BLUE, "white", "o", 0, ""),
    },
    index=["line", "face", "marker", "lane", "legend"],
).T


def forest(answer: Answer, metric: str, together: Sequence[NichesTogether] = ()) -> Figure | None:
    """Draw the ratio of every niche and platform with its interval.

    Args:
        answer: rows of one claim.
        metric: name of the metric to draw.
        together: the niches taken together, per platform, from ``niches_together``. Those of the
            metric add each niche pulled to the others, and where a further niche would lie.

    Returns:
        None where no comparison of the metric can be tested; the table beside it says why.
    """
    rows = answer.main[(answer.main["metric"] == metric) & answer.main["estimate"].notna()]
    if rows.empty:
        return None
    taken = [_taken_together(of) for of in together if of.metric == metric]
    shown = pd.concat([_with_counts_in_words(rows), *taken], ignore_index=True)
    shown = shown.join(_MARKS["lane"], on="estimand")
    true = shown[shown["planted"].notna()]
    true = true.assign(
        estimand=_PLANTED, estimate=true["planted"], deciding_low=np.nan, deciding_high=np.nan
    )
    drawn = pd.concat([shown, true], ignore_index=True)
    legend = _MARKS["legend"][_MARKS.index.isin(drawn["estimand"])]
    label = METRICS[metric].label
    over_all = rows[rows["niche"] == ALL_NICHES]
    described = rows if over_all.empty else over_all
    return Figure(
        f"In which niches does {label} differ, and by how much?",
        f"Ratios micro over macro. {ratios_in_words(described, *_COLUMNS[:3])}",
        f"{' '.join(legend)} Lines: intervals. At 1 both tiers are alike.",
        _intervals(drawn, y="niche", label=label),
        numbers_table(shown[_COLUMNS].sort_values("platform", kind="stable")),
    )


def _taken_together(of: NichesTogether) -> pd.DataFrame:
    """Rows of niches pulled to the others, and of a further niche."""
    found = of.synthesis
    logs = [*zip(found.shrunken, found.shrunken_low, found.shrunken_high, strict=True)]
    named = [(niche, PULLED) for niche in of.niches]
    if found.prediction is not None:
        logs.append((np.nan, *found.prediction))
        named.append((FURTHER, FURTHER))
    rows = pd.DataFrame(np.exp(logs), columns=SHOWN)
    rows[["niche", "estimand"]] = named
    return rows.assign(platform=of.platform, n_micro="–", n_macro="–")


def _with_counts_in_words(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{name: rows[name].map(count) for name in ("n_micro", "n_macro")})


def pooled(view: View, metric: str) -> Figure | None:
    """Draw whether pooling everyone turns the answer around (Simpson's paradox).

    Args:
        view: its creators, all of them.
        metric: name of the metric to compare.

    Returns:
        None where nothing can be compared.
    """
    rows = _with_counts_in_words(pooled_against_stratified(view, metric))
    if rows.empty:
        return None
    rows["compared"] = rows["compared"].replace(PLATFORM_NAMES, regex=True)
    hollow = rows["compared"].str.endswith("pooled")
    marked = rows.assign(estimand=np.where(hollow, _POOLED, "typical"), lane=0)
    label = METRICS[metric].label
    return Figure(
        "Does pooling everyone turn the answer around?",
        f"Ratios micro over macro in {label}. {ratios_in_words(rows, 'compared')}",
        "Hollow: everyone pooled. Filled: like compared with like. Lines: intervals.",
        _intervals(marked, y="compared", label=label),
        numbers_table(rows),
    )


def chain(view: View) -> Figure | None:
    """Draw at which step from reach to orders the tiers part.

    Returns:
        None where no platform has a chain.
    """
    rows = pd.DataFrame(
        [
            (platform, step.name, fit.ratio, fit.low, fit.high)
            for platform, of in conversion_chains(view).items()
            if isinstance(of, Chain)
            for step in (*of.steps, of.total)
            for fit in (step.estimate,)
        ],
        columns=["platform", "step", *SHOWN],
    )
    if rows.empty:
        return None
    names = dict(zip(SHOWN, ("micro / macro", "low", "high"), strict=True))
    return Figure(
        "At which step from reach to orders do the tiers part?",
        f"Ratios micro over macro of each step. {ratios_in_words(rows, 'platform', 'step')}",
        "Dots: ratios of the steps. Lines: intervals. At 1 both tiers are alike. The steps multiply"
        " to the last row.",
        _intervals(rows.assign(estimand="typical", lane=0), y="step"),
        numbers_table(rows.rename(columns=names)),
    )


def _intervals(rows: pd.DataFrame, *, y: str, label: str = "") -> bytes:
    """Draw ratios and intervals, a panel per platform.

    Args:
        rows: ``estimand, lane``, ``SHOWN``, the column ``y`` and, where each has a panel,
            ``platform``. A missing estimate or interval is not drawn.
        y: the column that names the heights; lanes lie below each other at one height.
        label: of the ratios' measure.
    """
    estimated = rows[rows["estimate"].notna()]
    low, high = (
        min(estimated["deciding_low"].min(), 1) / 1.05,
        max(estimated["deciding_high"].max(), 1) * 1.05,
    )
    ticks = np.array(
        [at for at in (_TICKS if high < 20 * low else _FEW_TICKS) if low <= at <= high]
    )
    axis = so.Continuous().tick(at=np.log(ticks)).label(like=lambda at, _: f"{np.exp(at):g}")
    logs = rows.assign(**np.log(rows[SHOWN])).join(_MARKS.drop(columns="lane"), on="estimand")
    interval = {
        "x": "deciding_low",
        "xmin": "deciding_low",
        "xmax": "deciding_high",
        "color": "line",
    }
    dot = {"x": "estimate", "color": "face", "edgecolor": "line", "marker": "marker"}
    lanes = so.Dodge(by=["group"])
    plot = (
        so.Plot(logs, y=y)
        .add(so.Range(linewidth=1.8), lanes, **interval, **_LAYER)
        .add(so.Dot(pointsize=5, edgewidth=1, stroke=1.2), lanes, **dot, **_LAYER)
        .scale(x=axis, color=None, edgecolor=None, marker={of: of for of in "oDsx"})
        .limit(x=(np.log(low), np.log(high)))
        .label(x=f"{label}: micro / macro" if label else "micro / macro", y="")
    )
    heights = [rows[y].nunique()]
    if "platform" in rows:
        plot = plot.facet(row="platform").share(y=False)
        heights = rows.groupby("platform", sort=False)[y].nunique().tolist()
    per_row = 0.2 + 0.07 * rows["lane"].nunique()
    return draw(
        plot,
        marks=len(rows),
        heights=[0.5 + per_row * height for height in heights],
        finish=lambda panel: panel.axvline(0, color=GREY, linewidth=0.8),
    )
