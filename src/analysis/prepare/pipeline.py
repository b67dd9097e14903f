"""data/raw -> data/processed: load, settle (judge, merge, join), write."""

from collections.abc import Callable, Mapping
from pathlib import Path

from analysis.prepare.load import load
from analysis.prepare.raw_folder import open_raw_folder, prepared
from analysis.prepare.settle import Settled, settle
from analysis.prepare.write import refuse_foreign, write
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.pseudonyms import erased_accounts
from analysis.study.errors import DataContractError
from analysis.study.project import data_folder


def prepare(
    raw: Path,
    out: Path,
    *,
    private: Path,
    source: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> Dataset:
    """Read a raw folder into contract tables, exclusions and a manifest.

    A dataset without creators, or with creators alone, is prepared too: what it lacks to be
    compared, ``Dataset.lacks`` says.

    Args:
        raw: folder of exports, flat or with one folder per day of capture, or one file.
        out: folder to write; it is replaced as a whole, after everything was read.
        private: folder for the key of the pseudonyms, the way back and the erased accounts.
        source: read with this format only, instead of recognising it by header.
        tell: told what is about to be done, step by step.

    Raises:
        DataContractError: nothing usable; every refused file is named with its reason.
        UsageError: no such format, ``out`` holds something else than a prepared dataset, or a
            dataset of this name was read from another folder that is still there.
    """
    folder = open_raw_folder(raw)
    refuse_foreign(out)
    loaded = load(folder, source=source, tell=tell or (lambda _: None))
    if not loaded.arrivals:
        lack = "no file that could be read" if folder.files else "no data files"
        raise _unusable(f"{folder.path}: {lack}", loaded.refused)
    erased = erased_accounts(private)
    found = settle(loaded.arrivals, settings=folder.settings, erased=erased)
    _require_rows(found, loaded.refused)
    write(out, found, folder, loaded, private=private, erased=erased)
    return open_dataset(out)


def prepare_dataset(raw: str | Path, *, tell: Callable[[str], None] | None = None) -> Dataset:
    """Prepare a raw folder, unless it stands prepared already.

    It does where the bytes that arrived and our code are as they were.

    Args:
        raw: folder of exports, or one workbook.
        tell: told what is about to be done, step by step.

    Raises:
        DataContractError: as ``prepare``, or the dataset cannot be compared.
    """
    folder = open_raw_folder(Path(raw))
    out, private = data_folder("processed") / folder.name, data_folder("private")
    standing = prepared(folder, out, erased=erased_accounts(private).digest)
    if standing is not None:
        return standing
    dataset = prepare(folder.path, out, private=private, tell=tell)
    if dataset.lacks is not None:
        raise _unusable(f"{folder.path}: {dataset.lacks}", dataset.manifest.refused)
    return dataset


def _unusable(fact: str, refused: Mapping[str, str]) -> DataContractError:
    """The fact on one line, every refused file on one more."""
    reasons = [f"refused: {reason}" for reason in refused.values()]
    return DataContractError("\n  ".join([fact, *reasons]))


def _require_rows(found: Settled, refused: Mapping[str, str]) -> None:
    if any(count.kept for count in found.counts):
        return
    if not any(count.rows_read for count in found.counts):
        raise _unusable("every table is empty; fill in creators, and posts or placements", refused)
    first = found.exclusions.iloc[0]
    column = f", column {first['column']}" if first["column"] else ""
    where = f"{first['file']}, row {first['row']}{column}"
    count = f"{len(found.exclusions)} left out, the first {where}: {first['reason']}"
    raise _unusable(f"no usable row is left; {count}", refused)
