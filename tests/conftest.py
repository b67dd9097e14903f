"""Fixtures that several rooms share."""

import os
from pathlib import Path

import pytest

from analysis.dataset import PROJECT
from analysis.study import Study, load_study


@pytest.fixture(scope="session")
def study() -> Study:
    """The registered study."""
    return load_study(PROJECT / "study.yml")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real sets; without it the test is skipped."""
    folder = os.environ.get("MICROMACRO_REAL_DATA")
    if not folder:
        pytest.skip("MICROMACRO_REAL_DATA names no folder of real sets")
    return Path(folder)
