"""What every figure has: panels drawn for wide and narrow windows, words and numbers."""

import base64
import io
import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.show.colours import LIGHT
from analysis.show.figures.svg import lean, themed
from analysis.show.markup import render

NARROW = 358
_WIDE = {1: 720, 2: 564}
_MOST_MARKS = 2_000
_BETWEEN = 8  # pixels between the labels of ticks
_WIDEST = 0.62  # of a letter of DejaVu Sans, over its size
_SETTINGS = {
    "axes.edgecolor": LIGHT["rule"],
    "axes.facecolor": "none",
    "axes.grid": False,
    "axes.labelcolor": LIGHT["soft"],
    "axes.labelsize": 12,
    "font.family": "DejaVu Sans",  # the widest of the stack: what fits in it fits in the others
    "font.size": 12,
    "grid.color": LIGHT["line"],
    "svg.fonttype": "none",
    "svg.hashsalt": "micromacro",
    "text.color": LIGHT["ink"],
    "text.parse_math": False,
    "xtick.color": LIGHT["soft"],
    "xtick.labelsize": 12,
    "xtick.major.pad": 6,
    "ytick.color": LIGHT["soft"],
    "ytick.labelsize": 12,
}


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing, twice: for wide windows and for phones.

    Attributes:
        title: above it, the platform's name; may be empty.
        description: what it shows, for those who do not see it.
        wide: SVG.
        narrow: SVG, 358 pixels wide; the same bytes where one serves both.
    """

    title: str
    description: str
    wide: bytes
    narrow: bytes

    @property
    def sources(self) -> tuple[str, str]:
        """Both drawings for an address of data."""
        wide, narrow = (base64.b64encode(svg).decode() for svg in (self.wide, self.narrow))
        return wide, narrow


@dataclass(frozen=True, slots=True)
class Figure:
    """Panels side by side, with words and numbers.

    Attributes:
        title: the question that it answers, or the finding.
        legend: what its marks are.
        panels: at least one.
        numbers: a table of HTML.
    """

    title: str
    legend: str
    panels: tuple[Panel, ...]
    numbers: str

    def _repr_html_(self) -> str:
        return render("show", "figure", figure=self)


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels around the axes, for ticks and words."""

    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Area:
    """Where a panel is painted.

    Attributes:
        axes: in pixels as large as ``width`` and ``height``.
        width, height: of the axes.
        left: margin at their left.
        is_narrow: whether it is the drawing for phones.
    """

    axes: Axes
    width: int
    height: int
    left: int
    is_narrow: bool


def panel(
    title: str,
    description: str,
    paint: Callable[[Area], object],
    *,
    margins: Margins,
    height: int,
    marks: int,
    beside: int = 1,
) -> Panel:
    """Draw a panel for wide windows and for phones.

    A unit of the drawing is a pixel of the page. Three panels and more beside each other are as
    wide as a phone, and one drawing serves both. The same call gives the same bytes; the caller's
    settings, colours and open figures stay as they are.

    Args:
        title, description: as in ``Panel``.
        paint: draws on the axes, in colours of ``colours.LIGHT`` and text of 12 pixels or more;
            called once per drawing.
        margins: around the axes.
        height: of the whole drawing, in pixels.
        marks: how many are drawn.
        beside: how many panels the figure has.

    Raises:
        ValueError: more marks than a light page holds, or a colour that has no name.
    """
    if marks > _MOST_MARKS:
        raise ValueError(f"{marks} marks make a page too heavy; aggregate or rasterise first")
    wide = _WIDE.get(beside, NARROW)
    drawn = {width: _draw(paint, width, height, margins) for width in {wide, NARROW}}
    return Panel(title, description, drawn[wide], drawn[NARROW])


