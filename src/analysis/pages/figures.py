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

from analysis.evidence import View
from analysis.evidence.behind.conversions import conversion_chains
from analysis.evidence.behind.costs import break_even
from analysis.evidence.behind.curves import Growth, follower_growth
from analysis.evidence.bookings.break_even import BreakEven
from analysis.evidence.bookings.chain import Chain
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
    with _style():
        canvas = Canvas(
            figsize=(8, 0.6 + len(platforms) * (0.6 + 0.3 * tallest)), layout="constrained"
        )
        axes = canvas.subplots(len(platforms), 1, sharex=True, squeeze=False)[:, 0]
        for axis, platform in zip(axes, platforms, strict=True):
            _draw_intervals(axis, rows[rows["platform"] == platform])
            axis.set_title(PLATFORM_NAMES.get(platform, platform), loc="left")
        axes[-1].set_xlabel(f"{label}: micro / macro")
        svg = _svg(canvas, marks=len(rows))
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
    _ratio_axis(axis)
    axis.set_yticks(range(len(niches)), niches)
    if rows["estimand"].nunique() > 1:
        axis.legend(frameon=False, loc="best")


def _ratio_axis(axis: mpl.axes.Axes) -> None:
    """Ratios on a log scale around 1, the first row on top."""
    axis.axvline(1, color="#555555", linewidth=0.8)
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(FixedLocator(_TICKS))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.invert_yaxis()


def growth(view: View, metric: str) -> Figure | None:
    """Does a metric per post grow in proportion to followers, and does that change with size?

    Args:
        metric: one of those per post.

    Returns:
        None where no platform has a curve.
    """
    found = {
        platform: of
        for platform, of in follower_growth(view, metric).items()
        if isinstance(of, Growth)
    }
    if not found:
        return None
    with _style():
        canvas, axes = _panels(len(found))
        for axis, (platform, of) in zip(axes, found.items(), strict=True):
            curve = of.curve
            axis.fill_between(
                curve.followers, curve.elasticity_low, curve.elasticity_high, alpha=0.25
            )
            axis.plot(curve.followers, curve.elasticity)
            axis.axhline(1, color="#555555", linewidth=0.8)
            for mark in (100_000, 1_000_000):
                axis.axvline(mark, color="#555555", linewidth=0.8, linestyle=":")
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _followers(value)))
            axis.set_title(PLATFORM_NAMES[platform], loc="left")
        axes[0].set_ylabel("grows to the power")
        canvas.supxlabel("followers")
        svg = _svg(canvas, marks=41 * len(found))
    numbers = pd.concat(
        pd.DataFrame(
            {
                "platform": platform,
                "followers": of.curve.followers.round(),
                "power": of.curve.elasticity,
                "low": of.curve.elasticity_low,
                "high": of.curve.elasticity_high,
            }
        ).iloc[::5]
        for platform, of in found.items()
    )
    described = "; ".join(
        f"{platform}: from {of.curve.elasticity[0]:.2f} at the smallest accounts to"
        f" {of.curve.elasticity[-1]:.2f} at the largest"
        for platform, of in found.items()
    )
    return Figure(
        f"Does {METRICS[metric].label} grow in proportion to followers?",
        f"Local growth with followers. {described}",
        "1: in proportion; below 1: less. Band: interval at each size. Dots: 100K and 1M.",
        svg,
        numbers.round(2).to_html(index=False, border=0),
    )


def _followers(value: float) -> str:
    return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}K"


