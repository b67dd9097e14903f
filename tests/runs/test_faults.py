"""Kills, full disks, races: what stands is whole, and the next run ends in the same bytes."""

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.runs import fleet, witness
from tests.runs.faults import failing, killed, short_write

pytestmark = pytest.mark.prove

SEED = 20261122
KILLS = 10


def pages(content):
    return {name: text for name, text in content.items() if name.startswith("report-")}


def test_runs_killed_at_any_moment_end_in_the_site_of_a_run_that_was_not(project, again):
    moments, length = random.Random(SEED), fleet.seconds_of(again)
    kills = 0
    while kills < KILLS:
        fleet.warm_up(project)  # a kill can fall into a request to the server and end it
        code = fleet.kill_after(fleet.start(again.report()), moments.uniform(0, length))
        assert code in (0, -signal.SIGKILL)
        kills += code != 0
        assert not fleet.running_in(again.site)
        whole = fleet.content(project.site)
        assert pages(fleet.content(again.site)).items() <= pages(whole).items()
        if code == 0:
            assert fleet.content(again.site) == whole
            fleet.emptied(again.site)
    fleet.warm_up(project)
    assert fleet.exit_code(fleet.start(again.report())) == 0
    assert fleet.content(again.site) == fleet.content(project.site)
    assert not fleet.leftovers(again.site)


@pytest.mark.parametrize(
    ("fault", "codes", "step"),
    [
        (killed, {-signal.SIGKILL}, 7),
        (failing(errno.ENOSPC), {5}, 13),
        (failing(errno.EIO), {5}, 17),
        (short_write, {0}, 17),
    ],
    ids=["killed", "disk full", "input/output error", "short write"],
)
def test_a_fault_at_disk_calls_keeps_every_file_whole(
    project, standing, renamed, fault, codes, step
):
    """As SQLite does: a fault at one call, a later one, ..., until a run meets none.

    `make torture` takes every one of them.
    """
    before, place, count = fleet.content(standing.site), 1, multiprocessing.Value("i", 0)
    while True:
        code = fleet.trial(standing, fault, place, count)
        now = fleet.content(standing.site)
        assert not witness.damaged(standing.site, standing.reports, before, renamed), place
        if count.value < place:
            break
        assert code in codes or (code == 0 and now == renamed), place
        if code or fleet.leftovers(standing.site):
            assert fleet.trial(standing, fault, 0, count) == 0
        assert fleet.content(standing.site) == renamed, place
        assert not fleet.leftovers(standing.site), place
        assert not witness.disagreements(standing.site), place
        shutil.rmtree(standing.site)
        shutil.copytree(project.site, standing.site)
        place += step
    assert code == 0
    assert place > 100, "the publish path has more calls than that"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_a_run_soon_and_for_good(standing, number):
    """Also the second signal of an impatient scheduler, while the first is being obeyed."""
    fleet.write_notebook(standing.base, "slow", "import time", "time.sleep(300)")
    plan = {"reports": [{"notebook": "slow", "id": "report-000", "title": "slow"}]}
    (standing.base / "slow.yml").write_text(json.dumps(plan))
    before = fleet.content(standing.site)
    pid = fleet.start(standing.report(plan="slow.yml"))
    cell = standing.site / ".working-1-of-1" / ".report-000" / "cell"
    deadline = time.monotonic() + 60
    while not (cell.exists() and cell.read_text() == "3") and time.monotonic() < deadline:
        time.sleep(0.01)
    asked = time.monotonic()
    os.kill(pid, number)
    time.sleep(0.01)
    os.kill(pid, signal.SIGTERM)
    assert fleet.exit_code(pid) == 128 + number
    assert time.monotonic() - asked < 10
    assert not fleet.running_in(standing.site)
    assert fleet.content(standing.site) == before
    assert not fleet.leftovers(standing.site)


def test_of_two_schedulers_one_runs_and_the_other_names_it(project, again, tmp_path):
    logs = [tmp_path / "one", tmp_path / "other"]
    pids = [fleet.start(again.report(), log) for log in logs]
    codes = [fleet.exit_code(pid) for pid in pids]
    assert sorted(codes) == [0, 4]
    refused = logs[codes.index(4)].read_text()
    assert f"held by process {pids[codes.index(0)]} on " in refused
    assert fleet.content(again.site) == fleet.content(project.site)
    assert [line["published"] for line in fleet.history(again.site)] == [12]


