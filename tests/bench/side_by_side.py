"""Two ways to the same answer, run in turn: the ratio of their processor times."""

import statistics
import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object]) -> float:
    """Processor time of this process for one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(
    slow: Callable[[], object], fast: Callable[[], object], *, pairs: int = 5, share: float = 1
) -> str:
    """How many times more the slow way takes: median, least and most of interleaved pairs.

    Args:
        share: of the work that the slow way does, where all of it would take too long.
    """
    ratios = [cpu_seconds(slow) / cpu_seconds(fast) / share for _ in range(pairs)]
    middle = statistics.median(ratios)
    return f"{middle:.0f}x ({min(ratios):.0f} to {max(ratios):.0f}, {pairs} pairs)"
