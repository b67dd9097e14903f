"""A running report in one file, each row with its day, beside a folder for each day."""

import numpy as np
import pandas as pd
import pytest

from analysis.decisions.bookings import bookings, last_day
from analysis.decisions.model.forecast import replay
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.study.contract import PLANNED

NAMES = [f"{tier}{n}" for tier in "mb" for n in range(1, 9)]
CREATORS = "platform,handle,niche,followers\n" + "".join(
    f"tiktok,{name},food,{5_000 if name[0] == 'm' else 500_000}\n" for name in NAMES
)
HEAD = "campaign,platform,handle,clicks,orders,fee,placed_at,booking_status"
DAYS = ("2026-04-08", "2026-05-08", "2026-06-08")


@pytest.fixture
def run(tmp_path, own_data, arrived):
    def prepared(files, folder="brand"):
        raw = arrived({"creators.csv": CREATORS} | files, folder=folder)
        return prepare(raw, tmp_path / f"{folder} out", private=tmp_path / "private")

    return prepared


def reports():
    """By day every booking of five months that is known then; each later figure is a third higher.

    The fifth month is planned until the last day.
    """
    known = {}
    for number, day in enumerate(DAYS):
        known[day] = [
            f"month {month},tiktok,{name},{900 + place},{(3 + place + month) * (3 + number)},"
            f"{40 + place},2026-0{month}-01,{'planned' if month == 5 and number < 2 else 'done'}"
            for month in range(1, 6)
            for place, name in enumerate(NAMES)
            if month - 3 <= number
        ]
    return known


def in_folders(known):
    return {f"{day}/placements.csv": "\n".join([HEAD, *rows, ""]) for day, rows in known.items()}


def in_one_file(known):
    lines = [f"{row},{day}" for day, rows in known.items() for row in rows]
    return {"placements.csv": "\n".join([f"{HEAD},captured_at", *lines, ""])}


def table(dataset, name):
    columns = ["campaign", "creator_id", "capture"]
    return pd.read_parquet(dataset.table_path(name)).sort_values(columns, ignore_index=True)


def test_a_report_that_is_appended_is_as_a_folder_for_each_of_its_days(run):
    """Of the first booking of month 1: 3 x 4, 4 x 4, 5 x 4 orders; the last counts."""
    one, three = run(in_one_file(reports())), run(in_folders(reports()), folder="three")
    for name in ("placements", "placements_captured"):
        pd.testing.assert_frame_equal(table(one, name), table(three, name))
    assert one.table_path(PLANNED) is three.table_path(PLANNED) is None
    counted = table(one, "placements")
    assert len(counted) == 5 * 16
    assert counted["orders"].min() == (3 + 0 + 1) * 5
    assert set(counted["capture"]) == {DAYS[-1]}
    history = table(one, "placements_captured")
    first = history[history["campaign"].eq("month 1")].groupby("capture")["orders"].min()
    assert first.tolist() == [4 * 3, 4 * 4, 4 * 5]


def test_a_backtest_of_an_appended_report_is_that_of_its_folders(run):
    found = []
    for files, folder in ((in_one_file(reports()), "brand"), (in_folders(reports()), "three")):
        view = open_view(run(files, folder=folder).folder)
        rows = bookings(view)
        found.append(replay(rows, rng=np.random.default_rng(4), last_day=last_day(rows, view)))
        assert last_day(rows, view) == pd.Timestamp(DAYS[-1])
    assert found[0] == found[1]
    assert [one.campaign for one in found[0].forecasts] == ["month 3", "month 4", "month 5"]
    assert found[0].forecasts[0].outcome == sum((3 + place + 3) * 5 for place in range(16))


def test_a_row_s_own_day_goes_before_that_of_its_folder(run):
    """A folder of June that repeats May's figures says nothing newer than the file of June."""
    old = f"spring,tiktok,m1,100,7,50,2026-03-01,done,{DAYS[1]}"
    new = f"spring,tiktok,m1,100,9,50,2026-03-01,done,{DAYS[2]}"
    lines = {"2026-06-30": old, "2026-05-30": new}
    files = {f"{day}/p.csv": f"{HEAD},captured_at\n{line}\n" for day, line in lines.items()}
    counted = table(run(files), "placements")
    assert (counted["orders"].tolist(), counted["capture"].tolist()) == ([9], [DAYS[2]])


def test_a_row_without_a_day_has_that_of_its_folder(run):
    row = "spring,tiktok,m1,100,{},50,2026-03-01,done,{}\n"
    text = f"{HEAD},captured_at\n{row.format(7, '')}{row.format(9, DAYS[2])}"
    counted = table(run({"2026-06-30/p.csv": text}), "placements")
    assert (counted["orders"].tolist(), counted["capture"].tolist()) == ([7], ["2026-06-30"])
    assert counted["captured_at"].astype(str).tolist() == ["2026-06-30"]


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2199-01-03", "in the future"), ("1999-01-03", "before any platform existed")],
)
def test_a_day_that_cannot_be_is_left_out_by_name(run, day, reason):
    """It would have gone before all that arrives until then."""
    rows = [f"spring,tiktok,{name},100,7,50,2026-03-01,done," for name in ("m1", "b1")]
    text = "\n".join([f"{HEAD},captured_at", f"{rows[0]}{day}", f"{rows[1]}{DAYS[0]}", ""])
    dataset = run({"placements.csv": text})
    assert len(table(dataset, "placements")) == 1
    left = dataset.exclusions()[["file", "row", "column", "reason"]].to_numpy().tolist()
    assert left == [["placements.csv", 2, "captured_at", reason]]


def test_bookings_without_a_number_on_other_days_are_said_to_count_once(run):
    """Two of one creator in a campaign, each with figures of its own week: one, unless numbered."""
    rows = [
        f"spring,tiktok,m1,100,{orders},50,{placed},done,{day}"
        for orders, placed, day in ((7, "2026-03-01", DAYS[0]), (9, "2026-04-20", DAYS[1]))
    ]
    dataset = run({"placements.csv": "\n".join([f"{HEAD},captured_at", *rows, ""])})
    assert table(dataset, "placements")["orders"].tolist() == [9]
    said = "1 bookings have another placed_at in a later capture, whose figures count"
    assert any(said in one for one in dataset.manifest.warnings)
    text = "\n".join(
        [f"{HEAD},captured_at,booking_id", *(f"{r},id{n}" for n, r in enumerate(rows))]
    )
    both = [row.replace(DAYS[0], DAYS[1]) for row in rows]
    text_of_two = "\n".join([f"{HEAD},captured_at", *rows, *both, ""])
    two = run({"placements.csv": text_of_two}, folder="two")
    assert sorted(table(two, "placements")["orders"]) == [7, 9]
    assert not any("placed_at" in one for one in two.manifest.warnings)
    numbered = run({"placements.csv": f"{text}\n"}, folder="numbered")
    assert sorted(table(numbered, "placements")["orders"]) == [7, 9]
    assert not any("placed_at" in one for one in numbered.manifest.warnings)
