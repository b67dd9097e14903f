"""docs/tutorial.md: its commands run in order on a small workbook, and its outputs are theirs."""

import os
import re
import subprocess
import sys

import openpyxl
import pytest

from analysis.study.contract import TABLES
from analysis.study.project import PROJECT
from analysis.study.worlds import Niche, Platform, World, draw

pytestmark = pytest.mark.prove

TUTORIAL = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BRAND = World(
    platforms=(Platform("instagram", (0, 48, 48, 0), insights=True),),
    niches=(Niche("beauty"), Niche("food")),
    posts=3,
)


def fill(workbook):
    """The tutorial's second step: a small brand, with one cell that is no number."""
    drawn = draw(BRAND, seed=7)
    book = openpyxl.load_workbook(workbook)
    for name in TABLES:
        columns = [cell.value for cell in book[name][1]]
        rows = getattr(drawn, name).reindex(columns=columns).astype(object)
        for row in rows.where(rows.notna(), None).itertuples(index=False):
            book[name].append(list(row))
    book["creators"]["D3"] = "many"
    book.save(workbook)


def run(command, folder):
    environment = {**os.environ, "MICROMACRO_DATA": str(folder / "data")}
    ours = command.replace(".venv/bin/micromacro", f"{sys.executable} -m analysis")
    found = subprocess.run(
        ["sh", "-c", ours], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, f"{command}: {found.stderr}"
    return found.stdout


def test_the_commands_run_in_order_and_print_what_is_shown(tmp_path):
    blocks = re.findall(r"```sh\n(.*?)```(?:\n\n```\n(.*?)```)?", TUTORIAL, re.DOTALL)
    commands = "".join(commands for commands, _ in blocks).splitlines()
    printed = ""
    for command in commands:
        printed += run(command, tmp_path)
        if " template " in command:
            fill(tmp_path / command.split()[-1])
    shown = [line.removesuffix("...") for _, output in blocks for line in output.splitlines()]
    assert len(shown) >= 5
    assert [line for line in shown if line not in printed] == []
    for page in ("index", "summary", "engagement-beauty", "decision"):
        assert (tmp_path / "reports" / "my" / f"{page}.html").exists()
