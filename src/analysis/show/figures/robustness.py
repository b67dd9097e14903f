"""Figures of what an answer survives: its doubts, every way to count, and other lines."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.robustness.examination import Examination
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import (
    Area,
    Figure,
    Margins,
    Panel,
    follower_axis,
    label_axis,
    panel,
)
from analysis.show.figures.intervals import axis_ends, judged, ratio_panel
from analysis.show.figures.numbers import numbers_table

_MARGINS = Margins(left=52, right=34, top=22, bottom=40)
_HEIGHT = 240
_POINTS = 20  # of a curve in its table; ways.csv has all of them


def doubts(found: Sequence[Examination], view: View) -> Figure | None:
    """Draw one answer beside itself asked in other ways, on every platform.

    Args:
        found: of one claim, one per platform.
        view: names the margin.

    Returns:
        None where nothing was examined.
    """
    if not found:
        return None
    margin = view.study.claims[found[0].claim].margin
    rows = {one.platform: _asked(one) for one in found}
    every = pd.concat(
        [frame.assign(platform=platform) for platform, frame in rows.items()], ignore_index=True
    )
    axis = axis_ends(every)
    label = METRICS[found[0].metric].label
    return Figure(
        f"Does {label} stand when it is asked in other ways?",
        "Micro over macro. Lines are intervals; that of all ways is their range. Grey band: too"
        " small to act on.",
        tuple(
            ratio_panel(
                platform_name(platform),
                [
                    judged(row, row["asked"], found[0].metric, margin)
                    for row in frame.to_dict("records")
                ],
                axis=axis,
                margin=margin,
                metric=found[0].metric,
                beside=len(found),
                description="; ".join(
                    f"{row['asked']} {row['estimate']:.2f}" for row in frame.to_dict("records")
                ),
            )
            for platform, frame in rows.items()
        ),
        numbers_table(every[["platform", "asked", "estimate", "deciding_low", "deciding_high"]]),
    )


def _asked(one: Examination) -> pd.DataFrame:
    """What the answer is in other ways, a row each."""
    rows = [("as reported", one.ratio, one.low, one.high)]
    if one.counted.joint is not None:
        joint = one.counted.joint
        rows.append((f"{len(one.counted.ways)} ways", joint.median, joint.low, joint.high))
    if one.alike is not None:
        rows.append(("like with like", one.alike.ratio, one.alike.low, one.alike.high))
    if one.counts is not None:
        rows.append(("counts 20 % off", *one.counts.off_by_a_fifth))
    if one.captures is not None:
        rows.append(("counted twice", *one.captures.ends))
    rows += [
        (f"without {count} largest", ratio, ratio, ratio)
        for count, ratio in one.counted.without_largest
        if count == 3
    ]
    return pd.DataFrame(rows, columns=["asked", "estimate", "deciding_low", "deciding_high"])


def ways(found: Sequence[Examination]) -> Figure | None:
    """Draw the answer in every way to count, from the lowest ratio to the highest.

    Args:
        found: of one claim, one per platform.

    Returns:
        None where nowhere enough ways keep enough creators.
    """
    drawn = [one for one in found if one.counted.joint is not None]
    if not drawn:
        return None
    curves = {one.platform: _curve(one) for one in drawn}
    ends = _ends(pd.concat(curves.values()))
    shown = pd.concat(
        frame.assign(platform=platform).iloc[:: max(len(frame) // _POINTS, 1)]
        for platform, frame in curves.items()
    )
    return Figure(
        f"What is {METRICS[drawn[0].metric].label} in every way of counting?",
        "Line: the ratio micro over macro in each way, the lowest first. Band: where the line would"
        " run in 95 of 100 datasets in which the tiers do not differ. Dot: as reported.",
        tuple(_ways_panel(one, curves[one.platform], ends, len(drawn)) for one in drawn),
        numbers_table(shown[["platform", "way", "ratio", "chance_low", "chance_high"]]),
    )


def _curve(one: Examination) -> pd.DataFrame:
    ratios = np.sort([way.ratio for way in one.counted.ways])
    low, high = np.array(one.counted.chance).T
    return pd.DataFrame(
        {
            "way": np.arange(1, len(ratios) + 1),
            "ratio": ratios,
            "chance_low": low,
            "chance_high": high,
        }
    )


def _ends(frame: pd.DataFrame) -> tuple[float, float]:
    columns = frame[["ratio", "chance_low", "chance_high"]]
    return min(float(columns.min().min()), 0.7) / 1.05, max(float(columns.max().max()), 1.4) * 1.05


def _ways_panel(
    one: Examination, curve: pd.DataFrame, ends: tuple[float, float], beside: int
) -> Panel:
    reported = int(np.searchsorted(curve["ratio"], one.counted.ways[0].ratio)) + 1

    def paint(area: Area) -> None:
        axes = area.axes
        _ratio_axis(area, ends)
        axes.set_xlim(0, len(curve) + 1)
        axes.fill_between(
            curve["way"],
            curve["chance_low"],
            curve["chance_high"],
            color=LIGHT["band"],
            linewidth=0,
        )
        axes.plot(curve["way"], curve["ratio"], color=LIGHT["link"], linewidth=2)
        axes.plot([reported], [one.counted.ways[0].ratio], "o", color=LIGHT["ink"], markersize=7)
        axes.set_xticks([1, len(curve)], ["1", f"{len(curve):,}"])
        label_axis(area, across="ways of counting, sorted", up="micro over macro")

    joint = one.counted.joint
    assert joint is not None  # noqa: S101
    return panel(
        platform_name(one.platform),
        f"{len(curve)} ways, from {joint.low:.2f} to {joint.high:.2f}; reported"
        f" {one.counted.ways[0].ratio:.2f}",
        paint,
        margins=_MARGINS,
        height=_HEIGHT,
        marks=3,
        beside=beside,
    )


def _ratio_axis(area: Area, ends: tuple[float, float]) -> None:
    """Set a log axis of ratios upwards, with a line where nothing differs."""
    area.axes.set_yscale("log")
    area.axes.set_ylim(*ends)
    area.axes.axhline(1, color=LIGHT["ink"], linewidth=1)
    ticks = [at for at in (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0) if ends[0] <= at <= ends[1]]
    area.axes.set_yticks(ticks, [f"{at:g}" for at in ticks])
    area.axes.set_yticks([], minor=True)


def lines(found: Sequence[Examination]) -> Figure | None:
    """Draw the step at other lines than the study's, beside a smooth curve of followers.

    Args:
        found: of one claim, one per platform.

    Returns:
        None where no platform has other lines.
    """
    drawn = {
        one.platform: _cuts(one) for one in found if one.line is not None and one.line.placebos
    }
    if not drawn:
        return None
    every = pd.concat([frame.assign(platform=name) for name, frame in drawn.items()])
    ends = min(every["low"].min(), 0.7) / 1.05, max(every["high"].max(), 1.4) * 1.05
    ends = max(ends[0], 0.2), min(ends[1], 5.0)
    return Figure(
        "Is anything special at the line between the tiers?",
        "Step at each line over a smooth curve of followers, with its interval; the study's line in"
        " colour. The largest of many steps proves nothing.",
        tuple(_cuts_panel(name, frame, ends, len(drawn)) for name, frame in drawn.items()),
        numbers_table(every[["platform", "followers", "lead", "step", "low", "high"]]),
    )


def _cuts(one: Examination) -> pd.DataFrame:
    assert one.line is not None  # noqa: S101
    cuts = sorted([one.line.registered, *one.line.placebos], key=lambda cut: cut.followers)
    return pd.DataFrame(
        {
            "followers": [cut.followers for cut in cuts],
            "lead": [cut.lead for cut in cuts],
            "step": [cut.jump for cut in cuts],
            "low": [cut.low for cut in cuts],
            "high": [cut.high for cut in cuts],
            "registered": [cut is one.line.registered for cut in cuts],
        }
    )


def _cuts_panel(
    platform: str, frame: pd.DataFrame, ends: tuple[float, float], beside: int
) -> Panel:
    def paint(area: Area) -> None:
        axes = area.axes
        follower_axis(area, frame["followers"].min() / 1.3, frame["followers"].max() * 1.3)
        _ratio_axis(area, ends)
        for cut in frame.itertuples():
            colour = LIGHT["link" if cut.registered else "soft"]
            axes.plot([cut.followers] * 2, [cut.low, cut.high], color=colour, linewidth=2)
            axes.plot([cut.followers], [cut.step], "o", color=colour, markersize=6)
        label_axis(area, across="line, in followers", up="step, micro over macro")

    return panel(
        platform_name(platform),
        "; ".join(f"{cut.followers:,.0f}: {cut.step:.2f}" for cut in frame.itertuples()),
        paint,
        margins=_MARGINS,
        height=_HEIGHT,
        marks=2 * len(frame),
        beside=beside,
    )
