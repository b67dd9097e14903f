"""Workbooks -> rows of text, as they showed when saved."""

import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_BEYOND = re.compile(rb'\br="[A-Z]*(?:[0-9]{8,}|[2-9][0-9]{6}|1[1-9][0-9]{5})"')

Rows = dict[int, list[str]]


def workbook_rows(path: Path) -> dict[str, Rows]:
    """Rows that hold any text, by sheet and number, as they showed when saved.

    Formulas are not computed. What is written once in cells that are merged downwards stands in
    each of their rows. A formula whose value was not saved stays as it is written, to be refused
    where it matters. A far cell costs one row, not all those before it.

    Raises:
        ValueError: a row has a number that no workbook can have, and would take as long to reach.
    """
    import openpyxl  # a third of a second that most folders do not need

    shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
    written = openpyxl.load_workbook(path, read_only=True, data_only=False)
    parts = _parts(path)
    found = {}
    for sheet in shown.worksheets:
        part = parts[sheet.title]
        if _BEYOND.search(part):
            raise ValueError(f"{sheet.title}: a row beyond 1,048,576, which no workbook has")
        both = (sheet, written[sheet.title]) if b"<f" in part else (sheet,)
        for one in both:
            one.reset_dimensions()  # some tools state them wrong, and rows would be cut off
        versions = zip(*(one.iter_rows(values_only=True) for one in both), strict=True)
        rows = {
            number: cells
            for number, version in enumerate(versions, start=1)
            if any(value is not None for value in version[-1]) and any(cells := _cells(version))
        }
        _fill_down(rows, _merged_downwards(part))
        found[sheet.title] = rows
    shown.close()
    written.close()
    return found


def _cells(version: Sequence[Sequence[object]]) -> list[str]:
    """Values of a row, or where none was saved its formulas."""
    shown, written = version[0], version[-1]
    both = zip(shown, written, strict=True)
    return [_cell_text(value if value is not None else formula) for value, formula in both]


def _parts(path: Path) -> dict[str, bytes]:
    """The XML of every sheet, by its title."""
    from openpyxl.reader.workbook import WorkbookParser

    with zipfile.ZipFile(path) as book:
        parser = WorkbookParser(book, "xl/workbook.xml", keep_links=False)
        parser.parse()
        parts = [(sheet.name, part.target) for sheet, part in parser.find_sheets()]
        return {title: book.read(target.removeprefix("/")) for title, target in parts}


def _merged_downwards(part: bytes) -> list[tuple[int, int, int]]:
    """Column, first and last row of cells merged downwards."""
    from openpyxl.utils import range_boundaries

    bounds = [range_boundaries(reference.decode()) for reference in _MERGED.findall(part)]
    return [(column, first, last) for column, first, _, last in bounds if last > first]


def _fill_down(rows: Rows, merged: list[tuple[int, int, int]]) -> None:
    for column, first, last in merged:
        above = rows.get(first, [])
        for number, cells in rows.items():
            if first < number <= last and column <= min(len(cells), len(above)):
                cells[column - 1] = above[column - 1]


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
