"""results.xlsx: the answers with their intervals, for people who live in spreadsheets."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import openpyxl
from openpyxl.styles import Alignment, Font

from analysis.evidence.metrics import METRICS
from analysis.evidence.wording import SUPPRESSED, platform_name
from analysis.show.gaps import state
from analysis.site.changes import Row
from analysis.site.records import PageRecord
from analysis.store.escaping import as_cell

_WHO = {
    "typical": "every creator the same",
    "portfolio": "all of a tier together",
    "elasticity": "growth with followers",
}
_COLUMNS = {
    "platform": "where the accounts are",
    "niche": "what they are about",
    "measure": "what is compared",
    "who counts": "every creator the same, or all of a tier together",
    "ranges": "follower ranges, micro first",
    "micro creators": "persons; counts of one to four are withheld",
    "macro creators": "likewise",
    "micro / macro": "the ratio; of growth with followers the slope",
    "from": "lower end of the interval that decides",
    "to": "upper end of it",
    "level": "of that interval",
    "ahead": "who is ahead by that interval, in the reader's interest",
    "status": "confirmatory, interim or exploratory",
    "because": "what the verdict rests on",
    "result_id": "the row of results.csv",
}
_WIDTHS = {"measure": 34, "niche": 20, "ranges": 20, "who counts": 22, "because": 44}
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_NAME = 31  # of a sheet, in every spreadsheet program


def results_workbook(records: Sequence[PageRecord]) -> bytes:
    """Write a workbook: a sheet that explains it, then one sheet per claim.

    The same rows make the same bytes.

    Args:
        records: of every report, at least one.
    """
    rows = {row["result_id"]: row for record in records for row in record.rows}
    by_claim: dict[str, list[Row]] = {}
    for _, row in sorted(rows.items()):
        by_claim.setdefault(str(row["claim"]), []).append(row)
    book = openpyxl.Workbook()
    _explain(book.active, records[0])
    for claim, own in by_claim.items():
        label = METRICS[str(own[0]["metric"])].label
        name = _NOT_IN_A_NAME.sub(" ", f"{claim} {label}")[:_LONGEST_NAME].strip()
        _fill(book.create_sheet(name), [list(_COLUMNS), *map(_line, own)])
    written = io.BytesIO()
    book.save(written)
    return _without_times(written.getvalue())


def _explain(sheet: openpyxl.worksheet.worksheet.Worksheet, record: PageRecord) -> None:
    sheet.title = "Read me"
    invented = "SYNTHETIC: invented data. " if record.synthetic else ""
    late = f" Out of date since {record.valid_until}." if record.out_of_date else ""
    said = f"{invented}{record.dataset}: {record.state}.{late}"
    _fill(sheet, [[_cell(said)], ["column", "meaning"], *map(list, _COLUMNS.items())])


def _fill(sheet: openpyxl.worksheet.worksheet.Worksheet, lines: Iterable[Sequence[object]]) -> None:
    for line in lines:
        sheet.append(line)
    for number, name in enumerate(_COLUMNS, start=1):
        letter = openpyxl.utils.get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 15)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top")
    if sheet.max_row > 1:
        sheet.freeze_panes = "A2"


def _line(row: Row) -> list[object]:
    told = {
        "platform": platform_name(row["platform"]),
        "niche": row["niche"],
        "measure": METRICS[str(row["metric"])].label,
        "who counts": _WHO[str(row["estimand"])],
        "ranges": row["contrast"],
        "micro creators": _counted(row, "n_micro"),
        "macro creators": _counted(row, "n_macro"),
        "micro / macro": row["estimate"],
        "from": row["deciding_low"],
        "to": row["deciding_high"],
        "level": row["deciding_level"],
        "ahead": state(dict(row)).word,
        "status": row["status"],
        "because": row["reason"],
        "result_id": row["result_id"],
    }
    return [_cell(told[name]) for name in _COLUMNS]


def _cell(value: object) -> object:
    """As in a CSV file, without the signs with which no workbook would open."""
    return as_cell(_NO_XML.sub("", value) if isinstance(value, str) else value)


def _counted(row: Mapping[str, object], name: str) -> object:
    return SUPPRESSED if row[name] is None else row[name]


def _without_times(workbook: bytes) -> bytes:
    """The same parts without the times at which they were written."""
    fixed = io.BytesIO()
    parts = zipfile.ZipFile(io.BytesIO(workbook))
    with parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "docProps/core.xml":
                content = _MOMENT.sub(b"1980-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
