"""Figures of answers: they take results, compute nothing, and carry their words and numbers."""

import base64
import html
import io
from contextlib import AbstractContextManager
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import PLATFORM_NAMES, Answer

_MOST_MARKS = 2_000
_COLOURS = {"typical": "#0b5394", "portfolio": "#a84300"}
_TICKS = (0.1, 0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 4, 10)


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG with the question it answers, what its marks are, a description and its numbers."""

    title: str
    description: str
    legend: str
    svg: bytes
    numbers: str

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.svg).decode()
        return (
            f"<figure><figcaption>{html.escape(self.title)}"
            f"<small>{html.escape(self.legend)}</small></figcaption>"
            f'<img src="data:image/svg+xml;base64,{source}" alt="{html.escape(self.description)}">'
            f"<details><summary>The numbers</summary>{self.numbers}</details></figure>"
        )


def forest(answer: Answer, metric: str) -> Figure | None:
    """Which niches differ, and by how much: one interval per niche and platform.

    Args:
        answer: rows of one claim.
        metric: name of the metric to draw.

    Returns:
        None where no cell of the metric can be tested; the table beside it says why.
    """
    rows = answer.main[(answer.main["metric"] == metric) & answer.main["estimate"].notna()]
    if rows.empty:
        return None
    label = METRICS[metric].label
    platforms = list(rows["platform"].unique())
    tallest = max(rows[rows["platform"] == p]["niche"].nunique() for p in platforms)
    with style():
        canvas = Canvas(
            figsize=(8, 0.6 + len(platforms) * (0.6 + 0.3 * tallest)), layout="constrained"
        )
        axes = canvas.subplots(len(platforms), 1, sharex=True, squeeze=False)[:, 0]
        for axis, platform in zip(axes, platforms, strict=True):
            _draw_intervals(axis, rows[rows["platform"] == platform])
            axis.set_title(PLATFORM_NAMES.get(platform, platform), loc="left")
        axes[-1].set_xlabel(f"{label}: micro / macro")
        svg = svg_of(canvas, marks=len(rows))
    described = "; ".join(
        f"{row.platform} {row.niche} {row.estimand} {row.estimate:.2f}"
        f" ({row.ci_low:.2f} to {row.ci_high:.2f})"
        for row in rows.itertuples()
    )
    columns = [
        "platform",
        "niche",
        "estimand",
        "estimate",
        "ci_low",
        "ci_high",
        "n_micro",
        "n_macro",
    ]
    numbers = rows[columns].round(3).to_html(index=False, border=0, na_rep="")
    title = f"In which niches does {label} differ, and by how much?"
    legend = "Dot: ratio; line: its interval; 1: no difference."
    if rows["planted"].notna().any():
        legend += " Cross: the planted truth."
    return Figure(title, f"Ratios micro over macro. {described}", legend, svg, numbers)


def _draw_intervals(axis: mpl.axes.Axes, rows: pd.DataFrame) -> None:
    niches = list(dict.fromkeys(rows["niche"]))
    for estimand, drawn in rows.groupby("estimand", sort=False):
        offset = 0.12 if estimand == "portfolio" else -0.12 * (rows["estimand"].nunique() - 1)
        heights = [niches.index(niche) + offset for niche in drawn["niche"]]
        colour = _COLOURS[str(estimand)]
        axis.hlines(heights, drawn["ci_low"], drawn["ci_high"], color=colour, linewidth=1.8)
        axis.plot(drawn["estimate"], heights, "o", color=colour, markersize=5, label=estimand)
        axis.plot(drawn["planted"], heights, "x", color="black", markersize=6)
    ratio_axis(axis)
    axis.set_yticks(range(len(niches)), niches)
    if rows["estimand"].nunique() > 1:
        axis.legend(frameon=False, loc="best")


def ratio_axis(axis: mpl.axes.Axes) -> None:
    """Ratios on a log scale around 1, the first row on top."""
    axis.axvline(1, color="#555555", linewidth=0.8)
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(FixedLocator(_TICKS))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.invert_yaxis()


def style() -> AbstractContextManager[None]:
    """The look of all figures, for the time of drawing one."""
    sns.set_theme(context="notebook", style="whitegrid")
    return mpl.rc_context(
        {"text.parse_math": False, "svg.hashsalt": "micromacro", "svg.fonttype": "none"}
    )


def svg_of(canvas: Canvas, *, marks: int) -> bytes:
    """The same bytes for the same drawing; ``marks`` counts what is drawn, to keep pages light."""
    if marks > _MOST_MARKS:
        raise ValueError(f"{marks} marks make a page too heavy; aggregate or rasterise first")
    file = io.BytesIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
