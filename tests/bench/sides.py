"""Two ways of doing the same work, in turns, each in a process of its own: A B A B ..."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from analysis.study.project import PROJECT

PAIRS = int(os.environ.get("MICROMACRO_PAIRS", "5"))


@dataclass(frozen=True)
class Cost:
    """Cost of one run, without imports; memory is the peak of the whole process."""

    cpu: float
    wall: float
    megabytes: float


def measured(work: Callable[[], float]) -> None:
    """Run the work and print its cost and its check sum: what a child process does."""
    started, used = time.perf_counter(), time.process_time()
    total = work()
    cost = time.process_time() - used, time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([total, *cost, peak]))


def run(script: str, *arguments: object) -> tuple[float, Cost]:
    """Check sum and cost of one side."""
    command = [sys.executable, "-m", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    total, cpu, wall, megabytes = json.loads(done.stdout.splitlines()[-1])
    return total, Cost(cpu, wall, megabytes)


def compare(script: str, ours: str, theirs: str, *arguments: object) -> dict[str, float]:
    """Medians over the pairs; prints the ratios with their range.

    Raises:
        AssertionError: the two sides do not agree.
    """
    pairs = []
    for _ in range(PAIRS):
        (a, mine), (b, other) = (run(script, side, *arguments) for side in (ours, theirs))
        assert abs(a - b) <= 1e-9 * abs(b), (ours, a, theirs, b)
        pairs.append((mine, other))
    found = {}
    for what in ("cpu", "wall"):
        ratios = [getattr(other, what) / getattr(mine, what) for mine, other in pairs]
        found[what] = statistics.median(ratios)
        print(
            f"{ours} against {theirs} {arguments}: {what} {found[what]:.2f} times less"
            f" ({min(ratios):.2f} to {max(ratios):.2f}, {PAIRS} pairs)"
        )
    for name, number in ((ours, 0), (theirs, 1)):
        cost = [pair[number] for pair in pairs]
        found[name] = statistics.median(one.megabytes for one in cost)
        seconds = statistics.median(one.cpu for one in cost)
        print(f"  {name}: {seconds:.2f} CPU s, {found[name]:,.0f} MB at most")
    return found
