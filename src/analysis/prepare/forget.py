"""Who is behind a pseudonym, and how a creator is forgotten: for the owner of the data alone."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.prepare.write import ORIGINS, write_folder
from analysis.store.accounts import account_names, host_of, looks
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import digest
from analysis.store.disk import fresh_folder
from analysis.store.escaping import from_cell
from analysis.store.masking import ERASED_NAME
from analysis.store.parquet import blocks, copy_without
from analysis.store.places.kept import forget_kept
from analysis.store.pseudonyms import (
    erased_accounts,
    load_key,
    mark_of,
    private_file,
    pseudonyms,
    remember_to_forget,
    write_private,
)
from analysis.study.contract import PLATFORM_SPELLINGS, PLATFORMS
from analysis.study.errors import DataContractError, MachineError, UsageError

_WAY_BACK = "*/handles.csv"
_DRAWN = "draws/*/*.csv"  # lists drawn from candidates, and who was assigned what
_NAMED = (_WAY_BACK, _DRAWN, "*/shortlist.csv")  # private files with handles


def who(creator_id: str, private: Path) -> list[tuple[str, str, str]]:
    """Dataset, platform and handle of everybody with a pseudonym.

    Raises:
        UsageError: nobody of this machine's datasets has it.
    """
    found = [
        (path.parent.name, platform, handle)
        for path in sorted(private.glob(_WAY_BACK))
        for platform, handle, coded in read_way_back(path).itertuples(index=False)
        if coded == creator_id.strip().lower()
    ]
    if not found:
        raise UsageError(f"{creator_id}: no creator of a dataset prepared here has this id")
    return found


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was found of a creator and is gone.

    Attributes:
        datasets: those that held the creator, as they are now.
        found: what of it, by dataset or private file, in words.
        elsewhere: other platforms on which somebody has this handle, who was not erased.
    """

    datasets: list[Dataset]
    found: dict[str, str]
    elsewhere: list[str]


def forget(platform: str, handle: str, *, processed: Path, private: Path) -> Forgotten:
    """Remove a creator from every prepared dataset, for good.

    A keyed hash is kept so that they stay out.

    The rows go; whatever was computed from them goes too. Raw exports are not touched: the next
    import leaves the creator out by itself.

    Raises:
        UsageError: nobody is on such a platform, or the handle is empty or an address elsewhere.
        MachineError: a private file is damaged or cannot be written.
    """
    platform = platform.strip().lower()
    platform = PLATFORM_SPELLINGS.get(platform, platform)
    names = account_names(pd.Series([handle]))
    ways = {path: read_way_back(path) for kind in _NAMED for path in sorted(private.glob(kind))}
    known = {one for way in ways.values() for one in way["platform"]} | {*PLATFORMS}
    if platform not in known:
        raise UsageError(f"{platform}: no platform; there are {', '.join(sorted(known))}")
    if not names[0]:
        raise UsageError(f"{handle!r}: no handle; write it as the platform shows it")
    host = host_of(handle)
    if host not in {None, platform} and {host, platform} & {*PLATFORMS}:
        raise UsageError(f"{handle}: an address on {host}, not on {platform}; name one of the two")
    remember_to_forget(platform, handle, private)
    changed, found = [], {}
    keys = {mark_of(key): key for key in (load_key(private), load_key(private, public=True))}
    for folder in sorted(path.parent for path in processed.glob("*/manifest.json")):
        try:
            dataset = open_dataset(folder)
            key = keys[dataset.manifest.key_mark]
        except (DataContractError, KeyError):
            shutil.rmtree(folder)
            found[folder.name] = "all of it, whose version or key is another: it may hold anybody"
            continue
        coded = pseudonyms(names, platform, key=key)[0]
        if held := _held(dataset, coded):
            found[dataset.name] = ", ".join(held)
            changed.append(_without(dataset, coded, private))
    elsewhere: set[str] = set()
    for path, way in ways.items():
        theirs = way["handle"].map(from_cell).isin(names)
        elsewhere |= set(way.loc[theirs & way["platform"].ne(platform), "platform"])
        theirs &= way["platform"].eq(platform)
        if theirs.any():
            write_private(path, way[~theirs].to_csv(index=False).encode())
            if path.name != "handles.csv":
                found[str(path.relative_to(private))] = f"{int(theirs.sum())} rows"
    return Forgotten(changed, found, sorted(elsewhere))


