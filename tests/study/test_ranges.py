"""Follower ranges and periods: half-open and inclusive ends, what is refused, nothing rounded."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.study.errors import UsageError
from analysis.study.ranges import FollowerRange, Period

LAST = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1K-100K", 1_000, 100_000),
        ("100K+", 100_000, math.inf),
        (" 1m+ ", 1_000_000, math.inf),
        ("2500-10000", 2_500, 10_000),
        ("0-1K", 0, 1_000),
        ("1.5K-2M", 1_500, 2_000_000),
        ("1.001K+", 1_001, math.inf),  # 1.001 * 1000 is 1000.9999999999999
    ],
)
def test_a_range_as_people_write_it(text, low, high):
    assert FollowerRange.parse(text) == FollowerRange(low, high)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("100K", "is no follower range; write 1K-100K or 100K+"),
        ("", "is no follower range"),
        ("1K-100K+", "is no follower range"),
        ("-5-100K", "is no follower range"),
        ("1,000+", "is no follower range"),
        ("1G+", "is no follower range"),
        ("٣K+", "is no follower range"),
        ("100K-1K", "its low end must be below its high end"),
        ("1K-1000", "its low end must be below its high end"),
    ],
)
def test_what_is_no_range_is_refused_by_name(text, said):
    with pytest.raises(UsageError, match=said.replace("+", r"\+")) as refusal:
        FollowerRange.parse(text)
    assert str(refusal.value).startswith(repr(text))


@pytest.mark.parametrize(
    ("followers", "micro", "macro"),
    [(999, False, False), (1_000, True, False), (99_999, True, False), (100_000, False, True)],
)
def test_nobody_counts_twice(followers, micro, macro):
    assert FollowerRange.parse("1K-100K").contains(followers) == micro
    assert FollowerRange.parse("100K+").contains(followers) == macro


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("1K-100K", "100K+", False),
        ("1K-100K", "99999+", True),
        ("1K-10K", "2K-3K", True),
        ("1K-2K", "5K-6K", False),
        ("100K-1M", "1M+", False),
        ("100K+", "1M+", True),
    ],
)
def test_ranges_overlap_where_a_creator_fits_both(one, other, overlap):
    first, second = FollowerRange.parse(one), FollowerRange.parse(other)
    assert first.overlaps(second) == second.overlaps(first) == overlap


@given(
    low=st.integers(0, 10**9),
    width=st.one_of(st.just(math.inf), st.integers(1, 10**9)),
)
def test_a_range_reads_back_as_it_was(low, width):
    """Its text names results and files, so two ranges that differ must be written differently."""
    one = FollowerRange(low, low + width)
    assert FollowerRange.parse(str(one)) == one


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("all", None, None),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),  # a leap year ends on the same day
        ("last 1 day", LAST, LAST),
        ("last 90 days", date(2026, 1, 1), LAST),  # 31 + 28 + 31 days, the last one included
    ],
)
def test_a_period_as_people_write_it(text, first, last):
    assert Period.parse(text, last_day=LAST) == Period(first, last)


@given(st.integers(1, 99_999))
def test_the_last_days_are_as_many_as_it_says(days):
    period = Period.parse(f"last {days} days", last_day=LAST)
    assert period.last - period.first == timedelta(days=days - 1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-Q5", "2026-Q0", "Q1 2026", "last week", "last -3 days", "ALL"),
        *("last 0 days", "last 999999999 days", "0000-Q1", "9999-Q4"),  # days that no calendar has
    ],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(UsageError, match=r"is no period; write all, 2026-Q1 or last 90 days"):
        Period.parse(text, last_day=LAST)


def test_data_without_days_have_no_last_ones():
    with pytest.raises(UsageError, match="'last 90 days' needs dated posts"):
        Period.parse("last 90 days", last_day=None)
    assert Period.parse("2026-Q1", last_day=None).first == date(2026, 1, 1)
