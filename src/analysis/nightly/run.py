"""Runs reports, each in a fresh process that is forked from one warm, idle server.

A report succeeded when its process left an end marker with the digest of the executed notebook.
Nothing else counts: papermill's metadata calls the cells of a killed run completed.
"""

import hashlib
import json
import keyword
import multiprocessing
import os
import re
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

import analysis
from analysis.errors import MachineError, UsageError
from analysis.nightly.child import Job, Kernel, run_job

if TYPE_CHECKING:  # plans import pandas; whoever starts the server first should not wait for that
    from analysis.nightly.plan import Report

_WARM = "analysis.nightly.warm"
_FIXED_ENVIRONMENT = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONSAFEPATH": "1",  # the server must not import what lies in the current folder
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JUPYTER_PATH": "",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or every kernel complains of frozen modules
}
_SAFE_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one report ended.

    Attributes:
        report_id: which report.
        notebook: the executed notebook, also of a report that failed at a cell; None where the
            process ended before it could write one.
        failed_cell: position in the template, from 0, of the cell that failed or was running;
            None where there was none.
        cause: one line, such as ``ValueError: no rows``, ``killed by SIGKILL`` or
            ``timed out after 600 s``; None for a success.
        seconds: wall time of its process.
    """

    report_id: str
    notebook: Path | None
    failed_cell: int | None
    cause: str | None
    seconds: float

    @property
    def succeeded(self) -> bool:
        """Whether every cell ran and the end marker says so."""
        return self.cause is None


@dataclass(frozen=True, slots=True)
class _Child:
    job: Job
    process: BaseProcess
    started: float
    deadline: float


def run_reports(
    reports: "Sequence[Report]",
    working_folder: Path,
    *,
    workers: int = 2,
    kernel: Kernel = "in-process",
    timeout_seconds: float = 600,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Execute reports, each isolated from the others, at most ``workers`` at a time.

    The first call starts the server, which lives as long as this process and keeps the code that
    it imported. A script that calls this needs the ``if __name__ == "__main__"`` guard.

    Args:
        reports: what to run; ids name the files.
        working_folder: gets ``<report_id>.ipynb`` per report and ``<report_id>.done`` per success;
            what earlier runs left for the same ids is removed first.
        workers: processes at a time.
        kernel: ``stock`` gives each report a Jupyter kernel of its own: slower, same outputs.
        timeout_seconds: limit for a whole report, after which its processes are killed.
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
    context = _context()
    jobs = deque(_job(report, working_folder.resolve(), kernel) for report in reports)
    running: list[_Child] = []
    outcomes: dict[str, Outcome] = {}
    try:
        while jobs or running:
            while jobs and len(running) < workers:
                running.append(_start(jobs.popleft(), context, timeout_seconds))
            for child in _ended(running):
                outcome = outcomes[child.job.report_id] = _settle(child, timeout_seconds)
                running.remove(child)
                child.process.close()
                if on_outcome is not None:
                    on_outcome(outcome)
    finally:
        for child in running:
            _kill(child.process)
            shutil.rmtree(child.job.private, ignore_errors=True)
    return [outcomes[report.report_id] for report in reports]


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


def start_server() -> None:
    """Have the server start importing, if it does not run yet; return at once.

    Calling this first hides the server's imports behind those of the caller.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        _context().set_forkserver_preload([_WARM])
        with _as_own_environment(_environment()):
            forkserver.ensure_running()


def _context() -> ForkServerContext | SpawnContext:
    if "forkserver" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


def _job(report: "Report", working_folder: Path, kernel: Kernel) -> Job:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        kernel = "stock"
    return Job(
        report_id=report.report_id,
        notebook=report.notebook,
        parameters=dict(report.parameters),
        working_folder=working_folder,
        kernel=kernel,
        environment=_environment(),
        preloaded=_WARM if kernel == "in-process" else None,
    )


def _environment() -> dict[str, str]:
    """The caller's environment with everything fixed that changes what a notebook shows."""
    source = str(Path(analysis.__path__[0]).parent)
    paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = {**os.environ, **_FIXED_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)}
    environment.pop("MPLBACKEND", None)  # figures go into the notebook
    return environment


@contextmanager
def _as_own_environment(environment: Mapping[str, str]) -> Iterator[None]:
    """Have a process started with an environment; multiprocessing offers no other way."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(environment)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _start(job: Job, context: ForkServerContext | SpawnContext, timeout_seconds: float) -> _Child:
    for leftover in (job.executed, job.done):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(job.private, ignore_errors=True)
    (job.private / "scratch").mkdir(parents=True)
    process = context.Process(target=run_job, args=(job,), name=job.report_id)
    try:
        start_server()
        process.start()  # the first time this waits until the server has imported everything
    except (EOFError, ConnectionError) as error:
        raise MachineError(
            f"the report server ended while importing; run python -c 'import {_WARM}' to see why"
        ) from error
    now = time.monotonic()
    return _Child(job, process, started=now, deadline=now + timeout_seconds)


def _ended(running: Sequence[_Child]) -> list[_Child]:
    """Wait for a process to end or to reach its deadline; those that did."""
    patience = max(0.0, min(child.deadline for child in running) - time.monotonic())
    ready = wait([child.process.sentinel for child in running], timeout=patience)
    now = time.monotonic()
    return [c for c in running if c.process.sentinel in ready or now >= c.deadline]


def _settle(child: _Child, timeout_seconds: float) -> Outcome:
    """Kill what is left of a report's processes and read what it left."""
    timed_out = child.process.is_alive()
    _kill(child.process)
    seconds = time.monotonic() - child.started
    job, code = child.job, child.process.exitcode
    failed_cell, cause = job.last_started_cell(), None
    if _has_end_marker(job):
        failed_cell = None
    elif timed_out:
        cause = f"timed out after {timeout_seconds:g} s"
    elif job.failure.exists():
        note = json.loads(job.failure.read_text())
        failed_cell, cause = note["cell"], note["cause"]
    elif code is not None and code < 0:
        cause = f"killed by {signal.Signals(-code).name}"
    else:
        cause = f"its process ended early, with exit code {code}"
    shutil.rmtree(job.private, ignore_errors=True)
    notebook = job.executed if job.executed.exists() else None
    return Outcome(job.report_id, notebook, failed_cell, cause, seconds)


def _has_end_marker(job: Job) -> bool:
    with suppress(OSError, ValueError, KeyError):
        digest = hashlib.sha256(job.executed.read_bytes()).hexdigest()
        return bool(json.loads(job.done.read_text())["digest"] == digest)
    return False


def _kill(process: BaseProcess) -> None:
    """End a report's process, its group and its descendants, and wait for it."""
    descendants = []
    if process.is_alive():
        with suppress(psutil.NoSuchProcess):
            descendants = psutil.Process(process.pid).children(recursive=True)
    if process.pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for descendant in descendants:
        with suppress(psutil.NoSuchProcess):
            descendant.kill()
    process.join()
