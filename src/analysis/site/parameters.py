"""The parameters cell of a notebook: what a plan may set and what a page shows."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any


def declared(cells: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, object]]:
    """Every parameter's annotation and default, from the tagged cell.

    None where no cell is tagged.

    Args:
        cells: of a notebook.

    Raises:
        ValueError, KeyError, TypeError, SyntaxError: the cells are no notebook's, or no Python.

    Example:
        >>> declared([{"metadata": {"tags": ["parameters"]}, "source": "niche: str = 'all'"}])
        {'niche': ('str', 'all')}
    """
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    return {
        line.target.id: (line.annotation.id, ast.literal_eval(line.value))
        for cell in tagged[:1]
        for line in ast.parse("".join(cell["source"])).body
        if isinstance(line, ast.AnnAssign)
        and isinstance(line.target, ast.Name)
        and isinstance(line.annotation, ast.Name)
        and line.value is not None
    }
