"""Runs reports, each in a fresh process that is forked from one warm, idle server.

A report succeeded when its process left an end marker with the name of this try and the digest of
the executed notebook. Nothing else counts: papermill's metadata calls the cells of a killed run
completed.
"""

import hashlib
import json
import keyword
import re
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.runs.execution.child import UNTOLD, Job, Kernel, run_job
from analysis.runs.execution.processes import end_orphans, end_tree
from analysis.runs.execution.server import FORKS, WARM, environment, server_pid, start_process
from analysis.site.publish import Failure
from analysis.study.errors import MachineError, UsageError

if TYPE_CHECKING:  # plans import pandas; whoever starts the server first should not wait for that
    from analysis.runs.plan import Report

_SAFE_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
RETRY_AFTER_SECONDS = (1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one report ended.

    Attributes:
        report_id: which report.
        notebook: file of the executed notebook, absent where the process ended before writing it.
        failure: why it failed, with a cause such as ``ValueError: no rows``, ``killed by SIGKILL``
            or ``timed out after 600 s``; None for a success.
        left: names of the processes that the report left behind and that were ended with it.
        tries: how often it was started.
        seconds: wall time of its last process.
    """

    report_id: str
    notebook: Path
    failure: Failure | None
    left: tuple[str, ...]
    tries: int
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """What reports wait for: a function that is called once, in a child of the server.

    However it ends, the reports that wait for it go on.
    """

    name: str
    target: Callable[..., object]
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    report: "Report"
    tries: int
    not_before: float


@dataclass(frozen=True, slots=True)
class _Child:
    job: Job
    tries: int
    process: BaseProcess
    started: float

    @property
    def deadline(self) -> float:
        return self.started + self.job.report.limits.seconds


def run_reports(
    reports: "Sequence[Report]",
    working_folder: Path,
    *,
    preparations: Mapping[str, Sequence[Preparation]] | None = None,
    workers: int = 2,
    kernel: Kernel = "in-process",
    retry_after_seconds: Sequence[float] = RETRY_AFTER_SECONDS,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Execute reports in isolation, at most ``workers`` at a time.

    The first call starts the server, which lives as long as this process and keeps the code that
    it imported. A script that calls this needs the ``if __name__ == "__main__"`` guard.

    Args:
        reports: what to run, with its limits; ids name the files.
        working_folder: gets ``<report_id>.ipynb`` per report and ``<report_id>.done`` per success;
            what earlier runs left for the same ids is removed first.
        preparations: by report id, what has to end before that report starts; whatever is ready
            goes first, then the preparations of the earliest report.
        workers: processes at a time.
        kernel: ``stock`` gives each report a Jupyter kernel of its own: slower, same outputs.
        retry_after_seconds: pauses before further tries of a report that the machine failed; what
            fails by its own fault is not tried again.
        on_outcome: called in this process as each report ends.

    Returns:
        One outcome per report, in the order of ``reports``.

    Raises:
        TypeError: a parameter is not exactly str, int, float or bool.
        UsageError: an id is no safe file stem or comes twice, or a parameter is no name.
        MachineError: the server does not start.
    """
    _check(reports, workers)
    working_folder.mkdir(parents=True, exist_ok=True)
    waiting = [_Waiting(report, 1, 0.0) for report in reports]
    running: list[_Child] = []
    outcomes: dict[str, Outcome] = {}
    left = _Preparing(reports, preparations or {})
    try:
        while waiting or running:
            now = time.monotonic()
            due = [one for one in waiting if one.not_before <= now and left.is_ready(one.report)]
            for one in due[: workers - len(running) - len(left.processes)]:
                waiting.remove(one)
                running.append(_start(one, working_folder.resolve(), kernel))
            left.start(most=workers - len(running) - len(left.processes))
            free = workers - len(running) - len(left.processes)
            pauses = [one for one in waiting if left.is_ready(one.report)] if free else []
            for child in _ended(running, pauses, left):
                running.remove(child)
                outcome = _settle(child, others=[*(c.process for c in running), *left.processes])
                machine = outcome.failure is not None and outcome.failure.machine
                if machine and child.tries <= len(retry_after_seconds):
                    pause = retry_after_seconds[child.tries - 1]
                    due_again = time.monotonic() + pause
                    waiting.append(_Waiting(child.job.report, child.tries + 1, due_again))
                    continue
                outcomes[outcome.report_id] = outcome
                if on_outcome is not None:
                    on_outcome(outcome)
    finally:
        for process in left.processes:
            end_tree(process)
        for child in running:
            end_tree(child.process)
            shutil.rmtree(child.job.private, ignore_errors=True)
        end_orphans(server_pid(), but=())
    return [outcomes[report.report_id] for report in reports]


class _Preparing:
    """The preparations of reports: waiting, running, ended."""

    def __init__(
        self, reports: "Sequence[Report]", of: Mapping[str, Sequence[Preparation]]
    ) -> None:
        self._of = of
        self._waiting = [one for report in reports for one in of.get(report.report_id, ())]
        self._waiting = list(dict.fromkeys(self._waiting))
        self._running: dict[BaseProcess, Preparation] = {}
        self._ended: set[Preparation] = set()

    @property
    def processes(self) -> list[BaseProcess]:
        """Those that run."""
        return list(self._running)

    def is_ready(self, report: "Report") -> bool:
        """Whether everything has ended that a report waits for."""
        return self._ended.issuperset(self._of.get(report.report_id, ()))

    def start(self, *, most: int) -> None:
        """Start as many as there is room for."""
        for one in self._waiting[:most]:
            process = start_process(one.target, one.arguments, name=one.name)
            self._running[process] = one
        del self._waiting[:most]

    def end(self, ready: Collection[object]) -> None:
        """Note those that have ended, by their sentinels."""
        for process in [one for one in self._running if one.sentinel in ready]:
            self._ended.add(self._running.pop(process))
            process.join()
            process.close()


def _check(reports: "Sequence[Report]", workers: int) -> None:
    if workers < 1:
        raise UsageError(f"{workers} workers run nothing; give at least 1")
    seen: set[str] = set()
    for report in reports:
        if not _SAFE_STEM.fullmatch(report.report_id) or report.report_id in seen:
            raise UsageError(f"report id {report.report_id!r} is no file stem, or comes twice")
        seen.add(report.report_id)
        for name, value in report.parameters.items():
            if not name.isidentifier() or keyword.iskeyword(name):
                raise UsageError(f"report {report.report_id}: parameter {name!r} is no name")
            if type(value) not in (str, int, float, bool):  # papermill pastes others as code
                raise TypeError(
                    f"report {report.report_id}: parameter {name!r} is a {type(value).__name__}; "
                    "give a str, int, float or bool"
                )


def _start(waiting: _Waiting, working_folder: Path, kernel: Kernel) -> _Child:
    kernel = kernel if FORKS else "stock"
    preloaded = WARM if kernel == "in-process" else None
    run = secrets.token_hex(8)
    job = Job(waiting.report, working_folder, kernel, run, environment(), preloaded)
    try:
        for leftover in (job.executed, job.done):
            leftover.unlink(missing_ok=True)
        shutil.rmtree(job.private, ignore_errors=True)
        (job.private / "scratch").mkdir(parents=True)
    except OSError as error:
        raise MachineError(f"{job.private}: cannot be written: {error.strerror}") from error
    process = start_process(run_job, (job,), name=job.report.report_id)
    return _Child(job, waiting.tries, process, started=time.monotonic())


def _ended(
    running: Sequence[_Child], waiting: Iterable[_Waiting], left: _Preparing
) -> list[_Child]:
    """Wait for a process to end, its deadline, or a pause.

    What ended.
    """
    until = [child.deadline for child in running] + [one.not_before for one in waiting]
    patience = max(0.0, min(until) - time.monotonic()) if until else None
    processes = [*(child.process for child in running), *left.processes]
    ready = wait([process.sentinel for process in processes], timeout=patience)
    left.end(ready)
    now = time.monotonic()
    return [c for c in running if c.process.sentinel in ready or now >= c.deadline]


def _settle(child: _Child, *, others: Sequence[BaseProcess]) -> Outcome:
    """Kill a report's remaining processes and read what it left."""
    over_time = child.process.is_alive()
    end_tree(child.process)
    end_orphans(server_pid(), but={other.pid for other in others})
    seconds = time.monotonic() - child.started
    job, code = child.job, child.process.exitcode
    child.process.close()
    left, failure = _end_marker(job), None
    if left is None:
        failure = _why_failed(job, code, over_time=over_time)
    shutil.rmtree(job.private, ignore_errors=True)
    return Outcome(job.report.report_id, job.executed, failure, left or (), child.tries, seconds)


def _why_failed(job: Job, code: int | None, *, over_time: bool) -> Failure:
    """What a process said, or what its end says.

    SIGKILL that we did not send is how a machine without memory helps itself.
    """
    if job.failure.exists() and not over_time:
        return Failure(**json.loads(job.failure.read_text()))
    cause = f"its process ended early, with exit code {code}"
    if over_time:
        cause = f"timed out after {job.report.limits.seconds:g} s"
    elif code == -signal.SIGALRM:
        cause = f"the cell timed out after {job.report.limits.cell_seconds:g} s"
    elif code is not None and code < 0:
        cause = f"killed by {signal.Signals(-code).name}"
    elif code == UNTOLD:
        free = shutil.disk_usage(job.working_folder).free / 1e6
        cause = f"nothing could be written, not even why; {free:.1f} MB of disk are free"
    machine = code in (-signal.SIGKILL, UNTOLD) and not over_time
    return Failure(job.last_started_cell(), cause, machine)


def _end_marker(job: Job) -> tuple[str, ...] | None:
    """What the report left, if its end marker is this try's.

    Else None.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        marker = json.loads(job.done.read_text())
        digest = hashlib.sha256(job.executed.read_bytes()).hexdigest()
        if (marker["run"], marker["digest"]) == (job.run, digest):
            return tuple(marker["left"])
    return None
