"""Panels of ratios: one interval a row, on a log axis with the band too small to act on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES
from analysis.evidence.verdict import Verdict
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import (
    Area,
    Margins,
    Panel,
    in_two_lines,
    panel,
    spread_ticks,
    text_width,
    write,
)
from analysis.show.gaps import gap, gap_in_words, state

Bounds = tuple[float, float]

_TICKS = (0.8, 1.25, 1.0, 2.0, 0.5, 4.0, 0.25)
_TICK_WORDS = {0.25: "1/4", 0.5: "half", 1.0: "same", 2.0: "double"}
_LEAST, _MOST = (0.6, 2.4), (0.24, 4.2)  # axis: at least and at most
_ROW, _HIGH_ROW, _RULE = 26, 34, 10
_RIGHT, _TOP, _BOTTOM, _MOST_LEFT = 104, 22, 22, 132
_MARKERS = {"micro": "o", "macro": "s", "alike": "D", "open": "o", "none": "o", "depends": "o"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a figure of ratios.

    Attributes:
        label: at the left.
        value: in words, at the right.
        kind: of its state, which colours it.
        ratio: missing where nothing is drawn.
        thick: interval of this comparison alone; None where there is one interval.
        thin: interval that decides.
        planted: true ratio of invented data.
        is_first: stands above a rule.
    """

    label: str
    value: str
    kind: str
    ratio: float
    thick: Bounds | None
    thin: Bounds
    planted: float | None = None
    is_first: bool = False


def line_of(row: dict[str, Any]) -> Line:
    """Make a line of a result's row."""
    of = state(row)
    words = {
        "open": f"open, {gap(row['estimate'])}",
        "depends": f"depends, {gap(row['estimate'])}",
        "alike": of.word
        if of.word == "alike"
        else f"{of.word.partition(', ')[2]}, {gap(row['estimate'])}",
    }
    if row["estimand"] == "elasticity":
        words = dict.fromkeys(_MARKERS, f"power {row['estimate']:.2f}")
    return Line(
        label=str(row["niche"]),
        value=words.get(of.kind) or gap_in_words(row),
        kind=of.kind,
        ratio=float(row["estimate"]),
        thick=None if pd.isna(row["ci_low"]) else (float(row["ci_low"]), float(row["ci_high"])),
        thin=(float(row["deciding_low"]), float(row["deciding_high"])),
        planted=None if pd.isna(row["planted"]) else float(row["planted"]),
        is_first=row["niche"] == ALL_NICHES,
    )


def judged(row: dict[str, Any], label: str, metric: str, margin: Bounds) -> Line:
    """A line by what its interval says: it has no verdict of its own."""
    low, high = float(row["deciding_low"]), float(row["deciding_high"])
    inside = margin[0] < low and high < margin[1]
    verdict = (
        Verdict.EQUIVALENT
        if inside
        else Verdict.INCONCLUSIVE
        if low <= 1 <= high
        else Verdict.SUPPORTED
    )
    blank = {
        "ci_low": None,
        "ci_high": None,
        "planted": None,
        "estimand": "portfolio",
        "metric": metric,
    }
    return line_of({**row, **blank, "niche": label, "verdict": verdict})


def axis_ends(rows: pd.DataFrame) -> Bounds:
    """Ends of a common axis: at least from 0.6 to 2.4, at most from a quarter to four times."""
    low = min(rows["deciding_low"].min() / 1.05, _LEAST[0])
    high = max(rows["deciding_high"].max() * 1.05, _LEAST[1])
    return max(low, _MOST[0]), min(high, _MOST[1])


def ratio_panel(
    title: str,
    lines: Sequence[Line],
    *,
    axis: Bounds,
    margin: Bounds,
    metric: str,
    beside: int,
    description: str,
) -> Panel:
    """A panel of ratios, a row each."""
    longest = max(text_width(line.label) for line in lines)
    margins = Margins(
        left=min(round(longest) + 10, _MOST_LEFT), right=_RIGHT, top=_TOP, bottom=_BOTTOM
    )
    row = _HIGH_ROW if longest > margins.left - 4 else _ROW
    has_rule = len(lines) > 1 and lines[0].is_first
    rows_height = row * len(lines) + _RULE * has_rule
    heights = [
        rows_height - row * (number + 0.5) - _RULE * (has_rule and number > 0)
        for number in range(len(lines))
    ]

    def paint(area: Area) -> None:
        log_axis(area, *axis, margin=margin)
        area.axes.set_ylim(0, rows_height)
        _arrows(area, axis, metric)
        if has_rule:
            at = 1 - (row + _RULE / 2) / rows_height
            area.axes.plot(
                [-margins.left / area.width, 1 + _RIGHT / area.width],
                [at, at],
                transform=area.axes.transAxes,
                color=LIGHT["line"],
                linewidth=1,
                clip_on=False,
            )
        for line, y in zip(lines, heights, strict=True):
            _write_words(area, line, y, left=margins.left)
            _paint_line(area, line, y, axis)

    return panel(
        title,
        description,
        paint,
        margins=margins,
        height=rows_height + _TOP + _BOTTOM,
        marks=len(lines),
        beside=beside,
    )


