"""Imported first by the server: however the supervisor ends, nothing outlives it for long."""

import atexit
import os
import shutil
import signal
import sys
import time
import warnings

from analysis.runs.execution.processes import (
    adopt_orphans,
    ask_for_signal_at_parents_death,
    end_descendants,
)
from analysis.runs.execution.server import SOCKETS, SUPERVISOR


def _guard() -> None:
    adopt_orphans()
    warnings.filterwarnings("ignore", "forkserver: waitpid returned unexpected pid")  # adopted
    atexit.register(_leave_nothing)
    signal.signal(signal.SIGTERM, _end)
    ask_for_signal_at_parents_death(signal.SIGTERM)
    if _orphaned():  # it went before we asked
        sys.exit()


def _end(*_: object) -> None:
    """End here and now.

    An exception could be lost in the import that the signal met.
    """
    _leave_nothing()
    os._exit(0)


def _leave_nothing() -> None:
    """End what runs below the server and remove its socket.

    A killed supervisor leaves both.
    """
    end_descendants()
    patience = time.monotonic() + 2
    while not _orphaned() and time.monotonic() < patience:  # its threads end one by one
        time.sleep(0.01)
    if _orphaned():  # else the supervisor may start another server there
        shutil.rmtree(os.environ[SOCKETS], ignore_errors=True)


def _orphaned() -> bool:
    return str(os.getppid()) != os.environ[SUPERVISOR]


if SUPERVISOR in os.environ:
    _guard()
