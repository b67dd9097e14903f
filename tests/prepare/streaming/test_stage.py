"""Where posts wait: nothing of it is published or left behind, whatever happens."""

import errno
import os
import signal

import pyarrow as pa
import pytest

from analysis.prepare.pipeline import prepare
from analysis.prepare.streaming import bucket, posts, stage, table
from analysis.prepare.streaming.hashes import bucket_of
from analysis.prepare.streaming.stage import StagedFile
from analysis.sources.reading import blocks
from analysis.study.errors import MachineError
from tests.prepare.streaming.whole_and_by_block import creators_of, hard_posts


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(blocks, "LARGE", 100)
    monkeypatch.setattr(blocks, "BLOCK", 6_000)
    monkeypatch.setattr(stage, "BYTES", 20_000)


@pytest.fixture
def raw(arrived):
    return arrived({"creators.csv": creators_of(), "posts.csv": hard_posts(1)})


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left_behind(folder):
    return [path for path in folder.iterdir() if path.name.endswith(".working")]


PLACES = {
    "the first rows": (stage.StagedFile, "put"),
    "the end of the file": (stage.StagedFile, "close"),
    "the first bucket": (posts, "settle_bucket"),
    "the table": (table.PostsTable, "add"),
    "the end of the table": (table.PostsTable, "close"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_publishes_nothing_and_the_next_run_clears_up(
    small, raw, tmp_path, monkeypatch, place
):
    out, private = tmp_path / "processed" / "out", tmp_path / "private"
    prepare(raw, out, private=private)
    before = content(out)
    if not (child := os.fork()):
        owner, name = PLACES[place]
        setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        prepare(raw, out, private=private)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert content(out) == before
    assert left_behind(out.parent), "the kill came while rows waited"
    prepare(raw, out, private=private)
    assert not left_behind(out.parent)
    assert content(out) == before


@pytest.mark.parametrize("owner", [stage.StagedFile, table.PostsTable], ids=["staging", "writing"])
def test_a_full_disk_is_named_and_nothing_is_left(small, raw, tmp_path, monkeypatch, owner):
    out = tmp_path / "processed" / "out"

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(owner, "_write" if owner is stage.StagedFile else "add", full)
    with pytest.raises(MachineError, match=r"cannot be written.*No space left.*MB are free"):
        prepare(raw, out, private=tmp_path / "private")
    assert not out.exists()
    assert not left_behind(out.parent)


def test_a_disk_without_room_is_refused_before_anything_is_written(
    small, raw, tmp_path, monkeypatch
):
    monkeypatch.setattr(stage, "_ROOM", 1e12)
    with pytest.raises(MachineError, match=r"MB are free, about .* MB are needed"):
        prepare(raw, tmp_path / "processed" / "out", private=tmp_path / "private")
    assert not left_behind(tmp_path / "processed")


def test_an_account_is_in_one_bucket_wherever_it_stands():
    names = [f"tiktok:c{n * 7919}" for n in range(500)]
    alone = [int(bucket_of(pa.array([name]), 13)[0]) for name in names]
    assert bucket_of(pa.array(["x" * 90, *names]).slice(1), 13).tolist() == alone
    assert len(set(alone)) == 13


def test_few_alike_are_enough_for_several_parts(monkeypatch, small, raw, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    prepare(raw, one, private=tmp_path / "private")
    monkeypatch.setattr(bucket, "parts_by_account", _each_account)
    prepare(raw, other, private=tmp_path / "private")
    assert content(one) == content(other)


def _each_account(places):
    for place in sorted(set(places.tolist())):
        yield (places == place).nonzero()[0]


def test_rows_come_back_as_they_went(tmp_path):
    rows = pa.table({"row": [4, 2], "platform": ["tiktok"] * 2, "handle": ["@Anna", None]})
    staged = StagedFile(tmp_path / "1", 1)
    staged.add(rows)
    (part,) = staged.parts()
    assert part["account"].to_pylist() == ["tiktok:anna", "tiktok:"]
    assert part["written"].to_pylist() == ["@Anna", None]
    staged.drop(part["row"].to_numpy()[:1])
    assert staged.bucket(0)["row"].to_pylist() == [2]
