"""The PDF: printed by the browser on PATH, whole and of its page, or a word that there is none."""

import os

import psutil
import pytest

from analysis.runs import printing
from analysis.runs.build import HeldSite
from analysis.runs.printing import print_front, print_page
from analysis.site.publish import pdf_stands
from analysis.study.errors import MachineError
from tests.runs import fleet
from tests.runs.records import published, record

WHOLE = (
    r'printf "%%PDF-1.4\n/CreationDate (D:20261128035657+00)\n%s\n%%%%EOF\n" "$TMPDIR" > page.pdf'
)


@pytest.fixture
def site(tmp_path):
    """A site of one page, which is its first."""
    folder = tmp_path / "site"
    published(folder, record("summary", front=True), record("other"))
    return HeldSite(folder, folder / ".working-1-of-1")


def browser(folder, body, monkeypatch):
    program = folder / "bin" / "chromium"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_a_machine_without_a_browser_is_told_what_is_missing(site, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match=r"takes a Chromium on PATH.*leave out --pdf"):
        print_front(site)


def test_what_is_printed_is_sealed_with_its_page_and_tells_no_time(site, tmp_path, monkeypatch):
    browser(tmp_path, WHOLE, monkeypatch)
    print_front(site)
    assert {path.name for path in site.folder.glob("*.pdf")} == {"summary.pdf"}
    printed = (site.folder / "summary.pdf").read_text()
    assert "(D:19800101000000+00)\n.\n%%EOF\n%<!-- sealed " in printed
    assert pdf_stands(site.folder, "summary")
    published(site.folder, record("summary", front=True, run_id="later"))
    (site.folder / "summary.pdf").write_text(printed)
    assert not pdf_stands(site.folder, "summary")


def test_a_pdf_that_stands_is_not_printed_again(site, tmp_path, monkeypatch):
    browser(tmp_path, WHOLE, monkeypatch)
    print_front(site)
    before = (site.folder / "summary.pdf").stat().st_mtime_ns
    browser(tmp_path, "exit 1", monkeypatch)
    print_front(site)
    assert (site.folder / "summary.pdf").stat().st_mtime_ns == before


def test_a_link_to_a_file_is_left_out_with_the_folder_that_it_would_name(tmp_path, monkeypatch):
    browser(tmp_path, "{ echo %PDF-1.4; cat page.html; echo %%EOF; } > page.pdf", monkeypatch)
    links = ('<a class="x" href="results.csv">', '<a href="#end">', '<a href="https://a.example">')
    page = f'{"".join(links)} href="y"'
    printed = print_page(page.encode(), tmp_path, tmp_path / "page.pdf").decode()
    assert page.replace(' href="results.csv"', "") in printed


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("echo first >&2; echo no display >&2; exit 1", "printed nothing: no display"),
        (f"{WHOLE}; printf '%%PDF-1.4 half' > page.pdf; kill -9 $$", "printed nothing"),
        ("sleep 300 & sleep 300", "not done in 0.2 seconds"),
    ],
    ids=["nothing", "killed over half a PDF", "hangs"],
)
def test_a_browser_that_prints_no_whole_pdf_leaves_nothing(site, tmp_path, monkeypatch, body, said):
    monkeypatch.setattr(printing, "_MOST_SECONDS", 0.2 if "sleep" in body else 60)
    browser(tmp_path, body, monkeypatch)
    with pytest.raises(MachineError, match=said):
        print_front(site)
    assert not list(site.folder.glob("*.pdf"))
    assert not site.working.exists()
    assert not fleet.running_in(site.folder, within=0)


def test_no_browser_outlives_a_run_that_is_killed(site, tmp_path):
    """Nor does the next run keep what it was writing."""
    started = tmp_path / "started"
    pid = os.fork()
    if not pid:
        with pytest.MonkeyPatch.context() as patch:
            browser(tmp_path, f"echo half > page.pdf; touch {started}; exec sleep 300", patch)
            print_front(site)
        os._exit(0)
    while not started.exists():
        os.sched_yield()
    [found] = psutil.Process(pid).children()
    os.kill(pid, 9)
    fleet.exit_code(pid)
    assert psutil.wait_procs([found], timeout=5)[1] == []
    assert not list(site.folder.glob("*.pdf"))


def test_what_cannot_be_removed_is_told_and_no_pdf_is_published(site, tmp_path, monkeypatch):
    browser(tmp_path, WHOLE, monkeypatch)
    monkeypatch.setattr(printing.shutil, "rmtree", lambda *_, **__: None)
    with pytest.raises(MachineError, match=r"\.working-1-of-1: cannot be removed"):
        print_front(site)
    assert not pdf_stands(site.folder, "summary")