def chain(view: View) -> Figure | None:
    """At which step from reach to orders do the tiers part? None where no platform has a chain."""
    found = {p: of for p, of in conversion_chains(view).items() if isinstance(of, Chain)}
    if not found:
        return None
    rows = pd.DataFrame(
        [
            (platform, step.name, fit.ratio, fit.low, fit.high)
            for platform, of in found.items()
            for step in (*of.steps, of.total)
            for fit in (step.estimate,)
        ],
        columns=["platform", "step", "micro / macro", "low", "high"],
    )
    with _style():
        tallest = rows.groupby("platform").size().max()
        canvas = Canvas(figsize=(8, 0.8 + len(found) * (0.6 + 0.3 * tallest)), layout="constrained")
        axes = canvas.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axis, (platform, of) in zip(axes, rows.groupby("platform"), strict=True):
            axis.barh(of["step"], of["micro / macro"] - 1, left=1, color="#9fc5e8", height=0.5)
            axis.hlines(of["step"], of["low"], of["high"], color="#0b5394", linewidth=1.8)
            _ratio_axis(axis)
            axis.set_title(PLATFORM_NAMES[str(platform)], loc="left")
        axes[-1].set_xlabel("micro / macro")
        svg = _svg(canvas, marks=len(rows))
    described = "; ".join(
        f"{row.platform} {row.step} {row[3]:.2f} ({row.low:.2f} to {row.high:.2f})"
        for row in rows.itertuples()
    )
    return Figure(
        "At which step from reach to orders do the tiers part?",
        f"Ratios micro over macro of each step. {described}",
        "Bar: ratio of the step; line: its interval; 1: no difference. The steps multiply to the"
        " last bar.",
        svg,
        rows.round(3).to_html(index=False, border=0),
    )


def handling(view: View) -> Figure | None:
    """How much handling of a booking turns the answer? None where no platform has costs."""
    found = {p: of for p, of in break_even(view).items() if isinstance(of, BreakEven)}
    if not found:
        return None
    rows = pd.DataFrame(
        [
            (platform, extra, cost + extra * placements, tier)
            for platform, of in found.items()
            for extra in (0.0, _furthest(of))
            for tier, cost, placements in (
                ("micro", of.micro_cost, of.micro_placements),
                ("macro", of.macro_cost, of.macro_placements),
            )
        ],
        columns=["platform", "extra handling per placement", "cost per order", "tier"],
    )
    with _style():
        canvas, axes = _panels(len(found))
        for axis, (platform, of) in zip(axes, rows.groupby("platform"), strict=True):
            for tier, line in of.groupby("tier", sort=False):
                axis.plot(line.iloc[:, 1], line["cost per order"], label=tier)
            amount = found[str(platform)].amount
            if amount is not None:
                axis.axvline(amount, color="#555555", linewidth=0.8, linestyle=":")
            axis.set_title(PLATFORM_NAMES[str(platform)], loc="left")
            axis.set_ylim(bottom=0)
        axes[0].set_ylabel("cost per order")
        axes[0].legend(frameon=False)
        canvas.supxlabel("extra handling cost per placement")
        svg = _svg(canvas, marks=len(rows))
    described = "; ".join(
        f"{platform}: {of.micro_cost:.2f} micro and {of.macro_cost:.2f} macro without extra"
        f" handling, equal at {'no amount' if of.amount is None else f'{of.amount:.2f}'}"
        for platform, of in found.items()
    )
    return Figure(
        "How much handling of a booking turns the answer?",
        f"Cost per order against extra handling cost per placement. {described}",
        "Where the lines cross, both tiers cost the same per order.",
        svg,
        rows.round(2).to_html(index=False, border=0),
    )


def _furthest(found: BreakEven) -> float:
    """End of the axis: well beyond the break-even, or as much as a placement costs."""
    if found.amount is not None:
        return 2 * found.amount
    return found.micro_cost / found.micro_placements


def _panels(count: int) -> tuple[Canvas, list[mpl.axes.Axes]]:
    canvas = Canvas(figsize=(8, 2.6), layout="constrained")
    return canvas, list(canvas.subplots(1, count, sharey=True, squeeze=False)[0])


def _style() -> AbstractContextManager[None]:
    sns.set_theme(context="notebook", style="whitegrid")
    return mpl.rc_context(
        {"text.parse_math": False, "svg.hashsalt": "micromacro", "svg.fonttype": "none"}
    )


def _svg(canvas: Canvas, *, marks: int) -> bytes:
    if marks > _MOST_MARKS:
        raise ValueError(f"{marks} marks make a page too heavy; aggregate or rasterise first")
    file = io.BytesIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
