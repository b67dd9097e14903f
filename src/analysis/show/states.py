"""Who is ahead in a result, by glyph and word: one vocabulary for every page."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import DECIDED, Verdict

_TIMES = 2  # from here a ratio is told as times, below as percent


@dataclass(frozen=True, slots=True)
class State:
    """How a result stands.

    Attributes:
        name: class of its colour.
        glyph: tells it without colour.
        word: tells it without either.
    """

    name: str
    glyph: str
    word: str


MICRO = State("micro", "●", "micro ahead")
MACRO = State("macro", "■", "macro ahead")
SLIGHT = State("slight", "=", "alike, slightly apart")
ALIKE = State("alike", "=", "alike")
OPEN = State("open", "○", "open")
NO_DATA = State("no-data", "–", "no data")


def state_of(row: Mapping[str, object]) -> State:
    """How a row of results.csv stands, in the reader's interest.

    Micro is ahead where it costs less or brings more.

    Example:
        >>> row = {"metric": "cost_per_order", "verdict": "CONTRADICTED", "estimate": 1.4}
        >>> state_of(row).word
        'macro ahead'
    """
    verdict = row["verdict"]
    if verdict == Verdict.NOT_TESTABLE:
        return NO_DATA
    if verdict == Verdict.EQUIVALENT:
        low, high = (float(str(row[name])) for name in ("deciding_low", "deciding_high"))
        return ALIKE if low <= 1 <= high else SLIGHT
    if verdict not in DECIDED:
        return OPEN
    more = float(str(row["estimate"])) > 1
    return MICRO if more != _less_is_better(str(row["metric"])) else MACRO


def _less_is_better(metric: str) -> bool:
    return METRICS[metric].is_cost or metric == "refunds_per_order"


def difference(ratio: float) -> str:
    """Micro against macro in percent up to double, then in times.

    Example:
        >>> difference(1.39), difference(0.67), difference(2.4), difference(1.001)
        ('+39%', '−33%', '2.4×', '±0%')
    """
    if ratio >= _TIMES:
        return f"{ratio:.1f}×" if ratio < 10 else f"{ratio:.0f}×"
    percent = round(100 * (ratio - 1))
    return "±0%" if percent == 0 else f"{percent:+d}%".replace("-", "−")
