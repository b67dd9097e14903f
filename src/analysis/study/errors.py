"""What can go wrong, by who can mend it; the command line turns each class into its exit code."""


class AnalysisError(Exception):
    """Base of every error that this project raises on purpose.

    The message says what is wrong, where (file, row, column or parameter) and what to do.
    """

    exit_code = 70


class UsageError(AnalysisError):
    """A plan, study or parameter is wrong; nothing was run."""

    exit_code = 2


class DataContractError(AnalysisError):
    """Input that does not keep the contract, or no usable input at all."""

    exit_code = 3


class LockedError(AnalysisError):
    """Another run holds the lock of the same site."""

    exit_code = 4


class MachineError(AnalysisError):
    """Disk, permission or kernel trouble outside the data and the plan."""

    exit_code = 5
