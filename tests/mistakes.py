"""Make a mistake in a copy of the product and see a test turn red."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from analysis.study.project import PROJECT


def assert_turns_red(file: str, right: str, wrong: str, tests: str, scratch: Path) -> None:
    """The tests, which are green on the product, fail on a copy that says ``wrong``.

    Args:
        file: of the product, where ``right`` stands once.
        tests: file of the tests, or one test as pytest names it.
        scratch: an empty folder for the copy.
    """
    shutil.copytree(PROJECT / "src", scratch / "src")  # with what Python compiled: it saves seconds
    shutil.copy(PROJECT / "study.yml", scratch)
    text = (scratch / file).read_text(encoding="utf-8")
    assert text.count(right) == 1, f"{file} no longer says {right!r}: name the mistake anew"
    (scratch / file).write_text(text.replace(right, wrong), encoding="utf-8")
    unneeded = ["-p", "no:cacheprovider", "-p", "no:nbval", "-p", "no:xdist"]
    options = ["-x", "-q", *unneeded, str(PROJECT / tests)]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(scratch / "src"), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 1, found.stdout[-2000:]
    assert "1 failed" in found.stdout
