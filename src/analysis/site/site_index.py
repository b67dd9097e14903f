"""The index and the files beside it, made from pages and failures."""

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from analysis.site.changes import Change
from analysis.site.publish import (
    Failure,
    Standing,
    seal_holds,
    sealed,
    standing,
    standing_failures,
)
from analysis.site.records import PageRecord, unpack
from analysis.store.disk import draft_of, held, write_whole
from analysis.store.escaping import as_cell
from analysis.study.errors import MachineError

Row = dict[str, object]

_SUMMARIES = ("summary.txt", "summary.json")
WRITTEN = ("results.csv", "results.xlsx", "ways.csv", "changes.csv", *_SUMMARIES, "index.html")
TOLD, _HISTORY = ".told.json", "runs.jsonl"  # written under the same lock
_SHEETS = ".sheets"
_WAYS = ("claim", "metric", "estimand", "platform", "counted", "ratio", "t")


def index_held(site: Path) -> AbstractContextManager[None]:
    """Be the only run that reads or writes the files beside the pages."""
    return held(site / ".locks" / "index", wait=True)


def update_index(site: Path, order: Sequence[str]) -> None:
    """Bring the index and the files beside it up to date.

    One run at a time: of several on one site the last sees the pages of all.

    Args:
        site: folder of the pages.
        order: report ids of the plan, in its order; other pages follow by name.

    Raises:
        MachineError: two up-to-date pages give different values to one result, or the disk.
    """
    with index_held(site):
        for name in (*WRITTEN, TOLD, _HISTORY):
            draft_of(site / name).unlink(missing_ok=True)  # of a killed run
        shutil.rmtree(site / _SHEETS, ignore_errors=True)
        stand, failures = standing(site), standing_failures(site)
        if not (stand or failures) or _is_of(site, order, stand, failures):
            return
        from analysis.site.exports.summaries import summary_json, summary_text
        from analysis.site.exports.workbook import results_workbook
        from analysis.site.links import relink
        from analysis.site.page import render_index

        if relink(site, stand, order):
            stand = standing(site)
        pages = {name: one.record for name, one in stand.items()}
        ids = [name for name in order if name in pages]
        records = [pages[name] for name in [*ids, *(name for name in pages if name not in ids)]]
        earlier = {name for name in pages if name not in ids or name in failures}
        write_whole(site / "results.csv", results_csv(records, earlier=earlier).encode())
        write_whole(site / "ways.csv", ways_csv(records).encode())
        write_whole(site / "changes.csv", changes_csv(records).encode())
        write_whole(site / "summary.txt", summary_text(records, failures).encode())
        write_whole(site / "summary.json", summary_json(records, failures).encode())
        workbook = site / "results.xlsx"
        if records:
            with _scratch(site / _SHEETS):
                book = results_workbook(records)
            write_whole(workbook, book)
            index = render_index(records, _causes(failures)).encode()
            made_from = _made_from(site, order, stand, failures)
            write_whole(site / "index.html", sealed(index, made_from))
        else:
            for path in (workbook, site / "index.html"):
                path.unlink(missing_ok=True)


@contextmanager
def _scratch(folder: Path) -> Iterator[None]:
    """Have libraries put their temporary files here, where the next run removes them.

    Openpyxl writes every sheet to a file of its own, which would outlive a killed run elsewhere.

    Raises:
        MachineError: disk or permission.
    """
    usual = tempfile.tempdir
    try:
        folder.mkdir()
        tempfile.tempdir = str(folder)
        yield
        shutil.rmtree(folder)
    except OSError as error:
        raise MachineError(f"{folder}: cannot be written: {error.strerror}") from error
    finally:
        tempfile.tempdir = usual
        shutil.rmtree(folder, ignore_errors=True)


def _causes(failures: Mapping[str, Failure]) -> dict[str, str]:
    return {name: str(failure) for name, failure in failures.items()}


def is_current(site: Path, order: Sequence[str]) -> bool:
    """Whether index and files are whole and of the pages that stand."""
    return _is_of(site, order, standing(site), standing_failures(site))


def _is_of(
    site: Path,
    order: Sequence[str],
    stand: Mapping[str, Standing],
    failures: Mapping[str, Failure],
) -> bool:
    try:
        made_from = _made_from(site, order, stand, failures)
        return seal_holds((site / "index.html").read_bytes(), made_from)
    except OSError:
        return False


def _made_from(
    site: Path,
    order: Sequence[str],
    stand: Mapping[str, Standing],
    failures: Mapping[str, Failure],
) -> bytes:
    """What the index is made from, and the files beside it.

    Pages as they were read, not as they are by now: another shard may publish meanwhile, and the
    last index must tell that it lacks a page.
    """
    pages = [one.seal for one in stand.values()]
    files = [(site / name).read_bytes() for name in WRITTEN[:-1]]
    return b"\n".join([json.dumps([*order, _causes(failures)]).encode(), *pages, *files])


def results_csv(records: Sequence[PageRecord], *, earlier: Collection[str] = ()) -> str:
    """Write every recorded row once.

    Beside it stands the run of the first page that has it.

    Args:
        records: of the pages that stand; rows are ordered by ``result_id``.
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
    from analysis.evidence.results import RESULT_COLUMNS

    ordered = [{**rows[name], "run_id": runs[name]} for name in sorted(rows)]
    return _csv([*RESULT_COLUMNS, "run_id"], ordered)


def ways_csv(records: Sequence[PageRecord]) -> str:
    """Write every way of counting that the pages looked at, the registered one of each first."""
    return _csv(_WAYS, [way for record in records if record.ways for way in unpack(record.ways)])


def changes_csv(records: Sequence[PageRecord]) -> str:
    """Write each change once that the pages state."""
    found = {change: None for record in records for change in record.changes}
    return _csv(list(Change.model_fields), [change.model_dump() for change in found])


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: as_cell(value) for key, value in row.items()})
    return file.getvalue()


def append_history(site: Path, entry: Mapping[str, object]) -> None:
    """Add a run to runs.jsonl, the only file with clock times.

    The file is replaced, so that a reader never meets half a line.

    Raises:
        MachineError: disk or permission.
    """
    path = site / _HISTORY
    line = json.dumps(entry, sort_keys=True) + "\n"
    with index_held(site):
        try:
            before = path.read_bytes()
        except FileNotFoundError:
            before = b""
        except OSError as error:
            raise MachineError(f"{path}: cannot be written: {error.strerror}") from error
        write_whole(path, before[: before.rfind(b"\n") + 1] + line.encode())
