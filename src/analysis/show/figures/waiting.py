"""The figure of waiting: which share of comments is answered by when."""

import numpy as np
import pandas as pd

from analysis.evidence.relationship.answer_times import AnswerTimes, answer_times
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import (
    Area,
    Figure,
    Margins,
    Panel,
    label_axis,
    panel,
    spread_ticks,
    write,
)
from analysis.show.figures.numbers import numbers_table

_HOURS = np.geomspace(1 / 12, 48, 97)  # from five minutes on
_TICKS = ((1 / 12, "5 minutes"), (48, "48"), (1, "1 hour"), (6, "6"), (24, "24"), (0.25, "15"))
_MARGINS = Margins(left=52, right=70, top=22, bottom=40)
_SIGNS = {"micro": "●", "macro": "■"}


def time_to_answer(view: View) -> Figure | None:
    """Draw the share of comments that are answered by the hour.

    Returns:
        None where no platform has comments.
    """
    found = {p: of for p, of in answer_times(view).items() if not isinstance(of, str)}
    if not found:
        return None
    numbers = [
        (platform, one.arm, hour, *shares)
        for platform, arms in found.items()
        for one in arms
        for hour, shares in one.by.items()
    ]
    columns = ["platform", "tier", "hours", "answered by then", "low", "high"]
    return Figure(
        "How soon are comments answered?",
        "Share of comments of others answered by then, by Kaplan and Meier; every creator weighs"
        " the same. Hours on a log scale.",
        tuple(_panel(name, arms, len(found)) for name, arms in found.items()),
        numbers_table(pd.DataFrame(numbers, columns=columns)),
    )


def _panel(platform: str, arms: tuple[AnswerTimes, ...], beside: int) -> Panel:
    curves = {one.arm: _shares(one) for one in arms}
    top = 1.1 * max(*(curve.max() for curve in curves.values()), 0.01)

    def paint(area: Area) -> None:
        area.axes.set_xscale("log")
        area.axes.set_xlim(_HOURS[0], _HOURS[-1])
        area.axes.set_ylim(0, top)
        across = np.log(_HOURS[-1] / _HOURS[0])
        kept = spread_ticks(
            _TICKS, lambda hour: float(np.log(hour / _HOURS[0]) / across * area.width)
        )
        area.axes.set_xticks([at for at, _ in kept], [words for _, words in kept])
        area.axes.set_xticks([], minor=True)
        for arm, curve in curves.items():
            area.axes.step(_HOURS, curve, where="post", color=LIGHT[arm], linewidth=2)
            end = curve[-1] / top * area.height
            write(area, area.width + 6, end, f"{_SIGNS[arm]} {arm}", colour=arm, bold=True)
        label_axis(area, across="after the comment", up="share answered")

    ends = " and ".join(f"{curve[-1]:.0%} of {arm}" for arm, curve in curves.items())
    return panel(
        platform_name(platform),
        f"Within 48 hours comments of {ends} creators are answered",
        paint,
        margins=_MARGINS,
        height=220,
        marks=len(curves) * len(_HOURS),
        beside=beside,
    )


def _shares(of: AnswerTimes) -> np.ndarray:
    steps = np.concatenate([[0.0], of.answered])
    return np.asarray(steps[np.searchsorted(of.hours, _HOURS, side="right")])
