"""Where the project lies on this machine, and its folders of data."""

import os
from pathlib import Path

from analysis.study.errors import UsageError

PROJECT = Path(__file__).resolve().parents[3]


def data_folder(part: str) -> Path:
    """A folder of this machine's data, ``processed`` or ``private``.

    MICROMACRO_DATA moves both.
    """
    return Path(os.environ.get("MICROMACRO_DATA", PROJECT / "data")).absolute() / part


def require_checkout() -> None:
    """Refuse to run without the project's notebooks.

    Raises:
        UsageError: they are missing, as in an installed wheel, which has neither study nor plans.
    """
    if not (PROJECT / "notebooks").is_dir():
        raise UsageError(
            f"{PROJECT}: no notebooks here; micromacro runs from a checkout of its repository:"
            " clone it and run make report there"
        )
