"""Notebooks: thin, alike in their parameters, without outputs but those that are checked."""

import ast
import json
import re

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from analysis.study.project import PROJECT
from tests.built import small_brand

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
MOST_LINES = 13


def cells(path, kind):
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def tags(cell):
    return cell["metadata"].get("tags", [])


def source(cell):
    return "".join(cell["source"])


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_argues_and_does_not_compute(path):
    for cell in cells(path, "code"):
        tree = ast.parse(source(cell))
        kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Lambda)
        assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]
        assert len(source(cell).splitlines()) <= MOST_LINES
    assert source(cells(path, "markdown")[0]).startswith("# ")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_checked_outputs_are_committed(path):
    for cell in cells(path, "code"):
        checked = "keep_output" in tags(cell)
        assert bool(cell["outputs"]) == checked
        assert (cell["execution_count"] is not None) == checked
        assert checked == source(cell).startswith("# NBVAL_CHECK_OUTPUT")
        assert set(cell["metadata"]) <= {"tags"}
        assert all(output["output_type"] == "stream" for output in cell["outputs"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_have_stable_ids_in_order(path):
    ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    number = path.stem.split("_")[0]
    assert ids == [f"{number}-{place:02d}" for place in range(len(ids))]


def _named(path):
    """Which claim each name of a notebook answers, and of which the evidence is shown."""
    answered, shown = {}, set()
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Assign):
                names = re.findall(r"\w+", ast.unparse(node.targets[0]))
                claims = re.findall(r"answer\(view, '(\w+)'\)", ast.unparse(node.value))
                answered |= dict(zip(names, claims, strict=False))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "tables.evidence":
                shown |= {ast.unparse(node.args[0])}
    return {answered[name] for name in shown}


def test_every_registered_claim_shows_its_evidence_on_a_page(study):
    assert set().union(*map(_named, NOTEBOOKS)) == set(study.claims)


def test_every_notebook_takes_the_same_typed_commented_parameters():
    found = {
        source(cell)
        for path in NOTEBOOKS
        for cell in cells(path, "code")
        if "parameters" in tags(cell)
    }
    assert len(found) == 1
    for line in found.pop().splitlines():
        assert "  # " in line
        assert isinstance(ast.parse(line).body[0], ast.AnnAssign)


TRIED = [path for path in NOTEBOOKS if path.stem != "90_summary"]


def to_try(path):
    """The Python of the cell "Try this", which ends a notebook and is not published."""
    (cell,) = [cell for cell in cells(path, "markdown") if "try_this" in tags(cell)]
    return re.search(r"```python\n(.*)\n```", source(cell), re.DOTALL)[1]


@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_a_notebook_ends_with_lines_to_try(path):
    last = json.loads(path.read_text(encoding="utf-8"))["cells"][-1]
    assert "try_this" in tags(last)
    assert 2 <= len(to_try(path).splitlines()) <= 3
    assert "help(" in source(last)


@pytest.mark.prove
@pytest.mark.parametrize("path", TRIED, ids=lambda path: path.stem)
def test_the_lines_to_try_run_below_their_notebook(path, tmp_path_factory):
    """On a small brand: the lines ask for tiers of their own, which computes all anew."""
    shell = InteractiveShell.instance()
    help_line = re.search(r"`(help\([\w.]+\))`", source(cells(path, "markdown")[-1]))[1]
    texts = [source(cell) for cell in cells(path, "code")]
    for text in [*texts, *to_try(path).splitlines(), help_line]:
        with capture_output():
            result = shell.run_cell(text)
        result.raise_error()
        shell.user_ns["dataset"] = str(small_brand(tmp_path_factory))
