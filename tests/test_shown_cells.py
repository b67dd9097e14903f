"""The reader of printed verdicts finds each place, and what would contradict there."""

import pytest

from tests.shown_cells import printed_ends, shown_cells

GRID = (
    '<table class="grid "><tr><td></td><th scope="col">engagement<small>typical</small></th></tr>'
    '<tr id="every-tiktok-1"><th scope="row">food</th><td class="{0}"><b>\u25cf {0}</b>'
    "<span>+30%</span><span>{1}\u00a0to {2}%</span><small>true +20%</small></td></tr></table>"
)
SENTENCE = "<p><b>Typical: ahead on TikTok, 1.30 times macro&#x27;s ({1} to {2}).</b></p>"
MARK = (
    '<div class="mark {0}"><span>TikTok</span><svg></svg><span><b>30% more</b>'
    " <small>{1}\u00a0to {2}%</small></span></div>"
)
TABLE = (
    '<table class="gt_table"><tr><th class="gt_row">TikTok, food</th>'
    "<td>1.30\u00a0({1}\u2060–\u2060{2})</td>"
    "<td>\u25cf {0}: by more than the margin</td></tr></table>"
)


@pytest.mark.parametrize("place", [SENTENCE, TABLE])
def test_every_place_is_read_and_judged(place):
    (cell,) = shown_cells(place.format("micro", "1.10", "1.50"))
    assert (cell.verdict, cell.low, cell.high, cell.fault()) == ("decided", 1.1, 1.5, "")
    (cell,) = shown_cells(place.format("micro", "0.90", "1.50"))
    assert "is decided and holds 1" in cell.fault()


def test_a_grid_is_read_and_judged():
    (cell,) = shown_cells(GRID.format("micro", "+10", "+50"))
    assert (cell.verdict, cell.low, cell.high) == ("decided", 1.1, 1.5)
    assert cell.fault() == ""
    (cell,) = shown_cells(GRID.format("macro", "\u221210", "+50"))
    assert "is decided and holds 1" in cell.fault()
    assert printed_ends("0.9\u00a0to 2.2\u00d7") == [0.9, 2.2]
    assert printed_ends("0.84 to 0.87") == [0.84, 0.87]


@pytest.mark.parametrize(
    ("place", "alike", "ends"),
    [(place, "alike", ("\u221210", "+30")) for place in (GRID, MARK)]
    + [(TABLE, "alike", ("0.90", "1.30"))],
)
def test_alike_cells_are_judged_too(place, alike, ends):
    (cell,) = shown_cells(place.format(alike, *ends))
    assert "is alike and leaves the margin" in cell.fault()


def test_open_cells_are_judged_too():
    (cell,) = shown_cells(GRID.format("open", "+10", "+30"))
    assert "is open without a reason" in cell.fault()
