"""The index and its files: one value per result, nothing a spreadsheet runs, equal bytes."""

import csv
import errno
import io
import json
import os
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from openpyxl.worksheet import _writer

from analysis.evidence.results import RESULT_COLUMNS
from analysis.site import site_index
from analysis.site.exports.summaries import summary_json, summary_text
from analysis.site.publish import Failure, note_failure, retire
from analysis.site.records import pack
from analysis.site.site_index import (
    append_history,
    changes_csv,
    is_current,
    results_csv,
    update_index,
)
from analysis.store.disk import draft_of, write_whole
from analysis.study.errors import MachineError
from tests.runs.faults import failing, short_write
from tests.runs.records import COLUMNS, published, record


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def fail(site, **causes):
    for name, cause in causes.items():
        note_failure(site, name, Failure(None, cause, machine=False), site / "none.ipynb")


def test_results_are_one_row_per_id_with_the_first_page_that_has_it():
    wide = {"run_id": "b"}
    text = results_csv(
        [
            record("summary", ["y", "food", 2.0, "d"], ["x", "food", 1.5, "d"], run_id="s"),
            record("engagement", ["x", "food", 1.5, "d"], **wide),
            record("data", columns=[]),
        ]
    )
    assert text.splitlines()[0].split(",") == [*RESULT_COLUMNS, "run_id"]
    assert [(r["result_id"], r["estimate"], r["run_id"]) for r in rows(text)] == [
        ("x", "1.5", "b"),
        ("y", "2.0", "s"),
    ]


@pytest.mark.parametrize("value", [1.6, None, "1.5"])
def test_two_values_for_one_result_are_refused(value):
    pages = [record("a", ["x", "food", 1.5, "d"]), record("b", ["x", "food", value, "d"])]
    with pytest.raises(MachineError, match="b: x has another value on another page"):
        results_csv(pages)


def test_a_page_of_an_earlier_run_yields():
    """A report that failed tonight keeps last night's page; it must not stop the others."""
    late = record("summary", ["x", "food", 1.6, "d2"], run_id="tonight")
    early = record("a", ["x", "food", 1.5, "d1"], ["z", "food", 9.0, "d1"], run_id="last night")
    found = {r["result_id"]: r for r in rows(results_csv([early, late], earlier={"a"}))}
    assert found["x"]["estimate"] == "1.6"
    assert found["x"]["run_id"] == "tonight"
    assert (found["z"]["estimate"], found["z"]["run_id"]) == ("9.0", "last night")


def test_no_text_cell_is_a_formula_and_numbers_stay_numbers():
    [row] = rows(results_csv([record("a", ["x", "tea\r=1\n\t;=cups", -1.5, "d"])]))
    assert row["niche"] == "tea =1 ;'=cups"
    assert row["estimate"] == "-1.5"


def test_results_read_back(tmp_path):
    page = record("a", ["x", "NA", 1.5, "d"], ["y", "=null, or 'none'", None, "d"])
    write_whole(tmp_path / "results.csv", results_csv([page]).encode())
    options = {"keep_default_na": False, "na_values": [""]}  # a niche may be called NA
    frame = pd.read_csv(tmp_path / "results.csv", **options).set_index("result_id")
    assert frame["niche"].str.removeprefix("'").to_dict() == {"x": "NA", "y": "=null, or 'none'"}
    assert frame["estimate"]["x"] == 1.5
    assert pd.isna(frame["estimate"]["y"])


def test_every_way_of_counting_can_be_downloaded(tmp_path):
    ways = [
        {
            "claim": "H1",
            "metric": "engagement_per_follower",
            "estimand": "typical",
            "platform": "tiktok",
            "counted": f"posts: {taken}; extremes: as they are",
            "ratio": ratio,
            "t": 2.5,
        }
        for taken, ratio in (("all", 1.5), ("sponsored posts out too", 1.25))
    ]
    published(tmp_path, record("robustness", ways=pack(ways)), record("engagement"))
    update_index(tmp_path, ["robustness", "engagement"])
    told = rows((tmp_path / "ways.csv").read_text(encoding="utf-8"))
    assert [(way["counted"], way["ratio"]) for way in told] == [
        ("posts: all; extremes: as they are", "1.5"),
        ("posts: sponsored posts out too; extremes: as they are", "1.25"),
    ]


def test_the_files_are_the_same_whoever_ran_last(tmp_path):
    """After a whole run, a selected one: the same pages give the same bytes."""
    shared = ["x", "food", 1.5, "d"]
    published(tmp_path, record("a", shared, run_id="1"), record("b", shared, run_id="2"))
    update_index(tmp_path, ["b", "a"])
    before = (tmp_path / "results.csv").read_bytes()
    update_index(tmp_path, ["b"])
    assert (tmp_path / "results.csv").read_bytes() == before


