"""The long proof of the nightly fleet: `make torture` writes docs/reliability.md."""

import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from errno import EIO, ENOSPC
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from analysis.runs.execution import run as supervisor  # noqa: E402
from analysis.runs.execution import server  # noqa: E402
from analysis.runs.execution.limits import Limits  # noqa: E402
from analysis.runs.plan import Report  # noqa: E402
from tests.runs import fleet  # noqa: E402
from tests.runs.faults import failing, killed  # noqa: E402

SEED = 20261122
LOG, PAGE = (PROJECT / "docs" / f"reliability.{kind}" for kind in ("json", "md"))
KILLS, WHOLE_KILLS, FAILPOINTS, RACES, STARTS, SOAK, WRONG = 200, 20, 200, 100, 1000, 1000, 10

WRONG_SUCCESS = {
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "segmentation fault": "import ctypes; ctypes.string_at(0)",
    "os._exit(0)": "import os; os._exit(0)",
    "memory": "data = bytes(600_000_000)",
    "hang": "import time; time.sleep(300)",
    "hang in C": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "hang that catches everything": (
        "import time\nwhile True:\n    try: time.sleep(300)\n    except BaseException: pass"
    ),
    "too long in all": "import time; time.sleep(4.5)",
    "sys.exit(0)": "import sys; sys.exit(0)",
    "quit()": "quit()",
    "an exception": "raise ValueError('no rows')",
}


