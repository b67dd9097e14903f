"""Runs under attack: no secret in what is said, the machine's trouble in words, odd sizes."""

import errno
import os
import signal
import sys
import types
from pathlib import Path
from urllib.parse import unquote, unquote_plus

import duckdb
import pandas as pd
import pytest

from analysis.cli import data
from analysis.cli.main import main
from analysis.panel.engines import run_there
from analysis.runs.execution import child, run
from analysis.runs.inputs import too_few_creators
from analysis.runs.plan import Report, expand, load_plan
from analysis.runs.redaction import redacted
from analysis.store.manifest import Manifest
from analysis.store.masking import without_secrets
from analysis.store.settings import Settings
from analysis.study.addresses import ENGINE, refuse_password, shown
from analysis.study.errors import AnalysisError
from analysis.study.project import PROJECT

ADDRESS = "postgres://anna:zqS3cret%21Pw@db.example.org/w?sslkey=zqt0k3n"
SECRETS = ("zqS3cret", "zqt0k3n", "anna")


class Warehouse:
    """An engine that connects and then fails, repeating what it was told."""

    def list_tables(self):
        return ["creators", "posts", "placements", "comments"]

    def sql(self, *_, **__):
        raise RuntimeError(f"cannot run on {ADDRESS}: zqS3cret!Pw is wrong for anna")


@pytest.mark.parametrize("connects", [True, False])
def test_an_engine_that_fails_says_no_password(monkeypatch, connects):
    def connect(address):
        if connects:
            return Warehouse()
        raise RuntimeError(f"no route to {address}")

    monkeypatch.setitem(sys.modules, "ibis", types.SimpleNamespace(connect=connect))
    with pytest.raises(AnalysisError) as failed:
        run_there("select 1", {}, None, ADDRESS)
    said = str(failed.value)
    assert "db.example.org/w" in said, "where it is may be said"
    assert not [one for one in SECRETS if one in said]
    assert failed.value.__suppress_context__, "or a traceback would show the cause"


@pytest.mark.parametrize(
    "address",
    [
        *(ADDRESS, "pg://u:pw@h/d", "pg://h/d?password=pw", "pg://:pw@h"),
        *("snowflake://h?AuthToken=t", "pg://h/d?%70assword=pw", "mssql://h/d;pwd=pw"),
        "mssql://h?odbc_connect=UID%3Da%3BPWD%3Dpw",
    ],
)
def test_no_argument_takes_a_password(address, capsys, own_data):
    """Whoever lists the machine's processes reads arguments."""
    assert main(["report", "--engine", address, "--only", "data"]) == 2
    said = capsys.readouterr().err
    assert f"put the address into {ENGINE}" in said
    assert address not in said
    assert not own_data.exists()


@pytest.mark.parametrize("address", ["pyspark://", "duckdb://x.db", "pg://anna@h/d?sslmode=on"])
def test_an_address_without_password_is_taken(address):
    refuse_password(address)


def test_a_mistyped_argument_is_not_repeated_with_its_password(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--engin", ADDRESS])
    assert "zqS3cret" not in capsys.readouterr().err


@pytest.mark.parametrize("command", [["prepare", ""], ["report", "--out", ""]])
def test_a_variable_that_is_not_set_is_no_folder(command, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(command)
    assert "is empty" in capsys.readouterr().err


def test_what_a_report_tells_holds_no_secret():
    environment = {ENGINE: ADDRESS, "HOME": "/homes/anna"}
    text = f"failed at {ADDRESS}; zqS3cret!Pw; ann@shop.example; api_key=abcdef12; base64,annaAAzq"
    kept = redacted(text, environment, site=Path("/srv/site"), names=True)
    assert not [one for one in (*SECRETS[:2], "ann@shop", "abcdef12") if one in kept]
    assert kept.endswith("base64,annaAAzq")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ftp://ann:pw@host/x", "ftp://host/x"),
        ("posts of ann.f+x@mail.example.csv", "posts of (e-mail)"),
        ("x?token=abcd1234&y=1", "x?token=(secret)&y=1"),
        ("Password: hunter22", "Password: (secret)"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a.csv", "(token).csv"),
        ("d41d8cd98f00b204e9800998ecf8427e.csv", "(token).csv"),
        ("Campaign-Report-Jan-1-2026-to-Jan-31-2026.csv", None),
        ("Overview_1690848000000_1693353600000_account.csv", None),
        ("2026-03-31/youtube-analytics-table-data-final.csv", None),
        ("@anna, 3 @ 5 and a@b", None),
        ("x?AWSAccessKey=abcd1234&y", "x?AWSAccessKey=(secret)&y"),
        ("author=anna&design=blue", None),
        ("signature: none of its rows", None),
    ],
)
def test_secrets_go_and_names_of_files_stay(text, left):
    assert without_secrets(text) == (text if left is None else left)


@pytest.mark.parametrize("written", ["zq%2Fsecret", "zq%2fsecret", "zq+se%63ret", "zqs%2526ecret"])
@pytest.mark.parametrize(
    "address",
    ["pg://h/d?{}={}", "pg://h/d?a=b;{}={}", "pg://h/d#{}={}", "pg://h?x=UID%3Da%3B{}%3D{}"],
)
@pytest.mark.parametrize("name", ["token", "t%6Fken"])
def test_what_is_encoded_is_as_secret(written, address, name):
    """As the address has it, and as a driver decodes it."""
    whole = address.format(name, written)
    said = f"cannot open {whole}: {unquote(written)} is no token, nor is {unquote_plus(written)}"
    told = shown(said, whole)
    assert "zq" not in told
    assert "//h" in told
    with pytest.raises(AnalysisError):
        refuse_password(whole)


def test_parts_of_words_and_images_are_left_alone():
    assert shown("channel, ann, iVBORann+ann/", "pg://ann@h") == "channel, ***, iVBORann+ann/"
    assert shown("x", "pg://[broken") == "x"


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (MemoryError(), "too little memory"),
        (MemoryError("Unable to allocate 3 GiB"), "Unable to allocate 3 GiB"),
        (duckdb.OutOfMemoryException("failed to pin block"), "too little memory"),
        (RuntimeError("can't start new thread"), "too little memory"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x/y"), "/x/y: No space left"),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "Too many open files"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/tmp/gone"), "/tmp/gone: No such"),
        (duckdb.IOException("Could not write: No space left on device"), "make room"),
        (duckdb.IOException("Could not open: Too many open files"), "Too many open files: "),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "/x: Permission denied"),
    ],
)  # fmt: skip
def test_what_the_machine_lacks_is_exit_5_and_said_in_words(monkeypatch, capsys, trouble, says):
    def fails(_):
        raise trouble

    monkeypatch.setattr(data, "who", fails)
    assert main(["who", "0123456789abcdef"]) == 5
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said
    assert "[Errno" not in said


