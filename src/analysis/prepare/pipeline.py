"""data/raw -> data/processed: every row kept, merged, or left out with a reason that counts."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from analysis.prepare.raw_folder import (
    RawFile,
    RawFolder,
    arrived_digest,
    open_raw_folder,
    prepared,
)
from analysis.prepare.reconcile import ERASED, Arrival, Reconciled, reconcile
from analysis.sources.headers import recognise
from analysis.sources.importer import Imported, import_table
from analysis.sources.reading.tables import TextTable, read_tables
from analysis.sources.values.text import Written
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import code_digest, digest, to_json
from analysis.store.disk import fresh_folder, replace_folder
from analysis.store.manifest import Manifest
from analysis.store.parquet import digests, write_table
from analysis.store.pseudonyms import erased_accounts, load_key, masking, pseudonyms, write_private
from analysis.study.contract import TABLES, Table
from analysis.study.errors import DataContractError, UsageError
from analysis.study.project import data_folder

_ORIGIN = "raw-folder"  # file that says where a dataset of this name was read from
_FAULTY = 0.5  # share of a file's rows from which it is not what its format says


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
    _refuse_foreign(out)
    arrivals, refused = _read(folder, source, tell or (lambda _: None))
    if not arrivals:
        lack = "no file that could be read" if folder.files else "no data files"
        raise _unusable(f"{folder.path}: {lack}", refused)
    synthetic = folder.settings.synthetic
    erased = erased_accounts(private)
    found = reconcile(arrivals, settings=folder.settings, erased=erased)
    _require_rows(found, refused)
    _refuse_namesake(folder, private / folder.name)
    key = load_key(private, synthetic=synthetic)
    coded = {n: _pseudonymised(rows, TABLES[n], key=key) for n, rows in found.tables.items()}
    manifest = _manifest(folder, coded, found, arrivals, refused, erased.digest)
    named = _accounts_of(found.tables)
    _keep_way_back(named, folder, private / folder.name, key=key)
    mask = masking(named, erased, key=key)
    files = found.exclusions["file"]
    exclusions = found.exclusions.assign(file=files.map({f: mask(f) for f in files.unique()}))
    _write(out, coded, exclusions, manifest.masked(mask))
    return open_dataset(out)


def prepare_dataset(raw: Path, *, tell: Callable[[str], None] | None = None) -> Dataset:
    """The prepared dataset of a raw folder, prepared again if its bytes or our code changed.

    Raises:
        DataContractError: as ``prepare``, or the dataset cannot be compared.
    """
    folder = open_raw_folder(raw)
    out, private = data_folder("processed") / folder.name, data_folder("private")
    standing = prepared(folder, out, erased=erased_accounts(private).digest)
    return standing or _comparable(prepare(raw, out, private=private, tell=tell), raw)


def _comparable(dataset: Dataset, raw: Path) -> Dataset:
    """The dataset, if it has what any comparison needs.

    Raises:
        DataContractError: it has not; what is missing is said, with every refused file.
    """
    lack = dataset.lacks
    if lack is not None:
        raise _unusable(f"{raw}: {lack}", dataset.manifest.refused)
    return dataset


def _refuse_foreign(out: Path) -> None:
    """Whatever stands at ``out`` is about to be replaced: it must be a dataset of ours."""
    manifest = out / "manifest.json"
    ours = out.parent == data_folder("processed") or (
        manifest.is_file() and b'"data_digest"' in manifest.read_bytes()
    )
    empty = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not ours and not empty:
        raise UsageError(f"{out}: holds something that prepare did not write; choose another --out")


def _refuse_namesake(folder: RawFolder, private: Path) -> None:
    """One name is one dataset: another of that name would take its tables, handles and pages."""
    here = folder.path.resolve()
    with suppress(OSError):
        other = Path((private / _ORIGIN).read_text(encoding="utf-8"))
        if other.exists() and other != here:
            raise UsageError(
                f"{folder.path}: a dataset named {folder.name} was read from {other}; if the two"
                " are different, give one another name (name: in dataset.yml), else remove the"
                " folder that is no longer used"
            )


def _read(
    folder: RawFolder, source: str | None, tell: Callable[[str], None]
) -> tuple[list[Arrival], dict[str, str]]:
    """What every file gave; a file that cannot be read is refused, the others go on."""
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
    written = Written(stated.date_format, stated.time_zone, stated.decimal)
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
    """A file most of whose rows cannot be read is not what its format says.

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


