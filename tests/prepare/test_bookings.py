"""Which bookings are evidence, and where planned ones go."""

import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare
from analysis.study.contract import PLANNED

CREATORS = "platform,handle,niche,followers\ntiktok,anna,food,5200\ntiktok,bea,food,520000\n"
HEAD = "campaign,platform,handle,clicks,orders,fee,placed_at,booking_id,booking_status\n"


@pytest.fixture
def run(tmp_path, own_data, arrived):
    def prepared(*statuses, **captures):
        rows = "".join(
            f"spring,tiktok,anna,{n + 10},{n},50,2026-03-{n + 1:02},id{n},{status}\n"
            for n, status in enumerate(statuses)
        )
        files = {"creators.csv": CREATORS, "placements.csv": HEAD + rows}
        files |= {f"{day}/placements.csv": HEAD + text for day, text in captures.items()}
        return prepare(arrived(files), tmp_path / "out", private=tmp_path / "private")

    return prepared


def test_only_bookings_that_took_place_are_evidence_and_the_others_say_why(run):
    dataset = run("done", "Live", "", "planned", "declined", "Canceled", "perhaps")
    assert pd.read_parquet(dataset.table_path("placements"))["orders"].tolist() == [0, 1, 2]
    assert dataset.exclusions()["reason"].tolist() == [
        "booking is planned",
        "booking was declined",
        "booking was cancelled",
        "booking_status is none of planned, live, done, declined, cancelled",
    ]
    [count] = [file for file in dataset.manifest.files if file.table == "placements"]
    assert (count.rows_read, count.kept, count.excluded) == (7, 3, 4)


def test_planned_bookings_are_kept_apart_under_pseudonyms(run):
    dataset = run("done", "planned")
    planned = pd.read_parquet(dataset.table_path(PLANNED))
    assert planned["fee"].tolist() == [50]
    assert "handle" not in planned
    assert not planned["booking_id"].eq("id1").any()
    assert (
        planned["creator_id"].tolist()
        == pd.read_parquet(dataset.table_path("placements"))["creator_id"].tolist()
    )


def test_a_planned_booking_counts_once_a_later_capture_says_that_it_took_place(run, tmp_path):
    later = "spring,tiktok,anna,44,4,50,2026-03-01,id0,done\n"
    dataset = run("planned", **{"2026-05-01": later})
    assert pd.read_parquet(dataset.table_path("placements"))["orders"].tolist() == [4]
    assert dataset.table_path(PLANNED) is None


def test_two_bookings_of_one_creator_in_a_campaign_are_two_in_every_capture(run):
    text = "".join(
        f"spring,tiktok,anna,20,{orders},50,2026-03-01,{name},done\n"
        for name, orders in (("id0", 5), ("id1", 7))
    )
    dataset = run("done", "done", **{"2026-05-01": text})
    assert pd.read_parquet(dataset.table_path("placements"))["orders"].tolist() == [5, 7]