def test_an_error_of_ours_stays_one(monkeypatch, capsys):
    def fails(_):
        raise ZeroDivisionError("pg://ann:hunter22@db/w")

    monkeypatch.setattr(data, "who", fails)
    assert main(["who", "0123456789abcdef"]) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "ZeroDivisionError: pg://db/w" in said
    assert "hunter22" not in said


def test_a_plan_of_50_000_niches_is_made_at_once(monkeypatch, study, tmp_path):
    """Counting each id among all of them took hours."""
    niches = tuple(f"niche {number}" for number in range(50_000))
    counts = dict.fromkeys(("sources", "notes", "files"), ()) | {"ignored": {}, "refused": {}}
    manifest = Manifest(
        **dict.fromkeys(("dataset", "data_digest", "code_digest"), "x"),
        **counts, settings=Settings(), niches=niches, platforms=("instagram",), campaigns=(),
        first_day=None, last_day=None, placed_from=None,
    )  # fmt: skip
    reports = expand(
        load_plan(PROJECT / "plans" / "default.yml"),
        manifest, dataset="x", settings={}, notebooks=PROJECT / "notebooks",
    )  # fmt: skip
    ids = {one.report_id for one in reports}
    assert len(ids) == len(reports) > 50_000
    size = study.minimums.creators_per_arm
    followers = [5_000] * size + [200_000] * size
    creators = pd.DataFrame(
        {
            "platform": "instagram",
            "niche": ["niche 7"] * 2 * size + list(niches),
            "followers": followers + [5_000] * len(niches),
        }
    )
    monkeypatch.setattr("analysis.runs.inputs.read_table", lambda *_: creators)
    dataset = types.SimpleNamespace(folder=tmp_path, table_path=lambda _: tmp_path)
    few = set(too_few_creators(reports, dataset, study))
    narrowed = {one.report_id for one in reports if "niche" in one.settings}
    enough = {one.report_id for one in reports if one.settings.get("niche") == "niche 7"}
    assert few == narrowed - enough
    assert enough


def test_a_signal_that_an_import_met_is_no_error_of_ours(monkeypatch, capsys):
    """The import system had made an ImportError of it, and the exit code was 70."""

    def imports(_):
        try:
            raise KeyboardInterrupt(signal.SIGTERM)
        except KeyboardInterrupt as interrupt:
            raise ImportError("partially initialized") from interrupt

    monkeypatch.setattr(data, "who", imports)
    assert main(["who", "0123456789abcdef"]) == 143
    assert "interrupted" in capsys.readouterr().err


def test_a_report_that_cannot_even_say_why_is_the_machines(monkeypatch, tmp_path):
    """On a full disk the note of the failure fails too; the report had ended "with code 0"."""
    report = Report("data", tmp_path / "x.ipynb", {})
    job = child.Job(report, tmp_path, "in-process", "run", {}, None)

    def fails(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def ends(code):
        raise SystemExit(code)

    monkeypatch.setattr(child, "_settle_in", fails)
    monkeypatch.setattr(child, "write_whole", fails)
    monkeypatch.setattr(child.os, "_exit", ends)
    with pytest.raises(SystemExit) as ended:
        child.run_job(job)
    failure = run._why_failed(job, ended.value.code, over_time=False)
    assert failure.machine
    assert "MB of disk are free" in failure.cause
