"""Cells: nothing a spreadsheet would run, numbers as numbers, and the same text back."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.store.escaping import as_cell

TEXTS = st.one_of(st.text(), st.text(alphabet="=+-@;' \"\t\r\nx＝,1"))
# https://owasp.org/www-community/attacks/CSV_Injection, and after leading space or quote
FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠1"),
    *("\t=1", "\r=1", "\n=1", " =1", "  -1", '"=1', "'=1", " '\" @x", "'-"),
    *('=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"),
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text):
    assert str(as_cell(text)).startswith("'")


@pytest.mark.parametrize(
    ("text", "cell"),
    [("a;=1+1;b", "a;'=1+1;b"), ('a; "=1', "a;' \"=1"), ("a;;-1", "a;;'-1"), (";+1", ";'+1")],
)
def test_a_semicolon_begins_no_formula_either(text, cell):
    """Where the decimal mark is a comma, a double click divides cells at semicolons."""
    assert as_cell(text) == cell


@pytest.mark.parametrize("value", [-1.5, 0, 12, None, float("inf")])
def test_numbers_stay_numbers(value):
    assert as_cell(value) is value


@pytest.mark.parametrize("text", ["food & drink", "'tis", "a - b", "1K-100K vs 100K+", "x=1", ""])
def test_plain_text_is_left_alone(text):
    assert as_cell(text) == text


def as_meant(cell):
    """Take the apostrophes off that ``as_cell`` put before formulas."""
    return re.sub(r"""(^|;)'(?=['"\s]*[=+\-@\uff1d\uff0b\uff0d\uff20])""", r"\1", cell)


@given(TEXTS)
def test_the_same_text_comes_back(text):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(["before", as_cell(text), 1])
    assert file.getvalue().count("\n") == 1
    [(_, cell, number)] = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert as_meant(cell) == " ".join(text.split())
    assert number == "1"


@given(TEXTS)
def test_no_cell_begins_a_formula(text):
    for cell in str(as_cell(text)).split(";"):
        assert cell.strip("\"' \t\r\n")[:1] not in tuple("=+-@＝＋－＠") or cell.startswith("'")