def test_the_lock_of_a_killed_run_stops_nobody(again):
    lock = again.site / ".locks" / "run"
    pid = fleet.start(again.report())
    while not (lock.exists() and lock.read_text()):
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    fleet.exit_code(pid)
    assert lock.read_text().startswith(f"process {pid} ")
    assert fleet.exit_code(fleet.start(again.report())) == 0
    assert lock.read_text() == ""


def test_shards_beside_each_other_publish_every_report_once(project, again, tmp_path):
    logs = [tmp_path / str(number) for number in range(4)]
    pids = [
        fleet.start(again.report("--shard", f"{number}/3", "--workers", "1"), logs[number])
        for number in (1, 2, 3)
    ]
    first, working = again.site / "report-001.html", again.site / ".working-2-of-3"
    while not (first.exists() and any(working.glob(".report-*/cell"))):
        time.sleep(0.005)  # its second report runs: a kill in a request would end the server
    os.kill(pids[1], signal.SIGKILL)
    assert [fleet.exit_code(pid) for pid in pids] == [0, -signal.SIGKILL, 0]
    assert fleet.exit_code(fleet.start(again.report("--shard", "2/3"), logs[0])) == 0
    lines = [line for log in logs for line in log.read_text().splitlines()]
    events = [json.loads(line) for line in lines if line.startswith("{")]
    counts = Counter(event["report"] for event in events if event["event"] == "published")
    assert max(counts.values()) == 1
    assert fleet.content(again.site) == fleet.content(project.site)
    assert not fleet.leftovers(again.site)


def test_a_shard_shares_the_site_with_other_shards_alone(again):
    started = fleet.start(again.report("--shard", "1/2"))
    lock = again.site / ".locks" / "shard-1-of-2"
    while not (lock.exists() and lock.read_text()):
        time.sleep(0.005)
    assert fleet.exit_code(fleet.start(again.report())) == 4
    assert fleet.exit_code(fleet.start(again.report("--shard", "1/2"))) == 4
    assert fleet.exit_code(started) == 0


