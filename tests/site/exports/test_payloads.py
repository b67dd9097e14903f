"""Hostile text through every export: cells stay text, JSON stays what it was, a mail its lines."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest

from analysis.site.exports.summaries import summary_json, summary_text
from analysis.site.exports.workbook import results_workbook
from analysis.site.publish import Failure
from analysis.site.records import pack
from analysis.site.site_index import results_csv
from tests.browser.payloads import PAYLOADS
from tests.runs.records import record
from tests.site.test_matrix import row

SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "\uff1d", "x;=")
FORMULAS = [f"{sign}cmd|'/c calc'!A1" for sign in SIGNS]
TEXTS = [*PAYLOADS, *FORMULAS, "\x1b[2Jx", "x\x00\x01\uffff", "a\nOUT OF DATE"]
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FACTS = {"n_micro": 40, "n_macro": None, "deciding_level": 0.98, "status": "exploratory"}


@pytest.fixture(scope="module")
def page():
    """A page with every text in every column that an export takes from data."""
    rows = [
        {**row(f"{number}"), **FACTS, **dict.fromkeys(("niche", "contrast", "reason"), text)}
        for number, text in enumerate(TEXTS)
    ]
    return record("a", results=pack(rows), answers=tuple(one["result_id"] for one in rows))


def named(page, text):
    """The same page with a text for what it says of itself."""
    own = dict.fromkeys(("dataset", "headline", "state"), text)
    return page.model_copy(update={**own, "results": pack([]), "synthetic": False})


def begun(texts):
    return [text for text in texts if isinstance(text, str) and text.startswith(BEGINS_A_FORMULA)]


def test_no_cell_of_a_workbook_is_a_formula_or_leads_anywhere(page):
    for made in (results_workbook([page]), *(results_workbook([named(page, t)]) for t in FORMULAS)):
        book = openpyxl.load_workbook(io.BytesIO(made))
        cells = [cell for sheet in book for line in sheet for cell in line]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert begun(cell.value for cell in cells) == []
        parts = zipfile.ZipFile(io.BytesIO(made))
        assert not [one for one in parts.namelist() if "external" in one or "vba" in one]
        assert b"<hyperlink" not in b"".join(map(parts.read, parts.namelist()))
    lines = list(
        openpyxl.load_workbook(io.BytesIO(results_workbook([page])))["H2 orders per click"]
    )
    assert len(lines) == 1 + len(TEXTS)


def test_no_cell_of_a_csv_file_is_a_formula(page):
    lines = list(csv.reader(io.StringIO(results_csv([page]), newline="")))
    assert begun(cell for line in lines for cell in line) == []
    assert len(lines) == 1 + len(TEXTS)
    assert len({len(line) for line in lines}) == 1


def test_json_gives_back_what_it_was_given(page):
    said = json.loads(summary_json([page], {"b": Failure(None, TEXTS[0], machine=False)}))
    assert [answer["niche"] for answer in said["answers"]] == TEXTS
    assert said["failed"] == {"b": TEXTS[0]}


def test_a_mail_has_its_own_lines_alone(page):
    """No text makes a line of its own, nor moves the cursor of a terminal."""
    for text in TEXTS:
        mail = summary_text([named(page, text)], {"b": Failure(1, text, machine=False)})
        assert len(mail.splitlines()) == 1, text
        assert not {"\x00", "\x01", "\x1b", "\r"} & {*mail}, text
    few = {"results": pack([{**row("food"), **FACTS}]), "answers": (row("food")["result_id"],)}
    mail = summary_text([page.model_copy(update={**few, "headline": "a\nOUT OF DATE"})], {})
    assert mail.splitlines()[1] == "a OUT OF DATE"
