"""A template becomes an executed notebook whose bytes depend on its cells and parameters alone."""

import copy
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import nbformat
import papermill
from nbformat import NotebookNode

from analysis.runs.execution import engine
from analysis.runs.execution.limits import OutputMeter

_CLOCK_AND_PLACE = ("start_time", "end_time", "duration", "input_path", "output_path")
_GENERATED = ("injected-parameters", "papermill-error-cell-tag")
# A path that names the process, and an address in a default repr.
_OF_THE_PROCESS = re.compile(r"[^\s'\"<>]*ipykernel_\d+[/\\](?=\d+\.py)|(?<=\bat 0x)[0-9a-fA-F]+")


def read_template(path: Path) -> NotebookNode:
    """Read a notebook and give every cell a stable id.

    Also where the file has none, or one twice.
    """
    template: NotebookNode = nbformat.from_dict(json.loads(path.read_text(encoding="utf-8")))
    template.nbformat_minor = max(template.get("nbformat_minor", 0), 5)
    seen: set[str] = set()
    for place, cell in enumerate(template.cells):
        if cell.get("id") in {None, *seen}:
            cell.id = f"cell-{place}"
        seen.add(cell.id)
    return template


def execute(
    template: NotebookNode,
    parameters: Mapping[str, str | int | float | bool],
    *,
    kernel: Literal["in-process", "stock"],
    kept: Path,
    on_cell: Callable[[int | None], object],
    meter: OutputMeter,
) -> NotebookNode:
    """Run a template's cells up to the first that fails.

    Args:
        template: from :func:`read_template`.
        parameters: injected after the cell that is tagged ``parameters``.
        kernel: ``in-process`` uses this process up; ``stock`` starts a Jupyter kernel here.
        kept: file for papermill's own copy.
        on_cell: told of each cell before it starts: its position in the template, from 0, or
            None for the injected one.
        meter: counts what the cells put out.

    Returns:
        The notebook as far as it got, marked by papermill where a cell failed.
    """
    places = _places(template)
    notebook: NotebookNode
    try:
        notebook = papermill.execute_notebook(
            template,
            str(kept).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
            dict(parameters),
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            on_cell_start=lambda cell, **_: on_cell(places.get(cell.id)),
            engine_name=engine.IN_PROCESS if kernel == "in-process" else engine.STOCK,
            meter=meter,
        )
    except papermill.PapermillExecutionError:
        notebook = nbformat.read(kept, as_version=4)
    return notebook


def _places(template: NotebookNode) -> dict[str, int]:
    return {cell.id: place for place, cell in enumerate(template.cells)}


def first_failure(notebook: NotebookNode, template: NotebookNode) -> tuple[int | None, str] | None:
    """Position and cause of the first cell that failed.

    None if none did.

    ``SystemExit`` is a failure, also with code 0, which papermill takes for success; so is a cell
    that was never reached.
    """
    places = _places(template)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return places.get(cell.id), f"{output.ename}: {output.evalue}"
        if cell.metadata.get("papermill", {}).get("exception"):
            return places.get(cell.id), "the cell failed without a traceback; see its stderr"
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return places.get(cell.id), "the cell was never reached"
    if lost := places.keys() - {cell.id for cell in notebook.cells}:
        return min(places[one] for one in lost), "the cell is missing from the executed notebook"
    return None


def without_clock(notebook: NotebookNode) -> NotebookNode:
    """A copy without what differs between two runs of the same cells.

    That is: times, paths, process numbers and memory addresses, random ids of the cells that
    papermill adds, and the places at which a kernel's timer cut a stream in two.
    """
    clean = copy.deepcopy(notebook)
    for place, cell in enumerate(clean.cells):
        cell.metadata.pop("execution", None)
        _drop_clock(cell.metadata)
        for tag in set(_GENERATED) & set(cell.metadata.get("tags", [])):
            cell.id = f"{tag}-{place}"
        if "outputs" in cell:
            cell.outputs = [_without_process(output) for output in _joined(cell.outputs)]
    _drop_clock(clean.metadata)
    return clean


def _drop_clock(metadata: NotebookNode) -> None:
    for key in _CLOCK_AND_PLACE:
        metadata.get("papermill", {}).pop(key, None)


def _without_process(output: NotebookNode) -> NotebookNode:
    """An output without its process's file names and addresses."""
    for holder, key in ((output, "text"), (output, "evalue"), (output.get("data"), "text/plain")):
        if holder and key in holder:
            holder[key] = _OF_THE_PROCESS.sub("", holder[key])
    if "traceback" in output:
        output.traceback = [_OF_THE_PROCESS.sub("", line) for line in output.traceback]
    return output


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream made one."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and joined[-1].get("name") == output.name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined
