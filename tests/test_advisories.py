"""Known advisories of locked packages: which versions a record means, and the locks themselves."""

import json
import os
import zipfile

import pytest

from analysis.study.project import PROJECT
from tests.advisories import LOCKS, affected, locked, main, records


def record(*events, versions=(), name="Some_Package", **more):
    span = {"type": "ECOSYSTEM", "events": [*events]}
    package = {"ecosystem": "PyPI", "name": name}
    part = {"package": package, "ranges": [span] if events else [], "versions": [*versions]}
    return {"id": "GHSA-1", "summary": "bad", "affected": [part], **more}


SINCE, FIXED = {"introduced": "0"}, {"fixed": "1.10"}


@pytest.mark.parametrize(
    ("version", "advisory", "hit"),
    [
        ("1.9", record(SINCE, FIXED), True),  # 1.9 before 1.10, though its text sorts after
        ("1.10", record(SINCE, FIXED), False),
        ("1.10", record(SINCE, {"last_affected": "1.10"}), True),
        ("1.10.1", record(SINCE, {"last_affected": "1.10"}), False),
        ("2.1", record(SINCE, FIXED, {"introduced": "2.0"}, {"fixed": "2.2"}), True),
        ("1.11", record(SINCE, FIXED, {"introduced": "2.0"}, {"fixed": "2.2"}), False),
        ("3.0", record(versions=["3.0"]), True),
        ("3.1", record(versions=["3.0"]), False),
        ("1.9", record(SINCE, FIXED, withdrawn="2026-01-01T00:00:00Z"), False),
        ("1.9", record(SINCE, FIXED, name="another"), False),
    ],
)
def test_which_versions_an_advisory_means(version, advisory, hit):
    expected = [f"some-package {version}: GHSA-1, bad"] if hit else []
    assert affected({"some-package": {version}}, [advisory]) == expected


def test_every_package_of_the_locks_is_looked_up():
    pins = locked(*((PROJECT / name).read_text(encoding="utf-8") for name in LOCKS))
    assert {"pandas", "jinja2", "ruff"} <= pins.keys()
    assert all(versions for versions in pins.values())


def test_a_folder_and_an_archive_say_the_same(tmp_path):
    one = record(SINCE, FIXED)
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "GHSA-1.json").write_text(json.dumps(one))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.write(tmp_path / "x" / "GHSA-1.json", "GHSA-1.json")
    assert list(records(tmp_path / "x")) == list(records(tmp_path / "all.zip")) == [one]


def test_without_a_database_it_says_that_nothing_was_checked(capsys):
    assert main() == 0
    assert "nothing was checked" in capsys.readouterr().err
    assert main("/nowhere") == 2


def test_no_locked_package_has_a_known_advisory(capsys):
    database = os.environ.get("MICROMACRO_ADVISORIES")
    if not database:
        pytest.skip("MICROMACRO_ADVISORIES names no database of advisories, so none was checked")
    assert main(database) == 0, capsys.readouterr().out