def log_axis(area: Area, low: float, high: float, *, margin: Bounds) -> None:
    """Set a log axis of ratios: the band too small to act on, a line at same, ticks in words."""
    axes = area.axes
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.axvspan(*margin, color=LIGHT["band"], linewidth=0)
    axes.axvline(1, color=LIGHT["ink"], linewidth=1)
    ticks = [
        (at, _TICK_WORDS.get(at, gap(at) if at < 2 else f"{at:g}\N{MULTIPLICATION SIGN}"))
        for at in _TICKS
        if low <= at <= high
    ]
    kept = spread_ticks(ticks, lambda at: float(np.log(at / low) / np.log(high / low) * area.width))
    axes.set_xticks([at for at, _ in kept], [words for _, words in kept])
    axes.set_xticks([], minor=True)
    axes.set_yticks([])


def _arrows(area: Area, axis: Bounds, metric: str) -> None:
    more, less, winner = _sides(metric)
    loser = "macro" if winner == "micro" else "micro"
    same = np.log(1 / axis[0]) / np.log(axis[1] / axis[0]) * area.width
    y = area.height + 10
    write(area, same - 5, y, f"← micro {less}", colour=loser, align="right")
    write(area, same + 5, y, f"micro {more} →", colour=winner)


def _sides(metric: str) -> tuple[str, str, str]:
    """Words for more and less, and who is ahead where there is more."""
    of = METRICS[metric]
    words = ("dearer", "cheaper") if of.is_cost else ("more", "less")
    return *words, "micro" if of.sides[0] == "ahead" else "macro"


def _write_words(area: Area, line: Line, y: float, *, left: int) -> None:
    write(area, -left, y, in_two_lines(line.label, left - 4), bold=line.is_first)
    colour = line.kind if line.kind in {"micro", "macro"} else "soft"
    shown = "ink" if line.kind in {"open", "depends"} else colour
    write(area, area.width + 8, y, line.value, colour=shown, bold=True)


def _paint_line(area: Area, line: Line, y: float, axis: Bounds) -> None:
    colour = line.kind if line.kind in {"micro", "macro"} else "soft"
    for ends, width in ((line.thin, 1.2), (line.thick, 3.2)):
        if ends is not None:
            _paint_interval(area, ends, y, axis, colour=LIGHT[colour], width=width)
    if axis[0] <= line.ratio <= axis[1]:
        hollow = line.kind in {"open", "depends"}
        sns.scatterplot(
            x=[line.ratio],
            y=[y],
            ax=area.axes,
            marker=_MARKERS[line.kind],
            s=56,
            facecolor=LIGHT["paper" if hollow else colour],
            edgecolor=LIGHT[colour],
            linewidth=1.6,
            zorder=3,
            legend=False,
        )
    if line.planted is not None and axis[0] <= line.planted <= axis[1]:
        area.axes.plot([line.planted], [y], "x", color=LIGHT["ink"], markersize=6, zorder=4)


def _paint_interval(
    area: Area, ends: Bounds, y: float, axis: Bounds, *, colour: str, width: float
) -> None:
    """An interval; an end beyond the axis is an arrowhead."""
    low, high = (min(max(end, axis[0]), axis[1]) for end in ends)
    area.axes.plot(
        [low, high], [y, y], color=colour, linewidth=width, solid_capstyle="butt", clip_on=False
    )
    for end, edge, marker in ((ends[0], axis[0], "<"), (ends[1], axis[1], ">")):
        if (end < edge) if marker == "<" else (end > edge):
            area.axes.plot([edge], [y], marker, color=colour, markersize=6, clip_on=False)