def _draw(paint: Callable[[Area], object], width: int, height: int, margins: Margins) -> bytes:
    file = io.BytesIO()
    inner = width - margins.left - margins.right, height - margins.top - margins.bottom
    with mpl.rc_context():
        sns.set_theme(style="ticks", color_codes=False, rc=_SETTINGS)
        canvas = Canvas(figsize=(width / 72, height / 72))
        place = (
            margins.left / width,
            margins.bottom / height,
            inner[0] / width,
            inner[1] / height,
        )
        axes = canvas.add_axes(place)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        paint(Area(axes, *inner, margins.left, is_narrow=width == NARROW))
        canvas.savefig(
            file, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return themed(lean(file.getvalue()))


def text_width(words: str, *, size: float = 12) -> float:
    """Pixels that words take in the widest font of the stack, roughly and never too few.

    Example:
        >>> text_width("same") < text_width("double")
        True
    """
    return _WIDEST * size * len(words)


def in_two_lines(words: str, pixels: float) -> str:
    r"""Break words into at most two lines of some pixels; an ellipsis stands for the rest.

    Example:
        >>> in_two_lines("home", 90), in_two_lines("orders per impression", 110)
        ('home', 'orders per\nimpression')
        >>> in_two_lines("entertainment", 60)
        'entertai\nnment'
    """
    letters = int(pixels / (_WIDEST * 12))
    return textwrap.fill(words, max(letters, 2), max_lines=2, placeholder="…")


def spread_ticks(
    ticks: Sequence[tuple[float, str]], place: Callable[[float], float]
) -> list[tuple[float, str]]:
    """Keep the ticks whose labels do not touch those before them in the list.

    Args:
        ticks: value and label, the most wanted first.
        place: value -> pixel.

    Example:
        >>> spread_ticks([(0, "same"), (1, "+25%"), (9, "double")], lambda value: 20 * value)
        [(0, 'same'), (9, 'double')]
    """
    kept: list[tuple[float, str]] = []
    for value, label in ticks:
        if all(
            abs(place(value) - place(other))
            > (text_width(label) + text_width(beside)) / 2 + _BETWEEN
            for other, beside in kept
        ):
            kept.append((value, label))
    return kept


Side = Literal["left", "right", "center"]


def write(
    area: Area,
    x: float,
    y: float,
    words: str,
    *,
    colour: str = "ink",
    align: Side = "left",
    bold: bool = False,
) -> None:
    """Write words at a pixel of the axes, counted from their lower left corner; y is the middle.

    Left of 0 and right of ``area.width`` are the margins.
    """
    area.axes.text(
        x / area.width,
        y / area.height,
        words,
        transform=area.axes.transAxes,
        color=LIGHT[colour],
        ha=align,
        va="center_baseline",
        weight="bold" if bold else "normal",
        clip_on=False,
    )


def label_axis(area: Area, *, across: str, up: str) -> None:
    """Say what the axes are: below, and above the upper end."""
    area.axes.set(xlabel="", ylabel="")
    write(area, area.width / 2, -32, across, colour="soft", align="center")
    write(area, -area.left, area.height + 12, up, colour="soft")


_FOLLOWERS = (
    (1e5, "100,000"),
    (1e4, "10,000"),
    (1e6, "1 million"),
    (1e3, "1,000"),
    (1e7, "10 million"),
    (1e8, "100 million"),
)


def follower_axis(area: Area, low: float, high: float) -> None:
    """Set a log axis of followers, with 100,000 and a million marked."""
    area.axes.set_xscale("log")
    area.axes.set_xlim(low, high)
    ticks = [(at, words) for at, words in _FOLLOWERS if low <= at <= high]
    across = math.log(high / low)
    kept = spread_ticks(ticks, lambda at: math.log(at / low) / across * area.width)
    area.axes.set_xticks([at for at, _ in kept], [words for _, words in kept])
    area.axes.set_xticks([], minor=True)
    for mark in (100_000, 1_000_000):
        if low < mark < high:
            area.axes.axvline(mark, color=LIGHT["rule"], linewidth=1, linestyle=":")