@dataclass
class Figures:
    """What a part did, and what it must not have seen."""

    trials: int = 0
    seconds: float = 0
    lost: int = 0
    duplicated: int = 0
    corrupt: int = 0
    orphans: int = 0
    left: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many things happened that must not."""
        found = (self.lost, self.duplicated, self.corrupt, self.orphans, self.left, self.wrong)
        return sum(found)

    def look_at(self, site: Path, *allowed: dict[str, bytes]) -> None:
        """Every page that stands is one that a run may have published."""
        for name, text in fleet.content(site).items():
            if name.startswith("report-") and all(text != one.get(name) for one in allowed):
                self.corrupt += 1

    def compare(self, site: Path, expected: dict[str, bytes]) -> None:
        """The site is finished: all of it, nothing else."""
        found = fleet.content(site)
        self.lost += len(expected.keys() - found.keys())
        self.corrupt += sum(found[name] != expected[name] for name in expected.keys() & found)
        self.left += len(fleet.leftovers(site)) + len(found.keys() - expected.keys())


def kills(project, figures):
    """SIGKILL at random moments of a run of 60 reports, until there were so many."""
    moments, expected = random.Random(SEED), fleet.content(project.site)
    there = project.at(project.base / "killed")
    rounds, length = 0, fleet.seconds_of(there)
    while figures.trials < KILLS:
        fleet.warm_up(project)  # a kill can fall into a request to the server and end it
        code = fleet.kill_after(fleet.start(there.report()), moments.uniform(0, length))
        assert code in (0, -signal.SIGKILL), code
        figures.trials += code != 0
        figures.orphans += len(fleet.running_in(there.site))
        figures.look_at(there.site, expected)
        if code == 0:
            rounds += 1
            figures.compare(there.site, expected)
            fleet.emptied(there.site)
    fleet.warm_up(project)
    said = project.base / "log"
    assert fleet.exit_code(fleet.start(there.report(), said)) == 0, said.read_text()
    figures.compare(there.site, expected)
    figures.notes.append(
        f"moments drawn over the {length:.1f} s of a run that was left alone; {rounds + 1} plans of"
        f" 60 reports finished, the last by the run after all kills"
    )


def whole_kills(project, figures):
    """The same for the command with a server of its own, some with a daemon that hides."""
    moments, expected = random.Random(SEED + 1), fleet.content(project.site)
    there = project.at(project.base / "killed-whole")
    code = (
        "import sys; from pathlib import Path; from analysis.cli.main import main\n"
        "import analysis.evidence.view, analysis.runs.build; from analysis.study import project\n"
        "project.PROJECT = Path(sys.argv.pop(1))\n"
        "if __name__ == '__main__': sys.exit(main())"
    )
    command = [sys.executable, "-c", code, str(project.base), *there.report()]
    sockets = project.base / "sockets"
    sockets.mkdir()
    own = {**os.environ, "TMPDIR": str(sockets)}
    while figures.trials < WHOLE_KILLS:
        ran = subprocess.Popen(command, env=own, stderr=subprocess.DEVNULL)
        try:
            ran.wait(moments.uniform(3, 25))
        except subprocess.TimeoutExpired:
            below = psutil.Process(ran.pid).children(recursive=True)
            ran.kill()
            ran.wait()
            figures.trials += 1
            _, alive = psutil.wait_procs(below, timeout=5)
            figures.orphans += len(alive) + len(fleet.running_in(there.site))
        figures.look_at(there.site, expected)
        if ran.returncode == 0:
            figures.compare(there.site, expected)
            fleet.emptied(there.site)
    assert subprocess.run(command, env=own, capture_output=True, check=False).returncode == 0
    figures.compare(there.site, expected)
    figures.left += len(list(sockets.iterdir()))


def failpoints_with(fault, places):
    """The part that meets a fault at each of these places."""
    return lambda project, figures: failpoints(project, figures, fault, places)


def failpoints(project, figures, fault, places):
    """A fault at chosen disk calls of the publish path, then a run without one."""
    there = project.at(project.base / "faults")
    finished = fleet.content(project.site)
    fleet.emptied(there.site)
    shutil.copytree(project.site, there.site)
    count = multiprocessing.Value("i", 0)
    assert fleet.trial(there, fault, 0, count) == 0
    renamed, calls = fleet.content(there.site), count.value
    for place in places(calls):
        fleet.emptied(there.site)
        shutil.copytree(project.site, there.site)
        code = fleet.trial(there, fault, place, count)
        figures.trials += 1
        figures.wrong += code == 0 and fleet.content(there.site) != renamed
        figures.look_at(there.site, finished, renamed)
        if code or fleet.leftovers(there.site):
            assert fleet.trial(there, fault, 0, count) == 0
        figures.compare(there.site, renamed)
    figures.notes.append(f"{calls} disk calls in a run that renews two pages")


def races(project, figures):
    """Two schedulers start on one site at once: one runs, one refuses with code 4."""
    expected = fleet.content(project.site)
    there = project.at(project.base / "raced")
    refused = 0
    for _ in range(RACES):
        fleet.emptied(there.site)
        pids = [fleet.start(there.report(), before=lambda: fleet.canned(project)) for _ in range(2)]
        codes = sorted(fleet.exit_code(pid) for pid in pids)
        figures.trials += 1
        figures.wrong += codes not in ([0, 4], [0, 0])
        refused += codes == [0, 4]
        published = sum(line["published"] for line in fleet.history(there.site))
        figures.duplicated += max(0, published - len(project.reports))
        figures.compare(there.site, expected)
    figures.notes.append(f"{refused} refused; otherwise one had ended before the other began")


def starts(project, figures):
    """So many reports, sixteen at a time."""
    outcomes = _run(project, STARTS, workers=16)
    figures.trials += len(outcomes)
    figures.lost += sum(outcome.failure is not None for outcome in outcomes)
    figures.orphans += len(psutil.Process(server.server_pid()).children())


def soak(project, figures):
    """So many reports in one process: memory, files and processes stay as they were."""
    _run(project, 50, workers=2)
    me, pool = psutil.Process(), psutil.Process(server.server_pid())
    before = [(one.memory_info().rss, one.num_fds()) for one in (me, pool)]
    for _ in range(SOAK // 100):
        outcomes = _run(project, 100, workers=2)
        figures.trials += len(outcomes)
        figures.lost += sum(outcome.failure is not None for outcome in outcomes)
    after = [(one.memory_info().rss, one.num_fds()) for one in (me, pool)]
    figures.orphans += len(pool.children())
    for name, (rss, files), (rss_after, files_after) in zip(
        ("supervisor", "server"), before, after, strict=True
    ):
        growth = rss_after / rss - 1
        figures.notes.append(
            f"{name}: memory {growth:+.1%} from {rss / 1e6:.0f} MB, open files {files} ->"
            f" {files_after}"
        )


def _run(project, reports, *, workers):
    template = project.base / "notebooks" / "plain.ipynb"
    parameters = {"dataset": "none"}
    chosen = [Report(f"r{number}", template, parameters) for number in range(reports)]
    return supervisor.run_reports(chosen, project.base / "started", workers=workers)


def wrong_success(project, figures):
    """Every way to end badly, again and again; none may pass for a success."""
    roomy, short = Limits(memory_mb=400), Limits(seconds=8, cell_seconds=5, memory_mb=400)
    for name, source in WRONG_SUCCESS.items():
        fleet.write_notebook(project.base, name.replace(" ", "-"), source, source, "'end'")
    reports = [
        Report(
            f"w{number}-{trial}",
            project.base / "notebooks" / f"{name.replace(' ', '-')}.ipynb",
            {},
            limits=short if "hang" in name or "too long" in name else roomy,
        )
        for (number, name), trial in itertools.product(enumerate(WRONG_SUCCESS), range(WRONG))
    ]
    outcomes = supervisor.run_reports(
        reports, project.base / "wrong", workers=4, retry_after_seconds=[]
    )
    figures.trials += len(outcomes)
    figures.wrong += sum(outcome.failure is None for outcome in outcomes)
    causes = Counter(
        (outcome.failure.cause if outcome.failure else "none").split(":")[0] for outcome in outcomes
    )
    figures.notes.append("; ".join(f"{cause} ({n})" for cause, n in sorted(causes.items())))


def at_random(calls):
    """Places of failpoints, seeded, each call at least once if there are not more."""
    chosen = random.Random(SEED + 2)
    each = list(range(1, calls + 1))[:FAILPOINTS]
    return each + [chosen.randint(1, calls) for _ in range(FAILPOINTS - len(each))]


def all_places(calls):
    """Every disk call once."""
    return range(1, calls + 1)


@dataclass(frozen=True)
class Part:
    """A part of the proof: its line on the page, the size of its project, what it does."""

    what: str
    reports: int
    run: Callable[[fleet.Project, Figures], None]


PARTS = {
    "wrong-success": Part("Faults 1 to 10, ten times each", 12, wrong_success),
    "failpoints": Part(
        "SIGKILL at the disk calls of the publish path", 12, failpoints_with(killed, at_random)
    ),
    "disk-full": Part(
        "Disk full at the k-th disk call, all k", 12, failpoints_with(failing(ENOSPC), all_places)
    ),
    "io-error": Part(
        "Input/output error at the k-th disk call, all k",
        12,
        failpoints_with(failing(EIO), all_places),
    ),
    "races": Part("Two schedulers on one site at once", 12, races),
    "kills": Part("SIGKILL of the supervisor at random moments", 60, kills),
    "whole-kills": Part("SIGKILL of the whole command with its server", 60, whole_kills),
    "starts": Part("Report starts, 16 in parallel", 12, starts),
    "soak": Part("Soak: reports under one supervisor", 12, soak),
}


def main(names: Sequence[str]) -> None:
    """Run parts, all if none is named, and renew the log and the page that is a fold of it."""
    log = json.loads(LOG.read_text(encoding="utf-8")) if names and LOG.exists() else {}
    for name in names or PARTS:
        log[name] = asdict(_measured(PARTS[name]))
        LOG.write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
        print(name, log[name], flush=True)
    found = {name: Figures(**log[name]) for name in PARTS if name in log}
    PAGE.write_text(_page(found), encoding="utf-8")
    sys.exit(any(figures.bad for figures in found.values()))


def _measured(part):
    """The figures of one part, on a project of its own."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        project = fleet.small_project(Path(scratch) / "project", reports=part.reports)
        fleet.warm_up(project)
        said = project.base / "log"
        assert fleet.exit_code(fleet.start(project.report(), said)) == 0, said.read_text()
        figures = Figures()
        part.run(project, figures)
    figures.seconds = round(time.monotonic() - began)
    return figures


