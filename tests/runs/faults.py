"""The disk calls of this process, counted: before the k-th one fails, or the process is killed.

As SQLite tests itself: run with a fault at the first call, the second, the third, until a run
meets none.
"""

import os
import signal

CALLS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "rmdir", "pwrite", "truncate")
_WRITES = os.O_WRONLY | os.O_RDWR


class Counter:
    """What happens at the k-th call; ``count`` is shared with a process forked meanwhile."""

    def __init__(self, place, fault, count):
        self.place, self.fault, self.count = place, fault, count

    def wrap(self, name, real):
        def call(*arguments, **options):
            if name == "open" and not arguments[1] & _WRITES:
                return real(*arguments, **options)
            self.count.value += 1
            if self.count.value == self.place:
                return self.fault(name, real, *arguments, **options)
            return real(*arguments, **options)

        return call


def killed(name, real, *arguments, **options):
    """The process ends; of a write, half has reached the disk."""
    if name == "write":
        real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
    os.kill(os.getpid(), signal.SIGKILL)


def failing(number):
    """The call fails with this error; of a write, half has reached the disk."""

    def fault(name, real, *arguments, **options):
        if name == "write":
            real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        raise OSError(number, os.strerror(number))

    return fault


def short_write(name, real, *arguments, **options):
    """A write takes half of what it is given, as it may."""
    if name == "write":
        return real(arguments[0], bytes(arguments[1])[: max(1, len(arguments[1]) // 2)])
    return real(*arguments, **options)


def meet(place, fault, count):
    """From now on, in this process, the k-th disk call (from 1) meets a fault."""
    counter = Counter(place, fault, count)
    for name in CALLS:
        setattr(os, name, counter.wrap(name, getattr(os, name)))
