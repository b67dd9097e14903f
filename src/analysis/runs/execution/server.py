"""The warm, idle server that reports are forked from, started with a fixed environment."""

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import forkserver, util
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import analysis
from analysis.study.errors import MachineError

WARM = "analysis.runs.execution.warm"
GUARD = "analysis.runs.execution.guard"
SOCKETS, SUPERVISOR = "MICROMACRO_SOCKETS", "MICROMACRO_SUPERVISOR"  # what the guard must know
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
_LONGEST_FOLDER = 107 - len("/pymp-12345678/listener-12345678") - 5  # names may grow
FORKS = "forkserver" in multiprocessing.get_all_start_methods()


def start_server() -> None:
    """Have the server start importing, if it does not run yet.

    Return at once.

    Calling this first hides the server's imports behind those of the caller. The server ends with
    the thread that started it.
    """
    if FORKS:
        context().set_forkserver_preload([GUARD, WARM])
        known = {SOCKETS: _sockets(), SUPERVISOR: str(os.getpid())}
        with _as_own_environment({**environment(), **known}):
            forkserver.ensure_running()


def _sockets() -> str:
    """Folder of the server's socket, whose path the system allows 107 bytes.

    Raises:
        MachineError: there is none with a name that short.
    """
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual)) > _LONGEST_FOLDER:
        tempfile.tempdir = "/tmp"  # noqa: S108 - the folder made in it is ours alone
    try:
        return util.get_temp_dir()
    except OSError as error:
        raise MachineError(
            f"{tempfile.tempdir}: no folder for a socket can be made: {error.strerror};"
            f" set TMPDIR to a folder of at most {_LONGEST_FOLDER} characters"
        ) from error
    finally:
        tempfile.tempdir = usual


def server_pid() -> int | None:
    """Process of the server; None where there is none."""
    pid: int | None = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001
    return pid


def context() -> ForkServerContext | SpawnContext:
    """How processes start: forked from the server where possible."""
    if FORKS:
        return multiprocessing.get_context("forkserver")
    return multiprocessing.get_context("spawn")


def start_process(
    target: Callable[..., object], arguments: tuple[object, ...], *, name: str
) -> BaseProcess:
    """A child of the server.

    The first waits until the server has imported everything.

    Raises:
        MachineError: the server does not start.
    """
    process = context().Process(target=target, args=arguments, name=name)
    try:
        start_server()
        process.start()
    except (EOFError, ConnectionError) as error:
        raise MachineError(
            f"the report server ended while importing; run python -c 'import {WARM}' to see why"
        ) from error
    return process


def environment() -> dict[str, str]:
    """The environment, fixed where it would change what notebooks show."""
    source = str(Path(analysis.__path__[0]).parent)
    paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    fixed = {**os.environ, **_FIXED_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)}
    if data := fixed.get("MICROMACRO_DATA"):
        fixed["MICROMACRO_DATA"] = str(Path(data).absolute())  # reports run in folders of their own
    for name in ("MPLBACKEND", "MICROMACRO_KEY"):  # figures go inline; the key is no notebook's
        fixed.pop(name, None)
    return fixed


@contextmanager
def _as_own_environment(environment: Mapping[str, str]) -> Iterator[None]:
    """Have a process started with an environment.

    Multiprocessing offers no other way.
    """
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(environment)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
