"""Which creators and which posts a question is about: follower ranges and periods."""

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta

from analysis.study.errors import UsageError

_COUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)([KM]?)")
_SUFFIX = {"": 1, "K": 1_000, "M": 1_000_000}
_QUARTER = re.compile(r"([12][0-9]{3})-Q([1-4])")
_LAST_DAYS = re.compile(r"last ([1-9][0-9]{0,4}) days?")


@dataclass(frozen=True, slots=True, order=True)
class FollowerRange:
    """Creators with ``low <= followers < high``: half-open, so nobody counts twice.

    Attributes:
        low: fewest followers.
        high: first follower count outside the range; infinity for an open range.

    Example:
        >>> FollowerRange.parse("1K-100K").contains(100_000)
        False
        >>> str(FollowerRange.parse("100000+"))
        '100K+'
    """

    low: float
    high: float

    @classmethod
    def parse(cls, text: str) -> "FollowerRange":
        """Read ``1K-100K``, ``100K+`` or ``2500-10000``.

        Raises:
            UsageError: the text is no range, or its ends are out of order.
        """
        ends = re.fullmatch(rf"{_COUNT.pattern}(?:\+|-{_COUNT.pattern})", text.strip().upper())
        if ends is None:
            raise UsageError(f"{text!r} is no follower range; write 1K-100K or 100K+")
        low = _whole(ends[1], ends[2])
        high = _whole(ends[3], ends[4]) if ends[3] else math.inf
        if low >= high:
            raise UsageError(f"{text!r} is empty: its low end must be below its high end")
        return cls(low, high)

    def contains(self, followers: float) -> bool:
        """Whether a creator with so many followers belongs to the range."""
        return self.low <= followers < self.high

    def overlaps(self, other: "FollowerRange") -> bool:
        """Whether some creator could belong to both ranges."""
        return self.low < other.high and other.low < self.high

    def __str__(self) -> str:
        if math.isinf(self.high):
            return f"{in_short(self.low)}+"
        return f"{in_short(self.low)}-{in_short(self.high)}"


def _whole(number: str, suffix: str) -> int:
    """Whole followers: 1.001K is 1001, despite the floats' product."""
    return round(float(number) * _SUFFIX[suffix])


def in_short(count: float) -> str:
    """Write a number of followers like ``100K``.

    Never rounded: two ranges that differ are written differently.
    """
    for suffix in ("M", "K"):
        if count >= _SUFFIX[suffix]:
            return f"{count / _SUFFIX[suffix]:.15g}{suffix}"
    return f"{count:.15g}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included.

    None leaves an end open.

    Example:
        >>> Period.parse("2026-Q1", last_day=date(2026, 11, 1))
        Period(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 31))
        >>> Period.parse("last 90 days", last_day=date(2026, 3, 31)).first
        datetime.date(2026, 1, 1)
    """

    first: date | None = None
    last: date | None = None

    @classmethod
    def parse(cls, text: str, *, last_day: date | None) -> "Period":
        """Read ``all``, ``2026-Q1`` or ``last 90 days``.

        Args:
            text: the period as people write it.
            last_day: the last day of the data itself; relative periods count back from it,
                never from today, so that a page says the same tomorrow.

        Raises:
            UsageError: the text is none of these, or is relative to data without any day.
        """
        if text == "all":
            return cls()
        if quarter := _QUARTER.fullmatch(text):
            year, number = int(quarter[1]), int(quarter[2])
            first = date(year, 3 * number - 2, 1)
            after = date(year + number // 4, 3 * number % 12 + 1, 1)
            return cls(first, after - timedelta(days=1))
        if days := _LAST_DAYS.fullmatch(text):
            if last_day is None:
                raise UsageError(f"period {text!r} needs dated posts, and this dataset has none")
            return cls(last_day - timedelta(days=int(days[1]) - 1), last_day)
        raise UsageError(f"{text!r} is no period; write all, 2026-Q1 or last 90 days")
