"""The blank workbook, or folder of CSV files, that people fill in."""

from pathlib import Path

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from analysis.sources.formats import EXPLANATION
from analysis.study.contract import TABLES, Column
from analysis.study.errors import UsageError

_ALLOWED = {
    "count": "a whole number in plain digits",
    "amount": "a decimal number with a point",
    "proportion": "a share between 0 and 1",
    "day": "a date like 2026-03-31",
    "time": "a date like 2026-03-31, or 2026-03-31T18:00:00Z",
    "flag": "yes or no",
    "text": "text",
}
_OTHER_FORMS = (".csv", ".ods", ".xls", ".xlsm")


def write_template(target: Path) -> list[Path]:
    """Write a blank workbook or a folder of CSV files.

    The folder holds a README too.

    Raises:
        UsageError: something is there already; a filled form is never overwritten.
    """
    if target.is_file():
        raise UsageError(f"{target}: is there already; choose another name")
    if target.suffix == ".xlsx":
        return [_workbook(target)]
    if target.suffix in _OTHER_FORMS:
        raise UsageError(f"{target}: write FILE.xlsx for a workbook, or a folder for CSV files")
    if target.exists() and any(target.iterdir()):
        raise UsageError(f"{target}: is not empty; choose another folder")
    return _folder(target)


def _workbook(target: Path) -> Path:
    workbook = openpyxl.Workbook()
    explained = workbook.active
    explained.title = "columns explained"
    for line in [EXPLANATION, *_explanations()]:
        explained.append(line)
    forms = [(workbook.create_sheet(name), table) for name, table in TABLES.items()]
    for sheet, table in [(explained, None), *forms]:
        if table is not None:
            sheet.append(table.names)
        sheet.freeze_panes = "A2"
        for number, cell in enumerate(sheet[1], start=1):
            cell.font = Font(bold=table is None or cell.value in table.needed)
            column = sheet.column_dimensions[get_column_letter(number)]
            column.width = 18
            if table is not None and table[cell.value].kind in ("text", "choice"):
                column.number_format = "@"  # or a spreadsheet rounds long ids to 15 digits
    target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)
    return target


def _folder(target: Path) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in TABLES.items():
        path = target / f"{name}.csv"
        path.write_text(",".join(table.names) + "\n", encoding="utf-8")
        written.append(path)
    rows = [f"| {' | '.join(line)} |" for line in _explanations()]
    readme = target / "README.md"
    head = f"| {' | '.join(EXPLANATION)} |\n|---|---|---|---|---|\n"
    readme.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return [*written, readme]


def _explanations() -> list[tuple[str, str, str, str, str]]:
    return [
        (table.name, column.name, "yes" if column.needed else "", column.meaning, _write(column))
        for table in TABLES.values()
        for column in table.columns
    ]


def _write(column: Column) -> str:
    return ", ".join(column.choices) if column.choices else _ALLOWED[column.kind]