def test_the_index_lists_the_plan_in_its_order_and_names_failures(tmp_path):
    published(tmp_path, record("a"), record("b"), record("c"))
    fail(tmp_path, a="ValueError: no rows", gone="killed by SIGKILL")
    update_index(tmp_path, ["c", "a", "gone"])
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    places = [index.index(f'href="{name}.html"') for name in ("c", "a", "b")]
    assert places == sorted(places)
    assert "ValueError: no rows" in index
    assert "gone: killed by SIGKILL" in index


def test_a_failed_report_yields_in_the_results(tmp_path):
    published(tmp_path, record("a", ["x", "food", 1.5, "d1"]), record("b", ["x", "food", 2, "d2"]))
    with pytest.raises(MachineError, match="x has another value"):
        update_index(tmp_path, ["a", "b"])
    fail(tmp_path, a="timed out")
    update_index(tmp_path, ["a", "b"])
    [row] = rows((tmp_path / "results.csv").read_text(encoding="utf-8"))
    assert row["estimate"] == "2"


def test_a_page_with_columns_of_an_earlier_version_does_not_stop_the_results():
    page = record("a", ["x", "food", 1.5, "d", 1], columns=[*COLUMNS, "retired"])
    assert "retired" not in results_csv([page])


def test_without_pages_only_the_failures_are_told(tmp_path):
    update_index(tmp_path, ["a"])
    assert {path.name for path in tmp_path.iterdir()} == {".locks"}
    fail(tmp_path, a="killed by SIGKILL")
    update_index(tmp_path, ["a"])
    assert (tmp_path / "summary.txt").read_text() == (
        "no page stands, 1 failed: a (killed by SIGKILL)\n"
    )
    assert not (tmp_path / "index.html").exists()


def test_the_summary_says_what_stands_and_what_failed():
    failures = {"b": Failure(3, "ValueError: no rows", machine=False)}
    state = "Data through 2026-03-31, valid until 2026-04-14 · descriptive evidence"
    said = summary_text([record("a", state=state, synthetic=True)], failures)
    assert said == (
        "brand (SYNTHETIC): 1 page stands, 1 failed: b (cell 3: ValueError: no rows)."
        " Data through 2026-03-31, valid until 2026-04-14.\n"
    )
    assert "2 pages stand, none failed." in summary_text([record("a"), record("b")], {})


def test_a_report_without_a_page_is_no_page_that_stands():
    """Its estimate is missing, so that it has a record and no page."""
    asked = record("a", ["x", "food", None, "d"])
    assert not asked.has_page
    reports = [record("b"), asked, record("c", ["y", "food", None, "d"])]
    said = "1 page stands, 2 reports have too little data for one, none failed."
    assert said in summary_text(reports, {})
    assert "1 report has too little data for one" in summary_text(reports[:2], {})
    told = json.loads(summary_json(reports, {}))
    assert (told["pages"], told["without_page"]) == (1, 2)


ANSWER = {
    "result_id": "H1:x",
    "claim": "H1",
    "metric": "engagement_per_follower",
    "estimand": "typical",
    "platform": "tiktok",
    "niche": "all niches",
    "contrast": "1K-100K vs 100K+",
    "estimate": 1.5,
    "deciding_low": 1.25,
    "deciding_high": 1.8,
    "deciding_level": 0.98,
    "verdict": "SUPPORTED",
    "status": "exploratory",
}


def test_what_is_mailed_holds_the_answer_its_interval_and_the_expiry():
    late = {"out_of_date": True, "valid_until": "2026-06-02"}
    answer = {"results": pack([ANSWER, {**ANSWER, "result_id": "other"}]), "answers": ("H1:x",)}
    pages = [record("data", **late), record("a", headline="It is more.", **late, **answer)]
    assert summary_text(pages, {}).splitlines()[1:] == [
        "OUT OF DATE since 2 June 2026.",
        "It is more.",
        "- TikTok, engagement per follower: 1.50 times macro's (1.25 to 1.80), ahead",
        "The first version of this page: there is none to compare with.",
    ]
    told = json.loads(summary_json(pages, {"b": Failure(None, "timed out", machine=True)}))
    [said] = told["answers"]
    assert said == {name: value for name, value in ANSWER.items() if name != "result_id"}
    expiry = (told["out_of_date"], told["valid_until"])
    assert expiry == (True, "2026-06-02")
    assert (told["headline"], told["failed"]) == ("It is more.", {"b": "timed out"})


