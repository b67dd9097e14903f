"""What arrived in a raw dataset folder: its files, captures, settings and own formats."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from analysis.dataset import Settings, digest
from analysis.errors import DataContractError
from analysis.sources.formats import SourceFormat, known_formats, load_format
from analysis.study import validation_summary

_CAPTURE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SETTINGS = "dataset.yml"
_NOTES = (".md", ".pdf")


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that arrived.

    Attributes:
        name: path below the dataset folder.
        capture: day of the folder it came in, like 2026-03-31; empty in a flat folder. Later
            days sort after earlier ones and after none.
    """

    path: Path
    name: str
    capture: str
    digest: str


@dataclass(frozen=True, slots=True)
class RawFolder:
    """What lies in a raw dataset folder."""

    path: Path
    settings: Settings
    formats: tuple[SourceFormat, ...]
    files: tuple[RawFile, ...]
    ignored: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name of the dataset: what dataset.yml says, else the folder's own."""
        return self.settings.name or self.path.resolve().name

    @property
    def data_digest(self) -> str:
        """Changes with any byte of the input."""
        arrived = [part for file in self.files for part in (file.name, file.digest)]
        return digest([self.settings.model_dump_json(), *arrived])


def look_into(raw: Path) -> RawFolder:
    """List a raw dataset folder without reading its tables.

    Raises:
        DataContractError: the folder does not exist or its dataset.yml breaks the form.
    """
    if not raw.is_dir():
        raise DataContractError(f"{raw}: no such folder; name the folder that holds your files")
    paths = sorted(p for p in raw.rglob("*") if p.is_file() and not p.name.startswith("."))
    declared = [p for p in paths if p.suffix == ".yml" and p.name != _SETTINGS]
    data = [p for p in paths if p.suffix != ".yml" and p.suffix not in _NOTES]
    return RawFolder(
        path=raw,
        settings=_settings(raw / _SETTINGS),
        formats=tuple(load_format(path) for path in declared) + known_formats(),
        files=tuple(_raw_file(path, raw) for path in data),
        ignored=tuple(p.relative_to(raw).as_posix() for p in paths if p.suffix in _NOTES),
    )


def _settings(path: Path) -> Settings:
    if not path.exists():
        return Settings()
    try:
        return Settings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        raise DataContractError(f"{path}: {validation_summary(error)}") from error
    except yaml.YAMLError as error:
        raise DataContractError(f"{path}: not YAML: {error}") from error


def _raw_file(path: Path, raw: Path) -> RawFile:
    relative = path.relative_to(raw)
    folder = relative.parts[0] if len(relative.parts) > 1 else ""
    capture = folder if _CAPTURE.fullmatch(folder) else ""
    return RawFile(path, relative.as_posix(), capture, digest([path.read_bytes()]))
