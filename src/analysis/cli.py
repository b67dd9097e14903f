"""The command line, `micromacro`: thin, and quick to refuse; heavy libraries load when needed."""

import argparse
import difflib
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError, MachineError, UsageError

if TYPE_CHECKING:
    from analysis.dataset import Dataset
    from analysis.nightly.build import Built
    from analysis.nightly.plan import Report

_PROJECT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code and never lets a traceback of a known error out."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.command(parsed))
    except AnalysisError as error:
        print(f"micromacro: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "micromacro: interrupted; the same command goes on where this one stopped",
            file=sys.stderr,
        )
        return 130
    except OSError as error:  # disk, permission: nothing that the data or the plan could mend
        print(f"micromacro: {error}", file=sys.stderr)
        return MachineError.exit_code
    except Exception:  # noqa: BLE001 - the last line of defence
        traceback.print_exc()
        print("micromacro: an error of ours; please report the lines above", file=sys.stderr)
        return 70


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

    sources = add_command("sources", help="the formats it reads")
    sources.add_argument("--suggest", type=Path, metavar="FILE", help="draft a format for a file")
    sources.set_defaults(command=_sources)

    who = add_command("who", help="whose pseudonym it is; on this machine alone")
    who.add_argument("id", help="creator_id of a prepared table")
    who.set_defaults(command=_who)

    forget = add_command("forget", help="erase a creator, rebuild the pages, never import again")
    forget.add_argument("platform")
    forget.add_argument("handle")
    _add_report_options(forget)
    forget.set_defaults(command=_forget)
    return parser


def _add_report_options(report: argparse.ArgumentParser) -> None:
    report.add_argument("--plan", type=Path, default=_PROJECT / "plans" / "default.yml")
    report.add_argument("--study", type=Path, default=_PROJECT / "study.yml")
    report.add_argument("--data", type=Path, default=_PROJECT / "data" / "raw" / "demo")
    report.add_argument("--out", type=Path, default=_PROJECT / "reports")
    report.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    report.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this report"
    )
    report.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    report.add_argument("--engine", help="address for Ibis, such as pyspark://; DuckDB if not set")
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
    dataset = prepare(
        parsed.data,
        out,
        private=data_folder("private"),
        source=parsed.source,
        tell=_after_two_seconds(),
    )
    for line in dataset.manifest.told():
        print(_for_the_owner(line, dataset))
    if dataset.lacks is not None:
        print(f"micromacro: {dataset.lacks}: nothing can be compared yet", file=sys.stderr)
    return _refusals(dataset)


def _after_two_seconds() -> Callable[[str], None]:
    """Tells a person what is being done, once that has taken more than two seconds."""
    started = time.monotonic()

    def tell(step: str) -> None:
        if time.monotonic() - started > 2:
            print(f"micromacro: {step}", file=sys.stderr)

    return tell


def _for_the_owner(line: str, dataset: "Dataset") -> str:
    from analysis.dataset import data_folder
    from analysis.pseudonyms import unmasked

    return unmasked(line, data_folder("private") / dataset.name / "handles.csv")


def _refusals(dataset: "Dataset") -> int:
    for reason in dataset.manifest.refused.values():
        print(f"micromacro: refused: {_for_the_owner(reason, dataset)}", file=sys.stderr)
    return 1 if dataset.manifest.refused else 0


def _who(parsed: argparse.Namespace) -> int:
    from analysis.dataset import data_folder
    from analysis.erasure import who

    for dataset, platform, handle in who(parsed.id, data_folder("private")):
        print(f"{dataset}: {platform} {handle}")
    return 0


def _report(parsed: argparse.Namespace) -> int:
    site = _planned(parsed)
    from analysis.prepare import prepare_if_stale

    dataset = prepare_if_stale(parsed.data, tell=_after_two_seconds())
    return max(site(dataset), _refusals(dataset))


def _forget(parsed: argparse.Namespace) -> int:
    from analysis.dataset import data_folder
    from analysis.erasure import forget

    site = _planned(parsed)
    folders = {"processed": data_folder("processed"), "private": data_folder("private")}
    changed = forget(parsed.platform, parsed.handle, **folders)
    for dataset in changed:
        print(f"{dataset.name}: erased")
    print("raw exports may still hold the creator; every import leaves them out from now on")
    from analysis.nightly.publish import standing_pages

    shown = {page.dataset for page in standing_pages(parsed.out).values()}
    return max((site(dataset) for dataset in changed if dataset.name in shown), default=0)


def _planned(parsed: argparse.Namespace) -> Callable[["Dataset"], int]:
    """Check plan, study and settings; what is returned builds the site of a dataset."""
    from analysis.nightly.plan import check_parameters, expand, load_plan, parse_settings
    from analysis.study import load_study

    notebooks = _PROJECT / "notebooks"
    plan, settings = load_plan(parsed.plan), parse_settings(parsed.settings)
    study = load_study(parsed.study)
    check_parameters(plan, settings, notebooks)
    if parsed.workers < 1:
        raise UsageError("--workers takes a whole number from 1")

    os.environ["MICROMACRO_STUDY"] = str(parsed.study.resolve())
    if parsed.engine is not None:
        os.environ["MICROMACRO_ENGINE"] = parsed.engine
    from analysis.nightly.run import start_server

    start_server()  # it imports on another core while this process does
    from analysis.nightly.build import build_site

    def build(dataset: "Dataset") -> int:
        reports = expand(
            plan, dataset.manifest, dataset=dataset.folder, settings=settings, notebooks=notebooks
        )
        built = build_site(
            _chosen(reports, parsed.only),
            parsed.out,
            dataset,
            study,
            whole_plan=not parsed.only and not settings,
            workers=parsed.workers,
            kernel=parsed.kernel,
        )
        return _outcome(built, parsed.out)

    return build


def _outcome(built: "Built", site: Path) -> int:
    counts = f"{len(built.published)} published, {len(built.unchanged)} unchanged"
    print(f"{counts}: {site}/index.html")
    for report_id, cause in built.failed.items():
        print(f"micromacro: failed: {report_id}: {cause}", file=sys.stderr)
    return 1 if built.failed else 0


def _chosen(reports: Sequence["Report"], only: Sequence[str]) -> list["Report"]:
    ids = [report.report_id for report in reports]
    if unknown := [name for name in only if name not in ids]:
        near = difflib.get_close_matches(unknown[0], ids, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(ids)}"
        raise UsageError(f"--only {', '.join(unknown)}: no such report; {hint}")
    return [report for report in reports if not only or report.report_id in only]


def _sources(parsed: argparse.Namespace) -> int:
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
