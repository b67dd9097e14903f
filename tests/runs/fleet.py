"""A small project whose nightly runs can be started, killed and compared, many times a minute.

A run is the command line itself in a process forked from this one, which has imported everything.
Runs share this process's warm server, so that a trial costs what the reports cost.
"""

import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path

import nbformat
import pandas as pd
import psutil
import yaml

from analysis.cli import main as cli
from analysis.runs import build
from analysis.runs.execution import run as supervisor
from analysis.runs.execution import server
from analysis.site.publish import Failure
from analysis.study import project as where
from analysis.study.project import PROJECT
from tests.runs.faults import meet

PARAMETERS = 'dataset: str = "demo"  # a prepared dataset\nniche: str = "all"  # one of them'
BESIDE = ("--news", "--pdf")
BROWSER = """#!/bin/sh
for last; do :; done
{ echo %PDF-1.4; cat "${last#file://}"; echo %%EOF; } > page.pdf
"""
LATE = (  # what a run imports when it publishes, a second and a half of every trial
    *("analysis.evidence.view", "analysis.runs.describe", "analysis.runs.execution.light"),
    *("analysis.runs.news", "analysis.runs.printing", "analysis.site.page"),
    *("analysis.site.exports.summaries", "analysis.site.exports.workbook"),
)
PLAIN = ("print('report on', niche)", "print('end')")
ANSWER = (
    "from analysis import answer, open_view, record",
    "view = open_view(dataset, niche=niche)\nrecord(answer(view, 'H1'))",
)
UNANSWERED = (ANSWER[0], ANSWER[1].replace("H1", "H2"))  # it takes clicks and orders
KINDS = ("answer", "plain", "plain", "unanswered", "plain", "plain")


@dataclass(frozen=True)
class Project:
    """Paths of a small project; ``base`` stands in for the checkout."""

    base: Path
    site: Path
    reports: tuple[str, ...]

    def subject(self, plan):
        paths = {"plan": plan, "study": "study.yml", "data": "brand"}
        return [str(p) for name, path in paths.items() for p in (f"--{name}", self.base / path)]

    def report(self, *more, plan="plan.yml"):
        return ["report", *self.subject(plan), "--out", str(self.site), "--workers", "2", *more]

    def verify(self, *, plan="plan.yml"):
        return ["verify", str(self.site), *self.subject(plan)]

    def at(self, site):
        return Project(self.base, site, self.reports)


def small_project(base, *, reports=12):
    """Twelve reports of three notebooks on the posts of 48 creators; one has no answer, nor a page.

    Under ``renamed.yml`` the first four have another title, so that they are due again; of the next
    two one loses its page and, further down, one gains one.
    """
    (base / "notebooks").mkdir(parents=True)
    _roster(base / "brand")
    study = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
    own = {**study, "permutations": 99, "valid_for_days": 400}
    (base / "study.yml").write_text(yaml.safe_dump(own))
    write_notebook(base, "plain", *PLAIN)
    write_notebook(base, "answer", *ANSWER)
    write_notebook(base, "unanswered", *UNANSWERED)
    (base / "bin").mkdir()
    (base / "bin" / "chromium").write_text(BROWSER)
    (base / "bin" / "chromium").chmod(0o755)
    names = [f"report-{number:03d}" for number in range(reports)]
    entries = [
        {"notebook": KINDS[n % 6], "id": name, "title": name} for n, name in enumerate(names)
    ]
    (base / "plan.yml").write_text(yaml.safe_dump({"reports": entries}))
    for entry in entries[:4]:
        entry["title"] += ", renamed"
    entries[4]["notebook"], entries[9]["notebook"] = "unanswered", "plain"
    (base / "renamed.yml").write_text(yaml.safe_dump({"reports": entries}))
    return Project(base, base / "site", tuple(names))


def write_notebook(base, name, *sources):
    cells = [nbformat.v4.new_markdown_cell(f"# {name}", id="title")]
    cells += [
        nbformat.v4.new_code_cell(s, id=f"c{n}") for n, s in enumerate([PARAMETERS, *sources])
    ]
    cells[1].metadata.tags = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), base / "notebooks" / f"{name}.ipynb")