def _unusable(fact: str, refused: Mapping[str, str]) -> DataContractError:
    """The fact on one line, every refused file on one more."""
    reasons = [f"refused: {reason}" for reason in refused.values()]
    return DataContractError("\n  ".join([fact, *reasons]))


def _require_rows(found: Reconciled, refused: Mapping[str, str]) -> None:
    kept = sum(count.kept for count in found.counts)
    if kept or not any(count.rows_read for count in found.counts):
        if kept:
            return
        raise _unusable("every table is empty; fill in creators, and posts or placements", refused)
    first = found.exclusions.iloc[0]
    column = f", column {first['column']}" if first["column"] else ""
    where = f"{first['file']}, row {first['row']}{column}"
    count = f"{len(found.exclusions)} left out, the first {where}: {first['reason']}"
    raise _unusable(f"no usable row is left; {count}", refused)


def _accounts_of(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every account of the dataset once, in the order of its tables: platform and handle."""
    parts = [rows[["platform", "handle"]] for rows in tables.values()]
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)


def _keep_way_back(accounts: pd.DataFrame, folder: RawFolder, private: Path, *, key: bytes) -> None:
    table = accounts.assign(
        creator_id=pseudonyms(accounts["handle"], accounts["platform"], key=key)
    )
    write_private(private / "handles.csv", table.to_csv(index=False).encode())
    write_private(private / _ORIGIN, str(folder.path.resolve()).encode())


def _pseudonymised(rows: pd.DataFrame, table: Table, *, key: bytes) -> pd.DataFrame:
    coded = {
        column.name: pseudonyms(rows[column.name], column.name, key=key)
        for column in table.columns
        if column.personal and column.name != "handle"
    }
    identity = {"creator_id": pseudonyms(rows["handle"], rows["platform"], key=key)}
    if "person" in coded:
        coded["person"] = coded["person"].fillna(identity["creator_id"])
    names = [name for name in rows.columns if name != "handle"]
    return rows.assign(**identity, **coded)[["creator_id", *names]]


def _manifest(
    folder: RawFolder,
    tables: Mapping[str, pd.DataFrame],
    found: Reconciled,
    arrivals: list[Arrival],
    refused: dict[str, str],
    erased: str,
) -> Manifest:
    used = {arrival.imported.source for arrival in arrivals}
    formats = [f for f in folder.formats if f.name in used]
    campaigns = [t["campaign"] for name, t in tables.items() if name != "creators"]
    days = tables["posts"]["posted_at"] if "posts" in tables else pd.Series()
    creators = tables.get("creators", pd.DataFrame({"niche": [], "platform": []}))
    gone = found.exclusions["reason"].eq(ERASED)
    return Manifest(
        dataset=folder.name,
        data_digest=digest([folder.data_digest, erased]) if gone.any() else folder.data_digest,
        arrived_digest=arrived_digest(folder, erased),
        code_digest=code_digest(),
        settings=folder.settings.model_copy(update={"accounts": {}}),  # they name people
        sources=tuple(f.title for f in formats),
        notes=tuple(note for f in formats for note in f.notes),
        files=tuple(found.counts),
        ignored=folder.ignored,
        refused=refused,
        niches=tuple(sorted(creators["niche"].unique())),
        platforms=tuple(sorted(creators["platform"].unique())),
        campaigns=tuple(sorted(pd.concat(campaigns).dropna().unique())) if campaigns else (),
        first_day=days.min().date().isoformat() if len(days) else None,
        last_day=days.max().date().isoformat() if len(days) else None,
        joins=tuple(found.joins),
        warnings=tuple(
            [w for arrival in arrivals for w in arrival.imported.warnings] + found.warnings
        ),
    )


def _write(
    out: Path, tables: Mapping[str, pd.DataFrame], exclusions: pd.DataFrame, manifest: Manifest
) -> None:
    """Replace a prepared folder by another; what goes wrong leaves the earlier one."""
    with fresh_folder(out) as fresh:
        for name, rows in {**tables, "exclusions": exclusions}.items():
            write_table(rows, fresh / f"{name}.parquet")
        listed = manifest.model_copy(update={"tables": digests(fresh)})
        (fresh / "manifest.json").write_text(to_json(listed.model_dump(mode="json")), "utf-8")
        replace_folder(out, fresh)
