"""Workbooks -> lines of text, as they showed when saved."""

from datetime import datetime
from pathlib import Path

import openpyxl


def workbook_lines(path: Path) -> dict[str, list[list[str]]]:
    """Sheets as lines of text, as they showed when saved.

    Formulas are not computed.

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
    shown.close()
    written.close()
    return found


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
