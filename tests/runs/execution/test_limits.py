"""Memory, output and time: each report that goes over a limit fails alone, with cell and cause."""

import json
import os
import sys

import nbformat
import psutil
import pytest

from analysis.runs.execution.limits import Limits
from analysis.runs.execution.run import run_reports
from analysis.runs.plan import Report

FORGIVING = """while True:
    try:
        {}
    except BaseException: pass"""
STUCK_IN_C = "import re; re.match('(a+)+$', 'a' * 60 + 'b')"
FIGURES = """import matplotlib.pyplot as plt
for _ in range(10_000):
    plt.plot([1, 2]); plt.show()"""
DAEMON = """import subprocess
pid = subprocess.Popen(['sleep', '300'], start_new_session=True).pid
if subprocess.os.fork() == 0:
    subprocess.os.setsid()
    if subprocess.os.fork() == 0:
        import time; time.sleep(300)
    subprocess.os._exit(0)
print(pid)"""
SHORT, SMALL = Limits(cell_seconds=1), Limits(output_mb=2, memory_mb=800)
OVER = "the cell timed out after 1 s"
CASES = {
    "grows": (Limits(memory_mb=300), "data = bytes(400_000_000)", "MemoryError: (the limit"),
    "frame": (Limits(memory_mb=300), "import numpy; numpy.ones(10**9)",
              "MemoryError: Unable to allocate 7.45 GiB"),
    "sleeps": (SHORT, "import time; time.sleep(300)", OVER),
    "stuck in C": (SHORT, STUCK_IN_C, OVER),
    "forgives": (SHORT, FORGIVING.format("import time; time.sleep(300)"), OVER),
    "adds up": (Limits(seconds=2, cell_seconds=1), "import time; time.sleep(0.8)", "timed out"),
    "one text": (SMALL, "print('x' * 50_000_000)", "more than 2 MB of output"),
    "many lines": (SMALL, "for n in range(10**6): print(n)", "more than 2 MB of output"),
    "endless": (SMALL, FORGIVING.format("print('x' * 1000)"), "more than 2 MB of output"),
    "figures": (SMALL, FIGURES, "more than 2 MB of output"),
    "disk": (Limits(), "raise OSError(28, 'No space left on device')",
             "OSError: [Errno 28] No space left on device"),
}  # fmt: skip


def report(folder, name, *sources, limits):
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    path = folder / f"{name}.ipynb".replace(" ", "-")
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return Report(path.stem, path, {}, limits=limits)


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Outcome by case of one run of all, beside one that keeps its limits and one with daemons."""
    folder = tmp_path_factory.mktemp("limits")
    reports = [
        report(folder, name, "1", *[source] * (5 if name == "adds up" else 1), limits=limits)
        for name, (limits, source, _) in CASES.items()
    ]
    reports.append(report(folder, "keeps", "2", limits=SMALL))
    reports.append(report(folder, "daemon", "1", DAEMON, limits=Limits()))
    outcomes = run_reports(reports, folder / "working", retry_after_seconds=[0])
    return dict(zip([*CASES, "keeps", "daemon"], outcomes, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_over_a_limit_a_report_fails_with_cell_and_cause(ended, case):
    outcome = ended[case]
    assert outcome.failure.cause.startswith(CASES[case][2])
    assert outcome.failure.cell == 1 or case == "adds up"
    assert not outcome.notebook.exists() or outcome.notebook.stat().st_size < 3_000_000


def test_the_other_reports_run_on(ended):
    assert ended["keeps"].failure is None


def test_a_full_disk_is_the_machines_and_tried_again(ended):
    assert {name for name, o in ended.items() if getattr(o.failure, "machine", False)} == {"disk"}
    assert {name: o.tries for name, o in ended.items() if o.tries > 1} == {"disk": 2}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_a_daemon_in_a_session_of_its_own_ends_with_its_report_and_is_told(ended):
    outcome = ended["daemon"]
    assert outcome.failure is None
    assert "sleep" in outcome.left
    assert len(outcome.left) >= 2, "the one that forked itself away, too"
    cells = nbformat.read(outcome.notebook, as_version=4).cells
    assert not psutil.pid_exists(int(cells[-1].outputs[0].text))


def test_a_kernel_that_cannot_start_is_the_machines(tmp_path, monkeypatch):
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "false", "language": "python"})
    )
    monkeypatch.setattr(
        "analysis.runs.execution.server._FIXED_ENVIRONMENT",
        {"JUPYTER_PATH": str(tmp_path), "PYTHONHASHSEED": "0"},
    )
    one = report(tmp_path, "shadowed", "1", limits=Limits())
    [outcome] = run_reports([one], tmp_path / "w", kernel="stock", retry_after_seconds=[])
    assert outcome.failure.machine
    assert outcome.failure.cause.startswith("MachineError: no kernel starts under ")
    assert outcome.seconds < 30


def test_a_shadowed_kernel_is_not_taken(tmp_path, monkeypatch):
    """JUPYTER_PATH comes before the interpreter's own kernel; reports do not look there."""
    spec = tmp_path / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false"], "display_name": "false", "language": "python"})
    )
    monkeypatch.setitem(os.environ, "JUPYTER_PATH", str(tmp_path))
    monkeypatch.setitem(os.environ, "PYSPARK_PYTHON", sys.executable)
    one = report(tmp_path, "safe", "import sys; print(sys.executable)", limits=Limits())
    [outcome] = run_reports([one], tmp_path / "w", kernel="stock")
    assert outcome.failure is None
    [cell] = nbformat.read(outcome.notebook, as_version=4).cells
    assert [output.text.strip() for output in cell.outputs] == ["$PYTHON/bin/python"]