@pytest.mark.parametrize(
    ("options", "environment"),
    [(["--workers", "1"], {}), ([], {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONUTF8": "0"})],
    ids=["one worker", "another environment"],
)
def test_the_same_bytes_whoever_runs(project, again, options, environment):
    code = (
        "import sys; from pathlib import Path; from analysis.cli.main import main\n"
        "import analysis.evidence.view, analysis.runs.build; from analysis.study import project\n"
        "project.PROJECT = Path(sys.argv.pop(1))\n"
        "if __name__ == '__main__': sys.exit(main())"
    )
    command = [sys.executable, "-c", code, str(project.base), *again.report(*options)]
    own = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONCOERCECLOCALE": "0", **environment}
    ran = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert fleet.content(again.site) == fleet.content(project.site)


def with_outcomes(project, change):
    """Runs of this process end as the function says, given how they would have ended."""

    def before():
        fleet.canned(project)
        good = fleet.build.run_reports

        def run(reports, working, *, on_outcome, **_):
            good(reports, working, on_outcome=lambda one: on_outcome(change(one) or one))

        fleet.build.run_reports = run

    return {"before": before}


def test_a_failed_run_keeps_the_page_and_the_index_says_so(project, standing, renamed, tmp_path):
    def fail(one):
        if one.report_id == "report-001":
            cause = "ValueError: no rows"
            return fleet.outcome(one.report_id, one.notebook, cell=2, cause=cause)
        return None

    before = fleet.content(standing.site)
    command = standing.report(*fleet.BESIDE, plan="renamed.yml")
    assert fleet.exit_code(fleet.start(command, **with_outcomes(project, fail))) == 1
    now = fleet.content(standing.site)
    assert now["report-001.html"] == before["report-001.html"]
    assert now["report-002.html"] == renamed["report-002.html"]
    index = now["index.html"].decode()
    assert '<li class="failed">report-001: cell 2: ValueError: no rows</li>' in index
    [link] = [one for one in index.split("<a ") if one.startswith('href="report-001.html"')]
    assert "(the page before the last run, which failed)" in link
    assert "Data through 2026-03-02" in index
    stand = b"10 pages stand, 2 reports have too little data for one, 1 failed: "
    assert stand + b"report-001 (cell 2: ValueError: no rows)" in now["summary.txt"]
    assert now[".failed/report-001.ipynb"] == before["notebooks/report-001.ipynb"]
    log = tmp_path / "log"
    assert fleet.exit_code(fleet.start(standing.verify(plan="renamed.yml"), log)) == 1
    said = log.read_text().splitlines()
    assert "micromacro: report-001: failed in its last run, cell 2: ValueError: no rows" in said
    good = {"before": lambda: fleet.canned(project)}
    assert fleet.exit_code(fleet.start(command, **good)) == 0
    assert fleet.content(standing.site) == renamed


@pytest.mark.parametrize("what", ["the data", "the notebook"])
def test_what_changes_while_a_report_runs_fails_it(project, standing, tmp_path, what):
    """The run id would vouch for an input that is no longer there."""
    template = project.base / "notebooks" / "plain.ipynb"
    before, text = fleet.content(standing.site), template.read_bytes()

    def change(_):
        if what == "the notebook":
            template.write_bytes(text + b" ")
        else:
            opened = fleet.build.open_dataset(project.base / "data" / "processed" / "brand")
            other = opened.manifest.model_copy(update={"data_digest": "other"})
            changed = opened.model_copy(update={"manifest": other})
            fleet.build.open_dataset = lambda _: changed

    log = tmp_path / "log"
    command = standing.report(plan="renamed.yml")
    try:
        code = fleet.exit_code(fleet.start(command, log, **with_outcomes(project, change)))
    finally:
        template.write_bytes(text)
    assert code == 5
    assert "the data or the notebook changed while the report ran" in log.read_text()
    kept = ["report-001.html", "report-002.html"]  # of the notebook; the data are of all
    kept = kept if what == "the notebook" else list(pages(before))
    now = fleet.content(standing.site)
    assert {name: now[name] for name in kept} == {name: before[name] for name in kept}


def test_an_error_in_publishing_is_the_reports_alone(project, standing, tmp_path):
    def break_one(one):
        if one.report_id == "report-001":
            one.notebook.write_text("not a notebook")

    before = fleet.content(standing.site)
    log = tmp_path / "log"
    command = standing.report(plan="renamed.yml")
    assert fleet.exit_code(fleet.start(command, log, **with_outcomes(project, break_one))) == 1
    assert "not published: NotJSONError" in log.read_text()
    now = fleet.content(standing.site)
    assert now["report-001.html"] == before["report-001.html"]
    assert now["report-002.html"] != before["report-002.html"]


def out_is_a_file(site):
    site.write_text("a file")


def notebooks_lead_out(site):
    (site.parent / "elsewhere").mkdir()
    site.mkdir()
    (site / "notebooks").symlink_to(site.parent / "elsewhere")


@pytest.mark.parametrize("arrange", [out_is_a_file, notebooks_lead_out])
def test_a_site_that_cannot_be_written_is_refused_before_anything_runs(again, tmp_path, arrange):
    def before():
        fleet.build.run_reports = lambda *_, **__: pytest.fail("a report was started")

    arrange(again.site)
    log = tmp_path / "log"
    assert fleet.exit_code(fleet.start(again.report(), log, before=before)) == 5
    assert log.read_text().startswith(f"micromacro: {again.site}")
    assert len(log.read_text().splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system")
def test_a_disk_that_is_really_full_and_one_that_is_read_only(project, again, renamed, tmp_path):
    site = again.site
    site.mkdir()
    half = f"size={len(b''.join(renamed.values())) // 2}"
    mount = ["mount", "-t", "tmpfs", "-o", half, "none", str(site)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        log, canned = tmp_path / "log", {"before": lambda: fleet.canned(project)}
        assert fleet.exit_code(fleet.start(again.report(), log, **canned)) == 5
        assert "MB are free, " in log.read_text()
        whole = pages(fleet.content(project.site))
        assert pages(fleet.content(site)).items() <= whole.items()
        assert not [name for name in fleet.leftovers(site) if "draft" in name]
        subprocess.run(["mount", "-o", "remount,ro", str(site)], check=True)
        log.unlink()
        assert fleet.exit_code(fleet.start(again.report(), log, **canned)) == 5
        assert "Read-only file system" in log.read_text()
    finally:
        subprocess.run(["umount", str(site)], check=True)
