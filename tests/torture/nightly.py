"""Kills, faults and races of the command line on one site."""

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys

import psutil

from tests.runs import fleet
from tests.torture.figures import SEED


def kills(project, figures, trials):
    """SIGKILL at random moments of a run of 60 reports, until there were so many."""
    moments, expected = random.Random(SEED), fleet.content(project.site)
    there = project.at(project.base / "killed")
    rounds, length, report = 0, fleet.seconds_of(there), there.report(*fleet.BESIDE)
    while figures.trials < trials:
        fleet.warm_up(project)  # a kill can fall into a request to the server and end it
        code = fleet.kill_after(fleet.start(report), moments.uniform(0, length))
        assert code in (0, -signal.SIGKILL), code
        figures.trials += code != 0
        figures.orphans += len(fleet.running_in(there.site))
        figures.look_at(there, expected)
        if code == 0:
            rounds += 1
            figures.compare(there.site, expected)
            fleet.emptied(there.site)
    fleet.warm_up(project)
    said = project.base / "log"
    assert fleet.exit_code(fleet.start(report, said)) == 0, said.read_text()
    figures.compare(there.site, expected)
    figures.notes.append(
        f"moments drawn over the {length:.1f} s of a run that was left alone; {rounds + 1} plans of"
        f" 60 reports finished, the last by the run after all kills"
    )


def whole_kills(project, figures, trials):
    """The same for the command with a server of its own, some with a daemon that hides."""
    moments, expected = random.Random(SEED + 1), fleet.content(project.site)
    there = project.at(project.base / "killed-whole")
    code = (
        "import sys; from pathlib import Path; from analysis.cli.main import main\n"
        "import analysis.evidence.view, analysis.runs.build; from analysis.study import project\n"
        "project.PROJECT = Path(sys.argv.pop(1))\n"
        "if __name__ == '__main__': sys.exit(main())"
    )
    command = [sys.executable, "-c", code, str(project.base), *there.report(*fleet.BESIDE)]
    sockets = project.base / "sockets"
    sockets.mkdir()
    path = f"{project.base / 'bin'}{os.pathsep}{os.environ['PATH']}"
    own = {**os.environ, "TMPDIR": str(sockets), "PATH": path}
    while figures.trials < trials:
        ran = subprocess.Popen(
            command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            ran.wait(moments.uniform(3, 25))
        except subprocess.TimeoutExpired:
            below = psutil.Process(ran.pid).children(recursive=True)
            ran.kill()
            ran.wait()
            figures.trials += 1
            _, alive = psutil.wait_procs(below, timeout=5)
            figures.orphans += len(alive) + len(fleet.running_in(there.site))
        figures.look_at(there, expected)
        if ran.returncode == 0:
            figures.compare(there.site, expected)
            fleet.emptied(there.site)
    assert subprocess.run(command, env=own, capture_output=True, check=False).returncode == 0
    figures.compare(there.site, expected)
    figures.left += len(list(sockets.iterdir()))


def failpoints_with(fault, *, on=None):
    """The part that meets a fault at disk calls, on a day that may be a later one."""

    def part(project, figures, trials):
        if on is not None:
            os.environ["SOURCE_DATE_EPOCH"] = on
        try:
            _failpoints(project, figures, trials, fault)
        finally:
            os.environ.pop("SOURCE_DATE_EPOCH", None)

    return part


def _failpoints(project, figures, trials, fault):
    """A fault at chosen disk calls of the publish path, then a run without one."""
    there = project.at(project.base / "faults")
    finished = fleet.content(project.site)
    fleet.emptied(there.site)
    shutil.copytree(project.site, there.site)
    count = multiprocessing.Value("i", 0)
    assert fleet.trial(there, fault, 0, count) == 0
    renamed, calls = fleet.content(there.site), count.value
    changed = sum(renamed.get(name) != finished.get(name) for name in renamed.keys() | finished)
    for place in _places(calls, trials):
        fleet.emptied(there.site)
        shutil.copytree(project.site, there.site)
        code = fleet.trial(there, fault, place, count)
        figures.trials += 1
        figures.wrong += code == 0 and fleet.content(there.site) != renamed
        figures.look_at(there, finished, renamed)
        figures.believe(there, renamed)
        if code or fleet.leftovers(there.site):
            assert fleet.trial(there, fault, 0, count) == 0
        figures.compare(there.site, renamed)
    figures.notes.append(f"{calls} disk calls in a run that changes {changed} files")


def races(project, figures, trials):
    """Two schedulers start on one site at once: one runs, one refuses with code 4."""
    expected = fleet.content(project.site)
    there = project.at(project.base / "raced")
    refused = 0
    for _ in range(trials):
        fleet.emptied(there.site)
        pids = [
            fleet.start(there.report(*fleet.BESIDE), before=lambda: fleet.canned(project))
            for _ in range(2)
        ]
        codes = sorted(fleet.exit_code(pid) for pid in pids)
        figures.trials += 1
        figures.wrong += codes not in ([0, 4], [0, 0])
        refused += codes == [0, 4]
        published = sum(line["published"] for line in fleet.history(there.site))
        figures.duplicated += max(0, published - len(project.reports))
        figures.compare(there.site, expected)
    figures.notes.append(f"{refused} refused; otherwise one had ended before the other began")


def shards(project, figures, trials):
    """Three shards beside each other, one of them killed, then the same three without a kill."""
    moments, expected = random.Random(SEED + 3), fleet.content(project.site)
    there = project.at(project.base / "sharded")

    def begin(number):
        command = there.report(*fleet.BESIDE, "--shard", f"{number}/3")
        return fleet.start(command, before=lambda: fleet.canned(project))

    for trial in range(trials):
        fleet.emptied(there.site)
        first = [begin(number) for number in (1, 2, 3)]
        killed_one = first.pop(trial % 3)
        codes = [fleet.kill_after(killed_one, moments.uniform(0, 1)), *map(fleet.exit_code, first)]
        figures.trials += 1
        figures.wrong += any(codes[1:])
        figures.look_at(there, expected, unseen=there.reports[trial % 3 :: 3])
        again = [begin(number) for number in (1, 2, 3)]
        figures.wrong += any([*map(fleet.exit_code, again)])
        figures.compare(there.site, expected)


def _places(calls, trials):
    """Disk calls from the first to the last: each once, more of them at random, or so many."""
    each = list(range(1, calls + 1))
    if trials is None:
        return each
    drawn = random.Random(SEED + 2)
    if trials < calls:
        return sorted(drawn.sample(each, trials))
    return each + drawn.choices(each, k=trials - calls)
