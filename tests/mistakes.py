"""Make a mistake in a copy of the product and see a test turn red."""

import multiprocessing
import shutil
from pathlib import Path

from analysis.study.project import PROJECT
from tests import mutant

# What every test imports, once for all mistakes; never the product, which each copy brings along.
LIBRARIES = ["duckdb", "pandas", "pyarrow.parquet", "pydantic", "scipy.stats", "statsmodels.api"]


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
    warm = multiprocessing.get_context("forkserver")
    warm.set_forkserver_preload(LIBRARIES)
    log = scratch / "pytest.log"
    run = warm.Process(target=mutant.run, args=(PROJECT, scratch / "src", tests, log))
    run.start()
    run.join(300)
    run.kill()
    found = log.read_text(encoding="utf-8")
    assert run.exitcode == 1, found[-2000:]
    assert "1 failed" in found
