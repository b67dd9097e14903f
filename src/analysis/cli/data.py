"""Commands about what arrives: template, prepare, sources, who."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from analysis.prepare.raw_folder import open_raw_folder
from analysis.store.dataset import Dataset
from analysis.store.pseudonyms import unmasked
from analysis.study.project import data_folder


def template(parsed: argparse.Namespace) -> int:
    """Write a blank workbook, or a folder of CSV files."""
    from analysis.sources.template import write_template

    for path in write_template(parsed.target):
        print(path)
    return 0


def prepare(parsed: argparse.Namespace) -> int:
    """Read exports into data/processed."""
    from analysis.prepare.pipeline import prepare

    out = parsed.out or data_folder("processed") / open_raw_folder(parsed.data).name
    dataset = prepare(
        parsed.data,
        out,
        private=data_folder("private"),
        source=parsed.source,
        tell=after_two_seconds(),
    )
    for line in (*dataset.manifest.lines(), *_left_out(dataset)):
        print(_for_the_owner(line, dataset))
    if dataset.lacks is not None:
        print(f"micromacro: {dataset.lacks}: nothing can be compared yet", file=sys.stderr)
    return refusals(dataset)


def _left_out(dataset: Dataset) -> Iterator[str]:
    """Why rows were left out, with the first of them."""
    reasons = dataset.exclusions().groupby(
        ["file", "column", "reason"], sort=False, dropna=False, observed=True
    )
    for (file, column, reason), rows in reasons:
        first = ", ".join(str(row) for row in rows["row"].head(3))
        more = f" and {len(rows) - 3:,} more" if len(rows) > 3 else ""
        yield f"left out: {file} row {first}{more}: {f'{column}: ' if column else ''}{reason}"


def after_two_seconds() -> Callable[[str], None]:
    """Tells a person what is done, after two seconds."""
    started = time.monotonic()

    def tell(step: str) -> None:
        if time.monotonic() - started > 2:
            print(f"micromacro: {step}", file=sys.stderr)

    return tell


def _for_the_owner(line: str, dataset: Dataset) -> str:
    return unmasked(line, data_folder("private") / dataset.name / "handles.csv")


def refusals(dataset: Dataset) -> int:
    """Say which files were refused; the exit code that follows."""
    for reason in dataset.manifest.refused.values():
        print(f"micromacro: refused: {_for_the_owner(reason, dataset)}", file=sys.stderr)
    return 1 if dataset.manifest.refused else 0


def who(parsed: argparse.Namespace) -> int:
    """Say whose pseudonym it is."""
    from analysis.prepare.forget import who

    for dataset, platform, handle in who(parsed.id, data_folder("private")):
        print(f"{dataset}: {platform} {handle}")
    return 0


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
