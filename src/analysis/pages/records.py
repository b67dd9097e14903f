"""What a page says about itself: its record, inert JSON inside the page, with the rows it shows."""

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:  # two seconds that reading records need not cost
    from nbformat import NotebookNode

RESULTS_MIME = "application/vnd.micromacro.results+json"

_RECORD = re.compile(r'<template id="record">(.*?)</template>', re.DOTALL)


class PageRecord(BaseModel):
    """What a page says about itself, as inert JSON inside it.

    ``results`` holds the recorded rows packed: per column its distinct values, and per row the
    place of its value among them; ``state`` is the line below the
    title: how far the data go and what kind of evidence it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    report_id: str
    title: str
    group: str
    dataset: str
    synthetic: bool
    run_id: str
    data_digest: str
    study_digest: str
    parameters: dict[str, str | int | float | bool]
    state: str
    headline: str
    results: dict[str, list[list[Any]]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The recorded rows."""
        return unpack(self.results)


def recorded(notebook: "NotebookNode") -> tuple[str, dict[str, list[list[Any]]]]:
    """The first recorded sentence of an executed notebook, and all recorded rows.

    Raises:
        ValueError: two records of one notebook give different values to one result.
    """
    outputs = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if RESULTS_MIME in output.get("data", {})
    ]
    columns = outputs[0][RESULTS_MIME]["columns"] if outputs else []
    rows: dict[str, list[Any]] = {}
    for output in outputs:
        for row in output[RESULTS_MIME]["rows"]:
            if rows.setdefault(row[0], row) != row:
                raise ValueError(f"two values for {row[0]}: {rows[row[0]]} and {row}")
    said = str(outputs[0]["text/plain"]).split("\n", maxsplit=1)[0].strip("*") if outputs else ""
    return said, pack(columns, list(rows.values()))


def pack(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[list[Any]]]:
    """Rows by column: distinct values, and each row's place among them.

    Example:
        >>> pack(["a", "b"], [[1, "x"], [2, "x"]])
        {'a': [[1, 2], [0, 1]], 'b': [['x'], [0, 0]]}
    """
    packed = {}
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        places: dict[Any, int] = {}
        codes = [places.setdefault(value, len(places)) for value in values]
        packed[column] = [list(places), codes]
    return packed


def unpack(packed: dict[str, list[list[Any]]]) -> list[dict[str, Any]]:
    """The rows that were packed."""
    columns = [[values[place] for place in places] for values, places in packed.values()]
    return [dict(zip(packed, row, strict=True)) for row in zip(*columns, strict=True)]


def read_record(page: str) -> PageRecord | None:
    """The record inside a page, None where there is none."""
    found = _RECORD.search(page)
    return PageRecord.model_validate_json(html.unescape(found[1])) if found else None
