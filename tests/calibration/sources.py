"""The code behind a measurement: its module, and all of the project that it imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

from analysis.store.digests import digest

PROJECT = Path(__file__).resolve().parents[2]
_ROOTS = {"analysis": PROJECT / "src", "tests": PROJECT}
_DECLARED = ("*.csv", "*.sql", "*.yml")  # beside the code that reads them


def code_behind(module: str) -> str:
    """Digest that changes with the code and the declarations behind a module, not with words."""
    files = sorted(sources(_file(module)))
    trees = [ast.dump(_without_words(ast.parse(path.read_text("utf-8")))) for path in files]
    folders = sorted({path.parent for path in files})
    tables = [path for of in folders for kind in _DECLARED for path in sorted(of.glob(kind))]
    return digest([*trees, *(path.read_bytes() for path in (*tables, PROJECT / "study.yml"))])


def sources(module: Path) -> set[Path]:
    """A module of the project and those that it imports, and those that they import."""
    found: set[Path] = set()
    ahead = {module}
    while ahead:
        found |= ahead
        ahead = {path for one in ahead for path in _imported(one)} - found
    return found


def _imported(module: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _ROOTS:
            names = [str(node.module), *(f"{node.module}.{one.name}" for one in node.names)]
            yield from (path for name in names if (path := _file(name)).exists())


def _file(module: str) -> Path:
    path = _ROOTS[module.partition(".")[0]] / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _without_words(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:]
    return tree
