"""What a page says differently from the page that it replaces."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.evidence.verdict import Verdict
from analysis.study.forms import Frozen

COMPARISON = ("claim", "metric", "estimand", "platform", "niche", "contrast")
_NEW, _GONE = "not looked at before", "no longer looked at"

Row = Mapping[str, Any]


class Change(Frozen):
    """A result whose verdict changed or whose ratio moved.

    A ratio moved when it left its earlier interval.

    ``verdict_before`` and ``verdict_now`` are words where the result is new or gone; a ratio is
    None where nothing could be tested.
    """

    claim: str
    metric: str
    estimand: str
    platform: str
    niche: str
    contrast: str
    verdict_before: str
    verdict_now: str
    estimate_before: float | None
    estimate_now: float | None
    because: str

    @property
    def turned(self) -> bool:
        """Whether the verdict is another one."""
        return self.verdict_before != self.verdict_now

    @property
    def awaits_data(self) -> bool:
        """Whether it is new and cannot be tested yet."""
        return self.verdict_before == _NEW and self.verdict_now == Verdict.NOT_TESTABLE


def changes(before: Sequence[Row], now: Sequence[Row], *, because: str) -> tuple[Change, ...]:
    """List results that differ from before, then those that are gone.

    Args:
        before, now: recorded rows with ``COMPARISON``, ``estimate``, ``ci_low``, ``ci_high``,
            ``verdict``; a missing number is None.
        because: what differs between the two runs.

    Example:
        >>> same = dict.fromkeys(COMPARISON, "x")
        >>> low = {**same, "estimate": 1.1, "ci_low": 0.9, "ci_high": 1.3, "verdict": "one"}
        >>> high = {**low, "estimate": 1.5, "ci_low": 1.2, "verdict": "another"}
        >>> [(c.verdict_before, c.verdict_now) for c in changes([low], [high], because="new data")]
        [('one', 'another')]
    """
    earlier = {_key(row): row for row in before}
    later = {_key(row): row for row in now}
    found = [
        _change(key, earlier.get(key), row, because=because)
        for key, row in later.items()
        if key not in earlier or _moved(earlier[key], row)
    ]
    gone = [
        _change(key, row, None, because=because) for key, row in earlier.items() if key not in later
    ]
    return tuple(found + gone)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in COMPARISON)


def _moved(before: Row, now: Row) -> bool:
    if before["verdict"] != now["verdict"]:
        return True
    if before["estimate"] is None or now["estimate"] is None:
        return (before["estimate"] is None) != (now["estimate"] is None)
    return not before["ci_low"] <= now["estimate"] <= before["ci_high"]


def _change(key: tuple[str, ...], before: Row | None, now: Row | None, *, because: str) -> Change:
    return Change(
        **dict(zip(COMPARISON, key, strict=True)),
        verdict_before=_NEW if before is None else before["verdict"],
        verdict_now=_GONE if now is None else now["verdict"],
        estimate_before=before["estimate"] if before else None,
        estimate_now=now["estimate"] if now else None,
        because=because,
    )
