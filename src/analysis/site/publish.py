"""The pages of a site: published whole and sealed, or not at all.

A report without an answer has no page: its record stands alone, below ``records``.
"""

import hashlib
import json
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from analysis.site.records import PageRecord, read_record
from analysis.store.disk import write_whole
from analysis.study.errors import MachineError

FAILED = ".failed"
_SEAL = re.compile(rb"<!-- sealed ([0-9a-f]{64}) ([0-9a-f]{64}) -->\n")
# Text and attributes of a page hold no bare <, so these are tags; of <meta> a page has three.
_OWN_META = (
    r'charset="utf-8"|(http-equiv="Content-Security-Policy"|name="viewport") content="[^"<]*"'
)
_RUNS_OR_LOADS = re.compile(
    rf"<\s*((script|iframe|object|embed|base)\b|meta\b(?! ({_OWN_META})>))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last run of a report published nothing.

    Attributes:
        cell: position in the template of the cell that failed; None where it was no cell.
        cause: one line.
        machine: whether the machine is to blame, not the report.
    """

    cell: int | None
    cause: str
    machine: bool

    def __str__(self) -> str:
        return self.cause if self.cell is None else f"cell {self.cell}: {self.cause}"


def sealed(page: bytes, companion: bytes) -> bytes:
    """Append the digests of a page and of its companion."""
    return page + f"<!-- sealed {_sha256(page)} {_sha256(companion)} -->\n".encode()


def seal_holds(page: bytes, companion: bytes | None) -> bool:
    """Whether neither has changed since the page was sealed; None asks for the page alone."""
    *_, seal = ("", *_SEAL.finditer(page))
    if isinstance(seal, str) or seal.end() != len(page):
        return False
    found = [part.decode() for part in seal.groups()]
    own = _sha256(page[: seal.start()])
    return found == [own, found[1] if companion is None else _sha256(companion)]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def page_path(site: Path, report_id: str) -> Path:
    """Path of a report's page."""
    return site / f"{report_id}.html"


def lone_record_path(site: Path, report_id: str) -> Path:
    """Path of the record of a report that has no page."""
    return site / "records" / f"{report_id}.json"


def pdf_path(site: Path, report_id: str) -> Path:
    """Path of a page's PDF, which goes when the page is replaced."""
    return site / f"{report_id}.pdf"


def pdf_stands(site: Path, report_id: str) -> bool:
    """Whether a PDF is whole and of the page that stands."""
    with suppress(OSError):
        return seal_holds(
            pdf_path(site, report_id).read_bytes(), page_path(site, report_id).read_bytes()
        )
    return False


def publish_pdf(site: Path, report_id: str, pdf: bytes, *, of: bytes) -> None:
    """Put the PDF of a page in place, sealed with it in a remark after its end.

    Raises:
        MachineError: disk or permission.
    """
    write_whole(pdf_path(site, report_id), sealed(pdf + b"%", of))


def notebook_path(site: Path, report_id: str) -> Path:
    """Path of a report's executed notebook."""
    return site / "notebooks" / f"{report_id}.ipynb"


def publish_page(site: Path, record: PageRecord, page: str, notebook: bytes) -> None:
    """Put a notebook and its page in place, the page last.

    What is known of a failure is forgotten.

    Raises:
        MachineError: disk or permission, or what reached the disk is not a whole page with this
            record, or could run or load something. The earlier page stands untouched.
    """

    def check(draft: bytes) -> None:
        text = draft.decode(errors="replace")
        if not seal_holds(draft, notebook) or "</html>" not in text:
            raise MachineError(f"{record.report_id}: the page did not reach the disk whole")
        if read_record(text) != record:
            raise MachineError(f"{record.report_id}: the page does not hold its own record")
        if found := _RUNS_OR_LOADS.search(text):
            raise MachineError(f"{record.report_id}: the page holds {found[0]!r}")

    write_whole(notebook_path(site, record.report_id), notebook)
    pdf_path(site, record.report_id).unlink(missing_ok=True)
    path = page_path(site, record.report_id)
    write_whole(path, sealed(page.encode(), notebook), check=check)
    lone_record_path(site, record.report_id).unlink(missing_ok=True)
    forget_failure(site, record.report_id)


def unsealed(path: Path) -> str:
    """Read a page that stands, without its seal."""
    return _SEAL.split(path.read_bytes(), maxsplit=1)[0].decode()


def publish_links(site: Path, report_id: str, page: str) -> None:
    """Put a page in place that differs from the standing one by where its links lead.

    Raises:
        MachineError: disk or permission.
    """
    notebook = notebook_path(site, report_id).read_bytes()
    pdf_path(site, report_id).unlink(missing_ok=True)
    write_whole(page_path(site, report_id), sealed(page.encode(), notebook))


def publish_record(site: Path, record: PageRecord, notebook: bytes) -> None:
    """Put a notebook and the record of a report without an answer in place, the record last.

    A page that stood for it is removed, and what is known of a failure is forgotten.

    Raises:
        MachineError: disk or permission.
    """
    write_whole(notebook_path(site, record.report_id), notebook)
    lone = sealed(record.model_dump_json().encode() + b"\n", notebook)
    write_whole(lone_record_path(site, record.report_id), lone)
    for path in (page_path, pdf_path):
        path(site, record.report_id).unlink(missing_ok=True)
    forget_failure(site, record.report_id)


class Standing(NamedTuple):
    """A record that stands, the file that holds it, and the end of it, whose change tells its."""

    record: PageRecord
    path: Path
    seal: bytes


def read_page(site: Path, report_id: str) -> PageRecord | None:
    """Read the record of a report, with or without a page; None where none stands.

    It stands when it is of this version, under its own name, its seal intact.
    """
    found = _standing(site, report_id)
    return found.record if found else None


def earlier_record(site: Path, report_id: str) -> PageRecord | None:
    """What a new record is compared with: it may stand or lack the notebook alone.

    A run that was killed between the two has replaced the notebook and not the page.
    """
    if record := read_page(site, report_id):
        return record
    for path in (page_path(site, report_id), lone_record_path(site, report_id)):
        with suppress(OSError, ValidationError):
            content = path.read_bytes()
            record = _record_in(content, has_page=path.suffix == ".html")
            if record is not None and record.report_id == report_id and seal_holds(content, None):
                return record
    return None


def _standing(site: Path, report_id: str) -> Standing | None:
    """What stands of a report.

    Of a page and a lone record, which a killed run may leave side by side, at most one has the
    seal of the notebook.
    """
    for path in (page_path(site, report_id), lone_record_path(site, report_id)):
        with suppress(OSError, ValidationError):
            content = path.read_bytes()
            record = _record_in(content, has_page=path.suffix == ".html")
            notebook = notebook_path(site, report_id).read_bytes()
            ours = record is not None and record.report_id == report_id
            if record and ours and seal_holds(content, notebook):
                return Standing(record, path, content[-200:])
    return None


def _record_in(content: bytes, *, has_page: bool) -> PageRecord | None:
    if has_page:
        return read_record(content.decode(errors="replace"))
    return PageRecord.model_validate_json(content.partition(b"\n")[0])


def standing(site: Path) -> dict[str, Standing]:
    """Read what stands of every report, by report id."""
    ids = {path.stem for path in (*site.glob("*.html"), *site.glob("records/*.json"))}
    found = {name: _standing(site, name) for name in sorted(ids)}
    return {name: one for name, one in found.items() if one is not None}


def standing_pages(site: Path) -> dict[str, PageRecord]:
    """Read the records of reports that stand, by report id."""
    return {name: one.record for name, one in standing(site).items()}


def retire(site: Path, report_ids: Sequence[str]) -> None:
    """Remove pages, and what is known of their failures."""
    for report_id in report_ids:
        for path in (page_path, pdf_path, lone_record_path, notebook_path):
            path(site, report_id).unlink(missing_ok=True)
        forget_failure(site, report_id)


def note_failure(site: Path, report_id: str, failure: Failure, notebook: Path) -> None:
    """Keep why a report failed and, if it wrote one, its notebook."""
    forget_failure(site, report_id)
    note = json.dumps(asdict(failure), sort_keys=True) + "\n"
    write_whole(site / FAILED / f"{report_id}.json", note.encode())
    if notebook.exists():
        write_whole(site / FAILED / f"{report_id}.ipynb", notebook.read_bytes())


def forget_failure(site: Path, report_id: str) -> None:
    """Drop what is known of a report's failure."""
    for kind in ("json", "ipynb"):
        (site / FAILED / f"{report_id}.{kind}").unlink(missing_ok=True)
    with suppress(OSError):  # others failed too, or none ever did
        (site / FAILED).rmdir()


def standing_failures(site: Path) -> dict[str, Failure]:
    """Read why the last runs of reports failed, by report id."""
    found = {}
    for path in sorted((site / FAILED).glob("*.json")):
        with suppress(OSError, ValueError, TypeError):
            found[path.stem] = Failure(**json.loads(path.read_text(encoding="utf-8")))
    return found


def drop_drafts(site: Path, report_ids: Collection[str]) -> None:
    """Remove what a killed run was writing, or was replacing, for these reports."""
    for report_id in report_ids:
        both = {page_path(site, report_id), lone_record_path(site, report_id)}
        if all(path.exists() for path in both):
            stands = _standing(site, report_id)
            for path in both - {stands.path} if stands else ():
                path.unlink()
    for folder in (site, site / "notebooks", site / "records", site / FAILED):
        for draft in folder.glob(".*.draft"):
            if draft.name.split(".")[1] in report_ids:
                draft.unlink(missing_ok=True)
