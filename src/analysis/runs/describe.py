"""What a page says about itself: its record, from the executed notebook and the page before."""

from collections.abc import Mapping, Sequence
from datetime import date

from nbformat import NotebookNode

from analysis.evidence.view import ALL, open_view
from analysis.evidence.wording import listed
from analysis.runs.identity import installed
from analysis.runs.inputs import out_of_date, valid_until
from analysis.runs.plan import Report
from analysis.site.changes import Change, Row, changes
from analysis.site.records import WHOLE, PageRecord, pack, recorded
from analysis.store.dataset import Dataset
from analysis.store.digests import code_digest
from analysis.study.contract import PLATFORM_NAMES
from analysis.study.registration import Study

_WITHOUT_ANSWER = "What arrived, what was kept, what was left out and why."


def describe(
    report: Report,
    dataset: Dataset,
    study: Study,
    *,
    run_id: str,
    on: date,
    notebook: NotebookNode,
    before: PageRecord | None,
    front: bool,
) -> PageRecord:
    """The record of a page that is about to be published.

    Args:
        run_id: of this version of the page.
        on: the day on which it is made.
        notebook: executed.
        front: whether it is the first page of the site.
        before: the page that stands; one of another dataset is nothing to compare with, and one of
            this very run, whose notebook was lost, says again since when and what changed.
    """
    headline, answers, rows, ways = recorded(notebook)
    since: str | None = None
    changes: tuple[Change, ...] = ()
    if before is not None and before.run_id == run_id:
        since, changes = before.since, before.changes
    elif before is not None and before.dataset == dataset.name:
        since, changes = before.run_id, _changes(before, rows, dataset, study)
    return PageRecord(
        report_id=report.report_id,
        title=report.title or report.report_id,
        group=_group(report),
        dataset=dataset.name,
        synthetic=dataset.synthetic,
        run_id=run_id,
        data_digest=dataset.manifest.data_digest,
        study_digest=study.digest,
        parameters=report.settings,
        state=_state(report, dataset, study, rows),
        last_day=dataset.manifest.last_day or None,
        valid_until=str(until) if (until := valid_until(dataset, study)) else None,
        out_of_date=out_of_date(dataset, study, on=on),
        headline=headline or _WITHOUT_ANSWER,
        answers=answers,
        versions=(f"code {code_digest()}", *installed()),
        front=front,
        since=since,
        changes=changes,
        results=pack(rows),
        ways=pack(ways) if ways else "",
    )


def _changes(
    before: PageRecord, rows: Sequence[Row], dataset: Dataset, study: Study
) -> tuple[Change, ...]:
    differs = {
        "new data": before.data_digest != dataset.manifest.data_digest,
        "another study": before.study_digest != study.digest,
    }
    because = " and ".join(what for what, is_so in differs.items() if is_so)
    return changes(before.rows, rows, because=because or "other code or packages")


def _state(
    report: Report, dataset: Dataset, study: Study, rows: Sequence[Mapping[str, object]]
) -> str:
    """How far data go, departures from the study, kind of evidence, and registration."""
    departs = open_view(**report.parameters, study=study).off_study  # type: ignore[arg-type]
    until = valid_until(dataset, study)
    days = f"Data through {dataset.manifest.last_day}, use until {until}"
    off = [f"EXPLORATORY: off the registered study, {listed(departs)}"] if departs else []
    return " · ".join(
        (
            "Data without days" if until is None else days,
            *off,
            "seen, not tested: nobody assigned creators to a size",
            f"{_status({str(row['status']) for row in rows})}: {_registered(dataset, study)}",
        )
    )


def _registered(dataset: Dataset, study: Study) -> str:
    last = dataset.manifest.last_day
    if last and last <= str(study.registered):
        return f"the plan, {study.registered}, came after the data"
    return f"the study was registered on {study.registered}"


_PLANNED = {
    "confirmatory": "planned in advance",
    "interim": "planned in advance, first look",
    "exploratory": "not planned in advance",
}


def _status(statuses: set[str]) -> str:
    """The strongest status among the rows.

    Where they differ, each row says its own.
    """
    ordered = [name for name in ("confirmatory", "interim", "exploratory") if name in statuses]
    if len(ordered) > 1:
        return f"{_PLANNED[ordered[0]]} where a row says {ordered[0]}, else not planned in advance"
    return _PLANNED[ordered[0] if ordered else "exploratory"]


def _group(report: Report) -> str:
    """The index's heading for a report, such as ``Beauty on Instagram``."""
    chosen = {name: str(report.parameters.get(name, ALL)) for name in ("niche", "platform")}
    words = [] if chosen["niche"] == ALL else [chosen["niche"]]
    if chosen["platform"] != ALL:
        words += ["on", PLATFORM_NAMES[chosen["platform"]]]
    said = " ".join(words)
    return f"{said[0].upper()}{said[1:]}" if said else WHOLE
