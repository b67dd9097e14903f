"""Commands about what arrives: template, prepare, sources, who."""

import argparse
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.prepare.raw_folder import open_raw_folder, settings_beside
from analysis.store.dataset import Dataset
from analysis.store.pseudonyms import unmasked
from analysis.study.forms import from_yaml
from analysis.study.project import data_folder

if TYPE_CHECKING:
    from analysis.sources.importer import Imported

_EXAMPLES = 3


def template(parsed: argparse.Namespace) -> int:
    """Write a blank workbook, or a folder of CSV files."""
    from analysis.sources.template import write_template

    for path in write_template(parsed.target):
        print(path)
    return 0


def prepare(parsed: argparse.Namespace) -> int:
    """Read exports into data/processed."""
    with after_two_seconds() as tell:
        tell(f"looking at {parsed.data}")
        from analysis.prepare.pipeline import prepare

        out = parsed.out or data_folder("processed") / open_raw_folder(parsed.data).name
        private = data_folder("private")
        dataset = prepare(parsed.data, out, private=private, source=parsed.source, tell=tell)
    for line in (*dataset.manifest.lines(), *_left_out(dataset)):
        print(_for_the_owner(line, dataset))
    if dataset.lacks is not None:
        print(f"micromacro: {dataset.lacks}: nothing can be compared yet", file=sys.stderr)
    return refusals(dataset, way_back=data_folder("private") / dataset.name / "handles.csv")


def _left_out(dataset: Dataset) -> Iterator[str]:
    """Why rows were left out, with the first of them."""
    reasons = dataset.exclusions().groupby(
        ["file", "column", "reason"], sort=False, dropna=False, observed=True
    )
    for (file, column, reason), rows in reasons:
        where = f"{f'{column}: ' if column else ''}{reason}"
        if rows["examples"].notna().any():
            such = ", ".join(rows["examples"][rows["examples"].ne("")])
            yield f"left out: {file}: {rows['rows'].sum():,} rows, such as {such}: {where}"
            continue
        numbers = rows["row"].drop_duplicates()  # one row may feed several tables
        first = ", ".join(str(row) for row in numbers.head(3))
        more = f" and {len(numbers) - 3:,} more" if len(numbers) > 3 else ""
        yield f"left out: {file} row {first}{more}: {where}"


@contextmanager
def after_two_seconds() -> Iterator[Callable[..., None]]:
    """Tell a person what is being done: what goes on after two seconds, and every later step."""
    latest: list[str] = []
    due = threading.Event()

    def say() -> None:
        print(f"micromacro: {latest[-1]}", file=sys.stderr)

    def tell(step: str, file: str = "") -> None:
        latest.append(f"{step}, {file}" if file else step)
        if due.is_set():
            say()

    def start_to_tell() -> None:
        due.set()
        if latest:
            say()

    timer = threading.Timer(2, start_to_tell)
    timer.daemon = True
    timer.start()
    try:
        yield tell
    finally:
        timer.cancel()


def _for_the_owner(line: str, dataset: Dataset) -> str:
    return unmasked(line, data_folder("private") / dataset.name / "handles.csv")


def refusals(dataset: Dataset, *, way_back: Path | None = None) -> int:
    """Say which files were refused; the exit code that follows.

    Args:
        way_back: to the handles, for the owner at a terminal; logs of every night do without.
    """
    for reason in dataset.manifest.refused.values():
        said = unmasked(reason, way_back) if way_back else reason
        print(f"micromacro: refused: {said}", file=sys.stderr)
    return 1 if dataset.manifest.refused else 0


def who(parsed: argparse.Namespace) -> int:
    """Say whose pseudonym it is."""
    from analysis.prepare.forget import who

    for dataset, platform, handle in who(parsed.id, data_folder("private")):
        print(f"{dataset}: {platform} {handle}")
    return 0


def sources(parsed: argparse.Namespace) -> int:
    """List the formats, draft one, or show what one would read."""
    from analysis.sources.drafting.suggest import suggest
    from analysis.sources.formats import known_formats

    if parsed.suggest is not None:
        said = settings_beside(parsed.suggest)
        row = said.header_row_of(parsed.suggest.name)
        declared = row if row > 1 else None
        draft = suggest(parsed.suggest, encoding=said.encoding, header_row=declared)
        print(draft, end="")
        print(f"micromacro: {_open_questions(draft)}", file=sys.stderr)
        return 0
    if parsed.trial is not None:
        return _trial(*parsed.trial)
    for source in known_formats():
        print(f"{source.name}: {source.title}")
        for rule in filter(lambda rule: rule.tables, source.files):
            print(f"  {', '.join(rule.tables)}: recognised by {', '.join(rule.header)}")
    return 0


def _open_questions(draft: str) -> str:
    content = from_yaml(draft)
    count = len(content.get("questions", ())) if isinstance(content, dict) else 0
    words = f"{count} question{'s' * (count != 1)} to answer in the draft, then"
    return f"{words if count else 'next:'} micromacro sources --try the draft and the file"


def _trial(form: Path, data: Path) -> int:
    """Show rows, three examples a table and doubts; 1 where a file would not be read."""
    from analysis.prepare.load import load
    from analysis.sources.formats import load_format

    folder = open_raw_folder(data, formats=[load_format(form)])
    with after_two_seconds() as tell:
        loaded = load(folder, source=None, tell=tell)
    for arrival in loaded.arrivals:
        for line in _as_read(arrival.imported):
            print(line)
    for name, why in loaded.ignored.items():
        print(f"{name}: ignored, {why}")
    for why in loaded.refused.values():
        print(f"micromacro: {why}", file=sys.stderr)
    if not loaded.arrivals or loaded.refused:
        return 1
    print("nothing is stored yet; micromacro prepare reads the folder in which both lie")
    return 0


def _as_read(imported: "Imported") -> Iterator[str]:
    """What a file would give to one table, for the person who wrote its format."""
    from analysis.sources.drafting.plausible import contradiction

    rows, table = imported.rows, imported.table
    left = imported.exclusions
    counts = f"{imported.rows_read:,} rows, {len(rows):,} would be read, {len(left):,} left out"
    yield f"{imported.file} -> {table.name}: {counts}"
    filled = [name for name in table.names if rows[name].notna().any()]
    for number, row in rows[filled].head(_EXAMPLES).iterrows():
        cells = [f"{name} {value}" for name, value in row.dropna().items()]
        yield f"  row {number}: {', '.join(cells)}"
    if empty := [name for name in table.names if name not in filled]:
        yield f"  without a value: {', '.join(empty)}"
    for (column, why), same in left.groupby(["column", "reason"], sort=False):
        first = ", ".join(str(row) for row in same["row"].head(_EXAMPLES))
        yield f"  left out: {len(same):,}, such as row {first}: {column}{': ' * bool(column)}{why}"
    for name in filled:
        if said := contradiction(table[name], rows[name].astype("str").fillna("")):
            yield f"  doubt: {name} {said}"
    yield from (f"  look: {warning}" for warning in imported.warnings)
