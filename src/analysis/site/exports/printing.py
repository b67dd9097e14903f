"""The front page as a PDF, printed by the Chromium that is at hand."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from analysis.store.disk import write_whole
from analysis.study.errors import MachineError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MOST_SECONDS = 60


def print_page(page: Path, target: Path) -> None:
    """Print a page to A4.

    Args:
        page: of a site; it loads nothing.
        target: the PDF, replaced whole.

    Raises:
        MachineError: no Chromium is on PATH, or it made no PDF in a minute.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise MachineError(
            f"{target}: printing takes a Chromium on PATH, and none of {', '.join(BROWSERS)} is"
            " there; install one, or leave out --pdf: the pages are published"
        )
    with tempfile.TemporaryDirectory(prefix="micromacro-print-") as folder:
        printed = Path(folder) / "page.pdf"
        command = [
            browser,
            "--headless=new",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.resolve().as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # a browser of root starts no other way
        try:
            ended = subprocess.run(
                command, capture_output=True, text=True, timeout=_MOST_SECONDS, check=False
            )
            said = ended.stderr.strip().splitlines()[-1:]
        except subprocess.TimeoutExpired:
            said = [f"not done in {_MOST_SECONDS} seconds"]
        if not printed.exists():
            raise MachineError(f"{target}: {browser} printed nothing: {' '.join(said)}")
        write_whole(target, printed.read_bytes())
