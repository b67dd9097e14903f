"""The site as a folder of pages: each replaced whole or not at all; index and results fold them."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

import pandas as pd

from analysis.errors import MachineError
from analysis.evidence.results import RESULT_COLUMNS
from analysis.pages.site import PageRecord, read_record, render_index

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once: temporary file, fsync, rename; readers see old or new, never half.

    Raises:
        MachineError: disk or permission; the earlier file stands untouched.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise MachineError(f"{path}: cannot be written: {error.strerror}") from error


def standing_pages(site: Path) -> dict[str, PageRecord]:
    """Report id -> record of every page that stands in a site folder."""
    found = {}
    for path in sorted(site.glob("*.html")):
        if path.name != "index.html" and (record := read_record(path.read_text(encoding="utf-8"))):
            found[record.report_id] = record
    return found


def publish_page(site: Path, record: PageRecord, page: str, notebook: bytes) -> None:
    """Put a page and its executed notebook in place."""
    write_whole(site / "notebooks" / f"{record.report_id}.ipynb", notebook)
    write_whole(site / f"{record.report_id}.html", page.encode())


def retire(site: Path, report_ids: Sequence[str]) -> None:
    """Take pages out of the site."""
    for report_id in report_ids:
        (site / f"{report_id}.html").unlink(missing_ok=True)
        (site / "notebooks" / f"{report_id}.ipynb").unlink(missing_ok=True)


def fold(site: Path, order: Sequence[str], failures: Mapping[str, str]) -> None:
    """Write index.html and results.csv from the pages that stand.

    Args:
        order: report ids of the plan, in its order; other pages follow by name.
        failures: report id -> cause, of the last run.

    Raises:
        MachineError: two pages give different values to one result.
    """
    pages = standing_pages(site)
    if not pages:
        return
    ids = [name for name in order if name in pages]
    records = [pages[name] for name in [*ids, *(name for name in pages if name not in ids)]]
    write_whole(site / "results.csv", results_csv(records).encode())
    write_whole(site / "index.html", render_index(records, failures).encode())


def results_csv(records: Sequence[PageRecord]) -> str:
    """Every recorded row once, by ``result_id``, with the run of the first page that has it."""
    rows: dict[str, dict[str, object]] = {}
    for record in sorted(records, key=lambda record: record.report_id):
        for values in record.results["rows"]:
            row = dict(zip(record.results["columns"], values, strict=True))
            known = rows.setdefault(row["result_id"], {**row, "run_id": record.run_id})
            if {name: known[name] for name in row} != row:
                raise MachineError(
                    f"{record.report_id}: {row['result_id']} has another value than on an earlier"
                    " page; run the whole plan again"
                )
    file = io.StringIO()
    writer = csv.DictWriter(file, [*RESULT_COLUMNS, "run_id"], lineterminator="\n")
    writer.writeheader()
    for name in sorted(rows):
        writer.writerow({key: _spreadsheet_safe(value) for key, value in rows[name].items()})
    return file.getvalue()


def _spreadsheet_safe(value: object) -> object:
    """Text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def append_history(site: Path, entry: Mapping[str, object]) -> None:
    """Add a run to runs.jsonl, the only place with clock times."""
    site.mkdir(parents=True, exist_ok=True)
    with (site / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, sort_keys=True) + "\n")


def read_results(path: Path) -> pd.DataFrame:
    """results.csv as a frame."""
    return pd.read_csv(path)
