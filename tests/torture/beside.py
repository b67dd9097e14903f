"""Faults of the browser that prints, and the files beside the pages made again and again."""

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from pathlib import Path

import psutil

from analysis.runs.build import HeldSite
from analysis.runs.news import Told, note_told, to_tell
from analysis.runs.printing import print_front
from analysis.site.site_index import update_index
from tests.runs import fleet, witness
from tests.runs.faults import killed
from tests.torture.figures import SEED


def printing(project, figures, trials):
    """SIGKILL of a real Chromium, or of the command above it, at a random moment."""
    shutil.rmtree(project.base / "bin")
    moments, there = random.Random(SEED + 4), project.at(project.base / "printed")
    count, own = multiprocessing.Value("i", 0), project.base / "tmp"
    own.mkdir()
    with tempfile.TemporaryDirectory(dir=project.base) as old:
        finished = project.at(shutil.copytree(project.site, Path(old) / "site"))
        (finished.site / "report-000.pdf").unlink()
        assert fleet.exit_code(fleet.start(finished.report("--pdf"))) == 0
        before = fleet.content(finished.site)
        renamed = project.at(shutil.copytree(finished.site, Path(old) / "renamed"))
        began = time.monotonic()
        assert fleet.trial(renamed, killed, 0, count) == 0
        length, after = time.monotonic() - began, fleet.content(renamed.site)
        for trial in range(trials):
            fleet.emptied(there.site)
            shutil.copytree(finished.site, there.site)
            pid = fleet.start(
                there.report(*fleet.BESIDE, plan="renamed.yml"),
                before=lambda: (
                    fleet.canned(project),
                    tempfile.__dict__.update(tempdir=str(own)),
                    os.environ.update(TMPDIR=str(own)),
                ),
            )
            code = _killed_while_printing(
                pid, there.site, moments.uniform(0, length), whole=trial % 2
            )
            figures.trials += 1
            figures.orphans += len(fleet.running_in(there.site))
            figures.look_at(there, before, after)
            figures.believe(there, after)
            figures.left += len(list(own.iterdir()))
            if not trial % 2:
                figures.wrong += code not in (0, 5) or (code == 0) != witness.is_printed(there.site)
                figures.left += len(fleet.leftovers(there.site))
            assert fleet.trial(there, killed, 0, count) == 0
            figures.compare(there.site, after)
    figures.notes.append(f"moments drawn over the {length:.1f} s of a run that was left alone")


def _killed_while_printing(pid, site, seconds, *, whole):
    """Kill the command or, once there is one, its browser; how the command ended."""
    if whole:
        return fleet.kill_after(pid, seconds)
    deadline = time.monotonic() + seconds
    while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
        browsers = fleet.running_in(site, within=0)
        if browsers and time.monotonic() > deadline:
            os.kill(os.getpgid(browsers[0].pid), signal.SIGKILL)
            return fleet.exit_code(pid)
        time.sleep(0.005)
    return os.waitstatus_to_exitcode(ended[1])


def soak_beside(project, figures, trials):
    """The files beside the pages made anew, again and again, in one process."""
    os.environ["PATH"] = f"{project.base / 'bin'}{os.pathsep}{os.environ['PATH']}"
    site, me, made = project.site, psutil.Process(), {}
    for turn in range(-50, trials):
        order = [*project.reports][:: 1 if turn % 2 else -1]
        (site / "report-000.pdf").unlink(missing_ok=True)
        update_index(site, order)
        note_told(site, to_tell(site, Told(), decide_on=["2026-01-01"]))
        print_front(HeldSite(site, site / ".working-1-of-1"))
        found = fleet.content(site)
        first = made.setdefault(turn % 2, found)
        figures.corrupt += sum(text != first.get(name) for name, text in found.items())
        figures.lost += len(first.keys() - found.keys())
        figures.left += len(fleet.leftovers(site))
        if turn < 0:
            before = me.memory_info().rss, me.num_fds()
        else:
            figures.trials += 1
    after = me.memory_info().rss, me.num_fds()
    figures.left += max(0, after[1] - before[1])
    figures.orphans += len(fleet.running_in(site))
    figures.notes.append(
        f"memory {after[0] / before[0] - 1:+.1%} from {before[0] / 1e6:.0f} MB, open files"
        f" {before[1]} -> {after[1]}"
    )
