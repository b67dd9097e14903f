"""The next unit of money: three margins by hand, and none for an arm that is withheld."""

import numpy as np
import pandas as pd
import pytest

from analysis.decisions.money import Money
from analysis.decisions.next_euro import _again, _alike, next_money


def rows(costs, outcomes, people, days=None, followers=None):
    count = len(costs)
    return pd.DataFrame(
        {
            "platform": "tiktok",
            "micro": True,
            "person": people,
            "cost": np.array(costs, dtype=float),
            "outcome": np.array(outcomes, dtype=float),
            "followers": followers if followers is not None else np.arange(count) + 2_000,
            "placed_at": pd.to_datetime(days if days is not None else ["2026-01-01"] * count),
        }
    )


def test_the_worst_third_by_hand():
    """Six persons paid 100 each brought 2, 4, 10, 10, 16, 18: 10 expected of each.

    Squares 64 + 36 + 0 + 0 + 36 + 64 = 200, less 60, over 600: .2333, so weight 4.2857. The worst
    two are pulled to (4.2857 + 2) / 14.2857 = .44 and .58; alike in cost, their mean is .51.
    """
    found = _alike(rows([100] * 6, [2, 4, 10, 10, 16, 18], list("abcdef")))
    assert found == (pytest.approx(0.51), 1.0)


def test_creators_who_differ_by_counting_alone_have_no_worst_third():
    assert _alike(rows([100] * 4, [10, 10, 10, 10], list("abcd")))[0] == pytest.approx(1)


def thrice(later, people=25):
    """Persons booked three times a month apart, whose third booking brings ``later``."""
    names = np.repeat(np.arange(people), 3)
    days = np.tile(["2026-03-01", "2026-01-01", "2026-02-01"], people)  # the third comes first
    brought = np.tile([later, 20.0, 7.0], people) + np.tile([0, 1, 0], people) * (names % 3 - 1)
    return rows([100] * 3 * people, brought, names, days)


def test_the_same_again_is_the_third_booking_over_the_first_by_day():
    """15 over 20 on average: .75."""
    low, high = _again(thrice(15.0), 0.95)
    assert low < 0.75 < high
    assert high - low < 0.1


def test_few_repeats_say_nothing_of_the_same_again():
    assert _again(thrice(15.0, people=19), 0.95) is None
    assert _again(thrice(15.0).assign(placed_at=pd.NaT), 0.95) is None


def test_bounds_span_all_margins_and_a_withheld_arm_has_none(opened):
    view = opened([])
    known = thrice(15.0)
    shown = Money("tiktok", str(view.micro), 75, 25, cost=7_500.0)
    (found,) = next_money(known, (shown,), view)
    assert found.bounds[0] <= found.again[0]
    assert found.bounds[1] >= 1
    assert next_money(known, (Money("tiktok", str(view.micro), None, None),), view) == ()
