"""The PDF: printed by the browser on PATH, or a word that there is none."""

import os

import pytest

from analysis.site.exports.printing import print_page
from analysis.study.errors import MachineError


def browser(folder, body, monkeypatch):
    program = folder / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_a_machine_without_a_browser_is_told_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match=r"takes a Chromium on PATH.*leave out --pdf"):
        print_page(tmp_path / "summary.html", tmp_path / "summary.pdf")


def test_what_the_browser_printed_replaces_the_pdf_whole(tmp_path, monkeypatch):
    body = 'for one; do case $one in --print-to-pdf=*) printf new > "${one#*=}";; esac; done'
    browser(tmp_path, body, monkeypatch)
    (tmp_path / "summary.pdf").write_text("old")
    print_page(tmp_path / "summary.html", tmp_path / "summary.pdf")
    assert (tmp_path / "summary.pdf").read_text() == "new"


def test_a_browser_that_prints_nothing_is_quoted_and_leaves_the_pdf(tmp_path, monkeypatch):
    browser(tmp_path, "echo first >&2; echo no display >&2; exit 1", monkeypatch)
    (tmp_path / "summary.pdf").write_text("old")
    with pytest.raises(MachineError, match="printed nothing: no display"):
        print_page(tmp_path / "summary.html", tmp_path / "summary.pdf")
    assert (tmp_path / "summary.pdf").read_text() == "old"
