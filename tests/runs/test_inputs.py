"""What a scheduler hears of an input that can be read all the same."""

from datetime import date
from pathlib import Path

import pytest

from analysis.prepare.pipeline import prepare_dataset
from analysis.prepare.raw_folder import open_raw_folder
from analysis.runs.inputs import doubts, too_few_creators, valid_until
from analysis.runs.plan import Report
from analysis.study.errors import UsageError
from analysis.study.project import today

CREATORS = "platform,handle,niche,followers\ntiktok,anna,food,5000\n"
POSTS = "platform,handle,post_id,posted_at,likes,comments\ntiktok,anna,p,2026-01-01,5,1\n"


@pytest.fixture
def told(arrived, own_data, study):
    """A function: raw files and a day -> what is odd about them."""

    def tell(files, today):
        raw = arrived(files)
        return doubts(open_raw_folder(raw), prepare_dataset(raw), study, on=today)

    return tell


NEW_YEAR = date(2026, 1, 1)


def test_an_export_that_repeats_the_capture_before_is_told(told):
    files = {"creators.csv": CREATORS, "posts.csv": POSTS}
    first = {f"2026-01-02/{name}": text for name, text in files.items()}
    assert told(first, date(2026, 1, 3)) == []
    same = {f"2026-01-03/{name}": text for name, text in files.items()}
    [said] = told({**first, **same}, date(2026, 1, 3))
    assert said.endswith("2026-01-03 holds the same bytes as 2026-01-02; is the export stuck?")
    more = {**same, "2026-01-03/posts.csv": POSTS.replace("5,1", "6,1")}
    assert told({**first, **more}, date(2026, 1, 3)) == []


def test_a_folder_of_a_day_to_come_is_told(told):
    """Its values stand until that day, whatever arrives."""
    files = {"2026-01-02/creators.csv": CREATORS, "2062-01-03/posts.csv": POSTS}
    [said] = told(files, date(2026, 1, 3))
    assert "2062-01-03 is a day to come; what is in it goes before all that arrives" in said
    assert told(files, date(2062, 1, 3))[0].startswith("brand: out of date")


def test_data_that_grew_old_are_told(told, study):
    files = {"creators.csv": CREATORS, "posts.csv": POSTS}
    [said] = told(files, date(2027, 1, 1))
    assert said.startswith("brand: out of date: the data end 2026-01-01 and were valid until ")
    assert told(files, date(2026, 1, 1)) == []


def test_the_last_valid_day_counts_from_the_data(arrived, own_data, study):
    dataset = prepare_dataset(arrived({"creators.csv": CREATORS, "posts.csv": POSTS}))
    assert (valid_until(dataset, study) - NEW_YEAR).days == study.valid_for_days


def test_today_is_the_day_of_source_date_epoch_where_it_is_set(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86399")
    assert today() == date(1970, 1, 1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert today() == date(1970, 1, 2)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    with pytest.raises(UsageError, match="whole seconds since 1970"):
        today()


def test_reports_that_can_have_no_answer_are_told_before_they_run(arrived, own_data, study):
    """20 of each size in food; 20 and 19 in travel; 20 and 20 in home, on two platforms."""
    sizes = {"micro": 5_000, "macro": 500_000}
    people = [
        *[("tiktok", "food", size) for size in sizes for _ in range(20)],
        *[("tiktok", "travel", size) for size in ("micro",) * 20 + ("macro",) * 19],
        *[("tiktok", "home", "micro")] * 20,
        *[("youtube", "home", "macro")] * 20,
    ]
    rows = [f"{p},u{n},{niche},{sizes[size]}" for n, (p, niche, size) in enumerate(people)]
    creators = "\n".join(["platform,handle,niche,followers", *rows, ""])
    raw = arrived({"creators.csv": creators, "posts.csv": POSTS.replace("anna", "u0")})
    dataset = prepare_dataset(raw)

    def report(name, **parameters):
        return Report(name, Path("x.ipynb"), parameters)

    reports = [
        *(report(niche, niche=niche) for niche in ("food", "travel", "home", "all")),
        report("food-on-youtube", niche="food", platform="youtube"),
        report("on-tiktok", platform="tiktok"),
        report("data"),
    ]
    few = too_few_creators(reports, dataset, study)
    assert few == ["travel", "home", "food-on-youtube"]
