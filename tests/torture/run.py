"""The long proof of the nightly fleet: `make torture` writes docs/reliability.md."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from errno import EIO, ENOSPC
from multiprocessing import get_context
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.runs import fleet  # noqa: E402
from tests.runs.faults import failing, killed  # noqa: E402
from tests.torture import beside, nightly, reports  # noqa: E402
from tests.torture.figures import SEED, Figures  # noqa: E402

LOG, PAGE = (PROJECT / "docs" / f"reliability.{kind}" for kind in ("json", "md"))
PAST_THEIR_DAY = "1900000000"  # in 2030; the data of the small project hold to 2027-04-06


@dataclass(frozen=True)
class Part:
    """A part of the proof: its line on the page, the size of its project, what it does.

    Attributes:
        trials: how many, where the command line names no other number; None for every disk call.
    """

    what: str
    reports: int
    trials: int | None
    run: Callable[[fleet.Project, Figures, int | None], None]


PARTS = {
    "wrong-success": Part("Faults 1 to 10, as often each", 12, 110, reports.wrong_success),
    "failpoints": Part(
        "SIGKILL at the disk calls of the publish path", 12, 200, nightly.failpoints_with(killed)
    ),
    "expiry": Part(
        "SIGKILL at disk calls of a run that puts all pages past their day",
        12,
        60,
        nightly.failpoints_with(killed, on=PAST_THEIR_DAY),
    ),
    "disk-full": Part(
        "Disk full at the k-th disk call", 12, None, nightly.failpoints_with(failing(ENOSPC))
    ),
    "io-error": Part(
        "Input/output error at the k-th disk call", 12, None, nightly.failpoints_with(failing(EIO))
    ),
    "races": Part("Two schedulers on one site at once", 12, 100, nightly.races),
    "shards": Part("Three shards beside each other, one killed", 12, 30, nightly.shards),
    "kills": Part("SIGKILL of the supervisor at random moments", 60, 200, nightly.kills),
    "whole-kills": Part(
        "SIGKILL of the whole command with its server", 60, 20, nightly.whole_kills
    ),
    "printing": Part("SIGKILL of Chromium or of the command above it", 12, 30, beside.printing),
    "starts": Part("Report starts, 16 in parallel", 12, 1000, reports.starts),
    "soak": Part("Soak: reports under one supervisor", 12, 1000, reports.soak),
    "soak-beside": Part("Soak: the files beside the pages made anew", 12, 300, beside.soak_beside),
}


def main(names: Sequence[str]) -> None:
    """Run parts, all if none is named, and renew the log and the page that is a fold of it.

    Two at a time, each in a process and on a project of its own.

    Args:
        names: like ``kills``, or ``kills=50`` for another number of trials.
    """
    log = json.loads(LOG.read_text(encoding="utf-8")) if names and LOG.exists() else {}
    asked = {name: trials for name, _, trials in (one.partition("=") for one in names or PARTS)}
    fresh = {"mp_context": get_context("spawn"), "max_tasks_per_child": 1}
    with ProcessPoolExecutor(2, **fresh) as pool:
        begun = {pool.submit(_measured, name, trials): name for name, trials in asked.items()}
        for ended in as_completed(begun):
            name = begun[ended]
            log[name] = asdict(ended.result())
            print(name, log[name], flush=True)
            found = {name: Figures(**log[name]) for name in PARTS if name in log}
            ordered = {name: asdict(figures) for name, figures in found.items()}
            LOG.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
            PAGE.write_text(_page(found), encoding="utf-8")
    sys.exit(any(figures.bad for figures in found.values()))


def _measured(name, asked):
    """The figures of one part, on a project of its own."""
    part = PARTS[name]
    trials = int(asked) if asked else part.trials
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        project = fleet.small_project(Path(scratch) / "project", reports=part.reports)
        fleet.warm_up(project)
        said = project.base / "log"
        command = project.report(*fleet.BESIDE)
        assert fleet.exit_code(fleet.start(command, said)) == 0, said.read_text()
        figures = Figures()
        part.run(project, figures, trials)
    figures.seconds = round(time.monotonic() - began)
    return figures


def _page(found):
    head = (
        f"# Reliability\n\nMade by `make torture` (seed {SEED}, {os.cpu_count()} cores, two parts"
        " at a time); `docs/reliability.json` is its log. Each line must be zeros from *lost* on."
        " *Lost*: reports or files of the finished site that are not there, or starts that failed."
        " *Duplicated*: reports published twice. *Corrupt*: pages, records, notebooks and exports,"
        " at any moment, that are neither the earlier nor the new ones nor those of the pages that"
        " stand; files of the finished site, all but `runs.jsonl`, that differ from those of a run"
        " that was left alone; numbers of summary or workbook that are not those of `results.csv`."
        " *Orphans*: processes that run five seconds later. *Left*: drafts, working folders,"
        " sockets, a browser's files. *Wrong*: faults shown as success, or half a site that"
        " `verify` calls good.\n\n"
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
- After each fault in the publish path `verify` is asked, then the same run follows without one, and
  the site must then equal, byte for byte, that of a run that met none.
- Every run is asked for `--news` and `--pdf` too. The run that meets faults renews pages, a record
  without a page, the matrix and the PDF, turns a page into a record and a record into a page; in
  one part it also puts all of them past their day. A program that copies the page stands in for
  Chromium, but in the part about Chromium.
- Not tried: power loss (the tests hold a model of it), a real memory killer (SIGKILL stands for it)
  and network file systems.
- What else was tried against the product, and what held: [attacks.md](attacks.md).
"""


if __name__ == "__main__":
    main(sys.argv[1:])
