"""Pages: whole and sealed or not there; a failure is kept beside the page it left alone."""

import pytest

from analysis.site.publish import (
    Failure,
    drop_drafts,
    earlier_record,
    forget_failure,
    lone_record_path,
    note_failure,
    notebook_path,
    page_path,
    publish_page,
    publish_record,
    read_page,
    retire,
    seal_holds,
    sealed,
    standing_failures,
    standing_pages,
)
from analysis.study.errors import MachineError
from tests.runs.records import page_of, published, record


def test_pages_stand_until_they_are_retired(tmp_path):
    one, other = record("engagement"), record("summary")
    published(tmp_path, one, other)
    assert standing_pages(tmp_path) == {"engagement": one, "summary": other}
    retire(tmp_path, ["engagement", "never was"])
    assert standing_pages(tmp_path) == {"summary": other}
    assert [one.name for one in (tmp_path / "notebooks").iterdir()] == ["summary.ipynb"]
    assert not (tmp_path / ".failed").exists()


def test_a_report_without_an_answer_stands_without_a_page_and_gives_way_to_one(tmp_path):
    paged, lone = record("engagement"), record("engagement", run_id="later")
    published(tmp_path, paged)
    publish_record(tmp_path, lone, b"{} ")
    assert standing_pages(tmp_path) == {"engagement": lone}
    assert not page_path(tmp_path, "engagement").exists()
    published(tmp_path, paged)
    assert standing_pages(tmp_path) == {"engagement": paged}
    assert not lone_record_path(tmp_path, "engagement").exists()


def test_of_a_page_and_a_record_that_a_kill_left_the_later_stands_and_the_other_goes(tmp_path):
    published(tmp_path, record("engagement"))
    page = page_path(tmp_path, "engagement").read_bytes()
    lone = record("engagement", run_id="later")
    publish_record(tmp_path, lone, b"{} ")
    page_path(tmp_path, "engagement").write_bytes(page)
    assert standing_pages(tmp_path) == {"engagement": lone}
    drop_drafts(tmp_path, ["engagement"])
    assert not page_path(tmp_path, "engagement").exists()
    assert standing_pages(tmp_path) == {"engagement": lone}


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


@pytest.mark.parametrize("path", [page_path, notebook_path])
@pytest.mark.parametrize("change", ["more", "less", "other", "gone"])
def test_what_was_altered_does_not_stand(tmp_path, path, change):
    published(tmp_path, record("a"))
    altered = path(tmp_path, "a")
    content = altered.read_bytes()
    altered.write_bytes(
        {"more": content + b"\n", "less": content[:-1], "other": b"x" + content[1:], "gone": b""}[
            change
        ]
    )
    if change == "gone":
        altered.unlink()
    assert not standing_pages(tmp_path)


def test_a_seal_is_the_last_line_and_the_only_one_that_counts():
    page = sealed(b"<html>", b"notebook")
    assert seal_holds(page, b"notebook")
    assert not seal_holds(page, b"another")
    assert not seal_holds(page + b" ", b"notebook")
    assert seal_holds(sealed(page, b"later"), b"later")
    assert not seal_holds(b"<html>", b"notebook")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (page_of(record("a"))[:-7], "did not reach the disk whole"),
        (page_of(record("a", run_id="another")), "does not hold its own record"),
        ("<html></html>", "does not hold its own record"),
        (page_of(record("a")) + "<script>1</script>", "the page holds '<script'"),
        (page_of(record("a")) + '<meta http-equiv="refresh">', "the page holds '<meta'"),
        (page_of(record("a")) + '<meta charset="utf-8" http-equiv=refresh>', "holds '<meta'"),
        (page_of(record("a")) + "< IFRAME src=x>", "the page holds '< IFRAME'"),
    ],
)
def test_a_page_that_is_not_right_leaves_the_earlier_one(tmp_path, page, said):
    published(tmp_path, record("a", run_id="before"))
    before = page_path(tmp_path, "a").read_bytes()
    with pytest.raises(MachineError, match=said):
        publish_page(tmp_path, record("a"), page, b"{}")
    assert page_path(tmp_path, "a").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "notebooks"]


def test_a_failure_is_kept_until_it_is_forgotten(tmp_path):
    failure = Failure(2, "ValueError: no rows", machine=False)
    executed = tmp_path / "executed.ipynb"
    executed.write_text("{}")
    note_failure(tmp_path, "a", failure, executed)
    note_failure(tmp_path, "b", Failure(None, "killed by SIGKILL", machine=True), tmp_path / "none")
    assert standing_failures(tmp_path)["a"] == failure
    assert str(failure) == "cell 2: ValueError: no rows"
    assert (tmp_path / ".failed" / "a.ipynb").exists()
    published(tmp_path, record("a"))
    assert list(standing_failures(tmp_path)) == ["b"]
    forget_failure(tmp_path, "b")
    assert not (tmp_path / ".failed").exists()


def test_a_note_that_cannot_be_read_is_no_failure(tmp_path):
    (tmp_path / ".failed").mkdir()
    (tmp_path / ".failed" / "a.json").write_text("{")
    assert standing_failures(tmp_path) == {}


def test_a_page_whose_notebook_a_killed_run_replaced_is_still_compared_with(tmp_path):
    published(tmp_path, told := record("a"))
    notebook_path(tmp_path, "a").write_bytes(b"{ }")
    assert read_page(tmp_path, "a") is None
    assert earlier_record(tmp_path, "a") == told
    page_path(tmp_path, "a").write_bytes(
        page_path(tmp_path, "a").read_bytes().replace(b"Und", b"U")
    )
    assert earlier_record(tmp_path, "a") is None
