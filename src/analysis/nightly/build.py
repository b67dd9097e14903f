"""A site from a plan: run what is out of date, publish what succeeded, fold the rest."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import nbformat

from analysis.dataset import PROJECT, Dataset, code_digest, digest
from analysis.evidence import answer_all, look
from analysis.nightly.plan import Report
from analysis.nightly.publish import (
    append_history,
    fold,
    publish_page,
    retire,
    standing_pages,
)
from analysis.nightly.run import Outcome, run_reports
from analysis.pages.records import PageRecord, recorded
from analysis.pages.site import render_page
from analysis.study import Study

_GROUPS = {"engagement": "Engagement", "conversion": "Conversion"}


@dataclass(frozen=True, slots=True)
class Built:
    """What a run did: ids that were published, unchanged, and failed with their cause."""

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, str]


def build_site(
    reports: Sequence[Report],
    site: Path,
    dataset: Dataset,
    study: Study,
    *,
    whole_plan: bool,
    workers: int,
    kernel: Literal["in-process", "stock"] = "in-process",
    on_outcome: Callable[[Outcome], None] | None = None,
) -> Built:
    """Bring a site up to date with a plan.

    Args:
        reports: expanded plan.
        site: folder of the pages; pages of another dataset are retired before the first new one.
        dataset, study: what the reports are about.
        whole_plan: pages that are not in ``reports`` have left the plan and are retired.
        workers: reports at once.
        kernel: how notebooks run.
        on_outcome: told of every report when it ends.
    """
    started = datetime.now(UTC)
    _compute_families(reports, study)
    run_ids = {report.report_id: _run_id(report, dataset, study) for report in reports}
    standing = standing_pages(site)
    foreign = [name for name, page in standing.items() if page.dataset != dataset.name]
    fresh = [
        name
        for name, run_id in run_ids.items()
        if name in standing and name not in foreign and standing[name].run_id == run_id
    ]
    due = [report for report in reports if report.report_id not in fresh]
    published: list[str] = []
    failed: dict[str, str] = {}
    site.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site, prefix=".working-") as folder:

        def finish(outcome: Outcome) -> None:
            report = next(r for r in due if r.report_id == outcome.report_id)
            cause = outcome.cause
            if outcome.succeeded and outcome.notebook is not None:
                retire(site, foreign)
                foreign.clear()
                _publish(site, report, outcome.notebook, run_ids[report.report_id], dataset, study)
                published.append(report.report_id)
            else:
                failed[report.report_id] = cause or "no reason given"
            if on_outcome is not None:
                on_outcome(outcome)

        run_reports(due, Path(folder), workers=workers, kernel=kernel, on_outcome=finish)
    if whole_plan and not failed:
        retire(site, [name for name in standing if name not in run_ids])
    fold(site, list(run_ids), failed)
    append_history(
        site,
        {
            "started": started.isoformat(),
            "seconds": round((datetime.now(UTC) - started).total_seconds(), 1),
            "published": len(published),
            "unchanged": len(fresh),
            "failed": failed,
        },
    )
    return Built(tuple(published), tuple(fresh), failed)


def _compute_families(reports: Sequence[Report], study: Study) -> None:
    """Check every parameter value and compute each family once, before any report runs.

    Raises:
        UsageError: values that the dataset or the study does not know.
    """
    views = [look(**report.parameters, study=study) for report in reports]  # type: ignore[arg-type]
    for view in {view.scope: view for view in views}.values():
        answer_all(view)


def _run_id(report: Report, dataset: Dataset, study: Study) -> str:
    """Changes with template, code, parameters, input, study and locked packages."""
    parameters = {k: v for k, v in report.parameters.items() if k != "dataset"}
    lock = PROJECT / "requirements.lock"
    return digest(
        [
            report.notebook.read_bytes(),
            code_digest(),
            repr(sorted(parameters.items())),
            dataset.manifest.data_digest,
            study.digest,
            lock.read_bytes() if lock.exists() else b"",
        ]
    )


def _publish(
    site: Path, report: Report, executed: Path, run_id: str, dataset: Dataset, study: Study
) -> None:
    notebook = nbformat.read(executed, as_version=4)
    headline, results = recorded(notebook)
    record = PageRecord(
        report_id=report.report_id,
        title=report.title or report.report_id,
        group=_GROUPS.get(report.report_id.split("-")[0], "Overview"),
        dataset=dataset.name,
        synthetic=dataset.synthetic,
        run_id=run_id,
        data_digest=dataset.manifest.data_digest,
        study_digest=study.digest,
        parameters={k: v for k, v in report.parameters.items() if k != "dataset"},
        state=_state(dataset, study),
        headline=headline or "What arrived, what was kept, what was left out and why.",
        results=results,
    )
    publish_page(site, record, render_page(notebook, record), executed.read_bytes())


def _state(dataset: Dataset, study: Study) -> str:
    last = dataset.manifest.last_day
    if last is None:
        return "Data without days · descriptive evidence · exploratory"
    until = date.fromisoformat(last) + timedelta(days=study.valid_for_days)
    return f"Data through {last}, valid until {until} · descriptive evidence · exploratory"
