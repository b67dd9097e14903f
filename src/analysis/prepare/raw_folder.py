"""What arrived in a raw dataset folder: its files, captures, settings and own formats."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.sources.formats import SourceFormat, known_formats, load_format
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import code_digest, digest
from analysis.store.parquet import altered
from analysis.store.places.declared import Version
from analysis.store.places.look import not_in_place, versions_in
from analysis.store.settings import Settings, usable_name
from analysis.study.declared import demo_digest
from analysis.study.errors import DataContractError
from analysis.study.forms import read_form

if TYPE_CHECKING:
    from analysis.sources.importer import Imported

_CAPTURE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SETTINGS = "dataset.yml"
_NO_FILE = "no file but a pipe, socket or device"
_NOTES = (".md", ".pdf")


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that arrived.

    Attributes:
        name: path below the dataset folder.
        capture: day of the folder it came in, like 2026-03-31; empty in a flat folder. Later
            days sort after earlier ones and after none.
        account: whose export it is where the file itself does not say: what dataset.yml says, else
            the folder it lies in; None in the dataset's own folder.
    """

    path: Path
    name: str
    capture: str
    digest: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one file gave to one contract table, and when it arrived."""

    file: RawFile
    imported: "Imported"


@dataclass(frozen=True, slots=True)
class RawFolder:
    """What lies in a raw dataset folder.

    Attributes:
        formats: those declared in the folder, then ours.
        files: what is read as data, by name.
        ignored: notes for people and what dataset.yml names, with the reason.
        unreachable: what is there and no file, such as a link to nothing, with the reason.
        versions: of tables that stay where they are, by name.
    """

    path: Path
    settings: Settings
    formats: tuple[SourceFormat, ...]
    files: tuple[RawFile, ...]
    ignored: dict[str, str]
    unreachable: dict[str, str] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name in dataset.yml, else the folder's or workbook's own."""
        own = self.path.resolve()
        return self.settings.name or readable(own.name if own.is_dir() else own.stem)

    @property
    def is_demo(self) -> bool:
        """Whether these are the bytes of our demo, whatever dataset.yml says of them."""
        arrived = digest(part for file in self.files for part in (file.name, file.digest))
        return self.settings.synthetic and arrived == demo_digest()

    @property
    def data_digest(self) -> str:
        """Digest of the input, its settings and its own formats."""
        own = [one.model_dump_json() for one in self.formats if one not in known_formats()]
        arrived = [part for file in self.files for part in (file.name, file.digest)]
        arrived += self.unreachable
        arrived += [part for name, one in self.versions.items() for part in (name, one.digest)]
        return digest([self.settings.model_dump_json(exclude_defaults=True), *own, *arrived])


def open_raw_folder(raw: Path, *, formats: Sequence[SourceFormat] | None = None) -> RawFolder:
    """List a raw dataset folder without reading its tables.

    Args:
        raw: a folder, or one file such as a workbook; what lies beside a file is not read, but
            for dataset.yml.
        formats: to read with, instead of those declared in the folder and ours.

    Raises:
        DataContractError: nothing is there, its name cannot name a dataset, or its dataset.yml or
            one of its formats breaks the form.
    """
    if not raw.exists():
        raise DataContractError(f"{raw}: is not there; name the folder that holds your files")
    if not raw.is_dir() and not raw.is_file():  # reading one could wait for ever
        raise DataContractError(f"{raw}: {_NO_FILE}; name the folder that holds your files")
    folder = raw if raw.is_dir() else raw.parent
    paths, unreachable = _visible(raw) if raw.is_dir() else ([raw], {})
    settings = [path for path in paths if path.name == _SETTINGS]
    if stray := [path for path in settings if path.parent != folder]:
        raise DataContractError(f"{stray[0]}: move it to {folder}; it speaks for all files below")
    stated = _settings(folder / _SETTINGS)
    ignored = {path: why for path in paths if (why := _why_ignored(path, folder, stated))}
    paths = [path for path in paths if path not in ignored and path not in settings]
    declared = [path for path in paths if path.suffix == ".yml"]
    data = [path for path in paths if path.suffix != ".yml"]
    data = not_in_place(data, stated, folder)
    found = RawFolder(
        path=raw,
        settings=stated,
        formats=tuple(formats)
        if formats is not None
        else tuple(load_format(path) for path in declared) + known_formats(),
        files=tuple(_raw_file(path, folder, stated) for path in data),
        ignored={_name(path, folder): why for path, why in ignored.items()},
        unreachable={
            name: f"{name}: {why}" for name, why in unreachable.items() if not stated.ignores(name)
        },
        versions=versions_in(stated, folder),
    )
    try:
        usable_name(found.name)
    except ValueError as error:
        raise DataContractError(f"{readable(str(raw))}: {error}") from error
    return found


