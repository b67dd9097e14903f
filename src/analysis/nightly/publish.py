"""The site as a folder of pages: each replaced whole or not at all; index and results fold them."""

import csv
import io
import json
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import pandas as pd
from pydantic import ValidationError

from analysis.errors import MachineError
from analysis.evidence.results import RESULT_COLUMNS
from analysis.pages.records import PageRecord, read_record
from analysis.pages.site import render_index

Row = dict[str, object]

_FORMULA = ("=", "+", "-", "@")


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
        with suppress(ValidationError):  # a page of another version does not stand
            record = read_record(path.read_text(encoding="utf-8", errors="replace"))
            if record is not None and record.report_id == path.stem:
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

    Where a page that this run did not bring up to date has another value for a result, it is an
    earlier one, and yields.

    Args:
        order: report ids of the plan, in its order; other pages follow by name.
        failures: report id -> cause, of the last run.

    Raises:
        MachineError: two pages of this run give different values to one result.
    """
    pages = standing_pages(site)
    if not pages:
        return
    ids = [name for name in order if name in pages]
    records = [pages[name] for name in [*ids, *(name for name in pages if name not in ids)]]
    earlier = {name for name in pages if name not in ids or name in failures}
    write_whole(site / "results.csv", results_csv(records, earlier=earlier).encode())
    write_whole(site / "index.html", render_index(records, failures).encode())


def results_csv(records: Sequence[PageRecord], *, earlier: Collection[str] = ()) -> str:
    """Every recorded row once, by ``result_id``, with the run of the first page that has it.

    Args:
        records: of the pages that stand.
        earlier: report ids of pages whose rows count only where no other page has them.

    Raises:
        MachineError: two other pages give different values to one result.
    """
    by_id = sorted(records, key=lambda record: record.report_id)
    rows: dict[str, Row] = {}
    for record in sorted(by_id, key=lambda record: record.report_id in earlier):
        for row in record.rows:
            name = str(row["result_id"])
            if rows.setdefault(name, row) != row and record.report_id not in earlier:
                raise MachineError(f"{record.report_id}: {name} has another value on another page")
    runs: dict[str, str] = {}
    for record in by_id:
        for row in record.rows:
            if rows[name := str(row["result_id"])] == row:
                runs.setdefault(name, record.run_id)
    file = io.StringIO()
    columns = [*RESULT_COLUMNS, "run_id"]
    writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for name in sorted(rows):
        row = {**rows[name], "run_id": runs[name]}
        writer.writerow({key: _spreadsheet_safe(value) for key, value in row.items()})
    return file.getvalue()


def _spreadsheet_safe(value: object) -> object:
    """Text on one line; what a spreadsheet would take for a formula is marked as text."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def append_history(site: Path, entry: Mapping[str, object]) -> None:
    """Add a run to runs.jsonl, the only place with clock times."""
    site.mkdir(parents=True, exist_ok=True)
    with (site / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, sort_keys=True) + "\n")


def read_results(path: Path) -> pd.DataFrame:
    """results.csv as a frame."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])  # a niche may be called NA
