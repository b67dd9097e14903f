"""Prepared datasets of any size, as `prepare` would write them.

Fifty posts for a creator on average, creator by creator, in row groups of the same size.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from analysis.store.dataset import Dataset
from analysis.store.digests import to_json
from analysis.store.manifest import Manifest
from analysis.store.parquet import ROW_GROUP, digests
from analysis.store.settings import Settings
from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import CREATORS, POSTS

SEED = 20261122
_CHUNK = 1_000_000
_POSTS_EACH = 50
_NICHES = np.array(["beauty", "food", "fashion", "travel", "wellness", "gaming", "home", "other"])
_PLATFORMS = np.array(["instagram", "tiktok", "youtube"])
_EPOCH = np.datetime64("2026-01-01", "us")


def write_dataset(folder: Path, posts: int) -> Dataset:
    """Write creators, posts and manifest; the same bytes for the same number of posts."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    n = posts // _POSTS_EACH
    followers = np.floor(np.exp(rng.uniform(np.log(1e3), np.log(3e6), n))).astype("int64")
    platform = rng.integers(0, 3, n)
    ids = _hexadecimal(np.arange(n, dtype="uint64"))
    creators = {
        "creator_id": ids,
        "platform": _coded(platform, _PLATFORMS),
        "niche": _coded(rng.integers(0, len(_NICHES), n), _NICHES),
        "followers": pa.array(followers),
        "person": ids,
    }
    pq.write_table(_filled(creators, CREATORS, n), folder / "creators.parquet", **_OPTIONS)
    schema = _filled({}, POSTS, 0).schema
    with pq.ParquetWriter(folder / "posts.parquet", schema, **_OPTIONS) as writer:
        for start in range(0, posts, _CHUNK):
            rows = _posts(min(_CHUNK, posts - start), start, ids, platform, followers)
            writer.write_table(rows, row_group_size=ROW_GROUP)
    manifest = _manifest(posts).model_copy(update={"tables": digests(folder)})
    (folder / "manifest.json").write_text(to_json(manifest.model_dump(mode="json")), "utf-8")
    return Dataset(folder=folder, manifest=manifest)


_OPTIONS = {"write_page_checksum": True, "compression": "zstd", "compression_level": 1}


def write_roster(raw: Path, posts: int) -> None:
    """Write creators and posts as a CSV roster: what ``prepare`` reads."""
    raw.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    n = posts // _POSTS_EACH
    platform = rng.integers(0, 3, n)
    creators = {
        "platform": _coded(platform, _PLATFORMS),
        "handle": _numbered("creator", np.arange(n)),
        "niche": pa.repeat("food", n),
        "followers": pa.repeat(5_000, n),
    }
    _write_csv(raw / "creators.csv", [pa.table(creators)])
    starts = range(0, posts, _CHUNK)
    parts = (_roster_posts(min(_CHUNK, posts - one), one, platform) for one in starts)
    _write_csv(raw / "posts.csv", parts)


def _roster_posts(n: int, start: int, platform: np.ndarray) -> pa.Table:
    rng = np.random.default_rng([SEED, start])
    of = rng.integers(0, len(platform), n)
    likes = rng.poisson(400, n)
    rows = {
        "platform": _coded(platform[of], _PLATFORMS),
        "handle": _numbered("creator", of),
        "post_id": _numbered("p", np.arange(start, start + n)),
        "posted_at": pa.array(_EPOCH.astype("M8[s]") + rng.integers(0, 270 * 86_400, n)),
        "likes": pa.array(likes),
        "comments": pa.array(rng.poisson(likes * 0.04)),
        "views": pa.array(likes * 20),
    }
    return pa.table(rows)


def _numbered(word: str, numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(word, pa.array(numbers).cast(pa.string()), "")


def _write_csv(path: Path, parts: Iterable[pa.Table]) -> None:
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        for place, part in enumerate(parts):
            if not place:
                file.write(f"{','.join(part.column_names)}\n".encode())
            pa_csv.write_csv(part, file, options)


def _posts(
    n: int, start: int, ids: pa.Array, platform: np.ndarray, followers: np.ndarray
) -> pa.Table:
    rng = np.random.default_rng([SEED, start])
    of = np.sort(rng.integers(start // _POSTS_EACH, (start + n) // _POSTS_EACH, n))
    views = np.floor(followers[of] * rng.lognormal(-1, 0.6, n)).astype("int64")
    likes = rng.poisson(views * 0.04).astype("int64")
    columns = {
        "creator_id": ids.take(pa.array(of)),
        "platform": _coded(platform[of], _PLATFORMS),
        "post_id": _hexadecimal(np.arange(start, start + n, dtype="uint64") | (1 << 60)),
        "posted_at": pa.array(_EPOCH + rng.integers(0, 270 * 86_400, n).astype("m8[s]")),
        "likes": pa.array(likes, mask=rng.random(n) < 0.02),
        "comments": pa.array(rng.poisson(likes * 0.04).astype("int64")),
        "views": pa.array(views),
        "followers_at_posting": pa.array(followers[of], mask=rng.random(n) < 0.5),
    }
    return _filled(columns, POSTS, n)


def _hexadecimal(numbers: np.ndarray) -> pa.Array:
    """Pseudonyms: 16 hexadecimal digits, spread like a hash."""
    spread = numbers * np.uint64(0x9E3779B97F4A7C15)
    return pa.array(np.char.mod("%016x", spread)) if len(numbers) else pa.array([], pa.string())


def _coded(codes: np.ndarray, words: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), words).cast(pa.string())


def _filled(columns: dict[str, pa.Array], table: object, n: int) -> pa.Table:
    kinds = {"creator_id": pa.string()}
    for column in table.columns:
        if column.name != "handle":
            kinds[column.name] = ARROW_TYPE[column.kind]
        if column.metric:
            kinds[f"{column.name}_state"] = pa.string()
    kinds["capture"] = pa.string()
    arrays = [
        columns[name].cast(kind) if name in columns else pa.nulls(n, kind)
        for name, kind in kinds.items()
    ]
    return pa.table(arrays, schema=pa.schema(kinds.items()))


def _manifest(posts: int) -> Manifest:
    return Manifest(
        dataset=f"posts-{posts}",
        data_digest=f"generated-{posts}",
        code_digest="",
        settings=Settings(synthetic=True),
        sources=("generated",),
        notes=(),
        files=(),
        ignored={},
        refused={},
        niches=tuple(sorted(_NICHES)),
        platforms=tuple(_PLATFORMS),
        campaigns=(),
        first_day="2026-01-01",
        last_day="2026-09-27",
    )


if __name__ == "__main__":
    write_dataset(Path(sys.argv[1]), int(float(sys.argv[2])))
