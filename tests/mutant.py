"""Tests of a copy of the product, in a process where nothing of the product is imported yet."""

import os
import sys
from pathlib import Path

import pytest

_UNNEEDED = ["-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:xdist"]


def run(project: Path, source: Path, tests: str, log: Path) -> None:
    """Run tests of the project over another copy of its source, and end with pytest's exit code."""
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(project)
    os.environ |= {"PYTHONPATH": str(source), "PYTEST_ADDOPTS": ""}
    sys.path.insert(0, str(source))
    assert "analysis" not in sys.modules
    sys.exit(pytest.main(["-x", "-q", *_UNNEEDED, str(project / tests)]))
