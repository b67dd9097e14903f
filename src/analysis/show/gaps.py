"""Ratios micro over macro in a reader's words: percent up to double, then times."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.evidence.metrics import METRICS, Metric
from analysis.evidence.robustness.survival import Survival
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import decimals

_MINUS, _TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"
_TOGETHER = "\N{NO-BREAK SPACE}"
_MOST_DECIMALS = 4
_GLYPHS = {
    "micro": "\N{BLACK CIRCLE}",
    "macro": "\N{BLACK SQUARE}",
    "alike": "=",
    "open": "\N{WHITE CIRCLE}",
    "depends": "\N{WHITE CIRCLE}",
    "none": "\N{EN DASH}",
}


@dataclass(frozen=True, slots=True)
class State:
    """What a comparison says, never by colour alone.

    Attributes:
        kind: ``micro``, ``macro``, ``alike``, ``open``, ``depends`` or ``none``, which colours it.
        glyph: a sign that every font has.
        word: who is ahead in the reader's interest, or why nobody is.
    """

    kind: str
    glyph: str
    word: str


def state(row: dict[str, Any]) -> State:
    """Say who is ahead: more of what is wanted, or less of what is paid.

    A lead that lies inside the margin as a whole is slight and has no colour; one that depends on
    the way of counting (``robustness``, where the row has it) has none either. Growth with
    followers has no side: its word says how it stands to proportion.

    Args:
        row: of a result.

    Example:
        >>> row = {"metric": "cost_per_order", "estimand": "portfolio", "verdict": "CONTRADICTED",
        ...        "estimate": 1.39, "deciding_low": 1.25, "deciding_high": 1.53}
        >>> state(row).word, state(row | {"robustness": "DEPENDS"}).word
        ('macro', 'depends')
    """
    verdict = row["verdict"]
    if verdict in DECIDED and row.get("robustness") == Survival.DEPENDS:
        return _state("depends")
    if verdict in _UNDECIDED:
        return _UNDECIDED[verdict]
    if row["estimand"] == "elasticity":
        return _growth(row)
    return _state(_ahead(row)) if verdict in DECIDED else _alike(row)


def _alike(row: dict[str, Any]) -> State:
    if row["deciding_low"] <= 1 <= row["deciding_high"]:
        return _state("alike")
    ahead = _ahead(row)
    return State("alike", _GLYPHS[ahead], f"{ahead}, slight")


def _state(kind: str, word: str = "") -> State:
    return State(kind, _GLYPHS[kind], word or kind)


_UNDECIDED = {
    Verdict.NOT_TESTABLE: _state("none", "no data"),
    Verdict.INCONCLUSIVE: _state("open"),
}


def _ahead(row: dict[str, Any]) -> str:
    more_is_better = METRICS[row["metric"]].sides[0] == "ahead"
    return "micro" if (row["estimate"] > 1) == more_is_better else "macro"


def _growth(row: dict[str, Any]) -> State:
    if row["verdict"] == Verdict.EQUIVALENT:
        return State("alike", "=", "in proportion")
    size = "less" if row["estimate"] < 1 else "more"
    return State("alike", "", f"{size} than in proportion")


def gap(ratio: float, *, places: int = 0) -> str:
    """Write a ratio as percent up to double, then as times.

    Example:
        >>> gap(1.39), gap(0.67), gap(2.24), gap(1.0), gap(0.997, places=1)
        ('+39%', '−33%', '2.2×', '0%', '−0.3%')
    """
    return _times(ratio) if ratio >= 2 else f"{_percent(ratio, places)}%"


def _times(ratio: float) -> str:
    return f"{ratio:.0f}{_TIMES}" if ratio >= 10 else f"{ratio:.1f}{_TIMES}"


def _percent(ratio: float, places: int) -> str:
    rounded = round(100 * (ratio - 1), places)
    sign = "+" if rounded > 0 else _MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{places}f}"


def gap_range(low: float, high: float) -> str:
    r"""Write an interval of ratios; both ends as times where one reaches double.

    An end has as many decimals as keep it off 1, so that a reader sees on which side it lies.

    Example:
        >>> gap_range(1.25, 1.53).replace(_TOGETHER, " "), gap_range(0.9, 2.2)
        ('+25 to +53%', '0.9\xa0to 2.2×')
        >>> gap_range(1.003, 1.4).replace(_TOGETHER, " "), gap_range(1.03, 2.6)
        ('+0.3 to +40%', '1.03\xa0to 2.60×')
    """
    joint = f"{_TOGETHER}to "
    if high >= 2:
        places = next(
            d for d in range(1, _MOST_DECIMALS + 1) if _off_one(low, d) or d == _MOST_DECIMALS
        )
        ends = (f"{end:.{0 if end >= 10 else places}f}" for end in (low, high))
        return f"{joint.join(ends)}{_TIMES}"
    ends = (_percent(end, places_of(end, end)) for end in (low, high))
    return f"{joint.join(ends)}%"


def _off_one(end: float, places: int) -> bool:
    return (round(end, places) == 1) == (end == 1)


def places_of(low: float, high: float) -> int:
    """Decimals of a percentage at which no end of an interval is rounded onto 0."""
    return decimals(low, high) - 2


def gap_in_words(row: dict[str, Any]) -> str:
    """Write who gets how much more, from micro's side.

    Example:
        >>> row = {"metric": "cost_per_order", "estimate": 1.39, "deciding_low": 1.25,
        ...        "deciding_high": 1.53}
        >>> gap_in_words(row), gap_in_words(row | {"metric": "orders_per_click", "estimate": 0.4})
        ('39% dearer', 'macro 2.5 times')
    """
    metric, ratio = METRICS[row["metric"]], float(row["estimate"])
    more, less = counted_in(metric)
    if pd.isna(ratio):
        return "no data"
    if ratio < 0.5:
        return f"macro {1 / ratio:.{0 if ratio <= 0.1 else 1}f} times"
    if ratio >= 2:
        return f"{ratio:.{0 if ratio >= 10 else 1}f} times"
    percent = f"{abs(ratio - 1):.0%}"
    return f"{percent} {more if ratio > 1 else less}" if percent != "0%" else "the same"


def counted_in(metric: Metric) -> tuple[str, str]:
    """Words for more and less of a measure.

    Example:
        >>> counted_in(METRICS["cost_per_order"]), counted_in(METRICS["orders_per_click"])
        (('dearer', 'cheaper'), ('more', 'fewer'))
    """
    if metric.is_cost:
        return "dearer", "cheaper"
    return "more", "less" if "engagement" in metric.outcome else "fewer"


def stands_or_stand(metric: Metric) -> str:
    """``is`` or ``are``, as the name of a measure asks.

    Example:
        >>> [stands_or_stand(METRICS[name]) for name in ("cost_per_order", "orders_per_click")]
        ['is', 'are']
    """
    return "are" if any(word.endswith("s") for word in metric.label.split()[:2]) else "is"


def reaches_double(low: float, high: float) -> bool:
    """Whether an interval above 1 is said in times instead of percent."""
    return low > 1 and high >= 2


def times(low: float, high: float) -> str:
    r"""Write an interval of ratios as times, for a sentence.

    Example:
        >>> times(1.22, 2.31)
        '1.2\xa0to 2.3 times'
    """
    places = next(d for d in range(1, 5) if _off_one(low, d) or d == _MOST_DECIMALS)
    return f"{low:.{places}f}{_TOGETHER}to {high:.{places}f} times"


def percents(low: float, high: float) -> str:
    r"""Write how far an interval of ratios lies from 1, the smaller distance first.

    Example:
        >>> percents(1.15, 1.53), percents(0.62, 0.76)
        ('15\xa0to 53%', '24\xa0to 38%')
    """
    places = places_of(low, high)
    near, far = sorted(abs(100 * (end - 1)) for end in (low, high))
    return f"{near:.{places}f}{_TOGETHER}to {far:.{places}f}%"
