"""Files -> bytes, within limits: what is no data file, hostile or cut off is refused by name."""

import gzip
import zipfile
import zlib
from pathlib import Path

from analysis.study.errors import DataContractError

PACKABLE = (".csv", ".tsv", ".txt", ".json", ".jsonl")
DATA_SUFFIXES = (*PACKABLE, *(f"{suffix}.gz" for suffix in PACKABLE), ".parquet", ".xlsx")

_LARGEST = 8 << 30  # bytes, unpacked
_SUSPECT, _RATIO = 16 << 20, 100  # unpacked bytes from which a ratio of packing is too good
_BLOCK = 1 << 20
_NO_TABLES = {
    ".zip": "a packed download; unpack it into a folder, called like the account if it is of one",
    ".xls": "a workbook of the old kind; save it as .xlsx",
    ".xlsm": "a workbook with macros; save it as .xlsx",
    ".ods": "an OpenDocument sheet; save it as .xlsx",
    ".numbers": "a sheet of Numbers; export it as .xlsx",
}
_OTHER_KINDS = {
    b"PK\x03\x04": "a zip archive or a workbook under another name",
    b"PAR1": "a Parquet file under another name",
    b"\x93NUMPY": "a numpy file, which can hold code; it was not opened",
    b"\x1f\x8b": "packed with gzip; name it .csv.gz",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a workbook of the old kind; save it as .xlsx",
    **{
        b"\x80" + bytes([protocol]): "a Python pickle, which can hold code; it was not opened"
        for protocol in range(2, 6)
    },
}


def kind_of(path: Path, name: str) -> str:
    """Suffix that decides how to read, lower case, without ``.gz``.

    Raises:
        DataContractError: not a kind of file that is read.
    """
    lower = path.name.lower()
    if said := _NO_TABLES.get(path.suffix.lower()):
        raise DataContractError(f"{name}: is {said}")
    if not lower.endswith(DATA_SUFFIXES):
        kinds = ", ".join((*PACKABLE, ".parquet", ".xlsx"))
        raise DataContractError(
            f"{name}: not a kind of file that is read: {kinds}, the first five also with .gz"
        )
    return Path(lower.removesuffix(".gz")).suffix


def content_of(path: Path, name: str) -> bytes:
    """Content of a text file, unpacked.

    Raises:
        DataContractError: unreadable, cut off, packed beyond reason, or another kind of file.
    """
    try:
        content = _unpacked(path, name) if path.suffix.lower() == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DataContractError(f"{name}: cannot be read: {error}") from error
    refuse_other_kinds(content, name)
    return content


def refuse_other_kinds(content: bytes, name: str) -> None:
    """Refuse what by its first bytes is no text of a table.

    Raises:
        DataContractError: another kind of file, or a web page.
    """
    for start, kind in _OTHER_KINDS.items():
        if content.startswith(start):
            raise DataContractError(f"{name}: is {kind}")
    if content[:1000].lstrip()[:200].lower().startswith((b"<!doctype html", b"<html")):
        raise DataContractError(f"{name}: is a web page; was the login over? export it again")


def _unpacked(path: Path, name: str) -> bytes:
    packed, parts, size = path.stat().st_size, [], 0
    with gzip.open(path) as file:
        while block := file.read(_BLOCK):
            parts.append(block)
            size += len(block)
            refuse_bomb(name, unpacked=size, packed=packed)
    return b"".join(parts)


def refuse_bomb(name: str, *, unpacked: int, packed: int) -> None:
    """Refuse archives that grow beyond reason, before they are unpacked.

    Raises:
        DataContractError: more than 100 times the packed size, or too large altogether.
    """
    if unpacked > _LARGEST or (unpacked > _SUSPECT and unpacked > _RATIO * packed):
        raise DataContractError(
            f"{name}: unpacks to more than {_RATIO} times its size; it was not read"
        )


def check_workbook(path: Path, name: str) -> None:
    """Look at a workbook's list of parts before any is unpacked.

    Raises:
        DataContractError: no archive, locked, or packed beyond reason.
    """
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise DataContractError(f"{name}: not a readable workbook: {error}") from error
    if any(part.flag_bits & 1 for part in parts):
        raise DataContractError(f"{name}: not a readable workbook: it has a password")
    refuse_bomb(
        name,
        unpacked=sum(part.file_size for part in parts),
        packed=sum(part.compress_size for part in parts),
    )
