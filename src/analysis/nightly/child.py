"""One report in its own process: settle in, execute, leave the notebook and then the end marker."""

import hashlib
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from analysis.errors import MachineError

Kernel = Literal["in-process", "stock"]


@dataclass(frozen=True, slots=True)
class Job:
    """All that a report's process needs to know; it travels through a pipe.

    Attributes:
        preloaded: module that the server must have imported before the fork.
        environment: the whole environment, apart from what is private to the process.
    """

    report_id: str
    notebook: Path
    parameters: Mapping[str, str | int | float | bool]
    working_folder: Path
    kernel: Kernel
    environment: Mapping[str, str]
    preloaded: str | None

    @property
    def executed(self) -> Path:
        """Where the executed notebook goes."""
        return self.working_folder / f"{self.report_id}.ipynb"

    @property
    def done(self) -> Path:
        """The end marker: digest of the executed notebook, written last."""
        return self.working_folder / f"{self.report_id}.done"

    @property
    def private(self) -> Path:
        """A folder for this process alone; it goes when the process does."""
        return self.working_folder / f".{self.report_id}"

    @property
    def progress(self) -> Path:
        """Holds the position of the running cell."""
        return self.private / "cell"

    @property
    def failure(self) -> Path:
        """Why there is no end marker: ``cell`` and ``cause``."""
        return self.private / "failure.json"

    def last_started_cell(self) -> int | None:
        """Position in the template of the cell that ran last; None before the first one."""
        with suppress(OSError, ValueError):
            return int(self.progress.read_text())
        return None


def run_job(job: Job) -> None:
    """Execute a report and end this process: nothing of it runs on after the end marker."""
    try:
        _settle_in(job)
        _execute(job)
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is the outcome
        _note_failure(job, job.last_started_cell(), f"{type(error).__name__}: {error}")
    finally:
        os._exit(0)


def _settle_in(job: Job) -> None:
    """Own session, bound to the parent's life; own folder; fixed environment; quiet."""
    if hasattr(os, "setsid"):
        os.setsid()
    _die_with_parent()
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


def _check_server(preloaded: str | None) -> None:
    """Fail where the server is cold: it says nothing of an import that failed."""
    if preloaded is None:
        return
    absent = preloaded not in sys.modules
    import_module(preloaded)  # raises what the server swallowed
    if absent or sys.flags.hash_randomization:
        raise MachineError("another forkserver than ours runs in this process already")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # or every report draws the server's numbers


def _die_with_parent() -> None:
    """Have the kernel kill this group when the parent's end of our pipe closes.

    The parent, not the server: the server outlives a killed parent while it has children. A signal
    from the kernel also ends a cell that is stuck in C and would never let a thread run.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(parent.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
        if not parent.is_alive():  # it went before we listened
            os._exit(1)
    else:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _execute(job: Job) -> None:
    import nbformat

    from analysis.nightly.execute import execute, first_failure, read_template, without_clock

    template = read_template(job.notebook)
    notebook = execute(
        template,
        job.parameters,
        kernel=job.kernel,
        kept=job.private / "executed.ipynb",
        on_cell=lambda place: job.progress.write_text(str(place)),
    )
    content = nbformat.writes(without_clock(notebook)).encode()
    _write_whole(job.executed, content)
    if failure := first_failure(notebook, template):
        _note_failure(job, *failure)
    else:
        marker = json.dumps({"digest": hashlib.sha256(content).hexdigest()})
        _write_whole(job.done, marker.encode())


def _note_failure(job: Job, cell: int | None, cause: str) -> None:
    note = {"cell": cell, "cause": " ".join(cause.split())[:500]}
    _write_whole(job.failure, json.dumps(note).encode())


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that, whenever the machine stops, it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
