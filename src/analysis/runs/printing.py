"""The front page as a PDF, printed by the Chromium that is at hand."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from analysis.runs.build import HeldSite, require_removed
from analysis.runs.execution.processes import ask_for_signal_at_parents_death, end_group
from analysis.site.publish import page_path, pdf_path, pdf_stands, publish_pdf, standing_pages
from analysis.store.disk import held
from analysis.study.errors import MachineError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MOST_SECONDS = 60
# To a file beside the page; Chromium would write out in which folder. No text holds a bare <.
_BESIDE = re.compile(rb'(<a\b[^<>]*?) href="(?!#|https?:)[^"]*"')
_MOMENT = re.compile(rb"(?<=Date \(D:)\d{14}")


def print_front(site: HeldSite) -> None:
    """Print the front page, unless its PDF stands.

    One run at a time. What a killed run leaves is in its working folder, which goes with the next.

    Raises:
        MachineError: no Chromium is on PATH, it made no whole PDF in a minute, or the disk; what
            stood for another page is gone, what stands for this one is untouched.
    """
    with held(site.folder / ".locks" / "pdf", wait=True):
        for name, record in standing_pages(site.folder).items():
            if record.front and not pdf_stands(site.folder, name):
                page = page_path(site.folder, name).read_bytes()
                try:
                    site.working.mkdir()
                    printed = print_page(page, site.working, pdf_path(site.folder, name))
                finally:
                    shutil.rmtree(site.working, ignore_errors=True)
                require_removed(site.working)
                publish_pdf(site.folder, name, printed, of=page)


def print_page(page: bytes, folder: Path, target: Path) -> bytes:
    """Print a page to A4, without its links to files; the same page makes the same bytes.

    Args:
        page: of a site; it loads nothing.
        folder: for the browser alone, which dies with this process and leaves nothing elsewhere.
        target: what to name where it cannot be printed.

    Raises:
        MachineError: no Chromium is on PATH, or it made no whole PDF in a minute.
    """
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise MachineError(
            f"{target}: printing takes a Chromium on PATH, and none of {', '.join(BROWSERS)} is"
            " there; install one, or leave out --pdf: the pages are published"
        )
    source, printed, said = (folder / name for name in ("page.html", "page.pdf", "said"))
    source.write_bytes(_BESIDE.sub(rb"\1", page))
    in_time = _ran(browser, source, said)
    pdf = printed.read_bytes() if printed.exists() else b""
    if not (pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")):
        last = said.read_text(errors="replace").strip().splitlines()[-1:]
        why = " ".join(last) if in_time else f"not done in {_MOST_SECONDS} seconds"
        raise MachineError(f"{target}: {browser} printed nothing: {why}")
    return _MOMENT.sub(b"19800101000000", pdf)


def _ran(browser: str, source: Path, said: Path) -> bool:
    """Run the browser to its end, or to the end of its time; whether it ended by itself.

    Its names are relative, for it refuses sockets with long ones.
    """
    command = [
        browser,
        *(["--no-sandbox"] if os.geteuid() == 0 else []),  # one of root starts no other way
        "--headless=new",
        "--disable-gpu",
        "--no-first-run",
        "--user-data-dir=profile",
        "--no-pdf-header-footer",
        "--print-to-pdf=page.pdf",
        source.resolve().as_uri(),
    ]
    with said.open("wb") as stream:
        started = subprocess.Popen(
            command,
            cwd=source.parent,
            env={**os.environ, "TMPDIR": "."},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            preexec_fn=lambda: ask_for_signal_at_parents_death(signal.SIGKILL),  # noqa: PLW1509
        )
    try:
        started.wait(_MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    finally:
        end_group(started)
    return True
