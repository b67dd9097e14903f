"""Who is behind a pseudonym, and how a creator is forgotten: for the owner of the data alone."""

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.prepare.write import ORIGINS, write_folder
from analysis.store.accounts import account_names, looks
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.digests import digest
from analysis.store.disk import fresh_folder
from analysis.store.parquet import blocks, copy_without
from analysis.store.pseudonyms import (
    erased_accounts,
    load_key,
    pseudonyms,
    remember_to_forget,
    write_private,
)
from analysis.study.contract import PLATFORMS
from analysis.study.errors import DataContractError, UsageError

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
        for platform, handle, coded in _way_back(path).itertuples(index=False)
        if coded == creator_id.strip().lower()
    ]
    if not found:
        raise UsageError(f"{creator_id}: no creator of a dataset prepared here has this id")
    return found


def forget(platform: str, handle: str, *, processed: Path, private: Path) -> list[Dataset]:
    """Remove a creator from every prepared dataset, for good.

    A keyed hash is kept so that they stay out.

    The rows go; whatever was computed from them goes too. Raw exports are not touched: the next
    import leaves the creator out by itself.

    Returns:
        The datasets that held the creator, as they are now.

    Raises:
        UsageError: no such platform.
    """
    if platform not in PLATFORMS:
        raise UsageError(f"{platform}: no platform; there are {', '.join(PLATFORMS)}")
    remember_to_forget(platform, handle, private)
    names = account_names(pd.Series([handle]))
    changed = []
    for folder in sorted(path.parent for path in processed.glob("*/manifest.json")):
        try:
            dataset = open_dataset(folder)
        except DataContractError:
            shutil.rmtree(folder)  # of an earlier version; nobody can tell whom it holds
            continue
        key = load_key(private, synthetic=dataset.synthetic)
        coded = pseudonyms(names, platform, key=key)[0]
        if _holds(dataset, coded):
            changed.append(_without(dataset, coded, private))
    for path in [found for kind in _NAMED for found in private.glob(kind)]:
        known = _way_back(path)
        theirs = known["platform"].eq(platform) & known["handle"].isin(names)
        write_private(path, known[~theirs].to_csv(index=False).encode())
    return changed


def look_alikes_of(platform: str, handle: str, private: Path) -> list[str]:
    """Handles of prepared datasets that look like this one and are written otherwise.

    Letters of other scripts make another account, so nothing erases them by themselves.
    """
    (name,) = account_names(pd.Series([handle]))
    known = [_way_back(path) for path in sorted(private.glob(_WAY_BACK))]
    handles = {
        other for way in known for other in way.loc[way["platform"].eq(platform), "handle"]
    } - {name}
    return sorted(other for other in handles if looks(other) == looks(name))


def _way_back(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def _holds(dataset: Dataset, coded: str) -> bool:
    manifest = (dataset.folder / "manifest.json").read_text(encoding="utf-8")
    return coded in manifest or any(
        pc.any(pc.equal(rows["creator_id"], coded)).as_py()
        for path in (*dataset.tables, *dataset.history)
        for rows in blocks(path, ["creator_id"])
    )


def _without(dataset: Dataset, coded: str, private: Path) -> Dataset:
    """Write a dataset anew and put it in place whole; the way back of its posts goes too."""
    exclusions = dataset.exclusions()
    files = exclusions["file"].str.replace(coded, "erased", regex=False)
    manifest = dataset.manifest.masked(lambda name: name.replace(coded, "erased"))
    changed = digest([manifest.data_digest, erased_accounts(private).digest])
    manifest = manifest.model_copy(update={"data_digest": changed, "arrived_digest": ""})
    _forget_origins(dataset, coded, private / dataset.name / ORIGINS)
    with fresh_folder(dataset.folder) as fresh:
        for path in (*dataset.tables, *dataset.history):
            copy_without(path, fresh / path.name, column="creator_id", value=coded)
        tables: dict[str, pd.DataFrame] = {}
        left_out = exclusions.assign(file=files)
        write_folder(dataset.folder, tables, left_out, manifest, fresh=fresh)
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
    numbers = pa.chunked_array(theirs, pa.int64())
    origins = pq.read_table(path)
    content = pa.BufferOutputStream()
    stays = pc.invert(pc.is_in(origins["post_id"], numbers.combine_chunks()))
    pq.write_table(origins.filter(stays), content, compression="zstd")
    write_private(path, content.getvalue().to_pybytes())
