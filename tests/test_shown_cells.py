"""The reader of printed verdicts finds each place, and what would contradict there."""

import pytest

from tests.shown_cells import printed_ends, shown_cells

GRID = (
    '<table class="grid "><tr><td></td><th scope="col">engagement<small>typical</small></th></tr>'
    '<tr><th scope="row">food</th><td class="{0}"><a href="#"><b>\u25cf {0}</b> +30%'
    "<span>{1}\u00a0to {2}%</span><i>true +20%</i><i>50 | 30</i></a></td></tr></table>"
)
SENTENCE = "<p><b>Typical: ahead on TikTok, 1.30 times macro&#x27;s ({1} to {2}).</b></p>"
MARK = (
    '<div class="mark {0}"><span>TikTok</span><svg></svg><span><b>30% more</b>'
    " <small>{1}\u00a0to {2}%</small></span></div>"
)
TABLE = (
    '<table class="gt_table"><tr><th class="gt_row">TikTok, food</th>'
    "<td>50</td><td>30</td><td>\u25cf {0}</td><td>+30%</td><td>{1}\u00a0to {2}%</td></tr></table>"
)


def test_a_sentence_is_read_and_judged():
    (cell,) = shown_cells(SENTENCE.format("micro", "1.10", "1.50"))
    assert (cell.verdict, cell.low, cell.high, cell.fault()) == ("decided", 1.1, 1.5, "")
    (cell,) = shown_cells(SENTENCE.format("micro", "0.90", "1.50"))
    assert "is decided and holds 1" in cell.fault()


@pytest.mark.parametrize("place", [GRID, TABLE])
def test_a_grid_and_a_table_are_read_and_judged(place):
    (cell,) = shown_cells(place.format("micro", "+10", "+50"))
    assert (cell.verdict, cell.low, cell.high) == ("decided", 1.1, 1.5)
    assert cell.fault() == ""
    (cell,) = shown_cells(place.format("macro", "\u221210", "+50"))
    assert "is decided and holds 1" in cell.fault()
    assert printed_ends("0.9\u00a0to 2.2\u00d7") == [0.9, 2.2]
    assert printed_ends("0.84 to 0.87") == [0.84, 0.87]


@pytest.mark.parametrize("place", [GRID, MARK, TABLE])
def test_alike_cells_are_judged_too(place):
    (cell,) = shown_cells(place.format("alike", "\u221210", "+30"))
    assert "is alike and leaves the margin" in cell.fault()


def test_open_cells_are_judged_too():
    (cell,) = shown_cells(GRID.format("open", "+10", "+30"))
    assert "is open without a reason" in cell.fault()
