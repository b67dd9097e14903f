"""What each command of `micromacro` does; heavy libraries load when they are needed."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.study import project
from analysis.study.errors import DataContractError, MachineError, UsageError, nearest
from analysis.study.project import data_folder

if TYPE_CHECKING:
    from analysis.prepare.raw_folder import RawFolder
    from analysis.runs.build import Built, HeldSite, Shard
    from analysis.runs.plan import Report
    from analysis.runs.progress import Progress
    from analysis.store.dataset import Dataset
    from analysis.study.registration import Study


def template(parsed: argparse.Namespace) -> int:
    """Write a blank workbook, or a folder of CSV files."""
    from analysis.sources.template import write_template

    for path in write_template(parsed.target):
        print(path)
    return 0


def prepare(parsed: argparse.Namespace) -> int:
    """Read exports into data/processed."""
    from analysis.prepare.pipeline import prepare
    from analysis.prepare.raw_folder import open_raw_folder

    out = parsed.out or data_folder("processed") / open_raw_folder(parsed.data).name
    dataset = prepare(
        parsed.data,
        out,
        private=data_folder("private"),
        source=parsed.source,
        tell=_after_two_seconds(),
    )
    for line in (*dataset.manifest.lines(), *_left_out(dataset)):
        print(_for_the_owner(line, dataset))
    if dataset.lacks is not None:
        print(f"micromacro: {dataset.lacks}: nothing can be compared yet", file=sys.stderr)
    return _refusals(dataset)


def _left_out(dataset: "Dataset") -> Iterator[str]:
    """Why rows were left out, with the first of them."""
    reasons = dataset.exclusions().groupby(
        ["file", "column", "reason"], sort=False, dropna=False, observed=True
    )
    for (file, column, reason), rows in reasons:
        first = ", ".join(str(row) for row in rows["row"].head(3))
        more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
        yield f"left out: {file} row {first}{more}: {f'{column}: ' if column else ''}{reason}"


def _after_two_seconds() -> Callable[[str], None]:
    """Tells a person what is being done, once that has taken more than two seconds."""
    started = time.monotonic()

    def tell(step: str) -> None:
        if time.monotonic() - started > 2:
            print(f"micromacro: {step}", file=sys.stderr)

    return tell


def _for_the_owner(line: str, dataset: "Dataset") -> str:
    from analysis.store.pseudonyms import unmasked

    return unmasked(line, data_folder("private") / dataset.name / "handles.csv")


def _refusals(dataset: "Dataset") -> int:
    for reason in dataset.manifest.refused.values():
        print(f"micromacro: refused: {_for_the_owner(reason, dataset)}", file=sys.stderr)
    return 1 if dataset.manifest.refused else 0


def who(parsed: argparse.Namespace) -> int:
    """Say whose pseudonym it is."""
    from analysis.prepare.forget import who

    for dataset, platform, handle in who(parsed.id, data_folder("private")):
        print(f"{dataset}: {platform} {handle}")
    return 0


def report(parsed: argparse.Namespace) -> int:
    """Prepare if needed, run the plan, publish."""
    build, study = _planned(parsed)
    from analysis.prepare.raw_folder import open_raw_folder
    from analysis.runs.build import hold_site
    from analysis.runs.inputs import doubts
    from analysis.runs.progress import progress_on

    progress = progress_on()
    with hold_site(parsed.out, _shard(parsed.shard)) as site:
        dataset = _prepared(arrived := open_raw_folder(parsed.data))
        built = build(dataset, site, progress)
        for doubt in doubts(arrived, dataset, study, today=date.today()):
            progress.warn(doubt)
    return max(_outcome(built, parsed.out), _refusals(dataset))


def forget(parsed: argparse.Namespace) -> int:
    """Erase a creator, and build the pages of their datasets again.

    The dataset of ``--data`` is prepared anew from what arrived, the others are cut.
    """
    build, _ = _planned(parsed)
    from analysis.prepare.forget import forget
    from analysis.prepare.raw_folder import open_raw_folder
    from analysis.runs.build import hold_site
    from analysis.runs.progress import progress_on
    from analysis.site.publish import standing_pages

    folders = {
        "processed": data_folder("processed"),
        "private": data_folder("private"),
    }
    arrived, progress = open_raw_folder(parsed.data), progress_on()

    def anew(dataset: "Dataset") -> "Dataset":
        if dataset.name != arrived.name:
            return dataset
        try:
            return _prepared(arrived)
        except DataContractError as refused:
            progress.warn(f"{dataset.name} was cut, not prepared anew: {refused}")
            return dataset

    with hold_site(parsed.out, _shard(parsed.shard)) as site:
        shown = {page.dataset for page in standing_pages(site.folder).values()}
        changed = forget(parsed.platform, parsed.handle, **folders)
        for dataset in changed:
            print(f"{dataset.name}: erased")
            if dataset.name not in shown:
                told = f"pages elsewhere stand: micromacro report --data {dataset.name} --out THERE"
                print(f"{dataset.name}: has no page in {parsed.out}; {told}")
        if not changed:
            print(f"no prepared dataset holds {parsed.handle} of {parsed.platform}")
        print("raw exports may still hold the creator; every import leaves them out from now on")
        due = {dataset.name: anew(dataset) for dataset in changed if dataset.name in shown}
        if arrived.name in shown and arrived.name not in due:
            due[arrived.name] = _prepared(arrived)  # it may have been cut before, from another site
        outcomes = [_outcome(build(one, site, progress), parsed.out) for one in due.values()]
    return max(outcomes, default=0)


def _planned(
    parsed: argparse.Namespace,
) -> tuple[Callable[["Dataset", "HeldSite", "Progress"], "Built"], "Study"]:
    """Check plan, study and settings.

    What is returned builds the site of a dataset.
    """
    from analysis.runs.plan import check_parameters, expand, load_plan, parse_settings
    from analysis.study.registration import load_study

    notebooks = project.PROJECT / "notebooks"
    plan, settings = load_plan(parsed.plan), parse_settings(parsed.settings)
    study, shard = load_study(parsed.study), _shard(parsed.shard)
    check_parameters(plan, settings, notebooks)
    if parsed.workers < 1:
        raise UsageError("--workers takes a whole number from 1")
    os.environ["MICROMACRO_STUDY"] = str(parsed.study.resolve())
    if parsed.engine is not None:
        os.environ["MICROMACRO_ENGINE"] = parsed.engine
    from analysis.runs.build import build_site

    def build(dataset: "Dataset", site: "HeldSite", progress: "Progress") -> "Built":
        everything, chosen = (
            expand(plan, dataset.manifest, dataset=dataset.name, settings=s, notebooks=notebooks)
            for s in ({}, settings)
        )
        return build_site(
            shard.of(_chosen(chosen, parsed.only)),
            site,
            dataset,
            study,
            order=list(dict.fromkeys(one.report_id for one in [*everything, *chosen])),
            whole_plan=not parsed.only and not settings,
            workers=parsed.workers,
            kernel=parsed.kernel,
            progress=progress,
        )

    return build, study


def _shard(text: str) -> "Shard":
    from analysis.runs.build import Shard

    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise UsageError(f"--shard {text}: write which part of how many, like --shard 1/4")
    return Shard(int(index), int(count))


def _prepared(folder: "RawFolder") -> "Dataset":
    """The prepared dataset of a raw folder.

    What prepares it loads only where it must run.
    """
    from analysis.prepare.raw_folder import prepared
    from analysis.store.disk import held
    from analysis.store.pseudonyms import erased_accounts

    processed, erased = (
        data_folder("processed"),
        erased_accounts(data_folder("private")),
    )
    standing = prepared(folder, processed / folder.name, erased=erased.digest)
    if standing is None:
        from analysis.prepare.pipeline import prepare_dataset

        with held(processed / ".lock", wait=True):  # a shard beside us may be at it
            standing = prepare_dataset(folder.path, tell=_after_two_seconds())
    return standing


def _outcome(built: "Built", site: Path) -> int:
    print(f"{len(built.published)} published, {len(built.unchanged)} unchanged: {site}/index.html")
    if any(failure.machine for failure in built.failed.values()):
        return MachineError.exit_code
    return 1 if built.failed else 0


def verify(parsed: argparse.Namespace) -> int:
    """Hold every page against its record and its inputs."""
    from analysis.prepare.raw_folder import open_raw_folder
    from analysis.runs.plan import check_parameters, expand, load_plan
    from analysis.runs.verify import verify_site
    from analysis.store.dataset import open_dataset
    from analysis.store.pseudonyms import erased_accounts
    from analysis.study.registration import load_study

    notebooks = project.PROJECT / "notebooks"
    plan, study = load_plan(parsed.plan), load_study(parsed.study)
    check_parameters(plan, {}, notebooks)
    arrived = open_raw_folder(parsed.data)
    dataset = open_dataset(data_folder("processed") / arrived.name)
    reports = expand(plan, dataset.manifest, dataset=dataset.name, settings={}, notebooks=notebooks)
    erased = erased_accounts(data_folder("private")).digest
    found = verify_site(reports, parsed.site, dataset, study, arrived=arrived, erased=erased)
    for line in found:
        print(f"micromacro: {line}", file=sys.stderr)
    if not found:
        print(f"{len(reports)} pages as they were published and up to date: {parsed.site}")
    return 1 if found else 0


def _chosen(reports: Sequence["Report"], only: Sequence[str]) -> list["Report"]:
    ids = [report.report_id for report in reports]
    if unknown := [name for name in only if name not in ids]:
        hint = nearest(unknown[0], ids)
        raise UsageError(f"--only {', '.join(unknown)}: no such report; {hint}")
    return [report for report in reports if not only or report.report_id in only]


def sources(parsed: argparse.Namespace) -> int:
    """List the formats, or draft one."""
    from analysis.sources.formats import known_formats
    from analysis.sources.suggest import suggest

    if parsed.suggest is not None:
        print(suggest(parsed.suggest), end="")
        return 0
    for source in known_formats():
        print(f"{source.name}: {source.title}")
        for rule in filter(lambda rule: rule.tables, source.files):
            print(f"  {', '.join(rule.tables)}: recognised by {', '.join(rule.header)}")
    return 0
