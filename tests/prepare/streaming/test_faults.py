"""A kill or a full disk at any disk call of a file in small blocks: nothing is published half."""

import errno
import multiprocessing
import os
import shutil
import signal
import traceback

import pytest

from analysis.prepare.pipeline import prepare
from analysis.prepare.streaming import stage
from analysis.sources.reading import blocks
from analysis.study.errors import MachineError
from tests.prepare.streaming.disk_calls import full_from, kill_at
from tests.prepare.streaming.whole_and_by_block import creators_of, hard_posts

FULL, WRONG = 5, 9  # exit codes of a trial that met a full disk, and of one that met another end


@pytest.fixture
def raw(monkeypatch, arrived):
    monkeypatch.setattr(blocks, "LARGE", 100)
    monkeypatch.setattr(blocks, "BLOCK", 6_000)
    monkeypatch.setattr(stage, "BYTES", 8_000)
    monkeypatch.setattr(stage, "TOGETHER", 4_000)
    posts = hard_posts(1, rows=150, accounts=8)
    return arrived({"creators.csv": creators_of(8), "posts.csv": posts})


def trial(raw, own, fault, place, count):
    """Exit code of a process of its own that prepares and meets the fault."""
    count.value = 0
    if not (child := os.fork()):
        code = WRONG
        try:
            fault(place, count)
            prepare(raw, own / "processed" / "out", private=own / "private")
            code = 0
        except MachineError as error:
            code = FULL if "No space left" in str(error) else WRONG
        except OSError as error:
            code = FULL if error.errno == errno.ENOSPC else WRONG
        except BaseException:  # noqa: BLE001 - the child must not come back into pytest
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def content(own):
    """Every file, of prepared tables and of the private folder, but for the empty lock."""
    files = [path for path in own.rglob("*") if path.is_file() and path.name != ".out.lock"]
    return {str(path.relative_to(own)): path.read_bytes() for path in files}


def published(own):
    return {name: text for name, text in content(own).items() if name.startswith("processed/out/")}


MANY = 1 if os.environ.get("MICROMACRO_FUZZ") else 17  # of every call or every 17th


@pytest.mark.parametrize(
    ("fault", "code"), [(kill_at, -signal.SIGKILL), (full_from, FULL)], ids=["killed", "full"]
)
@pytest.mark.parametrize(
    ("again", "step"),
    [(False, 53), (True, 53), pytest.param(True, MANY, marks=pytest.mark.prove)],
    ids=["first, some", "again, some", "again, many"],
)
def test_at_every_disk_call(raw, tmp_path, fault, code, step, again):
    count, whole, own = multiprocessing.Value("i", 0), tmp_path / "whole", tmp_path / "own"
    before = tmp_path / "before"
    before.mkdir()
    (whole / "private").mkdir(parents=True)
    (whole / "private" / "key").write_bytes(b"k" * 64)
    shutil.copytree(whole, before, dirs_exist_ok=True)
    if again:
        roster = raw / "creators.csv"
        text = roster.read_text()
        roster.write_text(text.replace("beauty", "food"))
        assert trial(raw, before, kill_at, 0, count) == 0
        roster.write_text(text)
    assert trial(raw, whole, kill_at, 0, count) == 0
    calls, place, met = count.value, 1, 0
    assert calls > 150, "blocks, buckets and tables have more calls than that"
    new, old = content(whole), content(before)
    while place <= calls:
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(before, own)
        ended = trial(raw, own, fault, place, count)
        met += ended != 0
        assert ended in (0, code), place
        assert published(own) in (published(before), published(whole)), place
        if ended == FULL:
            assert content(own).keys() <= new.keys() | old.keys(), f"left behind at {place}"
        assert trial(raw, own, kill_at, 0, count) == 0, place
        assert content(own) == new, f"after call {place} the next run ends otherwise"
        place += step
    assert met > calls / step * 0.8
