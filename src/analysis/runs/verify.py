"""Every page of a site against its record and its inputs."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from analysis.prepare.raw_folder import RawFolder, arrived_digest
from analysis.runs.identity import run_id
from analysis.runs.inputs import out_of_date, valid_until
from analysis.runs.plan import Report
from analysis.site.publish import (
    lone_record_path,
    notebook_path,
    page_path,
    pdf_path,
    pdf_stands,
    read_page,
    standing_failures,
    standing_pages,
)
from analysis.site.records import PageRecord
from analysis.site.site_index import WRITTEN, is_current
from analysis.store.dataset import Dataset
from analysis.store.parquet import altered
from analysis.study.registration import Study


def verify_site(
    reports: Sequence[Report],
    site: Path,
    dataset: Dataset,
    study: Study,
    *,
    arrived: RawFolder,
    erased: str,
    on: date,
) -> list[str]:
    """What is wrong with a site, one line each.

    Nothing is written.

    Args:
        reports: the whole plan.
        site: folder of the pages.
        dataset, study: what the pages should be about.
        arrived: the raw folder as it is now.
        erased: digest of the accounts that are to be left out.
        on: the day, which decides whether the data are out of date.

    Returns:
        Lines like ``engagement: altered after it was published``; empty where all is well.
    """
    failures, standing = standing_failures(site), standing_pages(site)
    found = []
    if arrived_digest(arrived, erased) != dataset.manifest.arrived_digest:
        found.append(
            f"{dataset.name}: data arrived, or creators were erased, since it was prepared"
        )
    for table, before in dataset.manifest.places.items():
        if arrived.versions.get(table) != before:
            found.append(f"{dataset.name}: the table of {table} changed since it was prepared")
    if harmed := altered(dataset.folder, dataset.stored):
        said = "missing or damaged since it was prepared; the next report prepares it again"
        found += [f"{dataset.name}: {table}: {said}" for table in harmed]
    if out_of_date(dataset, study, on=on):
        until = valid_until(dataset, study)
        found.append(f"{dataset.name}: out of date since {until}, its last valid day")
    for report in reports:
        if flaw := _flaw(site, report, dataset, study, on):
            found.append(f"{report.report_id}: {flaw}")
        if failure := failures.get(report.report_id):
            found.append(f"{report.report_id}: failed in its last run, {failure}")
    order = [report.report_id for report in reports]
    others = {path.stem for path in (*site.glob("*.html"), *site.glob("records/*.json"))}
    for name in sorted(others - {"index", *order}):
        if name not in standing:
            found.append(f"{name}: altered after it was published, or no page of ours")
        elif standing[name].data_digest != dataset.manifest.data_digest:
            found.append(f"{name}: out of date: the data changed")
    if not is_current(site, order):
        found.append(f"{', '.join(WRITTEN)}: missing, altered or not of these pages")
    return found


def _flaw(site: Path, report: Report, dataset: Dataset, study: Study, on: date) -> str:
    name = report.report_id
    if not (page_path(site, name).exists() or lone_record_path(site, name).exists()):
        return "missing"
    if not notebook_path(site, name).exists():
        return "its executed notebook is missing"
    record = read_page(site, name)
    if record is None:
        return "altered after it was published, or of another version"
    if record.run_id != run_id(report, dataset, study, on=on):
        return f"out of date: {_difference(record, report, dataset, study, on)}"
    if pdf_path(site, name).exists() and not pdf_stands(site, name):
        return "its PDF is altered, or of another page"
    return ""


def _difference(
    record: PageRecord, report: Report, dataset: Dataset, study: Study, on: date
) -> str:
    differs = {
        f"it is about {record.dataset}": record.dataset != dataset.name,
        "the data changed": record.data_digest != dataset.manifest.data_digest,
        "the study changed": record.study_digest != study.digest,
        "its last valid day passed": record.out_of_date != out_of_date(dataset, study, on=on),
        "its parameters changed": record.parameters != report.settings,
        "the notebook, the code or a package changed": True,
    }
    return next(what for what, is_so in differs.items() if is_so)
