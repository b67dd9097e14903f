"""A site from a plan: run what is out of date, publish what succeeded, renew the index."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from analysis.runs.execution.child import Kernel
from analysis.runs.execution.run import Outcome, run_reports
from analysis.runs.execution.server import start_server
from analysis.runs.families import families_first, views_of
from analysis.runs.identity import run_id
from analysis.runs.inputs import too_few_creators
from analysis.runs.plan import Report
from analysis.runs.progress import Progress
from analysis.runs.redaction import redacted
from analysis.site.publish import (
    Failure,
    drop_drafts,
    earlier_record,
    forget_failure,
    note_failure,
    publish_page,
    publish_record,
    retire,
    standing_failures,
    standing_pages,
)
from analysis.site.site_index import append_history, index_held, update_index
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.disk import held
from analysis.study.errors import MachineError
from analysis.study.project import today
from analysis.study.registration import Study


@dataclass(frozen=True, slots=True)
class Shard:
    """Run ``index`` of ``count`` that share a plan, from 1."""

    index: int = 1
    count: int = 1

    def of(self, reports: Sequence[Report]) -> list[Report]:
        """The reports of this shard.

        The shards' parts are disjoint and together all.
        """
        return list(reports[self.index - 1 :: self.count])

    def __str__(self) -> str:
        return f"{self.index}-of-{self.count}"


@dataclass(frozen=True, slots=True)
class Built:
    """What a run did: ids that were published and unchanged.

    What failed, with its cause.
    """

    published: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, Failure]


@dataclass(frozen=True, slots=True)
class HeldSite:
    """A site that this run may write.

    Attributes:
        folder: of the pages.
        working: a folder for this run alone, on the same file system; it is there while needed.
        shard: the part of the reports that this run publishes.
    """

    folder: Path
    working: Path
    shard: Shard = Shard()


@contextmanager
def hold_site(site: Path, shard: Shard) -> Iterator[HeldSite]:
    """Be the only run on a site or on its shard.

    Raises:
        LockedError: another run is at it; the message names its process.
        MachineError: the site cannot be written.
    """
    locks, mine = site / ".locks", HeldSite(site, site / f".working-{shard}", shard)
    if (site / "notebooks").is_symlink():
        raise MachineError(f"{site / 'notebooks'}: is a link; pages do not leave their folder")
    if shard.count == 1:
        with held(locks / "run"):
            yield mine
    else:
        with held(locks / "run", shared=True), held(locks / f"shard-{shard}"):
            yield mine


def require_removed(working: Path) -> None:
    """Refuse to call a run good that leaves its working folder.

    Raises:
        MachineError: the folder is there.
    """
    if working.exists():
        raise MachineError(f"{working}: cannot be removed")


def build_site(
    reports: Sequence[Report],
    held_site: HeldSite,
    dataset: Dataset,
    study: Study,
    *,
    order: Sequence[str],
    whole_plan: bool,
    workers: int,
    kernel: Kernel,
    progress: Progress,
) -> Built:
    """Bring a site up to date with a plan.

    Args:
        reports: those of the expanded plan that this run and its other shards are about.
        held_site: from :func:`hold_site`; pages of another dataset are retired before the first
            new one.
        dataset, study: what the reports are about.
        order: ids of the whole plan; the first has a page also where it has no answer.
        whole_plan: pages that are not in ``order`` have left the plan and are retired.
        workers: reports at once.
        kernel: how notebooks run.
        progress: told of every report when it ends.

    Raises:
        UsageError: values that the dataset or the study does not know.
        MachineError: the server does not start, or the index cannot be written.
    """
    started, on = datetime.now(UTC), today()
    site, working = held_site.folder, held_site.working
    shutil.rmtree(working, ignore_errors=True)  # a killed run left it
    mine = held_site.shard.of(reports)
    run_ids = {report.report_id: run_id(report, dataset, study, on=on) for report in mine}
    drop_drafts(site, run_ids.keys())
    run = _Run(site, dataset, study, run_ids, on=on, front=order[0])
    run.first = order[0] if order[0] in {*run.standing, *(one.report_id for one in reports)} else ""
    due = [report for report in mine if report.report_id not in run.unchanged]
    if due:
        start_server()  # it imports on another core while this process does
        views = views_of(due, study)
        if few := too_few_creators(due, dataset, study):
            progress.warn(
                f"{len(few)} of {len(due)} reports have too few creators of one size on every"
                " platform; they get no page, the index lists them"
            )
    progress.begin(len(due), len(run.unchanged))
    if due:
        by_id = {report.report_id: report for report in due}
        try:
            run_reports(
                due,
                working,
                preparations=families_first(due, views, study, workers=workers),
                workers=workers,
                kernel=kernel,
                on_outcome=lambda ended: run.finish(by_id[ended.report_id], ended, progress),
            )
        finally:
            shutil.rmtree(working, ignore_errors=True)
    require_removed(working)
    if whole_plan and not run.failed:
        with index_held(site):
            retire(site, [n for n in {**run.standing, **standing_failures(site)} if n not in order])
    update_index(site, order)
    counts = {"published": len(run.published), "unchanged": len(run.unchanged)}
    failed = {name: str(failure) for name, failure in run.failed.items()}
    seconds = round((datetime.now(UTC) - started).total_seconds(), 1)
    when = {"started": started.isoformat(), "seconds": seconds}
    append_history(site, {**when, **counts, "failed": failed})
    progress.end()
    return Built(tuple(run.published), run.unchanged, run.failed)


class _Run:
    """One run's findings and changes on a site."""

    def __init__(
        self,
        site: Path,
        dataset: Dataset,
        study: Study,
        run_ids: Mapping[str, str],
        *,
        on: date,
        front: str,
    ) -> None:
        self.site, self.dataset, self.study, self.run_ids = site, dataset, study, run_ids
        self.on, self.front = on, front
        self.standing = standing_pages(site)
        self.foreign = [n for n, page in self.standing.items() if page.dataset != dataset.name]
        self.unchanged = tuple(
            name
            for name, own in run_ids.items()
            if name in self.standing
            and self.standing[name].run_id == own
            and name not in self.foreign
        )
        for name in standing_failures(site).keys() & set(self.unchanged):
            forget_failure(site, name)
        self.first = ""
        self.published: list[str] = []
        self.failed: dict[str, Failure] = {}

    def finish(self, report: Report, outcome: Outcome, progress: Progress) -> None:
        """Publish a report or keep why not.

        What goes wrong here is this report's alone.
        """
        failure = outcome.failure
        if failure is None:
            try:
                self._publish(report, outcome)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - nh3 panics beside Exception
                cause = f"not published: {type(error).__name__}: {' '.join(str(error).split())}"
                failure = Failure(None, cause, isinstance(error, MachineError | OSError))
        if failure is None:
            self.published.append(report.report_id)
        else:
            told = redacted(failure.cause, os.environ, site=self.site.resolve(), names=True)
            failure = replace(failure, cause=told)
            self.failed[report.report_id] = failure
            with suppress(MachineError):  # a full disk takes no note either; the exit code says it
                note_failure(self.site, report.report_id, failure, outcome.notebook)
        facts = {"seconds": round(outcome.seconds, 2), "tries": outcome.tries}
        progress.ended(
            report.report_id, str(failure) if failure else None, **facts, left=outcome.left
        )

    def _publish(self, report: Report, outcome: Outcome) -> None:
        from analysis.runs.describe import describe
        from analysis.runs.execution.light import nbformat
        from analysis.site.page import render_page

        self._require_same_inputs(report)
        if self.foreign:
            with index_held(self.site):  # another shard may be about to mend the links of a page
                retire(self.site, self.foreign)
            self.foreign.clear()
        executed = outcome.notebook.read_bytes()
        notebook = nbformat.reads(executed, as_version=4)
        record = describe(
            report,
            self.dataset,
            self.study,
            run_id=self.run_ids[report.report_id],
            on=self.on,
            notebook=notebook,
            before=earlier_record(self.site, report.report_id),
            front=report.report_id == self.front,
        )
        page = render_page(notebook, record, front=self.first) if record.has_page else ""
        with index_held(self.site):
            if page:
                publish_page(self.site, record, page, executed)
            else:
                publish_record(self.site, record, executed)

    def _require_same_inputs(self, report: Report) -> None:
        """Refuse a page whose input changed since its run id."""
        now = open_dataset(self.dataset.folder)
        if run_id(report, now, self.study, on=self.on) != self.run_ids[report.report_id]:
            raise MachineError("the data or the notebook changed while the report ran")
