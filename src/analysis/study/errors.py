"""What can go wrong, by who can mend it; the command line turns each class into its exit code."""

import difflib
import errno
import os
import re
from collections.abc import Collection


def nearest(name: str, known: Collection[str]) -> str:
    """Hint at the name that was meant, or at all.

    Example:
        >>> nearest("plattform", ["niche", "platform"]), nearest("x", ["niche", "platform"])
        ('did you mean platform?', 'there are niche, platform')
    """
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"


class AnalysisError(Exception):
    """Base of every error that this project raises on purpose.

    The message says what is wrong, where (file, row, column or parameter) and what to do.
    """

    exit_code = 70


class UsageError(AnalysisError):
    """A plan, study or parameter is wrong; nothing was run."""

    exit_code = 2


class DataContractError(AnalysisError):
    """Input that is missing or does not keep the contract."""

    exit_code = 3


class LockedError(AnalysisError):
    """Another run holds the lock of the same site."""

    exit_code = 4


class MachineError(AnalysisError):
    """Disk, permission or kernel trouble outside the data and the plan."""

    exit_code = 5


# What a machine says it lacks, by whichever library tells of it.
OF_THE_MACHINE = "|".join(
    re.escape(os.strerror(number))
    for number in (
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO),
        *(errno.EMFILE, errno.ENFILE, errno.EAGAIN),
    )
)
