"""Write: kept rows -> a prepared folder under pseudonyms, with its manifest and way back."""

import io
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from analysis.prepare.load import Loaded
from analysis.prepare.raw_folder import RawFolder, arrived_digest
from analysis.prepare.settle import Settled
from analysis.prepare.streaming.found import SettledPosts
from analysis.prepare.streaming.stage import Stage
from analysis.store.digests import code_digest, digest, to_json
from analysis.store.disk import fresh_folder, replace_folder
from analysis.store.manifest import Manifest
from analysis.store.masking import Mask, masking
from analysis.store.parquet import digests, read_table, write_table
from analysis.store.places.declared import STAYING
from analysis.store.pseudonyms import (
    ERASED,
    Erased,
    load_key,
    mark_of,
    move_private,
    pseudonyms,
    write_private,
)
from analysis.study.contract import CREATORS, PLACEMENTS, TABLES, Table
from analysis.study.errors import UsageError
from analysis.study.project import data_folder

ORIGINS = "posts.parquet"  # number of every post, of its file in the manifest, and its row
_FREE = {"campaign", "found_through", "market", "niche"}  # text that may name people too
_OF_FILES: dict[str, object] = {
    "accounts": {},
    "header_row": {},
    "ignore": (),
    "tables": {},
    "engine": None,
    "engine_file": None,
}  # settings that may name people
_ORIGIN = "raw-folder"  # file that says where a dataset of this name was read from


def write(
    out: Path,
    found: Settled,
    folder: RawFolder,
    loaded: Loaded,
    *,
    private: Path,
    erased: Erased,
    stage: Stage | None = None,
) -> None:
    """Replace a prepared folder whole and keep the handles' list.

    Args:
        out: the folder.
        found: its rows and what became of the others.
        folder, loaded: where they come from.
        private: folder of the key and the way back.
        erased: the accounts to forget.
        stage: where posts were written already.

    Raises:
        UsageError: a dataset of this name was read from another folder that is still there.
        MachineError: disk or permission; the earlier folder stands.
    """
    _refuse_namesake(folder, private / folder.name)
    key = load_key(private, public=folder.is_demo)
    named = _accounts_of(found, erased)
    mask = masking(named, erased, key=key)
    coded = {n: _pseudonymised(rows, TABLES[n], mask, key=key) for n, rows in found.tables.items()}
    history = {
        name: _pseudonymised(rows, PLACEMENTS if "fee" in rows else CREATORS, mask, key=key)
        for name, rows in found.history.items()
    }
    manifest = _manifest(folder, coded, found, loaded, erased.digest, mask.cell)
    _keep_way_back(named, folder, private / folder.name, key=key)
    _keep_origins(found, private / folder.name, stage)
    exclusions = found.exclusions.assign(
        file=_each(found.exclusions["file"], mask.name),
        reason=_each(found.exclusions["reason"], mask.sentence),
    )
    tables = {**coded, **history}
    masked = manifest.masked(mask.name, mask.sentence)
    masked = masked.model_copy(update={"key_mark": mark_of(key)})
    write_folder(out, tables, exclusions, masked, fresh=stage.fresh if stage else None)


