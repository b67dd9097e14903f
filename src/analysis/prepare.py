"""data/raw -> data/processed: every row kept, merged, or left out with a reason that counts."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.captures import RawFile, RawFolder, look_into
from analysis.contract import TABLES, Table
from analysis.dataset import (
    PRIVATE,
    PROCESSED,
    Dataset,
    FileCount,
    Manifest,
    code_digest,
    open_dataset,
    to_json,
)
from analysis.errors import DataContractError
from analysis.pseudonyms import load_key, pseudonyms, write_private
from analysis.sources.importer import EXCLUSION_COLUMNS, Imported, import_table, recognise
from analysis.sources.readers import DATA_SUFFIXES, read_tables


@dataclass(frozen=True, slots=True)
class _Arrival:
    file: RawFile
    imported: Imported


def prepare(raw: Path, out: Path, *, private: Path, source: str | None = None) -> Dataset:
    """Read a raw folder into contract tables, exclusions and a manifest.

    Args:
        raw: folder of exports, flat or with one folder per day of capture.
        out: folder to write; it is replaced as a whole, after everything was read.
        private: folder for the key of the pseudonyms and the way back.
        source: read with this format only, instead of recognising it by header.

    Raises:
        DataContractError: nothing usable; every refused file is named with its reason.
    """
    folder = look_into(raw)
    arrivals, refused = _read(folder, source)
    _require_usable(folder, arrivals, refused)
    key = load_key(private, synthetic=folder.settings.synthetic)
    tables, exclusions, counts = _tables(arrivals, key=key, private=private / folder.name)
    _refuse_empty(tables, exclusions)
    manifest = _manifest(folder, tables, counts, arrivals, refused)
    _write(out, tables, exclusions, manifest)
    return Dataset(folder=out, manifest=manifest)


def prepare_if_stale(raw: Path) -> Dataset:
    """The prepared dataset of a raw folder, prepared again if its bytes or our code changed.

    Raises:
        DataContractError: as ``prepare``.
    """
    folder = look_into(raw)
    out = PROCESSED / folder.name
    try:
        standing = open_dataset(out)
    except DataContractError:
        return prepare(raw, out, private=PRIVATE)
    made_of = (standing.manifest.data_digest, standing.manifest.code_digest)
    if made_of == (folder.data_digest, code_digest()):
        return standing
    return prepare(raw, out, private=PRIVATE)


def _read(folder: RawFolder, source: str | None) -> tuple[list[_Arrival], dict[str, str]]:
    formats = [f for f in folder.formats if source in (None, f.name)]
    if not formats:
        names = ", ".join(f.name for f in folder.formats)
        raise DataContractError(f"no format is named {source!r}; known: {names}")
    arrivals: list[_Arrival] = []
    refused: dict[str, str] = {}
    for file in folder.files:
        try:
            if not file.name.endswith(DATA_SUFFIXES):
                raise DataContractError(f"{file.name}: read are {', '.join(DATA_SUFFIXES)}")
            for text in read_tables(file.path):
                imported = import_table(text, *recognise(text, formats))
                arrivals += [_Arrival(file, one) for one in imported]
        except DataContractError as error:
            refused[file.name] = str(error)
    return arrivals, refused


def _require_usable(folder: RawFolder, arrivals: list[_Arrival], refused: dict[str, str]) -> None:
    found = {arrival.imported.table.name for arrival in arrivals}
    if "creators" in found and len(found) > 1:
        return
    reasons = list(refused.values())
    if not folder.files:
        reasons = [f"{folder.path}: no data files"]
    elif "creators" not in found:
        reasons.append(f"{folder.path}: no creators table (who has how many followers)")
    else:
        reasons.append(f"{folder.path}: creators alone decide nothing; add posts or placements")
    raise DataContractError("; ".join(reasons))


def _tables(
    arrivals: list[_Arrival], *, key: bytes, private: Path
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, list[FileCount]]:
    kept: dict[str, pd.DataFrame] = {}
    exclusions = [arrival.imported.exclusions for arrival in arrivals]
    fates: list[pd.Series] = []
    for table in TABLES.values():
        rows = _stack(arrivals, table)
        if rows is None:
            continue
        fate = _fates(rows, table)
        if table.name != "creators":
            unknown = fate.eq("kept") & ~_account(rows).isin(_account(kept["creators"]))
            fate = fate.mask(unknown, "no such creator in creators")
        kept[table.name] = rows[fate.eq("kept")]
        fates.append(pd.DataFrame({"arrival": rows["arrival"], "fate": fate}).value_counts())
        exclusions.append(_left_out(rows, fate, table))
    counts = _counts(arrivals, pd.concat(fates))
    _keep_way_back(kept["creators"], private, key=key)
    coded = {name: _pseudonymised(rows, TABLES[name], key=key) for name, rows in kept.items()}
    return coded, pd.concat(exclusions, ignore_index=True), counts


def _stack(arrivals: list[_Arrival], table: Table) -> pd.DataFrame | None:
    parts = [
        arrival.imported.rows.reset_index().assign(
            arrival=number, file=arrival.imported.file, capture=arrival.file.capture
        )
        for number, arrival in enumerate(arrivals)
        if arrival.imported.table is table
    ]
    return pd.concat(parts, ignore_index=True) if parts else None


def _fates(rows: pd.DataFrame, table: Table) -> pd.Series:
    """``kept``, ``merged`` into a later capture, ``duplicates`` of a row, or why excluded."""
    fate = pd.Series("kept", index=rows.index, dtype="str")
    key = list(table.key)
    latest = rows.groupby(key, dropna=False)["capture"].transform("max")
    fate[rows["capture"] < latest] = "merged"
    current = rows[fate.eq("kept")]
    repeated = current.duplicated(list(table.names))
    fate[repeated.index[repeated]] = "duplicates"
    if table.unique:
        current = rows[fate.eq("kept")]
        conflict = current.duplicated(key, keep=False)
        fate[conflict.index[conflict]] = f"another row has the same {', '.join(key)}, but differs"
    return fate


def _account(rows: pd.DataFrame) -> pd.Series:
    handle = rows["handle"].astype("str").str.removeprefix("@").str.lower()
    return rows["platform"].astype("str") + ":" + handle


def _left_out(rows: pd.DataFrame, fate: pd.Series, table: Table) -> pd.DataFrame:
    out = ~fate.isin(["kept", "merged", "duplicates"])
    left = rows.loc[out, ["file", "row"]].assign(
        table=table.name, column="handle", reason=fate[out]
    )
    return left[list(EXCLUSION_COLUMNS)]


def _counts(arrivals: list[_Arrival], fates: pd.Series) -> list[FileCount]:
    counts = []
    for number, arrival in enumerate(arrivals):
        known = fates[number].to_dict() if number in fates.index.get_level_values(0) else {}
        numbers = {fate: int(known.get(fate, 0)) for fate in ("kept", "merged", "duplicates")}
        counts.append(
            FileCount(
                file=arrival.imported.file if "#" in arrival.imported.file else arrival.file.name,
                table=arrival.imported.table.name,
                source=arrival.imported.source,
                digest=arrival.file.digest,
                rows_read=arrival.imported.rows_read,
                excluded=arrival.imported.rows_read - sum(numbers.values()),
                **numbers,
            )
        )
    return counts


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


def _refuse_empty(tables: dict[str, pd.DataFrame], exclusions: pd.DataFrame) -> None:
    empty = [name for name in ("creators",) if tables[name].empty]
    if empty or all(tables[name].empty for name in tables if name != "creators"):
        first = exclusions.head(1).to_dict("records")
        raise DataContractError(f"no usable row is left; the first of {len(exclusions)}: {first}")


def _manifest(
    folder: RawFolder,
    tables: dict[str, pd.DataFrame],
    counts: list[FileCount],
    arrivals: list[_Arrival],
    refused: dict[str, str],
) -> Manifest:
    used = {arrival.imported.source for arrival in arrivals}
    formats = [f for f in folder.formats if f.name in used]
    campaigns = [t["campaign"] for name, t in tables.items() if name != "creators"]
    named = pd.concat(campaigns).dropna()
    days = tables["posts"]["posted_at"].dropna() if "posts" in tables else []
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
        campaigns=tuple(sorted(named[named.ne("")].unique())),
        last_day=max(days).date().isoformat() if len(days) else None,
    )


def _write(
    out: Path, tables: dict[str, pd.DataFrame], exclusions: pd.DataFrame, manifest: Manifest
) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    for name, rows in tables.items():
        rows.to_parquet(fresh / f"{name}.parquet", index=False)
    exclusions.to_parquet(fresh / "exclusions.parquet", index=False)
    (fresh / "manifest.json").write_text(to_json(manifest.model_dump(mode="json")), "utf-8")
    fresh.chmod(0o755)
    if out.exists():
        before = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        os.replace(out, before / "old")
        os.replace(fresh, out)
        shutil.rmtree(before)
    else:
        os.replace(fresh, out)