def altered(path):
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    "change",
    [
        lambda site: altered(site / "index.html"),
        lambda site: altered(site / "results.csv"),
        lambda site: (site / "summary.txt").unlink(),
        lambda site: published(site, record("a", run_id="later")),
        lambda site: retire(site, ["b"]),
        lambda site: altered(site / "b.html"),
        lambda site: fail(site, b="timed out"),
    ],
    ids=["index", "results", "summary", "published", "retired", "page altered", "failed"],
)
def test_whatever_changes_the_files_is_mended(tmp_path, change):
    published(tmp_path, record("a", ["x", "food", 1.5, "d"]), record("b"))
    update_index(tmp_path, ["a", "b"])
    assert is_current(tmp_path, ["a", "b"])
    assert not is_current(tmp_path, ["b", "a"])
    change(tmp_path)
    assert not is_current(tmp_path, ["a", "b"])
    update_index(tmp_path, ["a", "b"])
    assert is_current(tmp_path, ["a", "b"])


def test_a_current_index_is_left_alone_but_for_drafts_of_the_killed(tmp_path):
    published(tmp_path, record("a"))
    update_index(tmp_path, ["a"])
    before = (tmp_path / "index.html").stat().st_mtime_ns
    drafts = [draft_of(tmp_path / name) for name in ("index.html", "runs.jsonl", ".told.json")]
    for draft in drafts:
        draft.write_text("half")
    update_index(tmp_path, ["a"])
    assert (tmp_path / "index.html").stat().st_mtime_ns == before
    assert not [draft for draft in drafts if draft.exists()]


def test_an_index_knows_of_no_page_that_is_published_while_it_is_made(tmp_path, monkeypatch):
    """Another shard does that; the index of before must not pass for one that has its page."""
    published(tmp_path, record("a"))

    def meanwhile(records):
        published(tmp_path, record("b"))
        return changes_csv(records)

    with monkeypatch.context() as patch:
        patch.setattr(site_index, "changes_csv", meanwhile)
        update_index(tmp_path, ["a", "b"])
    assert not is_current(tmp_path, ["a", "b"])
    update_index(tmp_path, ["a", "b"])
    assert "2 pages stand" in (tmp_path / "summary.txt").read_text()
    assert 'href="b.html"' in (tmp_path / "index.html").read_text()


def test_no_file_of_a_workbook_that_is_being_made_is_outside_the_site(tmp_path, monkeypatch):
    """A run that is killed then leaves it where the next one removes it."""
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    published(site, record("a", ["x", "food", 1.5, "d"]))
    made, create = [], _writer.create_temporary_file

    def noted(**options):
        made.append(Path(create(**options)))
        return str(made[-1])

    monkeypatch.setattr(_writer, "create_temporary_file", noted)
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    update_index(site, ["a"])
    assert {path.parent for path in made} == {site / ".sheets"}
    assert not (site / ".sheets").exists()
    assert tempfile.tempdir == str(elsewhere)
    (site / ".sheets").mkdir()
    (site / ".sheets" / "openpyxl.half").touch()
    update_index(site, ["a"])
    assert not (site / ".sheets").exists()


def lines(site: Path):
    return (site / "runs.jsonl").read_text(encoding="utf-8").splitlines()


def test_history_is_added_to(tmp_path):
    append_history(tmp_path, {"b": 1, "a": 2})
    append_history(tmp_path, {"a": 3})
    assert lines(tmp_path) == ['{"a": 2, "b": 1}', '{"a": 3}']


@pytest.mark.parametrize("kept", [b"\n{", b"\n"])
def test_half_a_line_of_an_earlier_version_goes(tmp_path, kept):
    """Runs wrote their line in place until it was written with the file, whole or not at all."""
    (tmp_path / "runs.jsonl").write_bytes(b'{"a": 1}' + kept)
    append_history(tmp_path, {"a": 3})
    assert lines(tmp_path) == ['{"a": 1}', '{"a": 3}']


@pytest.mark.parametrize("fault", [short_write, failing(errno.ENOSPC)])
def test_a_line_of_history_is_written_whole_or_not_at_all(tmp_path, monkeypatch, fault):
    append_history(tmp_path, {"a": 1})
    monkeypatch.setattr(os, "write", partial(fault, "write", os.write))
    with suppress(MachineError):
        append_history(tmp_path, {"a": 2})
    found = [json.loads(line)["a"] for line in lines(tmp_path)]
    assert found == ([1, 2] if fault is short_write else [1])


def test_history_that_cannot_be_written_is_the_machines(tmp_path):
    (tmp_path / "runs.jsonl").mkdir()
    with pytest.raises(MachineError, match=r"runs\.jsonl: cannot be written: Is a directory"):
        append_history(tmp_path, {})