def look_alikes_of(platform: str, handle: str, private: Path) -> list[str]:
    """Handles of prepared datasets that look like this one and are written otherwise.

    Letters of other scripts make another account, so nothing erases them by themselves.
    """
    (name,) = account_names(pd.Series([handle]))
    known = [read_way_back(path) for path in sorted(private.glob(_WAY_BACK))]
    handles = {
        other for way in known for other in way.loc[way["platform"].eq(platform), "handle"]
    } - {name}
    return sorted(other for other in handles if looks(other) == looks(name))


def read_way_back(path: Path) -> pd.DataFrame:
    """Rows of a private file that names accounts.

    Raises:
        MachineError: it is damaged.
    """
    try:
        read = pd.read_csv(path, dtype="str", keep_default_na=False)
        return read.astype({"platform": "str", "handle": "str"})
    except (ValueError, KeyError) as error:
        raise MachineError(
            f"{path}: damaged, so whom it names is not known; prepare its dataset again"
        ) from error


def _held(dataset: Dataset, coded: str) -> list[str]:
    """What a dataset holds of a creator, in words; empty where nothing."""
    found = []
    for path in (*dataset.tables, *dataset.history):
        rows = sum(
            pc.sum(pc.equal(block["creator_id"], coded)).as_py() or 0
            for block in blocks(path, ["creator_id"])
        )
        found += [f"{rows:,} of {path.stem}"] if rows else []
    manifest = (dataset.folder / "manifest.json").read_text(encoding="utf-8")
    left_out = dataset.exclusions()[["file", "reason", "examples"]].to_csv()
    named = manifest.count(coded) + left_out.count(coded)
    return [*found, *([f"{named:,} in names and reasons"] if named else [])]


def _without(dataset: Dataset, coded: str, private: Path) -> Dataset:
    """Write a dataset anew and put it in place whole; the way back of its posts goes too."""
    exclusions = dataset.exclusions()
    named = ("file", "reason", "examples")
    texts = {n: exclusions[n].astype("str").str.replace(coded, ERASED_NAME) for n in named}
    manifest = dataset.manifest.masked(lambda text: text.replace(coded, ERASED_NAME))
    changed = digest([manifest.data_digest, erased_accounts(private).digest])
    listed = {"campaigns": manifest.campaigns, "niches": manifest.niches}
    update: dict[str, object] = {"data_digest": changed, "arrived_digest": ""}
    for name, texts_of in listed.items():
        update[name] = tuple(sorted({one.replace(coded, ERASED_NAME) for one in texts_of}))
    manifest = manifest.model_copy(update=update)
    _forget_origins(dataset, coded, private / dataset.name / ORIGINS)
    with fresh_folder(dataset.folder) as fresh:
        for path in (*dataset.tables, *dataset.history):
            copy_without(path, fresh / path.name, column="creator_id", value=coded)
        tables: dict[str, pd.DataFrame] = {}
        left_out = exclusions.assign(**texts)
        write_folder(dataset.folder, tables, left_out, manifest, fresh=fresh)
    forget_kept(private / dataset.name, coded, made_for=changed)
    return open_dataset(dataset.folder)


def _forget_origins(dataset: Dataset, coded: str, path: Path) -> None:
    """Drop where the creator's posts came from."""
    posts = dataset.table_path("posts")
    if posts is None or not path.exists():
        return
    theirs = [
        rows["post_id"].filter(pc.equal(rows["creator_id"], coded))
        for rows in blocks(posts, ["creator_id", "post_id"])
    ]
    numbers = pa.chunked_array(theirs, pa.int64()).combine_chunks()
    options = {"compression": "zstd", "use_dictionary": False}
    with private_file(path) as file, pq.ParquetWriter(file, pq.read_schema(path), **options) as new:
        for rows in blocks(path):
            new.write(rows.filter(pc.invert(pc.is_in(rows["post_id"], numbers))))
