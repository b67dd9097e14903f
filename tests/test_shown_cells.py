"""The reader of printed verdicts finds each place, and what would contradict there."""

import pytest

from tests.shown_cells import shown_cells

GRID = (
    '<tr><th scope="row">engagement</th><td class="{0}"><b>{0}</b>1.30 <span>({1}–{2})</span>'
    "<small>1,000 | 50</small></td></tr>"
)
SENTENCE = "<p><b>Typical: ahead on TikTok, 1.30 times macro&#x27;s ({1} to {2}).</b></p>"
BULLET = "<li><b>TikTok</b>: engagement per follower 1.30 times macro's ({1} to {2}), ahead.</li>"
TABLE = (
    '<table class="gt_table"><tr><th class="gt_row">TikTok, food</th>'
    "<td>1.30\u00a0({1}\u2060–\u2060{2})</td><td>{0}: beyond the margin</td></tr></table>"
)


@pytest.mark.parametrize("place", [GRID, SENTENCE, BULLET, TABLE])
def test_every_place_is_read_and_judged(place):
    (cell,) = shown_cells(place.format("supported", "1.10", "1.50"))
    assert (cell.verdict, cell.low, cell.high, cell.fault()) == ("decided", 1.1, 1.5, "")
    (cell,) = shown_cells(place.format("supported", "0.90", "1.50"))
    assert "is decided and holds 1" in cell.fault()


@pytest.mark.parametrize("place", [GRID, TABLE])
def test_alike_and_open_cells_are_judged_too(place):
    (cell,) = shown_cells(place.format("equivalent", "0.90", "1.30"))
    assert "is alike and leaves the margin" in cell.fault()
    (cell,) = shown_cells(GRID.format("inconclusive", "1.10", "1.30"))
    assert "is open without a reason" in cell.fault()
