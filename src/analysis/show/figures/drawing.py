"""What every figure needs: its words, its look, its bytes and its numbers."""

import base64
import html
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.evidence.wording import platform_name
from analysis.show.figures.svg import lean

BLUE, ORANGE, GREY, PALE = "#0b5394", "#a84300", "#555555", "#9fc5e8"
_MOST_MARKS = 2_000
_TICKS = (0.01, 0.1, 0.25, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 4, 10, 100)
_FEW_TICKS = (0.001, 0.01, 0.1, 0.3, 1, 3, 10, 100, 1000)


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


def numbers_table(frame: pd.DataFrame) -> str:
    """A frame as the plainest table there is.

    Numbers to four digits, what is missing is a dash.
    """
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame.columns)
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in frame.itertuples(index=False))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Iterable[object]) -> str:
    return "".join(f"<td>{html.escape(_told(value))}</td>" for value in row)


def _told(value: object) -> str:
    if pd.isna(value):
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def follower_count(value: float) -> str:
    """Short, to two digits.

    Example:
        >>> follower_count(17_783), follower_count(1_000_000), follower_count(316)
        ('18K', '1M', '320')
    """
    size, suffix = (1e6, "M") if value >= 1e6 else (1e3, "K") if value >= 1e3 else (1, "")
    return f"{float(f'{value / size:.2g}'):g}{suffix}"


def follower_axis(axis: mpl.axes.Axes) -> None:
    """Followers on a log scale, with marks at 100K and 1M."""
    for mark in (100_000, 1_000_000):
        axis.axvline(mark, color=GREY, linewidth=0.8, linestyle=":")
    axis.set_xscale("log")
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: follower_count(value)))
    axis.xaxis.set_minor_locator(NullLocator())


def ratio_axis(axis: mpl.axes.Axes, *, low: float, high: float) -> None:
    """Ratios from ``low`` to ``high`` on a log scale, 1 inside.

    The first row on top.
    """
    low, high = min(low, 1) / 1.05, max(high, 1) * 1.05
    axis.axvline(1, color=GREY, linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlim(low, high)
    axis.xaxis.set_major_locator(FixedLocator(_TICKS if high < 20 * low else _FEW_TICKS))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.invert_yaxis()


@contextmanager
def style() -> Iterator[None]:
    """Set the look of all figures for the time of drawing one.

    Afterwards the caller's settings are as before, and no figure of ours is open.
    """
    before = set(plt.get_fignums())
    with mpl.rc_context():
        sns.set_theme(context="notebook", style="whitegrid", color_codes=False)
        mpl.rcParams.update(
            {
                "text.parse_math": False,
                "svg.hashsalt": "micromacro",
                "svg.fonttype": "none",
                "figure.labelsize": "medium",
            }
        )
        try:
            yield
        finally:
            for number in set(plt.get_fignums()) - before:
                plt.close(number)


def per_platform(
    rows: pd.DataFrame, draw: Callable[..., None], *, size: tuple[float, float], **facets: Any
) -> Canvas:
    """Draw one panel per platform, with its name.

    Args:
        rows: with a column ``platform``.
        draw: draws the rows of one platform into the current axis.
        size: of the whole figure, in inches.
        facets: ``row`` or ``col`` is ``platform``, and other options of seaborn's FacetGrid.
    """
    grid = sns.FacetGrid(rows.assign(platform=rows["platform"].map(platform_name)), **facets)
    grid.map_dataframe(lambda data, **_: draw(data, plt.gca()))
    grid.set_axis_labels("", "")
    for name, axis in grid.axes_dict.items():
        axis.set_title("")
        axis.set_title(name, loc="left")
    grid.figure.set_size_inches(size)
    grid.figure.set_layout_engine("constrained")
    canvas: Canvas = grid.figure
    return canvas


def svg_of(canvas: Canvas, *, marks: int) -> bytes:
    """The same bytes for the same drawing; ``marks`` counts what is drawn, to keep pages light."""
    if marks > _MOST_MARKS:
        raise ValueError(f"{marks} marks make a page too heavy; aggregate or rasterise first")
    file = io.BytesIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return lean(file.getvalue())
