"""The command line, `micromacro`: thin, and quick to refuse; heavy libraries load when needed."""

import argparse
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from analysis.store.masking import without_secrets
from analysis.study import project
from analysis.study.errors import OF_THE_MACHINE, AnalysisError, MachineError

_NO_MEMORY = r"OutOfMemory|can't start new thread|[Cc]annot allocate memory|failed to allocate"
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    A known error is told in words, without a traceback.
    """
    parsed = _parser().parse_args(arguments)
    try:
        project.require_checkout()
        with _interruptible():
            module, command = parsed.command.split(".")  # imported when it is asked for
            code = int(getattr(import_module(f"analysis.cli.{module}"), command)(parsed))
            sys.stdout.flush()  # a reader that is gone is met here, not after the end
            return code
    except AnalysisError as error:
        print(f"micromacro: {without_secrets(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt as interrupt:
        return _asked_to_end(interrupt)
    except BrokenPipeError:  # whoever reads, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still to flush
        return 128 + signal.SIGPIPE
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _asked_to_end(error) or _other(error)


def _other(error: Exception) -> int:
    """Tell an error that nobody foresaw: the machine's in words, ours with where it happened."""
    if said := _of_the_machine(error):
        print(f"micromacro: {without_secrets(said)}", file=sys.stderr)
        return MachineError.exit_code
    print(without_secrets(traceback.format_exc()), end="", file=sys.stderr)
    print("micromacro: an error of ours; please report the lines above", file=sys.stderr)
    return 70


def _asked_to_end(error: BaseException) -> int:
    """Say that a signal asked for the end; its exit code, 0 where none is behind an error.

    An import that a signal meets turns it into an error of its own.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__ or seen.__context__
    if seen is None:
        return 0
    said = "micromacro: interrupted; the same command goes on where this one stopped"
    print(said, file=sys.stderr)
    return 128 + int(seen.args[0] if seen.args else signal.SIGINT)


def _of_the_machine(error: BaseException) -> str:
    """What the machine lacks, where neither data nor plan could mend it; else empty."""
    words = " ".join(str(error).split())[:300]
    if isinstance(error, MemoryError) or re.search(_NO_MEMORY, f"{type(error).__name__}: {words}"):
        return f"too little memory: {words or type(error).__name__}; free some, then run it again"
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror or words
        return f"{what}; a disk, a folder or a permission of this machine; mend it, then run again"
    found = re.search(OF_THE_MACHINE, words)
    return f"{found[0]}: {words}; make room, then run it again" if found else ""


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn the signals that ask for an end into one interrupt.

    More of them wait for its end.
    """
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


class _Parser(argparse.ArgumentParser):
    """Repeats no secret of an argument that it refuses."""

    def error(self, message: str) -> NoReturn:
        super().error(without_secrets(message))


def _path(text: str) -> Path:
    if not text:  # of a variable that is not set; it would be the working folder
        raise argparse.ArgumentTypeError("is empty")
    return Path(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="micromacro", description=__doc__, allow_abbrev=False)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command: str, purpose: str) -> argparse.ArgumentParser:
        own = subparsers.add_parser(command.split(".")[1], allow_abbrev=False, help=purpose)
        own.set_defaults(command=command)
        return own

    template = add("data.template", "write a blank workbook, or a folder of CSV files")
    template.add_argument("target", type=_path, help="FILE.xlsx or a folder")

    prepare = add("data.prepare", "read exports into data/processed")
    prepare.add_argument("data", type=_path, help="folder of files, or one workbook")
    prepare.add_argument("--out", type=_path, help="folder to write (data/processed/NAME)")
    prepare.add_argument("--source", help="read with this format only")

    report = add("site.report", "prepare if needed, run the plan, publish")
    _add_report_options(report)
    _add_messages(report)

    verify = add("site.verify", "every published page against its record and its inputs")
    verify.add_argument("site", type=_path, nargs="?", default=project.PROJECT / "reports")
    _add_subject(verify)

    _add_sources_options(add("data.sources", "the formats it reads"))

    who = add("data.who", "whose pseudonym it is; on this machine alone")
    who.add_argument("id", help="creator_id of a prepared table")

    _add_shortlist_options(
        add("decisions.shortlist", "creators to book again, into a private file")
    )
    _add_draw_options(add("decisions.draw", "draw a booking list by lot, into private files"))

    _add_assign_options(
        add("decisions.assign", "assign tiers to markets and weeks by lot, into private files")
    )
    _add_analyse_options(add("decisions.analyse", "what a finished lot tells"))

    forget = add("site.forget", "erase a creator, rebuild the pages, never import again")
    forget.add_argument("platform")
    forget.add_argument("handle")
    _add_report_options(forget)
    return parser


