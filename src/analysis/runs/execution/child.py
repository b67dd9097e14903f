"""One report in its own process: settle in, execute, leave the notebook and then the end marker."""

import hashlib
import json
import os
import re
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

from analysis.runs.execution.limits import OutputMeter, confine, start_clock
from analysis.runs.execution.processes import adopt_orphans, die_with_parent, end_descendants
from analysis.site.publish import Failure
from analysis.store.disk import write_whole
from analysis.study.errors import OF_THE_MACHINE, MachineError

if TYPE_CHECKING:  # slow to import; unpickling a job imports it
    from analysis.runs.plan import Report

UNTOLD = os.EX_IOERR  # exit code of a report that could not note why it failed
Kernel = Literal["in-process", "stock"]


@dataclass(frozen=True, slots=True)
class Job:
    """All that a report's process needs to know.

    It travels through a pipe.

    Attributes:
        run: names this try; the end marker repeats it.
        preloaded: module that the server must have imported before the fork.
        environment: the whole environment, apart from what is private to the process.
    """

    report: "Report"
    working_folder: Path
    kernel: Kernel
    run: str
    environment: Mapping[str, str]
    preloaded: str | None

    @property
    def executed(self) -> Path:
        """Where the executed notebook goes."""
        return self.working_folder / f"{self.report.report_id}.ipynb"

    @property
    def done(self) -> Path:
        """The end marker: this try and the notebook's digest."""
        return self.working_folder / f"{self.report.report_id}.done"

    @property
    def private(self) -> Path:
        """A folder for this process alone.

        It goes when the process does.
        """
        return self.working_folder / f".{self.report.report_id}"

    @property
    def progress(self) -> Path:
        """Holds the position of the running cell."""
        return self.private / "cell"

    @property
    def failure(self) -> Path:
        """Why there is no end marker, as JSON."""
        return self.private / "failure.json"

    def last_started_cell(self) -> int | None:
        """Position in the template of the cell that ran last.

        None before the first one.
        """
        with suppress(OSError, ValueError):
            return int(self.progress.read_text())
        return None


def run_job(job: Job) -> None:
    """Execute a report and end this process.

    Nothing of it runs on after the end marker. Where not even a failure can be noted, as on a full
    disk, the exit code says so.
    """
    code = UNTOLD
    try:
        try:
            _settle_in(job)
            _execute(job)
        except BaseException as error:  # noqa: BLE001 - whatever it was, it is the outcome
            _note_failure(job, job.last_started_cell(), f"{type(error).__name__}: {error}")
        code = 0
    finally:
        os._exit(code)


def _settle_in(job: Job) -> None:
    """Own session, bound to the parent's life.

    Own folder; fixed environment; limits; quiet.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the server's is its own
    die_with_parent()
    adopt_orphans()
    scratch = job.private / "scratch"
    os.environ.clear()
    os.environ.update(job.environment)
    os.environ["TMPDIR"] = str(scratch)
    os.environ["IPYTHONDIR"] = os.environ["JUPYTER_DATA_DIR"] = str(job.private / "config")
    os.chdir(scratch)
    with (job.private / "output").open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    _check_server(job.preloaded)
    confine(job.report.limits)


def _check_server(preloaded: str | None) -> None:
    """Fail where the server is cold or another's.

    The server says nothing of an import that failed.
    """
    if preloaded is None:
        return
    absent = preloaded not in sys.modules
    import_module(preloaded)  # raises what the server swallowed
    if absent or sys.flags.hash_randomization:
        raise MachineError("another forkserver than ours runs in this process already")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # or every report draws the server's numbers


def _execute(job: Job) -> None:
    import nbformat

    from analysis.runs.execution.execute import (
        execute,
        first_failure,
        read_template,
        without_clock,
    )
    from analysis.runs.redaction import redacted

    template = read_template(job.report.notebook)
    notebook = execute(
        template,
        job.report.parameters,
        kernel=job.kernel,
        kept=job.private / "executed.ipynb",
        on_cell=lambda place: _begin_cell(job, place),
        meter=OutputMeter(job.report.limits.output_mb, lambda: _give_up(job)),
    )
    start_clock(0)
    left = end_descendants()
    failure = first_failure(notebook, template)
    text = nbformat.writes(without_clock(notebook))
    site = job.working_folder.parent
    content = redacted(text, job.environment, site=site, names=failure is not None).encode()
    write_whole(job.executed, content)
    if failure:
        _note_failure(job, *failure)
    else:
        digest = hashlib.sha256(content).hexdigest()
        marker = json.dumps({"run": job.run, "digest": digest, "left": left})
        write_whole(job.done, marker.encode())


def _begin_cell(job: Job, place: int | None) -> None:
    job.progress.write_text(str(place))
    start_clock(job.report.limits.cell_seconds)


def _give_up(job: Job) -> NoReturn:
    """End this process at once.

    The cell that floods its output could catch an exception.
    """
    limit = f"more than {job.report.limits.output_mb} MB of output, its limit"
    _note_failure(job, job.last_started_cell(), limit)
    os._exit(1)


def _note_failure(job: Job, cell: int | None, cause: str) -> None:
    said = " ".join(cause.split())[:500]
    if re.match(r"\w*(MemoryError|OutOfMemory)", said):
        said += f" (the limit is {job.report.limits.memory_mb} MB)"
    machine = bool(re.match("MachineError: ", said) or re.search(OF_THE_MACHINE, said))
    failure = Failure(cell, said, machine)
    write_whole(job.failure, json.dumps(asdict(failure)).encode())
