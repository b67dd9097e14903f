"""The blank forms: all that the contract declares; what was filled in is never overwritten."""

import openpyxl
import pytest

from analysis.sources.reading.tables import read_tables
from analysis.sources.template import write_template
from analysis.study.contract import TABLES
from analysis.study.errors import UsageError


def test_a_workbook_has_a_sheet_per_table_and_one_that_explains(tmp_path):
    assert write_template(tmp_path / "new" / "roster.xlsx") == [tmp_path / "new" / "roster.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "new" / "roster.xlsx")
    assert book.sheetnames == ["columns explained", *TABLES]
    for name, table in TABLES.items():
        [header] = book[name].values
        assert header == table.names
        bold = {cell.value for cell in book[name][1] if cell.font.bold}
        assert bold == table.needed


def test_columns_of_text_are_text_in_a_spreadsheet(tmp_path):
    """Or an id of 19 digits is rounded as it is pasted, and two posts become one."""
    [path] = write_template(tmp_path / "roster.xlsx")
    sheet = openpyxl.load_workbook(path)["posts"]
    formats = {
        cell.value: sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[1]
    }
    assert formats["post_id"] == formats["handle"] == formats["platform"] == "@"
    assert formats["likes"] == formats["posted_at"] == "General"


def test_every_column_is_explained(tmp_path):
    [path] = write_template(tmp_path / "roster.xlsx")
    explained = openpyxl.load_workbook(path)["columns explained"]
    head, *lines = explained.values
    assert head == ("table", "column", "needed", "meaning", "write")
    by_column = {(table, column): rest for table, column, *rest in lines}
    assert set(by_column) == {(t.name, c.name) for t in TABLES.values() for c in t.columns}
    assert by_column["creators", "platform"][0] == "yes"
    assert by_column["creators", "platform"][2] == "instagram, tiktok, youtube"
    assert by_column["posts", "is_boosted"][2] == "yes or no"
    assert all(write for _, _, write in by_column.values())


def test_a_folder_holds_the_same_forms(tmp_path):
    written = write_template(tmp_path / "forms")
    assert [path.name for path in written] == [*(f"{name}.csv" for name in TABLES), "README.md"]
    for path, table in zip(written, TABLES.values(), strict=False):
        [blank] = read_tables(path, path.name)
        assert (blank.header, blank.rows_read) == (table.names, 0)
    readme = written[-1].read_text(encoding="utf-8").splitlines()
    assert len(readme) == 2 + sum(len(table.columns) for table in TABLES.values())
    assert all(line.count("|") == 6 for line in readme)


@pytest.mark.parametrize("name", ["roster.xlsx", "forms", "a-file"])
def test_what_is_there_is_never_overwritten(tmp_path, name):
    if name == "forms":
        write_template(tmp_path / name)
        filled = tmp_path / name / "creators.csv"
    else:
        filled = tmp_path / name
    filled.write_bytes(b"weeks of work")
    with pytest.raises(UsageError, match=rf"{name}: is .*; choose another"):
        write_template(tmp_path / name)
    assert filled.read_bytes() == b"weeks of work"


@pytest.mark.parametrize("name", ["roster.csv", "roster.xls", "roster.xlsm"])
def test_a_form_of_another_kind_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"write FILE\.xlsx for a workbook, or a folder"):
        write_template(tmp_path / name)
    assert not list(tmp_path.iterdir())
