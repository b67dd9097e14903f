"""Notebooks of the project have the outputs of papermill's own command, cell by cell.

Both without what is private to this machine.
"""

import subprocess
import sys

import nbformat
import pytest

from analysis.runs.execution.execute import without_clock
from analysis.runs.execution.run import run_reports
from analysis.runs.execution.server import environment
from analysis.runs.plan import Report
from analysis.runs.redaction import redacted
from analysis.study.project import PROJECT
from tests.built import small_brand

pytestmark = pytest.mark.prove

# One of tables alone, one of figures, the front page: the others show no other kind of output.
NAMES = ("10_data", "20_engagement", "90_summary")
NOTEBOOKS = [PROJECT / "notebooks" / f"{name}.ipynb" for name in NAMES]


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Notebooks by (whose, name)."""
    folder = tmp_path_factory.mktemp("stock")
    dataset = str(small_brand(tmp_path_factory))
    reports = [Report(path.stem, path, {"dataset": dataset}) for path in NOTEBOOKS]
    found = {}
    for outcome in run_reports(reports, folder / "ours"):
        assert outcome.failure is None, outcome
        found["ours", outcome.report_id] = nbformat.read(outcome.notebook, as_version=4)
    for path in NOTEBOOKS:
        target = folder / path.name
        options = ["-p", "dataset", dataset, "--no-progress-bar", "--cwd", str(folder)]
        command = [sys.executable, "-m", "papermill", str(path), str(target), *options]
        subprocess.run(command, env=environment(), check=True, capture_output=True)
        stock = nbformat.writes(without_clock(nbformat.read(target, as_version=4)))
        told = redacted(stock, environment(), site=folder)
        found["stock", path.stem] = nbformat.reads(told, as_version=4)
    return found


@pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])
def test_a_notebook_has_the_outputs_of_stock_papermill(executed, name):
    ours, stock = executed["ours", name].cells, executed["stock", name].cells
    assert [cell.source for cell in ours] == [cell.source for cell in stock]
    for mine, theirs in zip(ours, stock, strict=True):
        assert mine.get("outputs") == theirs.get("outputs"), mine.source
        assert mine.get("execution_count") == theirs.get("execution_count")
    kinds = {kind for c in ours for o in c.get("outputs", []) for kind in o.get("data", {})}
    assert "text/html" in kinds
