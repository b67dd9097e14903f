"""Load: the files of a raw folder -> typed contract rows, each file read or refused by name."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.prepare.raw_folder import Arrival, RawFile, RawFolder, require_unchanged
from analysis.prepare.streaming.read import read_by_block
from analysis.prepare.streaming.stage import Stage
from analysis.sources.formats import SourceFormat
from analysis.sources.headers import Recognised, beside, recognise
from analysis.sources.importer import Imported, import_table
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.sources.stacking import import_stacked, may_be_stacked
from analysis.sources.values.text import Written
from analysis.store.masking import without_secrets
from analysis.store.settings import Settings
from analysis.study.errors import DataContractError, UsageError

_FAULTY = 0.5  # share of a file's rows from which it is not what its format says
_TITLE_ROWS = range(2, 9)  # in which column names are looked for, of files up to this size
_SEARCHED = 5 << 20
_DOCUMENTS = (".json", ".jsonl")

Found = Recognised | str  # a str says why no format fits
_Waiting = tuple[RawFile, TextTable, Recognised]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a raw folder gave.

    Attributes:
        arrivals: what each file gave to each table that it feeds.
        refused: why a file, sheet or list was not read, by its name.
        ignored: why one is no data beside its siblings, by its name.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)


def load(
    folder: RawFolder,
    *,
    source: str | None,
    tell: Callable[[str, str], None],
    stage: Stage | None = None,
) -> Loaded:
    """Read every file, refusing those that cannot be read.

    Args:
        source: read with this format only.
        tell: told what is about to be done, and to which file; empty where to several.
        stage: where the posts of large files go; without one they are read whole.

    Raises:
        UsageError: there is no format called ``source``.
        MachineError: the disk is full.
    """
    formats = [f for f in folder.formats if source in (None, f.name)]
    if not formats:
        names = ", ".join(f.name for f in folder.formats)
        raise UsageError(f"--source {source}: no such format; there are {names}")
    loaded, reading = Loaded(refused=dict(folder.unreachable)), _Formats(formats)
    siblings: dict[Path, list[tuple[SourceFormat, Sequence[str]]]] = defaultdict(list)
    unread: list[tuple[RawFile, TextTable, Found]] = []
    waiting: dict[tuple[Sequence[str], str | None], list[_Waiting]] = defaultdict(list)
    for number, file in enumerate(folder.files, start=1):
        tell(f"reading file {number} of {len(folder.files)}", without_secrets(file.name))
        try:
            if stage is not None and (large := _staged(file, folder, reading, stage, loaded)):
                siblings[file.path.parent].append(large)
                continue
            tables = _tables(file, folder.settings, reading)
            require_unchanged(file)
        except DataContractError as error:
            loaded.refused[file.name] = str(error)
            continue
        if alone := _may_wait(tables, file):
            waiting[(alone[1].header, file.account)].append(alone)
            continue
        left = [(text, found) for text, found in tables if _gives_nothing(found)]
        read = [
            (found.source, text.header)
            for text, found in tables
            if not isinstance(found, str)
            and not _gives_nothing(found)
            and _import(text, found, file, folder.settings, loaded)
        ]
        siblings[file.path.parent] += read
        if not (read and file.path.name.lower().removesuffix(".gz").endswith(_DOCUMENTS)):
            # a document's other lists, such as its envelope, are no tables of ours
            unread += [(file, text, found) for text, found in left]
    for alike in waiting.values():
        for file, text, known in _import_alike(alike, folder.settings, loaded):
            siblings[file.path.parent].append((known.source, text.header))
    tell("putting rows together", "")
    for file, text, found in unread:
        _look_again(text, found, file, siblings[file.path.parent], folder.settings, loaded)
    return _in_order(loaded, folder.files)


def _staged(
    file: RawFile, folder: RawFolder, reading: "_Formats", stage: Stage, loaded: Loaded
) -> tuple[SourceFormat, Sequence[str]] | None:
    """Format and header of a file whose posts are on disk now; None where it is read whole."""
    try:
        read = read_by_block(
            file, folder.settings, reading.of, stage, written=_written(folder.settings)
        )
        if read is None:
            return None
        found, text, imported = read
        _refuse_nonsense([imported])
        require_unchanged(file)
    except DataContractError:
        stage.discard(file.name)
        raise
    loaded.arrivals.append(Arrival(file, imported))
    return found.source, text.header


def _in_order(loaded: Loaded, files: Sequence[RawFile]) -> Loaded:
    """What was read, refused and ignored, as the files lie in their folder."""
    place = {file.name: number for number, file in enumerate(files)}

    def placed(name: str) -> int:
        return place.get(name, place.get(name.partition("#")[0], len(place)))

    return Loaded(
        sorted(loaded.arrivals, key=lambda arrival: place[arrival.file.name]),
        dict(sorted(loaded.refused.items(), key=lambda item: placed(item[0]))),
        dict(sorted(loaded.ignored.items(), key=lambda item: placed(item[0]))),
    )


def _tables(
    file: RawFile, settings: Settings, formats: "_Formats"
) -> list[tuple[TextTable, Found]]:
    """Every table of a file with its format.

    Where a row of column names is declared, tables whose first row is unknown begin there.
    """
    row = settings.header_row_of(file.name)
    try:
        first = _from_row(1, file, settings, formats)
    except DataContractError as error:
        if row > 1:
            return _from_row(row, file, settings, formats)
        if hint := _header_hint(file, settings, formats):
            raise DataContractError(hint) from error
        raise
    unknown = [text for text, found in first if isinstance(found, str)]
    if not unknown:
        return first
    if row > 1:
        known = {text.name: (text, found) for text, found in first if text not in unknown}
        later = _from_row(row, file, settings, formats)
        return [known.get(text.name, (text, found)) for text, found in later]
    hint = _header_hint(file, settings, formats)
    return [(text, hint if hint and isinstance(found, str) else found) for text, found in first]


def _from_row(
    row: int, file: RawFile, settings: Settings, formats: "_Formats"
) -> list[tuple[TextTable, Found]]:
    texts = read_tables(file.path, file.name, encoding=settings.encoding, header_row=row)
    return [(text, formats.of(text)) for text in texts]


@dataclass(frozen=True, slots=True)
class _Formats:
    """Formats to read with, and what was recognised: many files of a folder have one header."""

    formats: Sequence[SourceFormat]
    known: dict[tuple[Sequence[str], frozenset[str], str], Recognised] = field(default_factory=dict)

    def of(self, text: TextTable) -> Found:
        """The format of a table, or why none fits."""
        header = (text.header, text.above, text.part)
        try:
            if header not in self.known:
                self.known[header] = recognise(text, self.formats)
        except DataContractError as error:
            return str(error)
        return self.known[header]


def _header_hint(file: RawFile, settings: Settings, formats: "_Formats") -> str:
    """Where the column names stand below a title; empty if nowhere near."""
    name = file.path.name.lower()
    if file.path.stat().st_size > _SEARCHED or not name.endswith((".csv", ".tsv", ".txt", ".xlsx")):
        return ""
    for row in _TITLE_ROWS:
        try:
            tables = _from_row(row, file, settings, formats)
        except DataContractError:
            continue
        for text, found in tables:
            if not isinstance(found, str):
                said = f"row {row} holds the column names of {found.source.name}"
                return f"{text.name}: {said}; write header_row: {row} in dataset.yml"
    return ""


def _gives_nothing(found: Found) -> bool:
    return isinstance(found, str) or found.rule.ignored is not None


def _may_wait(tables: Sequence[tuple[TextTable, Found]], file: RawFile) -> _Waiting | None:
    """A file's only table, where it may be imported together with others of its header."""
    if len(tables) != 1 or file.path.name.lower().removesuffix(".gz").endswith(_DOCUMENTS):
        return None
    text, found = tables[0]
    if isinstance(found, str) or _gives_nothing(found) or not may_be_stacked(text, found):
        return None
    return file, text, found


