"""Where the project lies on this machine, and its folders of data."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def data_folder(part: str) -> Path:
    """A folder of this machine's data, ``processed`` or ``private``; MICROMACRO_DATA moves both."""
    return Path(os.environ.get("MICROMACRO_DATA", PROJECT / "data")).absolute() / part
