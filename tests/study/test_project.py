"""Outside a checkout the command line says in one line that it needs one."""

import shutil
import subprocess
import sys

import pytest

from analysis.study import project
from analysis.study.errors import UsageError


def test_a_checkout_is_enough():
    project.require_checkout()


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    with pytest.raises(UsageError, match="no notebooks here; micromacro runs from a"):
        project.require_checkout()


def test_code_that_was_copied_without_the_project_says_so(tmp_path):
    """As an installed wheel has it: the package alone."""
    site = tmp_path / "lib" / "site-packages" / "python"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(project.PROJECT / "src" / "analysis", site / "analysis", ignore=ignored)
    child = subprocess.run(
        [sys.executable, "-m", "analysis", "sources"],
        cwd=site,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 2
    [line] = child.stderr.splitlines()
    assert "micromacro runs from a checkout of its repository" in line


@pytest.mark.parametrize(
    ("epoch", "said"),
    [
        ("soon", "whole seconds"),
        ("-1", "whole seconds"),
        ("1e9", "whole seconds"),
        (" ", "whole seconds"),
        ("²", "whole seconds"),
        ("١٢", "whole seconds"),
        ("1791331200000", "after the year 2199"),  # milliseconds
        ("253402300800", "after the year 2199"),  # the year 10000
        ("9" * 5000, "after the year 2199"),
        ("7258118400", "after the year 2199"),
    ],
)
def test_a_day_that_is_none_is_refused_in_a_line(monkeypatch, epoch, said):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UsageError, match=said) as refused:
        project.today()
    assert len(str(refused.value)) < 100
    assert UsageError.exit_code == 2


def test_the_day_may_be_said(monkeypatch):
    for epoch, day in (("0", "1970-01-01"), ("7258118399", "2199-12-31")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert project.today().isoformat() == day