def _import_alike(
    alike: Sequence[_Waiting], settings: Settings, loaded: Loaded
) -> Iterator[_Waiting]:
    """Add what small files of one header gave; those that were read."""
    file, _, found = alike[0]
    written = _written(settings)
    texts = [text for _, text, _ in alike]
    stacked = import_stacked(texts, found, written=written, account=file.account)
    for (file, text, found), imported in zip(alike, stacked, strict=True):
        if imported is not None:
            loaded.arrivals.extend(Arrival(file, one) for one in imported)
        if imported is not None or _import(text, found, file, settings, loaded):
            yield file, text, found


def _written(settings: Settings) -> Written:
    return Written(
        settings.date_format,
        settings.time_zone,
        settings.decimal,
        settings.abbreviated,
        settings.currency,
    )


def _import(
    text: TextTable, found: Recognised, file: RawFile, settings: Settings, loaded: Loaded
) -> bool:
    """Add what a table gave, or why it was refused; whether it was read."""
    try:
        imported = import_table(text, found, written=_written(settings), account=file.account)
        _refuse_nonsense(imported)
    except DataContractError as error:
        loaded.refused[text.name] = str(error)
        return False
    loaded.arrivals.extend(Arrival(file, one) for one in imported)
    return True


def _look_again(
    text: TextTable,
    found: Found,
    file: RawFile,
    siblings: Sequence[tuple[SourceFormat, Sequence[str]]],
    settings: Settings,
    loaded: Loaded,
) -> None:
    """A table that gave nothing alone: read or ignored beside its siblings, else refused."""
    known = (beside(text, siblings) or found) if isinstance(found, str) else found
    if isinstance(known, str):
        loaded.refused[text.name] = known
    elif known.rule.ignored is None:
        _import(text, known, file, settings, loaded)
    elif any(source == known.source for source, _ in siblings):
        loaded.ignored[text.name] = known.rule.ignored
    else:
        loaded.refused[text.name] = f"{text.name}: {known.source.title}: {known.rule.ignored}"


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
