"""Orders and lines of reports: each counts once, whatever overlaps, repeats or runs on."""

from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.prepare.duplicates import DUPLICATES, KEPT, MERGED
from analysis.prepare.reports import once
from analysis.sources.importer import BEGINS, ENDS
from analysis.study.contract import TRACKED


def lines(*reports):
    """Rows of reports, each (file, capture, begins, ends, {mark: orders})."""
    rows = []
    for arrival, (file, capture, begins, ends, marks) in enumerate(reports):
        for mark, orders in marks.items():
            row = dict.fromkeys(TRACKED.names)
            row |= {"utm": mark, "orders": orders, "source": "ga", "file": file}
            row |= {"arrival": arrival, "digest": f"{sorted(marks.items())}{begins}{ends}"}
            row |= {"capture": capture, BEGINS: begins, ENDS: ends}
            rows.append(row)
    frame = pd.DataFrame(rows)
    for name in (BEGINS, ENDS):
        frame[name] = pd.to_datetime(frame[name])
    return frame.astype({"orders": "Float64", "utm": "str"})


def kept(frame):
    """Orders that count by mark, and what was said."""
    fate, said = once(frame)
    counted = frame[fate.eq(KEPT)].groupby("utm")["orders"].sum()
    return counted.to_dict(), fate, said


MARCH, APRIL = ("2026-03-01", "2026-03-31"), ("2026-04-01", "2026-04-30")


def test_the_same_file_again_counts_once():
    again = lines(("ga.csv", "", *MARCH, {"a": 30}), ("ga (1).csv", "", *MARCH, {"a": 30}))
    counted, fate, said = kept(again)
    assert counted == {"a": 30}
    assert fate.to_list() == [KEPT, DUPLICATES]
    assert said == ["ga (1).csv is the same file as ga.csv; it counts once"]


def test_a_filtered_second_export_counts_once():
    counted, fate, said = kept(
        lines(("all.csv", "", *MARCH, {"a": 30, "b": 15}), ("micro.csv", "", *MARCH, {"a": 30}))
    )
    assert counted == {"a": 30, "b": 15}
    assert (fate == MERGED).sum() == 1
    assert "their shared marks count once" in said[0]


def test_months_apart_add_up_in_silence():
    counted, _, said = kept(
        lines(("m.csv", "", *MARCH, {"a": 30}), ("a.csv", "", *APRIL, {"a": 4}))
    )
    assert counted == {"a": 34}
    assert said == []


def test_a_running_report_counts_by_its_last_capture():
    weeks = [("2026-03-01", f"2026-03-{day:02d}") for day in (7, 14, 21)]
    reports = [
        ("ga.csv", f"{end[:8]}{int(end[8:]) + 1:02d}", begin, end, {"a": 10 * week})
        for week, (begin, end) in enumerate(weeks, start=1)
    ]
    for order in permutations(reports):
        assert kept(lines(*order))[0] == {"a": 30}


def test_a_report_that_overlaps_in_part_is_left_out_with_the_remedy():
    late = ("2026-03-15", "2026-04-15")
    counted, fate, _ = kept(lines(("m.csv", "", *MARCH, {"a": 30}), ("l.csv", "", *late, {"a": 9})))
    assert counted == {"a": 9}
    assert fate[0].endswith("export periods that do not overlap")


def test_without_periods_a_report_that_only_grew_runs_on():
    grown = lines(
        ("w1.csv", "2026-03-07", None, None, {"a": 10, "b": 3}),
        ("w2.csv", "2026-03-14", None, None, {"a": 20, "b": 3}),
    )
    counted, _, said = kept(grown)
    assert counted == {"a": 20, "b": 3}
    assert "runs on in w2.csv" in said[0]


@pytest.mark.parametrize("captures", [("", ""), ("2026-03-07", "2026-03-14")])
def test_without_periods_other_reports_add_up_and_are_said(captures):
    counted, _, said = kept(
        lines(
            ("1.csv", captures[0], None, None, {"a": 10}),
            ("2.csv", captures[1], None, None, {"a": 9}),
        )
    )
    assert counted == {"a": 19}
    assert "they are added up; if they overlap, keep one" in said[0]


def test_of_one_order_a_refund_counts_and_the_latest_capture():
    frame = lines(("o.csv", "", None, None, {"a": 1}), ("p.csv", "", None, None, {"b": 1}))
    frame = frame.assign(order_id="#1", orders_refunded=pd.array([0, 1], "Float64"))
    assert once(frame)[0].to_list() == [MERGED, KEPT]
    later = frame.assign(capture=["2026-04-01", ""])
    assert once(later)[0].to_list() == [KEPT, MERGED]
    mixed = frame.assign(order_id=["#1", None])
    assert once(mixed)[0].to_list() == [KEPT, KEPT]


DAYS = st.integers(1, 28)


@given(st.lists(st.tuples(DAYS, DAYS, st.integers(1, 9)), min_size=1, max_size=5))
def test_no_day_of_a_mark_ever_counts_twice(spans):
    """Whatever periods arrive, those that count have no day in common."""
    reports = [
        (
            f"{n}.csv",
            "",
            f"2026-03-{min(a, b):02d}",
            f"2026-03-{max(a, b):02d}",
            {"a": count + n / 10},
        )
        for n, (a, b, count) in enumerate(spans)
    ]
    frame = lines(*reports)
    fate = once(frame)[0]
    counted = frame[fate.eq(KEPT)]
    assert len(counted) >= 1
    days = [
        day
        for begins, ends in zip(counted[BEGINS], counted[ENDS], strict=True)
        for day in pd.date_range(begins, ends)
    ]
    assert len(days) == len(set(days))
