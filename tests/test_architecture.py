"""The shape of src/analysis: rooms that look upstream only, small modules, a light command line."""

import ast
import subprocess
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
MODULE_LINES, BODY_LINES = 300, 45
FLOW = [
    "study",
    "sources",
    "store",
    "prepare",
    "panel",
    "evidence",
    "decisions",
    "show",
    "site",
    "runs",
    "cli",
]
WORLDS = "analysis.study.worlds"
PRINTING_ROOMS = {"cli", "runs"}
DOORS = {"__init__.py", "__main__.py", "__pycache__"}
MOST_MODULES = 11
HEAVY = {"duckdb", "matplotlib", "openpyxl", "pandas", "scipy", "seaborn", "statsmodels"}


def dotted_name(path):
    return ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


PATHS = {dotted_name(path): path for path in sorted((SRC / "analysis").rglob("*.py"))}
TEXTS = {module: path.read_text(encoding="utf-8") for module, path in PATHS.items()}
TREES = {module: ast.parse(text) for module, text in TEXTS.items()}


def room(module):
    """``analysis.site.page`` is in ``pages``; the package itself is in no room."""
    return module.split(".")[1] if "." in module else ""


def rooms_in_order():
    """The rooms as the package's docstring maps them: lines of a name, two spaces, a caption."""
    lines = (ast.get_docstring(TREES["analysis"]) or "").splitlines()
    return [line.split()[0] for line in lines if "  " in line]


ROOMS = rooms_in_order()


def imported_by(module):
    """Modules of the package that a module imports anywhere; ruff refuses relative imports."""
    found = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & PATHS.keys()
            found |= submodules or {node.module}
    return found & PATHS.keys()


def upstream_of(here):
    """Rooms that a room may import: itself and those above it."""
    return {"", *ROOMS[: ROOMS.index(here) + 1]}


def functions(module):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(TREES[module]) if isinstance(node, kinds)]


def test_the_map_has_one_line_per_room():
    on_disk = {room(module) for module in PATHS} - {"", "__main__"}
    assert sorted(ROOMS) == sorted(on_disk), (
        "the docstring of src/analysis/__init__.py lists each room once, as 'name  caption': "
        f"without a line {sorted(on_disk - set(ROOMS))}, gone {sorted(set(ROOMS) - on_disk)}"
    )


def test_the_rooms_stand_in_the_order_of_the_flow():
    assert [name for name in FLOW if name in ROOMS] == ROOMS


def test_the_top_holds_the_rooms_and_the_doors():
    assert {path.name for path in (SRC / "analysis").iterdir()} - DOORS == set(ROOMS)


def test_no_room_is_crowded():
    rooms = Counter(path.parent for path in PATHS.values() if path.name != "__init__.py")
    crowded = {str(p.relative_to(SRC)): n for p, n in rooms.items() if n > MOST_MODULES}
    assert not crowded, f"more than {MOST_MODULES} modules in one room: {crowded}"


def test_the_main_holds_no_logic():
    assert imported_by("analysis.__main__") == {"analysis.cli.main"}


def test_imports_look_upstream():
    wrong = [
        f"{module} imports {name}: pass what it needs as an argument, or move it upstream"
        for module in PATHS
        if room(module) in ROOMS
        for name in sorted(imported_by(module))
        if room(name) not in upstream_of(room(module))
    ]
    assert not wrong, "\n".join(["", *wrong, f"the order is {', '.join(ROOMS)}"])


def test_planted_truth_does_not_pass_through_the_code_it_tests():
    worlds = {module for module in PATHS if f"{module}.".startswith(f"{WORLDS}.")}
    assert {room(name) for module in worlds for name in imported_by(module)} == {"study"}
    users = {module for module in PATHS if imported_by(module) & worlds} - worlds
    assert {room(module) for module in users} <= {"cli"}


def test_there_is_no_import_cycle():
    cycle = []
    try:
        TopologicalSorter({module: imported_by(module) for module in PATHS}).prepare()
    except CycleError as error:
        cycle = error.args[1]
    assert not cycle, " is imported by ".join(cycle)


def test_modules_are_short():
    lengths = {module: len(text.splitlines()) for module, text in TEXTS.items()}
    long = {module: length for module, length in lengths.items() if length > MODULE_LINES}
    assert not long, f"split what has more than {MODULE_LINES} lines: {long}"


def test_function_bodies_are_short():
    long = {}
    for module in PATHS:
        for function in functions(module):
            statements = function.body[bool(ast.get_docstring(function)) :]
            first = statements[0].lineno if statements else function.end_lineno
            if (length := function.end_lineno - first + 1) > BODY_LINES:
                long[f"{module}.{function.name}"] = length
    assert not long, f"name a step of each body of more than {BODY_LINES} lines: {long}"


def test_no_module_is_a_drawer():
    drawers = [module for module in PATHS if module.rpartition(".")[2] in ("utils", "helpers")]
    assert not drawers, f"name after what they do: {drawers}"


def test_only_the_command_line_prints():
    printing = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        if room(module) not in PRINTING_ROOMS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not printing, f"return the text instead of printing it: {printing}"


@pytest.mark.parametrize(
    "modules",
    ["analysis.cli.main", "analysis.cli.site, analysis.runs.build, analysis.prepare.raw_folder"],
    ids=["any command", "a report that finds nothing changed"],
)
def test_the_command_line_starts_light(modules):
    code = f"import sys, {modules}; print(*sorted({HEAVY} & sys.modules.keys()))"
    command = [sys.executable, "-c", code]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert not child.stdout.split(), (
        f"{modules} loads {child.stdout.strip()}: import it where a command needs it; "
        f"python -X importtime -c 'import {modules}' shows by which way it comes"
    )
