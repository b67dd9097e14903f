"""Reports that end badly, start together, or follow each other in one process."""

import itertools
from collections import Counter

import psutil

from analysis.runs.execution import run as supervisor
from analysis.runs.execution import server
from analysis.runs.execution.limits import Limits
from analysis.runs.plan import Report
from tests.runs import fleet

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


def starts(project, figures, trials):
    """So many reports, sixteen at a time."""
    outcomes = _run(project, trials, workers=16)
    figures.trials += len(outcomes)
    figures.lost += sum(outcome.failure is not None for outcome in outcomes)
    figures.orphans += len(psutil.Process(server.server_pid()).children())


def soak(project, figures, trials):
    """So many reports in one process: memory, files and processes stay as they were."""
    _run(project, 50, workers=2)
    me, pool = psutil.Process(), psutil.Process(server.server_pid())
    before = [(one.memory_info().rss, one.num_fds()) for one in (me, pool)]
    for _ in range(trials // 100):
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


def wrong_success(project, figures, trials):
    """Every way to end badly, again and again; none may pass for a success."""
    roomy, short = Limits(memory_mb=400), Limits(seconds=8, cell_seconds=5, memory_mb=400)
    for name, source in WRONG_SUCCESS.items():
        fleet.write_notebook(project.base, name.replace(" ", "-"), source, source, "'end'")
    each = range(trials // len(WRONG_SUCCESS))
    reports = [
        Report(
            f"w{number}-{trial}",
            project.base / "notebooks" / f"{name.replace(' ', '-')}.ipynb",
            {},
            limits=short if "hang" in name or "too long" in name else roomy,
        )
        for (number, name), trial in itertools.product(enumerate(WRONG_SUCCESS), each)
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
