"""Templates and executed notebooks as data: stable ids, nothing of the clock or the process."""

import copy
import json

import nbformat
import pytest

from analysis.runs.execution.execute import first_failure, read_template, without_clock


def stream(name, text):
    return nbformat.v4.new_output("stream", name=name, text=text)


def executed(outputs, *, run):
    """A notebook as papermill leaves it; ``run`` stands for all that differs between two runs."""
    clock = {"start_time": f"2026-01-0{run}", "end_time": f"2026-02-0{run}", "duration": run}
    cell = nbformat.v4.new_code_cell("f()", id="mine", outputs=outputs, execution_count=2)
    cell.metadata = {
        "tags": [],
        "execution": {"iopub.execute_input": f"2026-01-0{run}"},
        "papermill": {**clock, "status": "completed", "exception": False},
    }
    injected = nbformat.v4.new_code_cell(
        "a = 1", metadata={"tags": ["injected-parameters"]}, id="i"
    )
    injected.execution_count = 1
    paths = {"input_path": f"/run{run}/a.ipynb", "output_path": f"/run{run}/b.ipynb"}
    notebook = nbformat.v4.new_notebook(cells=[injected, cell])
    notebook.metadata["papermill"] = {**clock, **paths, "parameters": {"a": 1}}
    return notebook


def outputs_of(run):
    return [
        stream("stderr", f"/tmp/x{run}/ipykernel_{run}77/123.py:1: UserWarning: w\n"),
        nbformat.v4.new_output("execute_result", data={"text/plain": f"<O at 0x7f{run}a>"}),
        nbformat.v4.new_output(
            "error", ename="E", evalue=f"<O at 0x{run}>", traceback=[f"/tmp/ipykernel_{run}/1.py:1"]
        ),
    ]


def test_two_runs_leave_the_same_notebook():
    first, second = (executed(outputs_of(run), run=run) for run in (1, 2))
    assert first != second
    assert nbformat.writes(without_clock(first)) == nbformat.writes(without_clock(second))


def test_what_is_not_of_the_clock_stays():
    clean = without_clock(executed(outputs_of(1), run=1))
    injected, cell = clean.cells
    assert injected.id == "injected-parameters-0"
    assert cell.id == "mine"
    assert cell.metadata == {"tags": [], "papermill": {"status": "completed", "exception": False}}
    assert clean.metadata.papermill == {"parameters": {"a": 1}}
    assert [o.get("text") or o.get("data") or o.traceback for o in cell.outputs] == [
        "123.py:1: UserWarning: w\n",
        {"text/plain": "<O at 0x>"},
        ["1.py:1"],
    ]


def test_pieces_of_a_stream_are_joined_where_they_touch():
    pieces = [stream("stdout", "a"), stream("stdout", "b"), stream("stderr", "c")]
    pieces += [stream("stdout", "d"), nbformat.v4.new_output("display_data"), stream("stdout", "e")]
    joined = without_clock(executed(pieces, run=1)).cells[1].outputs
    assert [o.get("text") for o in joined] == ["ab", "c", "d", None, "e"]


def test_the_notebook_given_is_left_alone():
    notebook = executed([stream("stdout", "a"), stream("stdout", "b")], run=1)
    before = copy.deepcopy(notebook)
    without_clock(notebook)
    assert notebook == before


@pytest.mark.parametrize("minor", [2, 5])
def test_every_cell_gets_a_stable_id(tmp_path, minor, recwarn):
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ""} for _ in range(3)]
    cells[1]["id"] = cells[2]["id"] = "twice"
    content = {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells}
    (tmp_path / "a.ipynb").write_text(json.dumps(content))
    template = read_template(tmp_path / "a.ipynb")
    assert [cell.id for cell in template.cells] == ["cell-0", "twice", "cell-2"]
    nbformat.validate(template)
    assert not recwarn.list


def test_a_cell_that_failed_without_a_traceback_is_found():
    notebook = executed([stream("stderr", "exception group")], run=1)
    assert first_failure(notebook, notebook) is None
    notebook.cells[1].metadata.papermill["exception"] = True
    assert first_failure(notebook, notebook) == (
        1,
        "the cell failed without a traceback; see its stderr",
    )


def test_a_cell_that_was_never_reached_is_a_failure():
    """Papermill takes SystemExit(0) for success and leaves the rest of the cells alone."""
    notebook = executed([], run=1)
    notebook.cells[1].execution_count = None
    assert first_failure(notebook, notebook) == (1, "the cell was never reached")
    notebook.cells[1].source = " "
    assert first_failure(notebook, notebook) is None


def test_a_lost_cell_is_a_failure():
    template, notebook = executed([], run=1), executed([], run=1)
    del notebook.cells[1]
    lost = (1, "the cell is missing from the executed notebook")
    assert first_failure(notebook, template) == lost
