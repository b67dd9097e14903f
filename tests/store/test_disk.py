"""Files whole or not at all; folders exchanged at once; locks that name and outlive nobody."""

import multiprocessing
import os
import signal
import stat
from pathlib import Path

import pytest

from analysis.store.disk import draft_of, fresh_folder, held, replace_folder, write_whole
from analysis.study.errors import LockedError, MachineError


def full_disk(*_):
    raise OSError(28, os.strerror(28))


def test_a_file_is_replaced_at_once(tmp_path):
    path = tmp_path / "deep" / "page.html"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
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
    assert done == ["fsync", "replace", "fsync"], "the last one is of the folder"


def test_power_may_go_at_any_moment(tmp_path, monkeypatch):
    """A disk in a bad mood: it keeps content that was synced, and a name from now or before."""
    page, real = tmp_path / "page.html", {name: getattr(os, name) for name in ("fsync", "replace")}
    write_whole(page, b"old")
    events = []

    def fsync(descriptor):
        target = Path(f"/proc/self/fd/{descriptor}").readlink()
        events.append("names" if target.is_dir() else target.read_bytes())
        real["fsync"](descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", lambda *p: (events.append("rename"), real["replace"](*p)))
    write_whole(page, b"new")
    for cut in range(len(events) + 1):
        synced = {"before": b"old", "draft": b""}
        name_now = name_on_disk = "before"
        for event in events[:cut]:
            if event == "rename":
                name_now = "draft"
            elif event == "names":
                name_on_disk = name_now
            else:
                synced["draft"] = event
        assert {synced[name_now], synced[name_on_disk]} <= {b"old", b"new"}, events[:cut]
    assert synced[name_on_disk] == b"new"


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(MachineError, match=r"index\.html: cannot be written: "):
        write_whole(tmp_path / "site" / "index.html", b"x")


def test_what_the_check_refuses_is_not_written(tmp_path):
    path = tmp_path / "page.html"
    write_whole(path, b"one")

    def refuse(content):
        assert content == b"two"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"two", check=refuse)
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_says_how_much_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(MachineError, match=r"; [\d.]+ MB are free, 1\.5 MB are needed"):
        write_whole(tmp_path / "page.html", b"x" * 1_500_000)


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_the_umask_says_who_may_read_a_file(tmp_path, umask):
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "page.html", b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o666 & ~umask


def test_a_link_in_place_of_a_draft_is_not_followed(tmp_path):
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "precious"
    target.write_text("precious")
    path = tmp_path / "page.html"
    draft_of(path).symlink_to(target)
    write_whole(path, b"one")
    assert target.read_text() == "precious"
    assert path.read_bytes() == b"one"


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_folder_takes_the_place_of_another(tmp_path, monkeypatch, in_one_step):
    if not in_one_step:
        monkeypatch.setattr("analysis.store.disk._exchanged", lambda *_: False)
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    replace_folder(tmp_path / "old", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["new"]
    (tmp_path / "first").mkdir()
    replace_folder(tmp_path / "none", tmp_path / "first")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["none", "old"]


def test_a_folder_to_fill_is_empty_and_goes_with_the_block(tmp_path):
    for _ in range(2):
        with fresh_folder(tmp_path / "place") as fresh:
            assert fresh.parent.parent == tmp_path, "on the same file system"
            assert not list(fresh.iterdir())
            (fresh / "table").write_text("half")
        assert not fresh.parent.exists()
        fresh.mkdir(parents=True)
        (fresh / "of a killed writer").write_text("half")


def test_a_lock_names_its_holder_and_is_empty_without_one(tmp_path):
    path = tmp_path / "lock"
    with held(path):
        said = f"held by process {os.getpid()} on .+ since 20"
        with pytest.raises(LockedError, match=said) as refusal, held(path):
            pass
        assert refusal.value.exit_code == 4
    assert path.read_bytes() == b""
    with held(path):
        pass


def test_several_may_share_a_lock_but_none_alone(tmp_path):
    path = tmp_path / "lock"
    refused = pytest.raises(LockedError, match="held by another run; wait")
    with held(path, shared=True), held(path, shared=True), refused, held(path):
        pass
    with held(path), pytest.raises(LockedError), held(path, shared=True):
        pass


def _hold(path, ready, *, then):
    with held(path):
        ready.set()
        then()


def test_a_lock_dies_with_its_holder(tmp_path):
    path = tmp_path / "lock"
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(path, ready), kwargs={"then": signal.pause})
    holder.start()
    ready.wait()
    with pytest.raises(LockedError, match=f"process {holder.pid} "), held(path):
        pass
    holder.kill()
    holder.join()
    with held(path):
        assert str(os.getpid()).encode() in path.read_bytes()


def test_who_waits_for_a_lock_gets_it(tmp_path):
    path = tmp_path / "lock"
    context = multiprocessing.get_context("fork")
    ready, leave = context.Event(), context.Event()
    holder = context.Process(target=_hold, args=(path, ready), kwargs={"then": leave.wait})
    holder.start()
    ready.wait()
    leave.set()
    with held(path, wait=True):
        pass
    holder.join()
    assert holder.exitcode == 0


def test_a_lock_that_cannot_be_made_is_the_machines(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(MachineError, match="cannot be written"), held(tmp_path / "site" / "lock"):
        pass
