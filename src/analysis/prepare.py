"""data/raw -> data/processed: every row kept, merged, or left out with a reason that counts."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.captures import RawFolder, look_into
from analysis.contract import TABLES, Table
from analysis.dataset import (
    Dataset,
    FileCount,
    Manifest,
    code_digest,
    data_folder,
    open_dataset,
    to_json,
)
from analysis.disk import replace_folder
from analysis.errors import DataContractError, UsageError
from analysis.pseudonyms import load_key, pseudonyms, write_private
from analysis.reconcile import Arrival, reconcile
from analysis.sources.importer import import_table, recognise
from analysis.sources.readers import read_tables


def prepare(raw: Path, out: Path, *, private: Path, source: str | None = None) -> Dataset:
    """Read a raw folder into contract tables, exclusions and a manifest.

    Args:
        raw: folder of exports, flat or with one folder per day of capture, or one file.
        out: folder to write; it is replaced as a whole, after everything was read.
        private: folder for the key of the pseudonyms and the way back.
        source: read with this format only, instead of recognising it by header.

    Raises:
        DataContractError: nothing usable; every refused file is named with its reason.
        UsageError: no such format, or ``out`` holds something else than a prepared dataset.
    """
    folder = look_into(raw)
    _refuse_foreign(out)
    arrivals, refused = _read(folder, source)
    _require_usable(folder, arrivals, refused)
    tables, exclusions, counts = reconcile(arrivals, currency=folder.settings.currency)
    _require_rows(tables, exclusions, refused)
    key = load_key(private, synthetic=folder.settings.synthetic)
    coded = {name: _pseudonymised(rows, TABLES[name], key=key) for name, rows in tables.items()}
    manifest = _manifest(folder, coded, counts, arrivals, refused)
    _keep_way_back(tables["creators"], private / folder.name, key=key)
    _write(out, coded, exclusions, manifest)
    return Dataset(folder=out, manifest=manifest)


def prepare_if_stale(raw: Path) -> Dataset:
    """The prepared dataset of a raw folder, prepared again if its bytes or our code changed.

    Raises:
        DataContractError: as ``prepare``.
    """
    folder = look_into(raw)
    out = data_folder("processed") / folder.name
    try:
        standing = open_dataset(out)
        made_of = (standing.manifest.data_digest, standing.manifest.code_digest)
        if made_of == (folder.data_digest, code_digest()):
            return standing
    except DataContractError:
        pass  # nothing there, or of another version
    return prepare(raw, out, private=data_folder("private"))


def _refuse_foreign(out: Path) -> None:
    """Whatever stands at ``out`` is about to be replaced: it must be a dataset of ours."""
    manifest = out / "manifest.json"
    ours = out.parent == data_folder("processed") or (
        manifest.is_file() and b'"data_digest"' in manifest.read_bytes()
    )
    empty = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not ours and not empty:
        raise UsageError(f"{out}: holds something that prepare did not write; choose another --out")


def _read(folder: RawFolder, source: str | None) -> tuple[list[Arrival], dict[str, str]]:
    formats = [f for f in folder.formats if source in (None, f.name)]
    if not formats:
        names = ", ".join(f.name for f in folder.formats)
        raise UsageError(f"--source {source}: no such format; there are {names}")
    date_format, time_zone = folder.settings.date_format, folder.settings.time_zone
    arrivals: list[Arrival] = []
    refused: dict[str, str] = {}
    for file in folder.files:
        try:
            texts = read_tables(file.path, file.name)
        except DataContractError as error:
            refused[file.name] = str(error)
            continue
        for text in texts:
            try:
                known = recognise(text, formats)
                imported = import_table(text, *known, date_format=date_format, time_zone=time_zone)
                arrivals += [Arrival(file, one) for one in imported]
            except DataContractError as error:
                refused[text.name] = str(error)
    return arrivals, refused


def _require_usable(folder: RawFolder, arrivals: list[Arrival], refused: Mapping[str, str]) -> None:
    found = {arrival.imported.table.name for arrival in arrivals}
    if "creators" in found and len(found) > 1:
        return
    if not folder.files:
        lack = "no data files"
    elif "creators" not in found:
        lack = "no creators table (who has how many followers)"
    else:
        lack = "creators alone decide nothing; add posts or placements"
    raise _unusable(f"{folder.path}: {lack}", refused)


def _unusable(fact: str, refused: Mapping[str, str]) -> DataContractError:
    """The fact on one line, every refused file on one more."""
    reasons = [f"refused: {reason}" for reason in refused.values()]
    return DataContractError("\n  ".join([fact, *reasons]))


def _keep_way_back(creators: pd.DataFrame, private: Path, *, key: bytes) -> None:
    table = creators[["platform", "handle"]].assign(
        creator_id=pseudonyms(creators["handle"], creators["platform"], key=key)
    )
    write_private(private / "handles.csv", table.to_csv(index=False).encode())


def _pseudonymised(rows: pd.DataFrame, table: Table, *, key: bytes) -> pd.DataFrame:
    coded = {
        column.name: pseudonyms(rows[column.name], column.name, key=key)
        for column in table.columns
        if column.personal and column.name != "handle"
    }
    identity = {"creator_id": pseudonyms(rows["handle"], rows["platform"], key=key)}
    if "person" in coded:
        coded["person"] = coded["person"].fillna(identity["creator_id"])
    plain = rows[[*table.names, "capture"]].drop(columns=["handle", *coded])
    together = plain.assign(**identity, **coded)
    return together[["creator_id", *[name for name in table.names if name != "handle"], "capture"]]


def _require_rows(
    tables: Mapping[str, pd.DataFrame], exclusions: pd.DataFrame, refused: Mapping[str, str]
) -> None:
    if not tables["creators"].empty and any(len(tables[n]) for n in tables if n != "creators"):
        return
    if exclusions.empty:
        empty = "every table is empty; fill in creators, and posts or placements"
        raise _unusable(empty, refused)
    first = exclusions.iloc[0]
    column = f", column {first['column']}" if first["column"] else ""
    where = f"{first['file']}, row {first['row']}{column}"
    count = f"{len(exclusions)} left out, the first {where}: {first['reason']}"
    raise _unusable(f"no usable row is left; {count}", refused)


def _manifest(
    folder: RawFolder,
    tables: Mapping[str, pd.DataFrame],
    counts: list[FileCount],
    arrivals: list[Arrival],
    refused: dict[str, str],
) -> Manifest:
    used = {arrival.imported.source for arrival in arrivals}
    formats = [f for f in folder.formats if f.name in used]
    campaigns = [t["campaign"] for name, t in tables.items() if name != "creators"]
    days = tables["posts"]["posted_at"] if "posts" in tables else pd.Series()
    return Manifest(
        dataset=folder.name,
        data_digest=folder.data_digest,
        code_digest=code_digest(),
        settings=folder.settings,
        sources=tuple(f.title for f in formats),
        notes=tuple(note for f in formats for note in f.notes),
        files=tuple(counts),
        ignored=folder.ignored,
        refused=refused,
        niches=tuple(sorted(tables["creators"]["niche"].unique())),
        platforms=tuple(sorted(tables["creators"]["platform"].unique())),
        campaigns=tuple(sorted(pd.concat(campaigns).dropna().unique())),
        first_day=days.min().date().isoformat() if len(days) else None,
        last_day=days.max().date().isoformat() if len(days) else None,
    )


def _write(
    out: Path, tables: Mapping[str, pd.DataFrame], exclusions: pd.DataFrame, manifest: Manifest
) -> None:
    """Replace a prepared folder by another; what goes wrong leaves the earlier one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as working:
        fresh = Path(working) / "fresh"
        fresh.mkdir()
        for name, rows in tables.items():
            rows.to_parquet(fresh / f"{name}.parquet", index=False)
        exclusions.to_parquet(fresh / "exclusions.parquet", index=False)
        (fresh / "manifest.json").write_text(to_json(manifest.model_dump(mode="json")), "utf-8")
        replace_folder(out, fresh)
