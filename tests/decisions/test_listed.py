"""A list drawn by lot: what was booked since counts, and what is missing is said or refused."""

import re

import pandas as pd
import pytest

from analysis.cli.main import main
from tests.decisions.test_draw import HEAD, candidates

PLACED = "campaign,platform,handle,clicks,orders,placed_at,window_days,booking_status"


@pytest.fixture
def drawn(tmp_path, own_data, monkeypatch):
    """Nine micro and nine macro creators of a draw of 1 December 2026."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")
    path = tmp_path / "next.csv"
    path.write_text(HEAD + candidates(), encoding="utf-8")
    command = ["draw", str(path), "--micro", "9", "--macro", "9", "--name", "may", "--seed", "7"]
    assert main(command) == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1803859200")  # 2027-03-01
    listed = pd.read_csv(own_data / "private" / "draws" / "may" / "list.csv")
    return listed[listed["role"] == "book"]


@pytest.fixture
def told(drawn, tmp_path, capsys):
    """What is told where the first rows of the list differ; others brought 4, the last 5 more."""

    def tell(*rows):
        given = [*rows, *["4,2027-01-10,30,done"] * (len(drawn) - len(rows))]
        lines = [
            f"winter,tiktok,{name},50,{row}"
            for name, row in zip(drawn["handle"], given, strict=True)
            if row
        ]
        if len(rows) < len(drawn):
            lines.append(f"winter,tiktok,{drawn['handle'].iloc[-1]},50,5,2027-01-20,30,")
        file = tmp_path / "placements.csv"
        file.write_text("\n".join([PLACED, *lines]) + "\n", encoding="utf-8")
        capsys.readouterr()
        code = main(["analyse", "may", str(file)])
        return code, capsys.readouterr()

    return tell


def test_a_finished_draw_is_analysed_by_the_bookings_that_took_place(told, drawn):
    """Of the first three one declined, whose 90 orders count nothing, one is not there, and one was
    booked on the day of the draw alone; the last has a second booking.
    """
    code, said = told("90,2027-01-10,30,declined", "", "70,2026-12-01,30,done")
    assert code == 0, said.err
    assert "Of 18 drawn 15 were booked since; the other 3 count 0" in said.out
    assert "1 bookings were declined or cancelled" in said.out
    assert "1 bookings are not later than the draw" in said.out
    assert set(drawn["chance"]) == {0.3}, "so lists return plain means"
    by_tier = pd.Series([0.0] * 3 + [4.0] * 14 + [9.0]).groupby(drawn["tier"].to_numpy()).mean()
    assert re.findall(r"([\d.]+) orders per booking", said.out) == [f"{one:.1f}" for one in by_tier]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",,,planned", "1 bookings are planned"),
        ("3,2027-02-10,30,done", "1 bookings have a window (window_days) that is not over"),
        ("3,2027-01-10,999999999,done", "1 bookings have a window (window_days) that is not over"),
        ("3,2027-01-10,30,perhaps", "1 bookings have a booking_status that is not known"),
        (",2027-01-10,30,done", "1 bookings took place and state no orders"),
    ],
    ids=["planned", "open", "open for ever", "unknown", "no orders"],
)
def test_what_is_not_over_or_not_known_is_refused(told, row, what):
    code, said = told(row)
    assert code == 2
    assert what in said.err
    assert not said.out


def analysed(drawn, own_data, capsys, *, times=1):
    """What is told where each of the list brought 4 in a booking that is there so many times."""
    rows = [f"winter,tiktok,{name},50,4,2027-01-10,30,done" for name in drawn["handle"]] * times
    file = own_data.parent / "placements.csv"
    file.write_text("\n".join([PLACED, *rows]) + "\n", encoding="utf-8")
    capsys.readouterr()
    return main(["analyse", "may", str(file)]), capsys.readouterr()


def test_a_booking_that_is_there_twice_counts_once(drawn, own_data, capsys):
    code, said = analysed(drawn, own_data, capsys, times=2)
    assert code == 0, said.err
    assert re.findall(r"([\d.]+) orders per booking", said.out) == ["4.0", "4.0"]
    assert "18 bookings are there twice and count once" in said.out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "", "damaged"),
        (lambda text: "\0\ufffd", "damaged"),
        (lambda text: text.replace(",role", ",rule"), "damaged"),
        (lambda text: text.replace("reserve", "book", 1), "not as it was drawn"),
        (lambda text: text + text.splitlines()[1] + "\n", "not as it was drawn"),
        (lambda text: text.replace(",100K+,", ",1K-100K,", 1), "not as it was drawn"),
    ],
    ids=["empty", "binary", "no role", "one more booked", "a row twice", "another tier"],
)
def test_a_list_that_is_not_the_one_that_was_drawn_is_refused(
    drawn, own_data, capsys, change, says
):
    path = own_data / "private" / "draws" / "may" / "list.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, said = analysed(drawn, own_data, capsys)
    assert code == 3
    assert f"list.csv: {says}" in said.err


def test_bookings_before_the_draw_tell_nothing_of_it(told, drawn):
    code, said = told(*["4,2026-11-01,30,done"] * len(drawn))
    assert code == 2
    assert "nobody who was drawn has a booking later than the draw" in said.err


def test_bookings_of_no_day_are_said_to_be(told):
    code, said = told("4,,,")
    assert code == 0, said.err
    assert "1 bookings state no day (placed_at)" in said.out