def _each(text: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Texts changed, each distinct one once; missing stays missing."""
    changed = {one: change(one) for one in text.dropna().unique()}
    return text.map(changed).astype(text.dtype)


def refuse_foreign(out: Path) -> None:
    """Refuse to replace a folder that is no dataset of ours.

    Raises:
        UsageError: it holds something else.
    """
    manifest = out / "manifest.json"
    ours = out.parent == data_folder("processed") or (
        manifest.is_file() and b'"data_digest"' in manifest.read_bytes()
    )
    empty = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not ours and not empty:
        raise UsageError(f"{out}: holds something that prepare did not write; choose another --out")


def _refuse_namesake(folder: RawFolder, private: Path) -> None:
    """Refuse another dataset of the same name.

    It would take the first one's tables, handles and pages.
    """
    here = folder.path.resolve()
    with suppress(OSError):
        other = Path((private / _ORIGIN).read_text(encoding="utf-8"))
        if other.exists() and other != here:
            raise UsageError(
                f"{folder.path}: a dataset named {folder.name} was read from {other}; if the two"
                " are different, give one another name (name: in dataset.yml), else remove the"
                " folder that is no longer used"
            )


def _accounts_of(found: Settled, erased: Erased) -> pd.DataFrame:
    """Every account that was seen, kept or not, once; those kept first, in table order."""
    parts = [rows[["platform", "handle"]] for rows in found.tables.values()]
    parts += [found.disk.accounts] if found.disk else []
    seen = pd.concat([*parts, found.seen], ignore_index=True)
    seen = seen[seen["handle"].notna()].drop_duplicates(ignore_index=True)
    return seen[~erased(seen)].reset_index(drop=True)


def _keep_way_back(accounts: pd.DataFrame, folder: RawFolder, private: Path, *, key: bytes) -> None:
    table = accounts.assign(
        creator_id=pseudonyms(accounts["handle"], accounts["platform"], key=key)
    )
    write_private(private / "handles.csv", table.to_csv(index=False).encode())
    write_private(private / _ORIGIN, str(folder.path.resolve()).encode())


def _keep_origins(found: Settled, private: Path, stage: Stage | None) -> None:
    """Write from which row of which file each post came."""
    path = private / ORIGINS
    if found.origins is not None:
        content = io.BytesIO()
        found.origins.to_parquet(content, index=False)
        write_private(path, content.getvalue())
    elif stage is not None and stage.origins.exists():
        move_private(stage.origins, path)
    else:
        path.unlink(missing_ok=True)


def _pseudonymised(rows: pd.DataFrame, table: Table, mask: Mask, *, key: bytes) -> pd.DataFrame:
    coded = {
        column.name: pseudonyms(rows[column.name], column.name, key=key)
        for column in table.columns
        if column.personal and column.name not in ("handle", "post_id") and column.name in rows
    }
    identity = {"creator_id": pseudonyms(rows["handle"], rows["platform"], key=key)}
    if "person" in coded:
        coded["person"] = coded["person"].fillna(identity["creator_id"])
    for name in _FREE.intersection(rows.columns):
        plain = name == "campaign"
        coded[name] = _each(rows[name], partial(mask.cell, plain=plain))
    names = [name for name in rows.columns if name != "handle"]
    return rows.assign(**identity, **coded)[["creator_id", *names]]


def _manifest(
    folder: RawFolder,
    tables: Mapping[str, pd.DataFrame],
    found: Settled,
    loaded: Loaded,
    erased: str,
    campaign: Callable[[str], str],
) -> Manifest:
    used = {arrival.imported.source for arrival in loaded.arrivals}
    formats = [f for f in folder.formats if f.name in used]
    campaigns = {
        one
        for name, rows in tables.items()
        if "campaign" in rows
        for one in rows["campaign"].dropna().unique()
    }
    on_disk = found.disk.campaigns if found.disk else set()
    first, last = _days(tables.get("posts"), found.disk)
    if last is None:
        first, last = _days_of_placements(tables.get("placements"))
    creators = tables.get("creators", pd.DataFrame({"niche": [], "platform": []}))
    gone = found.exclusions["reason"].eq(ERASED)
    return Manifest(
        dataset=folder.name,
        data_digest=digest([folder.data_digest, erased]) if gone.any() else folder.data_digest,
        arrived_digest=arrived_digest(folder, erased),
        places=folder.versions,
        code_digest=code_digest(),
        settings=folder.settings.model_copy(update=_OF_FILES),
        sources=tuple(f.title for f in formats),
        notes=tuple(note for f in formats for note in f.notes),
        files=tuple(found.counts),
        ignored=folder.ignored | loaded.ignored,
        refused=loaded.refused,
        niches=tuple(sorted(creators["niche"].unique())),
        platforms=tuple(sorted(creators["platform"].unique())),
        campaigns=tuple(sorted(campaigns | set(map(campaign, on_disk)))),
        first_day=first,
        last_day=last,
        placed_from=_placed_from(tables.get("placements")),
        joins=tuple(found.joins),
        warnings=tuple(
            [w for arrival in loaded.arrivals for w in arrival.imported.warnings] + found.warnings
        ),
    )


def _days(posts: pd.DataFrame | None, disk: SettledPosts | None) -> tuple[str | None, str | None]:
    """First and last day of the posts; no first day where one has none."""
    if disk is not None:
        first, last, undated = disk.first, disk.last, disk.undated
    elif posts is not None and posts["posted_at"].notna().any():
        days = posts["posted_at"]
        first, last, undated = days.min(), days.max(), int(days.isna().sum())
    else:
        return None, None
    if first is None or last is None:
        return None, None
    return (None if undated else first.date().isoformat()), last.date().isoformat()


def _placed_from(placements: pd.DataFrame | None) -> str | None:
    """First day of the placements; None where one has no day."""
    return _days_of_placements(placements)[0]


def _days_of_placements(placements: pd.DataFrame | None) -> tuple[str | None, str | None]:
    """First and last day of the placements; no first day where one has none."""
    if placements is None:
        return None, None
    days = placements["placed_at"].fillna(placements["starts_on"])
    if days.isna().all():
        return None, None
    return (None if days.isna().any() else str(days.min())), str(days.max())


def write_folder(
    out: Path,
    tables: Mapping[str, pd.DataFrame],
    exclusions: pd.DataFrame,
    manifest: Manifest,
    *,
    fresh: Path | None = None,
) -> None:
    """Replace a prepared folder by another.

    What goes wrong leaves the earlier one.

    Args:
        fresh: the other folder, where some of its tables are there already.
    """
    with ExitStack() as stack:
        folder = fresh or stack.enter_context(fresh_folder(out))
        for name, rows in {**tables, "exclusions": exclusions}.items():
            write_table(rows, folder / f"{name}.parquet")
        kept = {one.table for one in manifest.files if one.kept}
        found = {"tables": digests(folder), "lacks": _lacks(folder, kept)}
        listed = manifest.model_copy(update=found)
        (folder / "manifest.json").write_text(to_json(listed.model_dump(mode="json")), "utf-8")
        replace_folder(out, folder)


def _lacks(folder: Path, kept: set[str]) -> str | None:
    """What tables, of which some were ``kept``, lack to be compared; None if nothing."""
    paths = {name: folder / f"{name}.parquet" for name in TABLES}
    rows = {name: pq.read_metadata(path).num_rows for name, path in paths.items() if path.exists()}
    if "creators" not in rows:
        return "no creators table (who has how many followers)"
    if not rows.pop("creators"):
        return "no usable row in creators (who has how many followers)"
    if read_table(paths["creators"], ["followers"])["followers"].isna().all():
        return "no creator states followers, without which nobody is micro or macro"
    if any(rows.values()) or STAYING in kept - rows.keys():
        return None
    totals = read_table(paths["creators"], ["lifetime_likes", "lifetime_views"])
    if totals.notna().any(axis=None):
        return None
    return (
        "creators alone decide nothing; add posts or placements, or have micromacro sources"
        " --suggest FILE draft a format for a file that holds them in columns not read"
    )
