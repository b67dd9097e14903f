"""A site built from hostile data by the command line: every page of it, with each defence alone."""

import csv
import json
import shutil
import subprocess
import zipfile

import nbformat
import openpyxl
import pytest

from analysis.cli.main import main
from analysis.site import page as shell
from analysis.site.publish import notebook_path, standing_pages
from analysis.store.dataset import open_dataset
from tests.browser import hostile
from tests.browser.reader import DESKTOP
from tests.browser.watch import deeds, without_policy
from tests.site.exports.test_payloads import BEGINS_A_FORMULA

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with the site; one page is of a selected niche."""
    base = tmp_path_factory.mktemp("hostile")
    hostile.write(base)
    subject = {"study": "study.yml", "data": "brand", "out": "site"}
    arguments = ["report", *(w for k, v in subject.items() for w in (f"--{k}", str(base / v)))]
    plan, selected = (["--plan", str(base / name)] for name in ("plan.yml", "selected.yml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROMACRO_DATA", str(base / "data"))
        for name in ("MICROMACRO_STUDY", "MICROMACRO_KEY"):
            patch.setenv(name, "")
            patch.delenv(name)
        assert main([*arguments, *plan, "--pdf"]) == 1, "one file is refused"
        assert main([*arguments, *selected, "--set", f"niche={hostile.IMAGE}"]) == 1
    return base


@pytest.fixture(scope="module")
def published(base):
    """Every page as it is published."""
    return {path.stem: path.read_text("utf-8") for path in sorted((base / "site").glob("*.html"))}


def test_the_site_holds_what_was_thrown_at_it(base, published):
    known = open_dataset(base / "data" / "processed" / "brand").manifest
    assert len(known.niches) > 100
    assert len(known.campaigns) > 100
    assert any("<img" in file.file for file in known.files)
    assert any("<img" in name for name in known.refused)
    assert len(published) == 7
    assert sum("&lt;img src=x" in page for page in published.values()) == 7


def test_both_defences_leave_nothing_even_to_refuse(chromium, published):
    assert deeds(chromium, published) == {}


def test_the_allow_list_alone(chromium, published):
    bare = {name: without_policy(page) for name, page in published.items()}
    assert deeds(chromium, bare) == {}


def test_data_never_become_markup(chromium, base, monkeypatch):
    """Before either defence: a page without the allow-list and without the policy."""
    monkeypatch.setattr(shell, "clean", lambda body: body)
    site = base / "site"
    raw = {
        name: shell.render_page(nbformat.read(notebook_path(site, name), as_version=4), record)
        for name, record in standing_pages(site).items()
    }
    assert not any("<img src=x onerror=" in page for page in raw.values())
    assert deeds(chromium, {name: without_policy(page) for name, page in raw.items()}) == {}


def test_every_niche_is_shown_as_the_text_that_it_is(chromium, base):
    page = chromium.new_page(viewport=DESKTOP)
    page.goto((base / "site" / "data.html").as_uri())
    shown = " ".join(page.inner_text("main").split())
    page.close()
    niches = open_dataset(base / "data" / "processed" / "brand").manifest.niches
    assert [niche for niche in niches if " ".join(niche.split()) not in shown] == []


def test_no_export_holds_a_formula_or_a_way_out(base):
    site = base / "site"
    book = openpyxl.load_workbook(site / "results.xlsx")
    cells = [cell for sheet in book for line in sheet for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        niches = [row["niche"] for row in csv.DictReader(file)]
    assert any("onerror=" in text for text in niches)
    assert [text for text in [*texts, *niches] if text.startswith(BEGINS_A_FORMULA)] == []
    with zipfile.ZipFile(site / "results.xlsx") as parts:
        assert b"<hyperlink" not in b"".join(map(parts.read, parts.namelist()))
    told = json.loads((site / "summary.json").read_text(encoding="utf-8"))
    mailed = (site / "summary.txt").read_text(encoding="utf-8").splitlines()
    beside = told["out_of_date"] + 2 * bool(told["headline"])  # and what changed
    assert len(mailed) == 1 + beside + len(told["answers"])


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not here")
def test_a_pdf_shows_hostile_text_as_text_and_leads_nowhere(chromium, base):
    [printed] = (base / "site").glob("*.pdf")

    def read(*command):
        ended = subprocess.run(
            [*command, printed, *["-"] * (command == ("pdftotext",))],
            capture_output=True,
            check=True,
            text=True,
        )
        return " ".join(ended.stdout.split())

    assert read("pdfinfo", "-js") == ""
    assert not {"http", "script"} & {*read("pdfinfo", "-url").split(":")}
    for door in (b"/JavaScript", b"/OpenAction", b"/Launch", b"/EmbeddedFile"):
        assert door not in printed.read_bytes(), door
    assert "<img src=x onerror=" in read("pdftotext")
