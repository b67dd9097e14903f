"""What arrived in a raw dataset folder: its files, captures, settings and own formats."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.sources.formats import SourceFormat, known_formats, load_format
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import code_digest, digest
from analysis.store.settings import Settings
from analysis.study.errors import DataContractError
from analysis.study.forms import read_form

if TYPE_CHECKING:
    from analysis.sources.importer import Imported

_CAPTURE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SETTINGS = "dataset.yml"
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
    """

    path: Path
    settings: Settings
    formats: tuple[SourceFormat, ...]
    files: tuple[RawFile, ...]
    ignored: dict[str, str]

    @property
    def name(self) -> str:
        """Name in dataset.yml, else the folder's or workbook's own."""
        own = self.path.resolve()
        return self.settings.name or (own.name if own.is_dir() else own.stem)

    @property
    def data_digest(self) -> str:
        """Digest of the input, its settings and its own formats."""
        own = [one.model_dump_json() for one in self.formats if one not in known_formats()]
        arrived = [part for file in self.files for part in (file.name, file.digest)]
        return digest([self.settings.model_dump_json(exclude_defaults=True), *own, *arrived])


def open_raw_folder(raw: Path, *, formats: Sequence[SourceFormat] | None = None) -> RawFolder:
    """List a raw dataset folder without reading its tables.

    Args:
        raw: a folder, or one file such as a workbook; what lies beside a file is not read, but
            for dataset.yml.
        formats: to read with, instead of those declared in the folder and ours.

    Raises:
        DataContractError: nothing is there, or its dataset.yml or one of its formats breaks the
            form.
    """
    if not raw.exists():
        raise DataContractError(f"{raw}: is not there; name the folder that holds your files")
    folder = raw if raw.is_dir() else raw.parent
    paths = _visible(raw) if raw.is_dir() else [raw]
    settings = [path for path in paths if path.name == _SETTINGS]
    if stray := [path for path in settings if path.parent != folder]:
        raise DataContractError(f"{stray[0]}: move it to {folder}; it speaks for all files below")
    stated = _settings(folder / _SETTINGS)
    ignored = {path: why for path in paths if (why := _why_ignored(path, folder, stated))}
    paths = [path for path in paths if path not in ignored and path not in settings]
    declared = [path for path in paths if path.suffix == ".yml"]
    data = [path for path in paths if path.suffix != ".yml"]
    return RawFolder(
        path=raw,
        settings=stated,
        formats=tuple(formats)
        if formats is not None
        else tuple(load_format(path) for path in declared) + known_formats(),
        files=tuple(_raw_file(path, folder, stated) for path in data),
        ignored={path.relative_to(folder).as_posix(): why for path, why in ignored.items()},
    )


def arrived_digest(folder: RawFolder, erased: str) -> str:
    """Digest of what arrived and of the erased accounts."""
    return digest([folder.data_digest, erased])


def prepared(folder: RawFolder, out: Path, *, erased: str) -> Dataset | None:
    """The dataset prepared from these bytes by this code.

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
    return standing if same and standing.lacks is None else None


def _visible(folder: Path) -> list[Path]:
    """Files below a folder, without hidden ones and workbook locks."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.startswith("~$")
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _why_ignored(path: Path, folder: Path, settings: Settings) -> str:
    if settings.ignores(path.relative_to(folder).as_posix()):
        return "as dataset.yml says"
    return "a note for people" if path.suffix in _NOTES else ""


def _settings(path: Path) -> Settings:
    if not path.exists():
        return Settings()
    return read_form(path.read_bytes(), Settings, str(path), refusal=DataContractError)


def _raw_file(path: Path, folder: Path, settings: Settings) -> RawFile:
    relative = path.relative_to(folder)
    outer = relative.parts[0] if len(relative.parts) > 1 else ""
    capture = outer if _CAPTURE.fullmatch(outer) else ""
    named = relative.parent.as_posix(), relative.as_posix()
    said = [settings.accounts[name] for name in named if name in settings.accounts]
    inside = [relative.parent.name] if relative.parent.name not in ("", capture) else []
    account = next(iter([*reversed(said), *inside]), None)
    with path.open("rb") as file:
        content = hashlib.file_digest(file, hashlib.sha256).hexdigest()[:16]
    return RawFile(path, relative.as_posix(), capture, content, account)
