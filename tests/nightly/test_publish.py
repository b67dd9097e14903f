"""Publication: whole or not at all; one value per result; nothing that a spreadsheet would run."""

import csv
import html
import io
import os
import stat

import pandas as pd
import pytest

from analysis.errors import MachineError
from analysis.evidence.results import RESULT_COLUMNS
from analysis.nightly.publish import (
    append_history,
    fold,
    publish_page,
    read_results,
    results_csv,
    retire,
    standing_pages,
    write_whole,
)
from analysis.pages.records import PageRecord, pack

COLUMNS = ["result_id", "niche", "estimate", "data_digest"]


def record(report_id="engagement", *rows, run_id="run", columns=COLUMNS, **changes):
    values = {
        "report_id": report_id,
        "title": report_id.title(),
        "group": "Engagement",
        "dataset": "brand",
        "synthetic": False,
        "run_id": run_id,
        "data_digest": "d1",
        "study_digest": "s1",
        "parameters": {"niche": "all"},
        "state": "Data through 2026-03-31",
        "headline": "Undecided.",
        "results": pack(columns, rows),
    }
    return PageRecord(**{**values, **changes})


def published(site, *records):
    for one in records:
        inert = html.escape(one.model_dump_json(), quote=False)
        page = f'<html><template id="record">{inert}</template></html>'
        publish_page(site, one, page, b"{}")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def full_disk(*_):
    raise OSError(28, os.strerror(28))


def test_a_file_is_replaced_at_once(tmp_path):
    path = tmp_path / "deep" / "page.html"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644, "a web server must be able to read it"
    assert [one.name for one in path.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_earlier_file(tmp_path, monkeypatch, step):
    path = tmp_path / "page.html"
    write_whole(path, b"one")
    monkeypatch.setattr(os, step, full_disk)
    with pytest.raises(
        MachineError, match=r"page\.html: cannot be written: No space left"
    ) as error:
        write_whole(path, b"two")
    assert error.value.exit_code == 5
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_on_disk_before_the_name_is(tmp_path, monkeypatch):
    done = []
    for step in ("fsync", "replace"):
        real = getattr(os, step)
        monkeypatch.setattr(os, step, lambda *a, s=step, r=real: (done.append(s), r(*a))[1])
    write_whole(tmp_path / "page.html", b"one")
    assert done == ["fsync", "replace"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(MachineError, match=r"index\.html: cannot be written: "):
        write_whole(tmp_path / "site" / "index.html", b"x")


def test_pages_stand_until_they_are_retired(tmp_path):
    one, other = record("engagement"), record("summary")
    published(tmp_path, one, other)
    assert standing_pages(tmp_path) == {"engagement": one, "summary": other}
    retire(tmp_path, ["engagement", "never was"])
    assert standing_pages(tmp_path) == {"summary": other}
    assert [one.name for one in (tmp_path / "notebooks").iterdir()] == ["summary.ipynb"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("index.html", b"<html></html>"),
        ("notes.html", b"\xff\xfe by hand"),
        ("old.html", b'<template id="record">{"report_id": "old"}</template>'),
        ("broken.html", b'<template id="record">{"report_id"</template>'),
    ],
)
def test_what_is_no_page_of_this_version_does_not_stand(tmp_path, name, content):
    published(tmp_path, record("engagement"))
    (tmp_path / name).write_bytes(content)
    assert list(standing_pages(tmp_path)) == ["engagement"]


def test_a_copy_of_an_earlier_page_does_not_stand(tmp_path):
    published(tmp_path, record("engagement", run_id="before"))
    (tmp_path / "engagement.html").rename(tmp_path / "engagement (1).html")
    assert not standing_pages(tmp_path)
    published(tmp_path, record("engagement", run_id="now"))
    assert standing_pages(tmp_path)["engagement"].run_id == "now"


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


def test_text_with_line_breaks_stays_in_its_row():
    """A bare carriage return begins a row, and so a cell, in a spreadsheet."""
    [row] = rows(results_csv([record("a", ["x", "tea\r=1\n\tcups", 1.5, "d"])]))
    assert row["niche"] == "tea =1 cups"


@pytest.mark.parametrize(
    "niche",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", '=HYPERLINK("http://x")'],
)
def test_no_cell_is_a_formula(tmp_path, niche):
    text = results_csv([record("a", ["x", niche, -1.5, "d"])])
    [row] = rows(text)
    assert row["niche"] == f"'{niche.strip()}"
    assert row["estimate"] == "-1.5", "a number stays a number"


def test_results_read_back(tmp_path):
    page = record("a", ["x", "NA", 1.5, "d"], ["y", "null, or none", None, "d"])
    write_whole(tmp_path / "results.csv", results_csv([page]).encode())
    frame = read_results(tmp_path / "results.csv").set_index("result_id")
    assert frame["niche"].to_dict() == {"x": "NA", "y": "null, or none"}
    assert frame["estimate"]["x"] == 1.5
    assert pd.isna(frame["estimate"]["y"])


def test_a_fold_is_the_same_whoever_ran_last(tmp_path):
    """After a whole run, a selected one: the same pages give the same bytes."""
    shared = ["x", "food", 1.5, "d"]
    published(tmp_path, record("a", shared, run_id="1"), record("b", shared, run_id="2"))
    fold(tmp_path, ["b", "a"], {})
    before = (tmp_path / "results.csv").read_bytes()
    fold(tmp_path, ["b"], {})
    assert (tmp_path / "results.csv").read_bytes() == before


def test_a_fold_lists_the_plan_in_its_order_and_names_failures(tmp_path):
    published(tmp_path, record("a"), record("b"), record("c"))
    fold(tmp_path, ["c", "a", "gone"], {"a": "ValueError: no rows", "gone": "killed by SIGKILL"})
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    places = [index.index(f'href="{name}.html"') for name in ("c", "a", "b")]
    assert places == sorted(places)
    assert "ValueError: no rows" in index
    assert "gone: killed by SIGKILL" in index


def test_a_failed_report_yields_in_the_fold(tmp_path):
    published(tmp_path, record("a", ["x", "food", 1.5, "d1"]), record("b", ["x", "food", 2, "d2"]))
    with pytest.raises(MachineError, match="x has another value"):
        fold(tmp_path, ["a", "b"], {})
    fold(tmp_path, ["a", "b"], {"a": "timed out"})
    [row] = rows((tmp_path / "results.csv").read_text(encoding="utf-8"))
    assert row["estimate"] == "2"


def test_a_page_with_columns_of_an_earlier_version_does_not_stop_the_fold():
    page = record("a", ["x", "food", 1.5, "d", 1], columns=[*COLUMNS, "retired"])
    assert "retired" not in results_csv([page])


def test_without_pages_there_is_nothing_to_fold(tmp_path):
    fold(tmp_path, ["a"], {"a": "failed"})
    assert not list(tmp_path.iterdir())


def test_history_is_added_to(tmp_path):
    append_history(tmp_path / "site", {"b": 1, "a": 2})
    append_history(tmp_path / "site", {"a": 3})
    lines = (tmp_path / "site" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == ['{"a": 2, "b": 1}', '{"a": 3}']
