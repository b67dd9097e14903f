"""Commands about the pages: report, forget, verify."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.cli.data import after_two_seconds, refusals
from analysis.prepare.raw_folder import RawFolder, open_raw_folder, prepared
from analysis.runs.build import Built, HeldSite, Shard, build_site, hold_site
from analysis.runs.execution.server import start_server
from analysis.runs.inputs import doubts
from analysis.runs.plan import Report, check_parameters, expand, load_plan, parse_settings
from analysis.runs.progress import Progress, progress_on
from analysis.runs.verify import verify_site
from analysis.site.publish import standing_pages
from analysis.site.site_index import index_held
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.disk import held
from analysis.store.pseudonyms import erased_accounts
from analysis.study import project
from analysis.study.addresses import ENGINE, refuse_password
from analysis.study.errors import DataContractError, MachineError, UsageError, nearest
from analysis.study.project import data_folder, today
from analysis.study.registration import Study, load_study


def report(parsed: argparse.Namespace) -> int:
    """Prepare if needed, run the plan, publish."""
    build, study = _planned(parsed)
    progress = progress_on()
    with hold_site(parsed.out, _shard(parsed.shard)) as site:
        dataset = _prepared(arrived := open_raw_folder(parsed.data))
        built = build(dataset, site, progress)
        for doubt in doubts(arrived, dataset, study, on=today()):
            progress.warn(doubt)
        if parsed.news:
            _tell_news(built, parsed.out, study)
        else:
            _tell(built, parsed.out)
        if parsed.pdf:
            from analysis.runs.printing import print_front

            print_front(site)
    return max(_code(built), refusals(dataset))


def forget(parsed: argparse.Namespace) -> int:
    """Erase a creator, and build the pages of their datasets again.

    The dataset of ``--data`` is prepared anew from what arrived, the others are cut.
    """
    build, _ = _planned(parsed)
    from analysis.prepare.forget import forget, look_alikes_of

    folders = {name: data_folder(name) for name in ("processed", "private")}
    arrived, progress = open_raw_folder(parsed.data), progress_on()

    def anew(dataset: Dataset) -> Dataset:
        if dataset.name != arrived.name:
            return dataset
        try:
            return _prepared(arrived)
        except DataContractError as refused:
            progress.warn(f"{dataset.name} was cut, not prepared anew: {refused}")
            return dataset

    with hold_site(parsed.out, _shard(parsed.shard)) as site:
        shown = {page.dataset for page in standing_pages(site.folder).values()}
        alike = look_alikes_of(parsed.platform, parsed.handle, folders["private"])
        forgotten = forget(parsed.platform, parsed.handle, **folders)
        changed = forgotten.datasets
        for other in alike:
            print(f"{other} looks like it, in letters of another script, and was not erased")
        for where, what in forgotten.found.items():
            print(f"{where}: erased {what}")
        for platform in forgotten.elsewhere:
            print(f"somebody of this name is on {platform} too and was not erased")
        for dataset in changed:
            if dataset.name not in shown:
                told = f"pages elsewhere stand: micromacro report --data {dataset.name} --out THERE"
                print(f"{dataset.name}: has no page in {parsed.out}; {told}")
        if not forgotten.found:
            print("no prepared dataset holds this account")
        print("raw exports may still hold the creator; every import leaves them out from now on")
        due = {dataset.name: anew(dataset) for dataset in changed if dataset.name in shown}
        if arrived.name in shown and arrived.name not in due:
            due[arrived.name] = _prepared(arrived)  # it may have been cut before, from another site
        built = [build(one, site, progress) for one in due.values()]
    for one in built:
        _tell(one, parsed.out)
    return max(map(_code, built), default=0)


def verify(parsed: argparse.Namespace) -> int:
    """Hold every page against its record and its inputs."""
    notebooks = project.PROJECT / "notebooks"
    plan, study = load_plan(parsed.plan), load_study(parsed.study)
    check_parameters(plan, {}, notebooks)
    arrived = open_raw_folder(parsed.data)
    dataset = open_dataset(data_folder("processed") / arrived.name)
    reports = expand(plan, dataset.manifest, dataset=dataset.name, settings={}, notebooks=notebooks)
    erased = erased_accounts(data_folder("private")).digest
    found = verify_site(
        reports, parsed.site, dataset, study, arrived=arrived, erased=erased, on=today()
    )
    for line in found:
        print(f"micromacro: {line}", file=sys.stderr)
    if not found:
        print(f"{len(reports)} pages as they were published and up to date: {parsed.site}")
    return 1 if found else 0


def _planned(
    parsed: argparse.Namespace,
) -> tuple[Callable[[Dataset, HeldSite, Progress], Built], Study]:
    """Check plan, study and settings.

    What is returned builds the site of a dataset.
    """
    notebooks = project.PROJECT / "notebooks"
    plan, settings = load_plan(parsed.plan), parse_settings(parsed.settings)
    study = load_study(parsed.study)
    check_parameters(plan, settings, notebooks)
    if parsed.workers < 1:
        raise UsageError("--workers takes a whole number from 1")
    os.environ["MICROMACRO_STUDY"] = str(parsed.study.resolve())
    if parsed.engine is not None:
        refuse_password(parsed.engine)
        os.environ[ENGINE] = parsed.engine

    def build(dataset: Dataset, site: HeldSite, progress: Progress) -> Built:
        everything, chosen = (
            expand(plan, dataset.manifest, dataset=dataset.name, settings=s, notebooks=notebooks)
            for s in ({}, settings)
        )
        return build_site(
            _chosen(chosen, parsed.only),
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


def _shard(text: str) -> Shard:
    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise UsageError(f"--shard {text}: write which part of how many, like --shard 1/4")
    return Shard(int(index), int(count))


def _prepared(folder: RawFolder) -> Dataset:
    """The prepared dataset of a raw folder.

    What prepares it loads only where it must run.
    """
    processed, erased = data_folder("processed"), erased_accounts(data_folder("private"))
    standing = prepared(folder, processed / folder.name, erased=erased.digest)
    if standing is None:
        from analysis.prepare.pipeline import prepare_dataset

        start_server()  # it imports on another core while the data are prepared
        # A shard beside us may be at it.
        with held(processed / ".lock", wait=True), after_two_seconds() as tell:
            tell(f"looking at {folder.path}")
            # Logs outlive a creator's wish to be forgotten, so no file is named.
            standing = prepare_dataset(folder.path, tell=lambda step, _file: tell(step))
    return standing


def _tell(built: Built, site: Path) -> None:
    lone = sum(not page.has_page for page in standing_pages(site).values())
    without = f", {lone} of all without a page, for too little data" if lone else ""
    counts = f"{len(built.published)} published, {len(built.unchanged)} unchanged"
    print(f"{counts}{without}: {site}/index.html")


def _tell_news(built: Built, site: Path, study: Study) -> None:
    """Print what changed and the summary, or nothing; what was told is noted after it was."""
    from analysis.runs.news import news, note_told, read_told, to_tell

    with index_held(site):
        before = read_told(site)
        now = to_tell(site, before, decide_on=study.decide_on)
        if found := news(before, now, built.failed):
            summary = site / "summary.txt"
            said = summary.read_text(encoding="utf-8") if summary.exists() else ""
            print(*found, said, sep="\n", flush=True)
        note_told(site, now)


def _code(built: Built) -> int:
    if any(failure.machine for failure in built.failed.values()):
        return MachineError.exit_code
    return 1 if built.failed else 0


def _chosen(reports: Sequence[Report], only: Sequence[str]) -> list[Report]:
    """Those that ``--only`` names, by their id with or without what ``--set`` adds to it."""
    ids = [name for report in reports for name in (report.planned, report.report_id)]
    if unknown := [name for name in only if name not in ids]:
        hint = nearest(unknown[0], [*dict.fromkeys(ids)])
        raise UsageError(f"--only {', '.join(unknown)}: no such report; {hint}")
    named = {*only}
    return [one for one in reports if not only or named & {one.report_id, one.planned}]
