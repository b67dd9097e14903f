"""Load: the files of a raw folder -> typed contract rows, each file read or refused by name."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.prepare.raw_folder import RawFile, RawFolder
from analysis.sources.headers import recognise
from analysis.sources.importer import Imported, import_table
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.sources.values.text import Written
from analysis.study.errors import DataContractError, UsageError

_FAULTY = 0.5  # share of a file's rows from which it is not what its format says


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one file gave to one contract table, and when it arrived."""

    file: RawFile
    imported: Imported


def load(
    folder: RawFolder, *, source: str | None, tell: Callable[[str], None]
) -> tuple[list[Arrival], dict[str, str]]:
    """Read every file, refusing those that cannot be read.

    Returns:
        What the files gave, and the reason for each refused file by its name.

    Raises:
        UsageError: there is no format called ``source``.
    """
    if not any(source in (None, f.name) for f in folder.formats):
        names = ", ".join(f.name for f in folder.formats)
        raise UsageError(f"--source {source}: no such format; there are {names}")
    arrivals: list[Arrival] = []
    refused: dict[str, str] = {}
    for number, file in enumerate(folder.files, start=1):
        tell(f"reading file {number} of {len(folder.files)}, {file.name}")
        try:
            texts = read_tables(file.path, file.name, encoding=folder.settings.encoding)
        except DataContractError as error:
            refused[file.name] = str(error)
            continue
        gave, failed = _import_all(texts, file, folder, source)
        arrivals += [Arrival(file, one) for one in gave]
        if gave and file.path.name.lower().removesuffix(".gz").endswith((".json", ".jsonl")):
            continue  # a document's other lists, such as its envelope, are no tables of ours
        refused |= failed
    tell("putting rows together")
    return arrivals, refused


def _import_all(
    texts: list[TextTable], file: RawFile, folder: RawFolder, source: str | None
) -> tuple[list[Imported], dict[str, str]]:
    stated = folder.settings
    written = Written(stated.date_format, stated.time_zone, stated.decimal, stated.abbreviated)
    formats = [f for f in folder.formats if source in (None, f.name)]
    gave: list[Imported] = []
    failed: dict[str, str] = {}
    for text in texts:
        try:
            found = import_table(
                text, recognise(text, formats), written=written, account=file.account
            )
            _refuse_nonsense(found)
            gave += found
        except DataContractError as error:
            failed[text.name] = str(error)
    return gave, failed


def _refuse_nonsense(found: list[Imported]) -> None:
    """Refuse a file most of whose rows cannot be read.

    Raises:
        DataContractError: with the first reason.
    """
    for one in found:
        if one.faults > _FAULTY * one.rows_read:
            faulty = one.exclusions.iloc[0]
            column = f", column {faulty['column']}" if faulty["column"] else ""
            raise DataContractError(
                f"{one.file}: {one.faults} of {one.rows_read} rows cannot be read as {one.source}"
                f" ({one.table.name}), the first row {faulty['row']}{column}: {faulty['reason']}"
            )