def _roster(folder):
    """24 micro and 24 macro creators in two niches of one platform, with two posts each."""
    creators, posts = [], []
    for number in range(48):
        account = {"platform": "tiktok", "handle": f"creator{number}"}
        followers = 2_000 + 3_000 * number if number < 24 else 110_000 * (number - 22)
        creators.append(
            {**account, "niche": ("food", "travel")[number % 2], "followers": followers}
        )
        for day in (1, 2):
            likes = int(followers * (0.06 if number < 24 else 0.03) * (1 + number % 5 / 4))
            of_post = {"post_id": f"{number}-{day}", "posted_at": f"2026-03-0{day}"}
            posts.append(account | of_post | {"likes": likes, "comments": day, "views": 10 * likes})
    folder.mkdir()
    pd.DataFrame(creators).to_csv(folder / "creators.csv", index=False)
    pd.DataFrame(posts).to_csv(folder / "posts.csv", index=False)


def warm_up(project):
    """Have the command line of every process forked from here work on a project, at once."""
    os.environ["MICROMACRO_DATA"] = str(project.base / "data")
    os.environ.pop("MICROMACRO_STUDY", None)
    where.PROJECT = project.base
    for name in LATE:
        import_module(name)
    while True:
        with suppress(OSError, EOFError):  # the server of before is about to end
            server.start_server()
            first = multiprocessing.get_context("forkserver").Process(target=str)
            first.start()
            first.join()
            return


def start(arguments, log=os.devnull, *, before=lambda: None):
    """Run a command line in a forked process; its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        sys.stdout = sys.stderr = os.fdopen(
            os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY), "w"
        )
        os.environ["PATH"] = f"{where.PROJECT / 'bin'}{os.pathsep}{os.environ['PATH']}"
        here = forkserver._forkserver  # the parent's, and only a parent can look after it
        here.ensure_running = forkserver.ensure_running = lambda: None
        supervisor.server_pid = lambda: None  # what others run there is not ours to end
        before()
        code = cli.main(arguments)
        sys.stdout.flush()
    finally:
        os._exit(code)


def canned(project):
    """Have runs of this process take executed notebooks from a finished site.

    Then only what follows on the execution is real, and quick.
    """

    def run(reports, working, *, on_outcome, **_):
        for report in reports:
            executed = working / f"{report.report_id}.ipynb"
            working.mkdir(exist_ok=True)
            shutil.copyfile(project.site / "notebooks" / _executed(report), executed)
            on_outcome(outcome(report.report_id, executed))

    build.run_reports = run
    build.start_server = lambda: None
    build.views_of = build.families_first = lambda *_, **__: {}


def _executed(report):
    """Its own notebook or, where the plan gave it another one, the first of that kind."""
    kind, number = report.notebook.stem, int(report.report_id.rpartition("-")[2])
    own = kind not in KINDS or KINDS[number % 6] == kind
    return f"report-{number if own else KINDS.index(kind):03d}.ipynb"


def outcome(report_id, executed, *, cell=None, cause=None, machine=False):
    """How a report ended."""
    failure = None if cause is None else Failure(cell, cause, machine)
    return supervisor.Outcome(report_id, executed, failure, (), 1, 0.1)


def trial(project, fault, place, count, *, plan="renamed.yml"):
    """A canned run that meets a fault at its k-th disk call; how it ended."""

    def before():
        canned(project.at(project.base / "site"))
        count.value = 0
        meet(place, fault, count)

    return exit_code(start(project.report(*BESIDE, plan=plan), before=before))


def exit_code(pid):
    """Wait for a process; negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_after(pid, seconds):
    """Kill a process that many seconds from now, unless it ends before; how it ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    return exit_code(pid)


def seconds_of(project):
    """How long a run takes that builds every page of a site; the site is empty afterwards."""
    began = time.monotonic()
    assert exit_code(start(project.report())) == 0
    emptied(project.site)
    return time.monotonic() - began


def content(site):
    """Everything in a site by name, but for the history and the locks."""
    return {
        str(path.relative_to(site)): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.name != "runs.jsonl" and path.parent.name != ".locks"
    }


def leftovers(site):
    """Drafts, working folders, notes of failures."""
    hidden = [path for path in site.rglob(".*") if path.name not in (".locks", ".told.json")]
    return sorted(str(path.relative_to(site)) for path in hidden)


def running_in(folder, within=5.0):
    """Processes that work in a folder and do not end in time."""
    deadline = time.monotonic() + within
    while found := [p for p in psutil.process_iter() if _works_in(p, folder)]:
        if time.monotonic() > deadline:
            return found
        time.sleep(0.02)
    return []


def _works_in(process, folder):
    with suppress(psutil.Error, OSError):
        return process.status() != psutil.STATUS_ZOMBIE and process.cwd().startswith(str(folder))
    return False


def history(site):
    """Every line of the history."""
    lines = (site / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def emptied(site):
    """A site as before its first run."""
    shutil.rmtree(site, ignore_errors=True)
