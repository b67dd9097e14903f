"""P1, P2: reports against papermill and nbconvert on the command line, and against the bare cells.

Both sides run in turn, A B A B, and their notebooks are first checked to be equal. The slow side
runs a few of its reports, each a process from nothing, and is taken times the number of reports;
ours runs them all, imports and rendering included. CPU seconds are of all processes below a side.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest

from analysis.runs.execution.execute import without_clock
from analysis.runs.execution.processes import adopt_orphans

SRC = Path(__file__).resolve().parents[2] / "src"
PAIRS, SLOW = 5, 2
ALONE = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
    "PYTHONPATH": str(SRC),
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
}
IMPORTS = """import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
import statsmodels.formula.api as smf"""
POSTS = """rng = np.random.default_rng(seed)
tiers, followers = rng.choice(["micro", "macro"], 2000), rng.integers(1_000, 10**6, 2000)
posts = pd.DataFrame({"tier": tiers, "followers": followers})
posts["rate"] = 0.05 - 0.01 * (posts.tier == "macro") + rng.normal(0, 0.02, 2000)
posts.head()"""
MODEL = """fit = smf.ols("rate ~ tier + np.log(followers)", posts).fit(cov_type="HC3")
fit.params"""
CELLS = [
    "seed: int = 1  # of the draws",
    IMPORTS,
    POSTS,
    "sns.violinplot(posts, x='tier', y='rate', hue='tier');",
    "sns.histplot(posts, x='rate', hue='tier', kde=True);",
    "sns.scatterplot(posts, x='followers', y='rate', hue='tier');",
    "sns.ecdfplot(posts, x='rate', hue='tier');",
    MODEL,
]
OURS = """import sys
from pathlib import Path
if __name__ == "__main__":
    from analysis.runs.execution.run import run_reports
    from analysis.runs.execution.server import start_server
    start_server()
    from analysis.runs.execution.light import nbformat
    from analysis.runs.plan import Report
    from analysis.site.page import _exporter
    template, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    def publish(outcome):
        assert outcome.failure is None, outcome
        page, _ = _exporter().from_notebook_node(nbformat.read(outcome.notebook, as_version=4))
        (folder / f"{outcome.report_id}.html").write_text(page, encoding="utf-8")
    reports = [Report(f"r{n}", template, {"seed": n}) for n in range(count)]
    run_reports(reports, folder, workers=2, on_outcome=publish)
"""
# One warm shell that runs the same cells as often as it is asked, and says what that cost.
FLOOR = """import sys, tempfile, time
from pathlib import Path
import os
import analysis.runs.execution.warm
import json
from analysis.runs.execution import engine
os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
cells, count = json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])
said = os.dup(1)
with engine._fresh_shell(lambda message: None) as shell:
    for seed in range(-1, count):
        if seed == 0:
            began = time.process_time()
        for cell in [cells[0], f"seed = {seed}", *cells[1:]]:
            shell.run_cell(cell, store_history=True)
    cost = time.process_time() - began
os.write(said, f"{cost}".encode())
os._exit(0)
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Four figures and a model."""
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(CELLS)]
    cells[0].metadata.tags = ["parameters"]
    path = tmp_path_factory.mktemp("bench") / "template.ipynb"
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(notebook, path)
    return path


def cost(*commands):
    """Wall and CPU seconds of commands one after another, with all that they start."""
    adopt_orphans()  # also the server, which outlives its supervisor by a moment
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run([sys.executable, *command], env=ALONE, check=True, capture_output=True)
    with suppress(ChildProcessError):
        while os.waitpid(-1, 0):
            pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, cpu


def stock(template, folder, count):
    """Commands of papermill and nbconvert for so many reports."""
    for seed in range(count):
        target = str(folder / f"stock-{seed}.ipynb")
        options = ["-p", "seed", str(seed), "--no-progress-bar"]
        yield ["-m", "papermill", str(template), target, *options]
        yield ["-m", "nbconvert", "--to", "html", "--no-input", target]


def told(what, ratios, goal):
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    counted = f"{low:.2f} to {high:.2f}, {len(ratios)} pairs"
    print(f"\n{what}: {middle:.2f}x ({counted}), goal {goal}", end="")


def ours(folder, template, count):
    script = folder / "ours.py"
    script.write_text(OURS)
    return [str(script), str(template), str(folder), str(count)]


@pytest.mark.parametrize(("count", "goals"), [(24, ("9x", "12x")), (120, ("12x", "18x"))])
def test_p1_reports_against_papermill_and_nbconvert(template, tmp_path, count, goals):
    walls, cpus = [], []
    for pair in range(PAIRS):
        folder = tmp_path / str(pair)
        folder.mkdir()
        fast = cost(ours(folder, template, count))
        slow = cost(*stock(template, folder, SLOW))
        for seed in range(SLOW):
            found = [nbformat.read(folder / f"{n}-{seed}.ipynb".replace("r-", "r"), as_version=4)
                     for n in ("stock", "r")]  # fmt: skip
            outputs = [[c.get("outputs") for c in without_clock(one).cells] for one in found]
            assert outputs[0] == outputs[1]
        walls.append(slow[0] / SLOW * count / fast[0])
        cpus.append(slow[1] / SLOW * count / fast[1])
    told(f"P1, {count} reports, CPU (ours {fast[1] / count:.2f} s a report)", cpus, goals[0])
    told(f"P1, {count} reports, wall on {os.cpu_count()} cores", walls, goals[1])


def test_p2_reports_against_the_bare_cells(template, tmp_path):
    """What isolation, papermill, files and rendering add to the cells; the warm-up is left out.

    No engine can be further below papermill and nbconvert than the bare cells are.
    """
    cells, few, many = tmp_path / "cells.json", 4, 28
    cells.write_text(json.dumps(CELLS))
    ratios, allowed = [], []
    for _ in range(PAIRS):
        once, often = (cost(ours(tmp_path, template, count))[1] for count in (few, many))
        command = [sys.executable, "-c", FLOOR, str(cells), str(many - few)]
        floor = float(subprocess.run(command, env=ALONE, check=True, capture_output=True).stdout)
        slow = cost(*stock(template, tmp_path, SLOW))[1]
        ratios.append((often - once) / floor)
        allowed.append(slow / SLOW * (many - few) / floor)
    told("P2, CPU of a report against its cells in a warm shell", ratios, "at most 1.4x")
    told("P1 of an engine that costs nothing, CPU", allowed, "none")
