"""The dot-range strip of the first screen: one question under the other, a row per platform."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.verdict import DECIDED
from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.show.gaps import counted_in, gap_in_words, gap_range, state

WIDTH, _EDGE = 340, 14  # pixels of a drawing, and how far its scale stays from both sides
_NARROW = (0.4, 2.5), {0.5: "half", 0.8: "−20%", 1: "same", 1.25: "+25%", 2: "double"}
_WIDE = (0.2, 10.0), {0.25: "¼", 0.5: "half", 1: "same", 2: "double", 4: "4×", 8: "8×"}
_MOST_NICHES = 9
_WHOSE = {"typical": "typical creator", "portfolio": "all together"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One comparison of the strip.

    Attributes:
        label: whose it is.
        kind: as in ``State``, which colours it.
        shape: ``circle``, ``square``, ``equal`` or ``ring``.
        words, interval: what stands beside it.
        low, at, high: of the interval and the estimate, in pixels.
        cut: sides on which the interval runs off the scale.
    """

    label: str
    kind: str
    shape: str
    words: str
    interval: str
    low: float
    at: float
    high: float
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One measure of the strip with its scale.

    Attributes:
        title: the measure.
        sides: what lies left and right of the same, and who is ahead there.
        band: of the margin, in pixels.
        same: where nothing differs, in pixels.
        ticks: pixels and words.
        marks: one or more.
    """

    title: str
    sides: tuple[tuple[str, str], tuple[str, str]]
    band: tuple[float, float]
    same: float
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


def strip(view: View, rows: pd.DataFrame, answers: Sequence[Answer]) -> list[Question]:
    """Lay out the rows of the first screen.

    Of several platforms a row each; of a single one its niches, and where none can be compared,
    the typical creator and all together.

    Args:
        view: where the answers come from.
        rows: of the first screen, in the order that they are shown in.
        answers: to take niches and other estimands from.
    """
    every = pd.concat([answer.main for answer in answers])
    shown = [
        (metric, _rows_of(of, every, first=number == 0))
        for number, (metric, of) in enumerate(rows.groupby("metric", sort=False))
    ]
    frame = pd.concat([of for _, of in shown])
    held, ticks = _scale(frame)
    return [_question(str(metric), of, view, held, ticks) for metric, of in shown]


def _rows_of(rows: pd.DataFrame, every: pd.DataFrame, *, first: bool) -> pd.DataFrame:
    if len(rows) > 1:
        return rows.assign(label=[platform_name(name) for name in rows["platform"]])
    row = rows.iloc[0]
    same = every["platform"].eq(row["platform"]) & every["metric"].eq(row["metric"])
    same &= every["claim"].eq(row["claim"]) & every["estimate"].notna()
    alone = rows.assign(label=[platform_name(row["platform"])])
    if row["niche"] != ALL_NICHES:
        return alone
    niches = every[same & every["niche"].ne(ALL_NICHES) & every["estimand"].eq(row["estimand"])]
    if first and len(niches) > 1:
        largest = niches.sort_values("estimate", ascending=False).head(_MOST_NICHES)
        both = pd.concat([rows, largest])
        return both.assign(label=both["niche"])
    other = every[same & every["niche"].eq(ALL_NICHES)]
    if len(other) > 1:
        return other.assign(label=other["estimand"].map(_WHOSE))
    return alone


def _scale(rows: pd.DataFrame) -> tuple[tuple[float, float], dict[float, str]]:
    """The narrower scale where every interval fits on it."""
    low, high = rows["deciding_low"].min(), rows["deciding_high"].max()
    return _NARROW if _NARROW[0][0] <= low and high <= _NARROW[0][1] else _WIDE


def _question(
    metric: str,
    rows: pd.DataFrame,
    view: View,
    held: tuple[float, float],
    ticks: dict[float, str],
) -> Question:
    low, high = view.study.claims[rows["claim"].iloc[0]].margin
    label = METRICS[metric].label
    return Question(
        title=f"{label[0].upper()}{label[1:]}",
        sides=_sides(METRICS[metric]),
        band=(_place(low, held), _place(high, held)),
        same=_place(1, held),
        ticks=tuple((_place(ratio, held), said) for ratio, said in ticks.items()),
        marks=tuple(_marks(rows, held)),
    )


def _sides(metric: Metric) -> tuple[tuple[str, str], tuple[str, str]]:
    more, less = counted_in(metric)
    ahead = ("macro", "micro") if metric.sides[0] == "ahead" else ("micro", "macro")
    return (f"← micro {less}", ahead[0]), (f"micro {more} →", ahead[1])


def _marks(rows: pd.DataFrame, held: tuple[float, float]) -> Iterator[Mark]:
    for row in rows.to_dict("records"):
        low, high = float(row["deciding_low"]), float(row["deciding_high"])
        found = state(row)
        words = gap_in_words(row)
        slight = found.kind == "alike" and found.word != "alike"
        if (row["verdict"] not in DECIDED and not slight) or found.kind == "depends":
            words = f"{found.word}, {words}" if found.kind != "alike" else found.word
        elif slight:
            words = f"{words}, slight"
        yield Mark(
            label=f"{str(row['label'])[:1].upper()}{str(row['label'])[1:]}",
            kind=found.kind,
            shape=_SHAPES[found.glyph],
            words=words,
            interval=gap_range(low, high),
            low=_place(max(low, held[0]), held),
            at=_place(min(max(float(row["estimate"]), held[0]), held[1]), held),
            high=_place(min(high, held[1]), held),
            cut=tuple(
                side for side, off in (("left", low < held[0]), ("right", high > held[1])) if off
            ),
        )


_SHAPES = {
    "\N{BLACK CIRCLE}": "circle",
    "\N{BLACK SQUARE}": "square",
    "=": "equal",
    "\N{WHITE CIRCLE}": "ring",
}


def _place(ratio: float, held: tuple[float, float]) -> float:
    """Pixel of a ratio on a logarithmic scale."""
    share = math.log(ratio / held[0]) / math.log(held[1] / held[0])
    return round(_EDGE + share * (WIDTH - 2 * _EDGE), 1)
