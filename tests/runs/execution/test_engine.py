"""The in-process engine gives a notebook the outputs of a real kernel, cell by cell."""

import nbformat
import pytest

from analysis.runs.execution.run import run_reports
from analysis.runs.plan import Report

TABLE = "frame = pd.DataFrame({'a' * 40: [1, 2], 'b' * 40: ['x', 'y'], 'c' * 40: [0.1, 0.2]})"
BUNDLE = """from datetime import UTC, datetime
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None):
        results = {"n": 1, "pairs": [1, (2, 3)], "none": None}
        data = {"text/plain": "r", "application/vnd.micromacro.results+json": results}
        return data, {"when": MOMENT}
Bundle()"""
FAILING_REPR = "class Odd:\n    def _repr_html_(self): raise ValueError('no html')\nOdd()"
CELLS = {
    "imports": "import asyncio, sys, warnings\nimport great_tables, pandas as pd, seaborn as sns\n"
    "import matplotlib.pyplot as plt\nfrom IPython.display import *",
    "streams": "print('out'); print('err', file=sys.stderr); print('out again'); 7",
    "no text": "try: sys.stdout.write(1)\nexcept TypeError as error: print(error)",
    "flushed": "print('a', flush=True); print('b', flush=True)",
    "frame": f"{TABLE}; frame",
    "printed frame": "print(frame)",
    "table": "great_tables.GT(frame, id='fixed')",
    "figure": "sns.histplot([1, 2, 2, 5], bins=3);",
    "figure between prints": "print('before'); plt.plot([1, 2]); plt.show(); print('after')",
    "open figure of a failed plot": "try:\n    plt.plot([1], [1, 2])\nexcept ValueError: pass",
    "figure as value": "figure = plt.figure(figsize=(1, 1)); plt.close(figure); figure",
    "displays": "print('x'); display(frame); display(Markdown('**b**'), HTML('<b>')); print('y')",
    "bundle": BUNDLE,
    "display of a bundle": "display(Bundle(), metadata={'key': 1})",
    "raw bundle": "display({'text/plain': 'raw', 'application/json': {'a': 1}}, raw=True)",
    "update": "handle = display('one', display_id='mine'); handle.update('two')",
    "clear": "print('gone'); clear_output(); print('kept')",
    "clear later": "print('gone'); clear_output(wait=True); print('last')",
    "warning": "warnings.warn('careful')",
    "magic": "%precision 3\n0.123456",
    "figure magic": "%matplotlib inline\nplt.plot([3]);",
    "empty": "",
    "captured": "%%capture\nprint('hidden')",
    "awaited": "await asyncio.sleep(0)\nprint('awaited')",
    "history": "_, In[-2], Out.keys()",
    "address": "object()",
    "where am i": "import matplotlib\n"
    "matplotlib.get_backend(), plt.isinteractive(), __name__, type(get_ipython()).__name__, "
    "__doc__, type(sys.modules['__main__']).__name__",
    "silence": "None",
}
FAILURES = {
    "raise": ["def f():\n    return 1 / 0", "print('before'); display('shown'); f()"],
    "syntax": ["x ="],
    "exit": ["sys.exit(0)"],
    "group": ["raise ExceptionGroup('several', [ValueError('one')])"],
    "repr": [FAILING_REPR],
    "allowed": ["# allowed\n1 / 0", "print('after')", "1 / 0"],
}


def notebook(path, sources):
    cells = [nbformat.v4.new_code_cell(source, id=f"c{n}") for n, source in enumerate(sources)]
    for cell in cells:
        cell.metadata = {"tags": ["raises-exception"]} if "# allowed" in cell.source else {}
    cells.insert(1, nbformat.v4.new_markdown_cell("# Words", id="words"))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """Executed notebooks by (kernel, name): one that succeeds and several that fail."""
    folder = tmp_path_factory.mktemp("engine")
    sources = {"works": list(CELLS.values())}
    sources |= {name: ["import sys", *cells, "'never'"] for name, cells in FAILURES.items()}
    reports = [
        Report(name, notebook(folder / f"{name}.ipynb", s), {}) for name, s in sources.items()
    ]
    found = {}
    for kernel in ("in-process", "stock"):
        for outcome in run_reports(reports, folder / kernel, kernel=kernel):
            found[kernel, outcome.report_id] = nbformat.read(outcome.notebook, as_version=4)
    return found


def code_cells(executed, kernel, name):
    return [cell for cell in executed[kernel, name].cells if cell.cell_type == "code"]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_has_the_outputs_of_a_real_kernel(executed, cell):
    place = list(CELLS).index(cell)
    ours, stock = (
        code_cells(executed, kernel, "works")[place] for kernel in ("in-process", "stock")
    )
    assert ours.source == CELLS[cell]
    assert ours == stock


@pytest.mark.parametrize("name", ["works", *FAILURES])
def test_the_rest_of_the_notebook_is_equal_too(executed, name):
    assert executed["in-process", name] == executed["stock", name]


def test_figures_tables_and_bundles_are_rich(executed):
    """Equality alone would also hold if both kernels lost them."""
    cells = dict(zip(CELLS, code_cells(executed, "in-process", "works"), strict=True))
    kinds = {name: [set(o.get("data", {})) for o in cell.outputs] for name, cell in cells.items()}
    assert kinds["figure"] == [{"image/png", "text/plain"}]
    assert kinds["table"] == [{"text/html", "text/plain"}]
    assert kinds["bundle"] == [{"application/vnd.micromacro.results+json", "text/plain"}]
    assert [o.name for o in cells["streams"].outputs[:2]] == ["stdout", "stderr"]


@pytest.mark.parametrize("name", FAILURES)
def test_nothing_runs_after_a_failure(executed, name):
    cells = code_cells(executed, "in-process", name)
    assert (cells[0].execution_count, cells[-1].execution_count) == (1, None)
    assert cells[-2].metadata.papermill.status == "failed"


SUBPROCESS = (
    "import os, subprocess\nprint('first'); subprocess.run(['echo', 'below']); print('last')"
)
NESTED = """import nbformat, papermill
papermill.execute_notebook(
    nbformat.v4.new_notebook(), None, engine_name="in-process", kernel_name="python3", meter=None
)"""


@pytest.fixture(scope="module")
def in_process_only(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in-process")
    sources = {"below": [SUBPROCESS, "1"], "nested": [NESTED], "quit": ["quit()", "1"]}
    reports = [
        Report(name, notebook(folder / f"{name}.ipynb", s), {}) for name, s in sources.items()
    ]
    return {outcome.report_id: outcome for outcome in run_reports(reports, folder / "executed")}


def test_what_is_written_below_python_joins_in_order(in_process_only):
    """A real kernel races here, so this is no matter of equality."""
    cell = nbformat.read(in_process_only["below"].notebook, as_version=4).cells[0]
    assert cell.outputs[0].text == "first\nbelow\nlast\n"


def test_a_process_has_one_shell_in_its_life(in_process_only):
    assert in_process_only["nested"].failure.cause.startswith(
        "MachineError: this process has an IPython"
    )


def test_quitting_is_failing(in_process_only):
    assert in_process_only["quit"].failure.cause == "SystemExit: quit() in a report"
    assert in_process_only["quit"].failure.cell == 0
