"""What one report may use; the operating system keeps the limits, so no cell can swallow them."""

import resource
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

import psutil
from pydantic import Field

from analysis.study.forms import Frozen

_MB = 1_000_000


class Limits(Frozen):
    """Limits of one report, as a plan may declare them.

    Attributes:
        seconds: for the whole report.
        cell_seconds: for each cell.
        memory_mb: address space beyond what the libraries take before the report starts.
        output_mb: text, tables and figures of all cells together.
    """

    seconds: float = Field(default=600, gt=0)
    cell_seconds: float = Field(default=300, gt=0)
    memory_mb: int = Field(default=4_000, gt=0)
    output_mb: int = Field(default=20, gt=0)


def confine(limits: Limits) -> None:
    """Bound memory and files of this process and its children.

    No core dumps.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest_file = (4 * limits.output_mb + 64) * _MB  # the notebook, written as JSON, and scratch
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    if sys.platform == "linux":  # elsewhere the system takes the limit and ignores it
        most = psutil.Process().memory_info().vms + limits.memory_mb * _MB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def start_clock(seconds: float) -> None:
    """Have the system end this process after so long.

    Again for more time, 0 for no end.

    The default action of SIGALRM needs no interpreter, which a cell stuck in C never yields.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


class OutputMeter:
    """Counts what a notebook's cells put out.

    Args:
        output_mb: how much is allowed.
        on_excess: called once it is more; it must not return.
    """

    def __init__(self, output_mb: int, on_excess: Callable[[], NoReturn]) -> None:
        self._left = output_mb * _MB
        self._on_excess = on_excess

    def count(self, size: int) -> None:
        """Take so many bytes from what is left."""
        self._left -= size
        if self._left < 0:
            self._on_excess()
