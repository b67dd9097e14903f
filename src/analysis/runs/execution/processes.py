"""Process trees: bound to the life of a parent, ended to the last descendant."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from multiprocessing.process import BaseProcess

import psutil

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def adopt_orphans() -> None:
    """Become the parent of every orphaned descendant.

    Also of those in a session of their own.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ask_for_signal_at_parents_death(number: signal.Signals) -> None:
    """Ask for a signal when the thread that started us ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def die_with_parent() -> None:
    """Have this process group killed when the parent's pipe closes.

    The parent, not the server: the server outlives a killed parent while it has children. A signal
    from the system also ends a cell that is stuck in C and would never let a thread run.
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


def end_descendants() -> list[str]:
    """Kill and reap everything below this process.

    It must have adopted orphans.

    What a killed process leaves becomes ours a moment later, so this looks until there is nothing;
    waiting for any child would wait for one that nobody has killed yet.

    Returns:
        Names of the processes that still ran.
    """
    ended: dict[int, str] = {}
    me = psutil.Process()
    while found := me.children(recursive=True):
        for process in found:
            with suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    ended.setdefault(process.pid, process.name())
                process.kill()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.001)
    return list(ended.values())


def end_tree(process: BaseProcess) -> None:
    """End a report's process, group and descendants, and wait."""
    descendants: list[psutil.Process] = []
    if process.is_alive():
        with suppress(psutil.NoSuchProcess):
            descendants = psutil.Process(process.pid).children(recursive=True)
    if process.pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    _kill(descendants)
    process.join()


def end_group(leader: "subprocess.Popen[bytes]") -> None:
    """End a program that leads a session, and its group, and wait two seconds at most.

    A zombie counts as gone: whoever adopted it may never ask for it.
    """
    patience = time.monotonic() + 2
    while time.monotonic() < patience:
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)
        leader.wait()
        if not any(_runs_in(leader.pid, one) for one in psutil.process_iter()):
            return


def _runs_in(group: int, process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    return False


def end_orphans(server: int | None, *, but: Collection[int | None]) -> None:
    """End what belongs to no running report.

    The server has adopted it.
    """
    if server is None or sys.platform != "linux":
        return
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(server).children():
            if child.pid not in but:
                with suppress(psutil.NoSuchProcess):
                    _kill([*child.children(recursive=True), child])


def _kill(found: Collection[psutil.Process]) -> None:
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.kill()
