"""What every figure has: words, look, bytes and numbers."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
import seaborn as sns
import seaborn.objects as so
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.evidence.wording import platform_name, row_ratio
from analysis.show.figures.svg import lean
from analysis.show.markup import render

BLUE, ORANGE, GREY = "#0b5394", "#a84300", "#555555"
_MOST_MARKS = 2_000
_SETTINGS = {
    "axes.titlelocation": "left",
    "text.parse_math": False,
    "svg.hashsalt": "micromacro",
    "svg.fonttype": "none",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG with its words and numbers.

    Attributes:
        title: the question that it answers.
        description: what it shows, for those who do not see it.
        legend: what its marks are.
        svg: the drawing.
        numbers: a table of HTML.
    """

    title: str
    description: str
    legend: str
    svg: bytes
    numbers: str

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.svg).decode()
        return render("show", "figure", figure=self, source=source)


def draw(
    plot: so.Plot,
    *,
    marks: int,
    heights: Sequence[float],
    finish: Callable[[Axes], object] = lambda panel: panel,
) -> bytes:
    """Draw a plot as SVG, 8 inches wide.

    The same plot gives the same bytes.

    The plot is drawn on a figure of its own, so that the caller's settings, colours and open
    figures stay as they are.

    Args:
        plot: its facets are platforms.
        marks: how many are drawn.
        heights: of the panels below each other, in inches.
        finish: called with every panel, for lines that are no data.

    Raises:
        ValueError: more marks than a light page holds.
    """
    if marks > _MOST_MARKS:
        raise ValueError(f"{marks} marks make a page too heavy; aggregate or rasterise first")
    file = io.BytesIO()
    with mpl.rc_context():
        sns.set_theme(style="whitegrid", color_codes=False, rc=_SETTINGS)
        canvas = Canvas(figsize=(8, 0.6 + sum(heights)), layout="constrained")
        plot.theme(mpl.rcParams).on(canvas).plot()
        if (grid := canvas.axes[0].get_gridspec()) is not None:
            grid.set_height_ratios(heights)
        for panel in canvas.axes:
            panel.set_title(platform_name(panel.get_title("left")))
            finish(panel)
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return lean(file.getvalue())


def followers_scale() -> so.Continuous:
    """A log scale of followers, labelled ``1K``, ``10K``, ``1M``."""
    return so.Continuous(trans="log").label(like=lambda value, _: follower_count(value))


def mark_100k_and_1m(panel: Axes) -> None:
    """Mark 100K and 1M followers."""
    panel.grid(visible=False, axis="x")
    for mark in (100_000, 1_000_000):
        panel.axvline(mark, color=GREY, linewidth=0.8, linestyle=":")


def ratios_in_words(rows: pd.DataFrame, *names: str) -> str:
    """Write each row's ratio and interval after its names."""
    return "; ".join(
        f"{' '.join(str(row[name]) for name in names)} {row_ratio(row)}"
        for row in rows.to_dict("records")
    )


def numbers_table(frame: pd.DataFrame) -> str:
    """Write a frame as the plainest table of HTML.

    Numbers have four digits, what is missing is a dash.
    """
    rows = [[_in_words(value) for value in row] for row in frame.itertuples(index=False)]
    return render("show", "numbers", columns=frame.columns, rows=rows)


def _in_words(value: object) -> str:
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
