"""The record of a page: inert JSON with the rows it shows."""

import base64
import html
import json
import lzma
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.show.media_type import RESULTS_MIME
from analysis.site.changes import Change
from analysis.store.digests import digest
from analysis.study.forms import Frozen

if TYPE_CHECKING:  # two seconds that reading records need not cost
    from nbformat import NotebookNode

WHOLE = "Whole dataset"
_RECORD = re.compile(r'<template id="record">(.*?)</template>', re.DOTALL)


class PageRecord(Frozen):
    """What a page says about itself, as inert JSON inside it.

    Attributes:
        group: heading of the index that it stands under.
        state: the line below the title: how far the data go and what kind of evidence it is.
        last_day: of the data; None where they have no days.
        valid_until: last day on which the page may be relied on; None likewise.
        out_of_date: whether that day had passed when the page was made.
        headline: its answer in one line.
        answers: result ids of the rows that the headline states.
        versions: of Python and of the packages that made it.
        front: whether it is the first of its plan.
        since: run id of the page that it replaced; None for the first of its kind.
        changes: what it says differently from that page.
        results: the recorded rows, packed: they are nine tenths of a page otherwise.
        ways: every way of counting that the page looked at, likewise; empty on most.
    """

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
    last_day: str | None
    valid_until: str | None
    out_of_date: bool
    headline: str
    answers: tuple[str, ...]
    versions: tuple[str, ...]
    front: bool
    since: str | None
    changes: tuple[Change, ...]
    results: str
    ways: str = ""

    @property
    def group_id(self) -> str:
        """Where the index lists its group."""
        return group_id(self.group)

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own: a question without any estimate has none.

        Of a niche that means an estimate in the niche. The first page of a plan has one all the
        same, and so has what asks no question.
        """
        rows, niche = self.rows, self.parameters.get("niche", "all")
        own = [row for row in rows if niche == "all" or row["niche"] == niche]
        return self.front or not rows or any(row["estimate"] is not None for row in own)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The recorded rows."""
        return unpack(self.results)


def group_id(group: str) -> str:
    """Where the index lists a group."""
    return f"group-{digest([group])[:8]}"


class Recorded(NamedTuple):
    """What a notebook recorded.

    Attributes:
        headline: its first sentence.
        answers: result ids of the rows that the sentence states.
        rows: every row.
        ways: every way of counting, where it looked at several.
    """

    headline: str
    answers: tuple[str, ...]
    rows: list[dict[str, Any]]
    ways: list[dict[str, Any]]


def recorded(notebook: "NotebookNode") -> Recorded:
    """Collect what a notebook recorded.

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
    said = str(outputs[0]["text/plain"]).split("\n", maxsplit=1)[0] if outputs else ""
    answers = tuple(outputs[0][RESULTS_MIME]["answers"]) if outputs else ()
    table = [dict(zip(columns, row, strict=True)) for row in rows.values()]
    ways = [way for output in outputs for way in output[RESULTS_MIME].get("ways", ())]
    return Recorded(said, answers, table, ways)


def pack(rows: Sequence[dict[str, Any]]) -> str:
    """Pack rows of the same columns, column by column, as compressed JSON in base64.

    Example:
        >>> unpack(pack([{"a": 1, "b": "x"}, {"a": None, "b": "x"}]))
        [{'a': 1, 'b': 'x'}, {'a': None, 'b': 'x'}]
    """
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    text = json.dumps(columns, separators=(",", ":"))
    return base64.b64encode(lzma.compress(text.encode(), preset=9)).decode()


def unpack(packed: str) -> list[dict[str, Any]]:
    """Unpack rows."""
    columns = json.loads(lzma.decompress(base64.b64decode(packed)))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read_record(page: str) -> PageRecord | None:
    """Read the record inside a page, None where there is none."""
    found = _RECORD.search(page)
    return PageRecord.model_validate_json(html.unescape(found[1])) if found else None
