"""results.xlsx: the numbers of results.csv, safe cells, the same bytes every time."""

import io
import time

import openpyxl

from analysis.site.exports.workbook import results_workbook
from analysis.site.records import pack
from tests.runs.records import record
from tests.site.test_matrix import row

FACTS = {"n_micro": 40, "n_macro": None, "deciding_level": 0.98, "status": "exploratory"}


def pages(*rows, **changes):
    return [record("a", results=pack([{**one, **FACTS} for one in rows]), **changes)]


def sheet(workbook, name):
    cells = openpyxl.load_workbook(io.BytesIO(workbook))[name].values
    head, *lines = cells
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_numbers_are_those_of_the_rows_and_small_counts_are_withheld():
    [told] = sheet(results_workbook(pages(row("food"))), "H2 orders per click")
    assert (told["micro / macro"], told["from"], told["to"]) == (1.5, 1.1, 1.9)
    assert (told["micro creators"], told["macro creators"]) == (40, "withheld")
    assert (told["platform"], told["ahead"]) == ("TikTok", "micro")


def test_text_that_a_spreadsheet_would_calculate_is_text():
    made = results_workbook(pages(row("=1+1"), row("food; @x")))
    cells = openpyxl.load_workbook(io.BytesIO(made))["H2 orders per click"]["B"]
    assert [cell.data_type for cell in cells] == ["s"] * 3
    assert {cell.value for cell in cells[1:]} == {"'=1+1", "food;' @x"}


def test_the_first_sheet_says_what_is_invented_and_what_is_past_its_day():
    late = {"synthetic": True, "out_of_date": True}
    book = openpyxl.load_workbook(io.BytesIO(results_workbook(pages(row("food"), **late))))
    assert book.sheetnames == ["Read me", "H2 orders per click"]
    said = book["Read me"]["A1"].value
    assert said.startswith("SYNTHETIC: invented data. brand: ")
    assert said.endswith("Out of date since 2026-12-31.")


def test_the_same_rows_make_the_same_bytes_at_another_time(monkeypatch):
    first = results_workbook(pages(row("food")))
    later = time.time() + 100_000
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert results_workbook(pages(row("food"))) == first


def test_the_longest_names_of_sheets_are_cut_and_their_signs_taken_out():
    rows = [{**row("food"), "metric": "engagement_per_follower_any_post"}]
    [_, name] = openpyxl.load_workbook(io.BytesIO(results_workbook(pages(*rows)))).sheetnames
    assert name == "H2 engagement per follower, boo"