def _page(found):
    head = (
        f"# Reliability\n\nMade by `make torture` (seed {SEED}, {os.cpu_count()} cores beside other"
        " work); `docs/reliability.json` is its log. Each line must be zeros from *lost* on."
        " *Lost*: reports or files of the finished site that are not there, or starts that failed."
        " *Duplicated*: reports published twice. *Corrupt*: pages, at any moment, that are neither"
        " the earlier nor the new one, and files of the finished site, all but `runs.jsonl`, that"
        " differ from those of a run that was left alone. *Orphans*: processes that run five"
        " seconds later. *Left*: drafts, working folders, sockets. *Wrong*: faults shown as"
        " success.\n\n"
        "| what | trials | lost | duplicated | corrupt | orphans | left | wrong | minutes |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    rows = [
        f"| {PARTS[name].what} | {f.trials:,} | {f.lost} | {f.duplicated} | {f.corrupt} |"
        f" {f.orphans} | {f.left} | {f.wrong} | {f.seconds / 60:.1f} |"
        for name, f in found.items()
    ]
    notes = [f"- {PARTS[name].what}: {note}." for name, f in found.items() for note in f.notes]
    return head + "\n".join(rows) + "\n\n" + "\n".join(notes) + "\n\n" + _READING


_READING = """\
How the parts are made:

- Runs are the command line itself on a small project: 60 reports for the random kills, 12 for the
  rest. *SIGKILL of the supervisor* forks it from a warm process whose server the runs share, so
  that kills fall into execution and publication rather than into imports; *SIGKILL of the whole
  command* starts it from nothing, with a server of its own, and looks for everything below it.
- The parts about disk calls and schedulers replay executed notebooks, because only what follows on
  the execution is in question. Disk calls are those by which files change: open for writing, write,
  fsync, rename, unlink, making and removing folders. A kill or an error at a write leaves half of
  it.
- After each fault in the publish path the same run follows without one, and the site must then
  equal, byte for byte, that of a run that met none.
- Not tried: power loss (the tests hold a model of it), a real memory killer (SIGKILL stands for it)
  and network file systems.
"""


if __name__ == "__main__":
    main(sys.argv[1:])
