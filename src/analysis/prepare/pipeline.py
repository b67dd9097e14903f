"""data/raw -> data/processed: load, settle (judge, merge, join), write."""

from collections.abc import Callable, Mapping
from pathlib import Path

from analysis.prepare.in_place.arrive import add_in_place, engine_of, keep_for
from analysis.prepare.load import Loaded, load
from analysis.prepare.raw_folder import RawFolder, open_raw_folder, prepared
from analysis.prepare.settle import Settled, settle
from analysis.prepare.streaming.posts import StagedPosts
from analysis.prepare.streaming.read import in_memory, stage_the_others
from analysis.prepare.streaming.stage import Stage, staging
from analysis.prepare.write import refuse_foreign, write
from analysis.store.accounts import account_names
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.pseudonyms import Erased, erased_accounts, load_key
from analysis.study.contract import COMMENTS, CREATORS, MENTIONS, POSTS, THREADS
from analysis.study.errors import DataContractError
from analysis.study.project import data_folder


def prepare(
    raw: Path,
    out: Path,
    *,
    private: Path,
    source: str | None = None,
    tell: Callable[[str, str], None] | None = None,
) -> Dataset:
    """Read a raw folder into contract tables, exclusions and a manifest.

    A dataset without creators, or with creators alone, is prepared too: what it lacks to be
    compared, ``Dataset.lacks`` says.

    Args:
        raw: folder of exports, flat or with one folder per day of capture, or one file.
        out: folder to write; it is replaced as a whole, after everything was read.
        private: folder for the key of the pseudonyms, the way back and the erased accounts.
        source: read with this format only, instead of recognising it by header.
        tell: told what is about to be done, step by step, and to which file.

    Raises:
        DataContractError: nothing usable; every refused file is named with its reason.
        UsageError: no such format, ``out`` holds something else than a prepared dataset, or a
            dataset of this name was read from another folder that is still there.
    """
    folder, tell = open_raw_folder(raw), tell or (lambda *_: None)
    refuse_foreign(out)
    with staging(out, folder.files) as stage, engine_of(folder) as engine:
        loaded = load(folder, source=source, tell=tell, stage=stage)
        place = add_in_place(loaded, engine, folder, private, tell) if engine else None
        if not loaded.arrivals:
            lack = "no file that could be read" if loaded.refused else "no data files"
            raise _unusable(f"{folder.path}: {lack}", loaded.refused)
        erased = _by_id_too(erased_accounts(private), loaded)
        staged = _all_staged(loaded, stage, folder, erased, private) if stage else None
        staying = place(erased) if place else None
        found = settle(
            loaded.arrivals, settings=folder.settings, erased=erased, staged=staying or staged
        )
        _require_rows(found, loaded.refused)
        write(out, found, folder, loaded, private=private, erased=erased, stage=stage)
        if staying is not None:
            keep_for(staying, out, private / folder.name)
    return open_dataset(out)


def _by_id_too(erased: Erased, loaded: Loaded) -> Erased:
    """The accounts to forget, also where other files call them by the id that creators state."""
    for one in loaded.arrivals:
        if one.imported.table is CREATORS:
            rows = one.imported.rows
            erased = erased.with_ids(rows.assign(handle=account_names(rows["handle"])))
    return erased


def _all_staged(
    loaded: Loaded, stage: Stage, folder: RawFolder, erased: Erased, private: Path
) -> StagedPosts | None:
    """The posts of all files on disk; None where none are, or all had to come back into memory.

    That is so where posts find their account by another file: by the platform's id of it, which
    creators state, or by the id of a post; and where comments or mentions look for their posts.
    """
    if not stage.files:
        return None
    rows = [one.imported for one in loaded.arrivals]
    by_id = any(one.table is CREATORS and one.rows["account_id"].notna().any() for one in rows)
    posts = [one for one in rows if one.table is POSTS and one.file not in stage.files]
    sought = any(one.table in (COMMENTS, MENTIONS, THREADS) for one in rows)
    if sought or by_id or any(one.rows["handle"].isna().any() for one in posts):
        loaded.arrivals[:] = [in_memory(one, stage) for one in loaded.arrivals]
        return None
    stage_the_others(posts, stage)
    key = load_key(private, public=folder.is_demo)
    mature = folder.settings.mature_after_days
    return StagedPosts(stage, loaded.arrivals, key, erased, mature)


def prepare_dataset(raw: str | Path, *, tell: Callable[[str, str], None] | None = None) -> Dataset:
    """Prepare a raw folder, unless it stands prepared already.

    It does where the bytes that arrived and our code are as they were.

    Args:
        raw: folder of exports, or one workbook.
        tell: told what is about to be done, step by step, and to which file.

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