def require_unchanged(file: RawFile) -> None:
    """Check that a file that was read is the one whose digest is noted.

    Raises:
        DataContractError: it was written to, or removed, meanwhile.
    """
    try:
        same = _digest(file.path) == file.digest
    except FileNotFoundError:
        same = False
    if not same:
        raise DataContractError(
            f"{file.name}: changed while it was read; run again when its export has ended"
        )


def readable(name: str) -> str:
    r"""A file's name as text: bytes of no text, and characters that nobody sees, as escapes.

    Example:
        >>> readable("b\udcffd\n.csv")
        'b\\xffd\\n.csv'
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def arrived_digest(folder: RawFolder, erased: str) -> str:
    """Digest of what arrived and of the erased accounts."""
    return digest([folder.data_digest, erased])


def prepared(folder: RawFolder, out: Path, *, erased: str) -> Dataset | None:
    """The dataset prepared from these bytes by this code, its tables as they were written.

    Args:
        folder: what arrived.
        out: where it was prepared.
        erased: digest of the erased accounts, which must be the same too.
    """
    try:
        standing = open_dataset(out)
    except DataContractError:  # nothing there, or of another version
        return None
    made_of = (standing.manifest.arrived_digest, standing.manifest.code_digest)
    same = made_of == (arrived_digest(folder, erased), code_digest())
    if not same or standing.lacks is not None or altered(standing.folder, standing.stored):
        return None
    return standing


def _visible(folder: Path) -> tuple[list[Path], dict[str, str]]:
    """Files below a folder, without hidden ones and workbook locks; and why others are none.

    Links are followed, to folders too, but not to one that the link lies in.
    """
    files, others = [], {}
    for path in _entries(folder, (folder.resolve(),)):
        if path.is_file():
            files.append(path)
        elif path.is_dir():
            others[_name(path, folder)] = "a link to a folder that it lies in; remove it"
        elif path.is_symlink():
            others[_name(path, folder)] = "a link to nothing; mount or mend what it names"
        else:
            others[_name(path, folder)] = f"{_NO_FILE}; remove it"
    return sorted(files), dict(sorted(others.items()))


def _entries(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """Everything below a folder but the folders that are entered; ``above`` are those around."""
    for path in folder.iterdir():
        if path.name.startswith((".", "~$")):
            continue
        inside = path.resolve() if path.is_dir() else None
        if inside is None or inside in above:
            yield path
        else:
            yield from _entries(path, (*above, inside))


def _name(path: Path, folder: Path) -> str:
    return readable(path.relative_to(folder).as_posix())


def _why_ignored(path: Path, folder: Path, settings: Settings) -> str:
    if settings.ignores(_name(path, folder)):
        return "as dataset.yml says"
    return "a note for people" if path.suffix in _NOTES else ""


def settings_beside(file: Path) -> Settings:
    """What dataset.yml says in the folder of a file; the defaults where there is none."""
    return _settings(file.parent / _SETTINGS)


def _settings(path: Path) -> Settings:
    if not path.exists():
        return Settings()
    return read_form(path.read_bytes(), Settings, str(path), refusal=DataContractError)


def _raw_file(path: Path, folder: Path, settings: Settings) -> RawFile:
    name = _name(path, folder)
    *outer, _ = name.split("/")
    capture = outer[0] if outer and _CAPTURE.fullmatch(outer[0]) else ""
    named = "/".join(outer) or ".", name
    said = [settings.accounts[one] for one in named if one in settings.accounts]
    inside = [one for one in outer[-1:] if one != capture]
    account = next(iter([*reversed(said), *inside]), None)
    return RawFile(path, name, capture, _digest(path), account)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()[:16]
