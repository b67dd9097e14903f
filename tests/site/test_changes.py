"""What changed since the page before: verdicts that turned, ratios that left their interval."""

import pytest

from analysis.site.changes import COMPARISON, changes
from analysis.site.what_changed import changed
from tests.site.test_page import record


def row(niche="beauty", verdict="INCONCLUSIVE", estimate=1.1, low=0.9, high=1.3):
    cell = dict(
        zip(COMPARISON, ("H2", "orders_per_click", "typical", "tiktok", niche, "c"), strict=True)
    )
    return {**cell, "verdict": verdict, "estimate": estimate, "ci_low": low, "ci_high": high}


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (row(), 0),
        (row(estimate=1.29), 0),
        (row(estimate=1.31), 1),
        (row(verdict="SUPPORTED"), 1),
        (row(verdict="INCONCLUSIVE", estimate=None, low=None, high=None), 1),
    ],
)
def test_a_cell_changes_by_its_verdict_or_by_leaving_its_interval(now, count):
    assert len(changes([row()], [now], because="new data")) == count


def test_cells_that_come_and_go_are_told():
    came, went = changes([row("food")], [row("travel")], because="another study")
    assert (came.niche, came.verdict_before) == ("travel", "not looked at before")
    assert (went.niche, went.verdict_now) == ("food", "no longer looked at")
    assert came.estimate_before is None
    assert went.estimate_now is None


def test_the_line_below_the_title_names_turns_and_counts_the_rest():
    found = changes(
        [row(str(n)) for n in range(6)],
        [*(row(str(n), verdict="SUPPORTED") for n in range(5)), row("5", estimate=2.0)],
        because="new data",
    )
    assert changed(record(since="r0", changes=found)) == (
        "Changed since the last version, because of new data:"
        " TikTok, 0, orders per click, typical: open → decided as the claim says;"
        " TikTok, 1, orders per click, typical: open → decided as the claim says;"
        " TikTok, 2, orders per click, typical: open → decided as the claim says;"
        " 2 more verdicts; 1 ratio left its earlier interval."
    )


def test_what_is_new_and_lacks_data_is_no_turn():
    lacking = {"verdict": "NOT TESTABLE", "estimate": None, "low": None, "high": None}
    came = changes([], [row("gardening", **lacking)], because="new data")
    assert changed(record(since="r0", changes=came)) == (
        "Changed since the last version, because of new data:"
        " looked at for the first time, not enough data: gardening."
    )
    many = changes([], [row(str(n), **lacking) for n in range(4)], because="new data")
    assert "not enough data: orders per click." in changed(record(since="r", changes=many))


def test_without_an_earlier_page_or_a_change_it_says_so():
    assert "none to compare with" in changed(record())
    assert "no verdict changed" in changed(record(since="r0"))