def _add_subject(command: argparse.ArgumentParser) -> None:
    """Arguments shared by those who build and check a site."""
    command.add_argument("--plan", type=_path, default=project.PROJECT / "plans" / "default.yml")
    command.add_argument("--study", type=_path, default=project.PROJECT / "study.yml")
    command.add_argument("--data", type=_path, default=project.PROJECT / "data" / "raw" / "demo")


def _add_messages(report: argparse.ArgumentParser) -> None:
    news = "print nothing but news: a decision, data past their day, a failure"
    report.add_argument("--news", action="store_true", help=news)
    pdf = "also print the first page to a PDF, with the Chromium on PATH"
    report.add_argument("--pdf", action="store_true", help=pdf)


def _add_sources_options(sources: argparse.ArgumentParser) -> None:
    sources.add_argument("--suggest", type=_path, metavar="FILE", help="draft a format for a file")
    sources.add_argument(
        "--try",
        dest="trial",
        type=_path,
        nargs=2,
        metavar=("FORMAT.yml", "DATA"),
        help="show what a format would read of a file or folder",
    )


def _add_shortlist_options(shortlist: argparse.ArgumentParser) -> None:
    shortlist.add_argument("dataset", nargs="?", default="demo", help="a prepared dataset")
    shortlist.add_argument("--study", type=_path, default=project.PROJECT / "study.yml")


def _add_draw_options(draw: argparse.ArgumentParser) -> None:
    draw.add_argument("candidates", type=_path, help="CSV of platform, handle, followers, quote")
    draw.add_argument("--micro", type=int, required=True, help="bookings of micro creators")
    draw.add_argument("--macro", type=int, required=True, help="bookings of macro creators")
    draw.add_argument("--seed", type=int, default=1, help="number that the draw begins with")
    draw.add_argument("--name", help="of the draw and its folder below data/private/draws")
    draw.add_argument("--study", type=_path, default=project.PROJECT / "study.yml")


def _add_assign_options(assign: argparse.ArgumentParser) -> None:
    assign.add_argument("markets", nargs="+", metavar="MARKET", help="where orders are, like DE")
    assign.add_argument(
        "--first", type=date.fromisoformat, required=True, metavar="DAY", help="Monday to begin on"
    )
    assign.add_argument("--weeks", type=int, required=True, help="how many")
    assign.add_argument("--none", action="store_true", help="also weeks without any booking")
    assign.add_argument("--seed", type=int, default=1, help="number that the lot begins with")
    assign.add_argument("--name", help="of the lot and its folder below data/private/draws")


def _add_analyse_options(analyse: argparse.ArgumentParser) -> None:
    analyse.add_argument("name", help="of a lot below data/private/draws")
    outcomes = "CSV of market_weeks, or of placements for a list"
    analyse.add_argument("outcomes", type=_path, help=outcomes)
    analyse.add_argument("--seed", type=int, default=1, help="of the arrangements")


def _add_report_options(report: argparse.ArgumentParser) -> None:
    _add_subject(report)
    report.add_argument("--out", type=_path, default=project.PROJECT / "reports")
    report.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    report.add_argument(
        "--only", action="append", default=[], metavar="ID", help="only this report"
    )
    report.add_argument("--shard", default="1/1", metavar="I/N", help="part I of N of the plan")
    report.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    report.add_argument("--engine", help="address for Ibis, such as pyspark://; DuckDB if not set")
    report.add_argument("--kernel", choices=["in-process", "stock"], default="in-process")
