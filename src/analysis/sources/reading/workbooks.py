"""Workbooks -> lines of text, as they showed when saved."""

import re
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.reader.workbook import WorkbookParser
from openpyxl.utils import range_boundaries

_MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


def workbook_lines(path: Path) -> dict[str, list[list[str]]]:
    """Sheets as lines of text, as they showed when saved.

    Formulas are not computed. What is written once in cells that are merged downwards stands in
    each of their rows.

    A formula whose value was not saved stays as it is written, to be refused where it matters.
    """
    shown = openpyxl.load_workbook(path, read_only=True, data_only=True)
    written = openpyxl.load_workbook(path, read_only=True, data_only=False)
    found = {}
    for sheet in shown.worksheets:
        both = (sheet, written[sheet.title])
        for one in both:
            one.reset_dimensions()  # some tools state them wrong, and rows would be cut off
        pairs = zip(*(one.iter_rows(values_only=True) for one in both), strict=True)
        found[sheet.title] = [
            [_cell_text(v if v is not None else w) for v, w in zip(*pair, strict=True)]
            for pair in pairs
        ]
    for title, merged in _merged_downwards(path).items():
        _fill_down(found[title], merged)
    shown.close()
    written.close()
    return found


def _merged_downwards(path: Path) -> dict[str, list[tuple[int, int, int]]]:
    """Column, first and last row of cells merged downwards, by sheet."""
    found = {}
    with zipfile.ZipFile(path) as book:
        parser = WorkbookParser(book, "xl/workbook.xml", keep_links=False)
        parser.parse()
        for sheet, part in parser.find_sheets():
            references = _MERGED.findall(book.read(part.target.removeprefix("/")))
            bounds = [range_boundaries(reference.decode()) for reference in references]
            found[sheet.name] = [(a, top, end) for a, top, _, end in bounds if end > top]
    return found


def _fill_down(lines: list[list[str]], merged: list[tuple[int, int, int]]) -> None:
    for column, first, last in merged:
        for line in lines[first:last]:
            if column <= min(len(line), len(lines[first - 1])):
                line[column - 1] = lines[first - 1][column - 1]


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
