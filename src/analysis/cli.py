"""The command line, `micromacro`: thin, and quick to refuse; heavy libraries load when needed."""

import argparse
import difflib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from analysis.errors import AnalysisError, MachineError, UsageError

if TYPE_CHECKING:
    from analysis.captures import RawFolder
    from analysis.dataset import Dataset
    from analysis.nightly.build import Built, Shard
    from analysis.nightly.plan import Report

_PROJECT = Path(__file__).resolve().parents[2]
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback of a known error out."""
    parsed = _parser().parse_args(arguments)
    try:
        with _interruptible():
            return int(parsed.command(parsed))
    except AnalysisError as error:
        print(f"micromacro: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        print(
            "micromacro: interrupted; the same command goes on where this one stopped",
            file=sys.stderr,
        )
        return 128 + int(interrupt.args[0] if interrupt.args else signal.SIGINT)
    except OSError as error:  # disk, permission: nothing that the data or the plan could mend
        print(f"micromacro: {error}", file=sys.stderr)
        return MachineError.exit_code
    except Exception:  # noqa: BLE001 - the last line of defence
        traceback.print_exc()
        print("micromacro: an error of ours; please report the lines above", file=sys.stderr)
        return 70


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn the signals that ask for an end into one interrupt; more of them wait for its end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _INTERRUPTS}

    def interrupt(number: int, _frame: object) -> NoReturn:
        for one in _INTERRUPTS:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    try:
        for number in _INTERRUPTS:
            signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="micromacro", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_command = partial(commands.add_parser, allow_abbrev=False)

    template = add_command("template", help="write a blank workbook, or a folder of CSV files")
    template.add_argument("target", type=Path, help="FILE.xlsx or a folder")
    template.set_defaults(command=_template)

    prepare = add_command("prepare", help="read exports into data/processed")
    prepare.add_argument("data", type=Path, help="folder of files, or one workbook")
    prepare.add_argument("--out", type=Path, help="folder to write (data/processed/NAME)")
    prepare.add_argument("--source", help="read with this format only")
    prepare.set_defaults(command=_prepare)

    report = add_command("report", help="prepare if needed, run the plan, publish")
    _add_report_options(report)
    report.set_defaults(command=_report)

    verify = add_command("verify", help="every published page against its record and its inputs")
    verify.add_argument("site", type=Path, nargs="?", default=_PROJECT / "reports")
    _add_subject(verify)
    verify.set_defaults(command=_verify)

    sources = add_command("sources", help="the formats it reads")
    sources.set_defaults(command=_sources)
    return parser


def _add_subject(command: argparse.ArgumentParser) -> None:
    """What a site is about, the same for those who build it and those who check it."""
    command.add_argument("--plan", type=Path, default=_PROJECT / "plans" / "default.yml")
    command.add_argument("--study", type=Path, default=_PROJECT / "study.yml")
    command.add_argument("--data", type=Path, default=_PROJECT / "data" / "raw" / "demo")


def _add_report_options(report: argparse.ArgumentParser) -> None:
    _add_subject(report)
    report.add_argument("--out", type=Path, default=_PROJECT / "reports")
    report.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    report.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this report"
    )
    report.add_argument("--shard", default="1/1", metavar="I/N", help="part I of N of the plan")
    report.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    report.add_argument("--kernel", choices=["in-process", "stock"], default="in-process")


def _template(parsed: argparse.Namespace) -> int:
    from analysis.sources.template import write_template

    for path in write_template(parsed.target):
        print(path)
    return 0


def _prepare(parsed: argparse.Namespace) -> int:
    from analysis.captures import look_into
    from analysis.dataset import data_folder
    from analysis.prepare import prepare

    out = parsed.out or data_folder("processed") / look_into(parsed.data).name
    dataset = prepare(parsed.data, out, private=data_folder("private"), source=parsed.source)
    for file in dataset.manifest.files:
        print(
            f"{file.file} -> {file.table}: {file.rows_read} rows read, {file.kept} kept,"
            f" {file.merged} merged, {file.duplicates} duplicates, {file.excluded} excluded"
        )
    return _refusals(dataset.manifest.refused)


def _refusals(refused: dict[str, str]) -> int:
    for reason in refused.values():
        print(f"micromacro: refused: {reason}", file=sys.stderr)
    return 1 if refused else 0


def _report(parsed: argparse.Namespace) -> int:
    from analysis.nightly.plan import check_parameters, expand, load_plan, parse_settings
    from analysis.study import load_study

    notebooks = _PROJECT / "notebooks"
    plan, settings = load_plan(parsed.plan), parse_settings(parsed.settings)
    study, shard = load_study(parsed.study), _shard(parsed.shard)
    check_parameters(plan, settings, notebooks)
    if parsed.workers < 1:
        raise UsageError("--workers takes a whole number from 1")
    os.environ["MICROMACRO_STUDY"] = str(parsed.study.resolve())

    from analysis.captures import look_into
    from analysis.nightly.build import build_site, hold_site
    from analysis.nightly.inputs import doubts
    from analysis.nightly.progress import progress_on

    progress = progress_on()
    with hold_site(parsed.out, shard) as site:
        dataset = _prepared(arrived := look_into(parsed.data))
        everything, chosen = (
            expand(plan, dataset.manifest, dataset=dataset.folder, settings=s, notebooks=notebooks)
            for s in ({}, settings)
        )
        built = build_site(
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
        for doubt in doubts(arrived, dataset, study, today=date.today()):
            progress.warn(doubt)
    return max(_outcome(built, parsed.out), _refusals(dataset.manifest.refused))


def _shard(text: str) -> "Shard":
    from analysis.nightly.build import Shard

    index, _, count = text.partition("/")
    if not (index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count)):
        raise UsageError(f"--shard {text}: write which part of how many, like --shard 1/4")
    return Shard(int(index), int(count))


def _prepared(folder: "RawFolder") -> "Dataset":
    """The prepared dataset of a raw folder; what prepares it loads only where it must run."""
    from analysis.captures import prepared
    from analysis.dataset import data_folder
    from analysis.disk import held

    processed = data_folder("processed")
    standing = prepared(folder, processed / folder.name)
    if standing is None:
        from analysis.prepare import prepare_if_stale

        with held(processed / ".lock", wait=True):  # a shard beside us may be at it
            standing = prepare_if_stale(folder.path)
    return standing


def _outcome(built: "Built", site: Path) -> int:
    print(f"{len(built.published)} published, {len(built.unchanged)} unchanged: {site}/index.html")
    if any(failure.machine for failure in built.failed.values()):
        return MachineError.exit_code
    return 1 if built.failed else 0


def _verify(parsed: argparse.Namespace) -> int:
    from analysis.captures import look_into
    from analysis.dataset import data_folder, open_dataset
    from analysis.nightly.plan import check_parameters, expand, load_plan
    from analysis.nightly.verify import verify_site
    from analysis.study import load_study

    notebooks = _PROJECT / "notebooks"
    plan, study = load_plan(parsed.plan), load_study(parsed.study)
    check_parameters(plan, {}, notebooks)
    arrived = look_into(parsed.data)
    dataset = open_dataset(data_folder("processed") / arrived.name)
    reports = expand(
        plan, dataset.manifest, dataset=dataset.folder, settings={}, notebooks=notebooks
    )
    found = verify_site(reports, parsed.site, dataset, study, arrived=arrived)
    for line in found:
        print(f"micromacro: {line}", file=sys.stderr)
    if not found:
        print(f"{len(reports)} pages as they were published and up to date: {parsed.site}")
    return 1 if found else 0


def _chosen(reports: Sequence["Report"], only: Sequence[str]) -> list["Report"]:
    ids = [report.report_id for report in reports]
    if unknown := [name for name in only if name not in ids]:
        near = difflib.get_close_matches(unknown[0], ids, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(ids)}"
        raise UsageError(f"--only {', '.join(unknown)}: no such report; {hint}")
    return [report for report in reports if not only or report.report_id in only]


def _sources(_: argparse.Namespace) -> int:
    from analysis.sources.formats import known_formats

    for source in known_formats():
        print(f"{source.name}: {source.title}")
        for rule in filter(lambda rule: rule.tables, source.files):
            print(f"  {', '.join(rule.tables)}: recognised by {', '.join(rule.header)}")
    return 0
