"""One raw folder prepared twice, whole and block by block, and whether both are the same."""

import json
import random
from itertools import count
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from analysis.prepare.pipeline import prepare
from analysis.prepare.streaming import stage
from analysis.sources.reading import blocks
from analysis.study.errors import DataContractError

HEAD = "platform,handle,post_id,posted_at,likes,comments,views,reach\n"
PLATFORMS = ("instagram", "tiktok", "youtube")
_NUMBERS = ("1,234", "1.2K", "12.0", "1.000", "-5", "", "n/a", "１２", "1e3", "00012", "１.5")
_LONG = ("9999999999999999", "12 345", " 77 ", "1.5", "-1", "1000000000000000", "1000000000000001")
_TIMES = (
    *("2026-02-31T00:00:00Z", "2026-03-04", "2026-03-04T10:11:12+02:00", "03/04/2026", ""),
    *("2026-03-04T10:11:12.123456Z", "2001-01-01T00:00:00Z", "2030-01-01T00:00:00Z"),
    *("2026-03-04 10:11:12Z", "2024-02-29T23:59:59Z", "2023-02-29T10:00:00Z"),
)
_HANDLES = ("@C{}", '" c{} "', "C{}", "nobody", "c{}\u200b", "#N/A", "", "ünï", "https://x.com/c{}")
_HANDLES += ("https://www.tiktok.com/@c{}", "Instagram.com/c{}/")
_IDS = (
    *('"p\n{}"', '"p,{}"', '"p""{}"', " p{} ", "#NAME?", "1.2E+17", "é{}", "p\0{}", ""),
    *('"q{}"', "1234567890123456{}"),
)
_number = count()


_KINDS = (  # share of the rows, cell, what is in it instead
    (0.02, 4, (*_NUMBERS, *_LONG)),
    (0.015, 3, _TIMES),
    (0.015, 1, _HANDLES),
    (0.015, 2, _IDS),
    (0.005, 0, ("TikTok", '"Instagram "', "myspace", "")),
    (0.005, 7, ("0", "0,x")),
    (0.005, 5, ("", "25\n" + "instagram,c1")),
)


def hard_posts(seed: int, rows: int = 1500, accounts: int = 40) -> str:
    """Posts with what breaks readers, a few of each kind."""
    chance = random.Random(seed)
    lines = []
    for i in range(rows):
        k = i % accounts
        likes = chance.choice((0, 3, chance.randint(0, 9999)))
        moment = f"2026-0{1 + i % 8}-1{i % 9}T0{i % 10}:11:12Z"
        cells = [PLATFORMS[k % 3], f"c{k}", f"p{i}", moment, str(likes)]
        cells += [str(chance.randint(0, 60)), str(likes * 5 + 1), str(likes * 3 + 1)]
        for share, cell, instead in _KINDS:
            if chance.random() < share:
                text = chance.choice(instead).format(i if cell == 2 else k)
                cells[cell] = f'"{text}"' if text in ("1,234", "12 345") else text
        lines += [",".join(cells), *_beside(chance, cells, i)]
    return HEAD + "\n".join(lines) + "\n"


def _beside(chance: random.Random, cells: list[str], number: int) -> list[str]:
    """Now and then a row that is like another, or none."""
    again = (
        cells,
        [*cells[:4], "77", *cells[5:]],
        [*cells[:2], f"other{number}", *cells[3:]],
        [""],
        [""] * 8,
        [HEAD.strip()],
        ['"x"y', *cells[1:]],
    )
    return [",".join(chance.choice(again))] if chance.random() < 0.05 else []


def creators_of(accounts: int = 40, *, followers: bool = True) -> str:
    """A roster; the last two accounts of the posts are not in it."""
    rows = [
        f"{PLATFORMS[i % 3]},c{i},beauty,{1000 + i * 77 if followers else ''}"
        for i in range(accounts - 2)
    ]
    return "platform,handle,niche,followers\n" + "\n".join(rows) + "\n"


def prepared_both_ways(monkeypatch, raw: Path, tmp_path: Path, *, block: int, bucket: int):
    """Prepare ``raw`` whole, then by block."""
    whole = prepared_whole(monkeypatch, raw, tmp_path)
    return whole, prepared_by_block(monkeypatch, raw, tmp_path, block=block, bucket=bucket)


def prepared_whole(monkeypatch, raw: Path, tmp_path: Path):
    """The prepared folder and the way back of its posts, or why there is none."""
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "LARGE", 1 << 40)
        return _prepared(raw, tmp_path)


def prepared_by_block(monkeypatch, raw: Path, tmp_path: Path, *, block: int, bucket: int):
    """The same, by blocks of so many bytes and buckets of so many of text."""
    with monkeypatch.context() as patch:
        patch.setattr(blocks, "LARGE", 100)
        patch.setattr(blocks, "BLOCK", block)
        patch.setattr(stage, "BYTES", bucket)
        patch.setattr(stage, "TOGETHER", block)
        return _prepared(raw, tmp_path)


def _prepared(raw: Path, tmp_path: Path):
    out = tmp_path / f"out{next(_number)}"
    try:
        dataset = prepare(raw, out, private=tmp_path / "private")
    except DataContractError as error:
        return str(error)
    origins = tmp_path / "private" / dataset.name / "posts.parquet"
    return out, pq.read_table(origins).to_pandas() if origins.exists() else None


def assert_same(whole, by_block) -> None:
    """Every table, exclusion, count, join and warning is the same, and every post's origin."""
    if isinstance(whole, str) or isinstance(by_block, str):
        assert whole == by_block
        return
    (one, origins), (other, by_bucket) = whole, by_block
    before, after = (_manifest(folder) for folder in (one, other))
    differ = [(key, told, after[key]) for key, told in before.items() if told != after[key]]
    assert not differ, differ
    if by_bucket is not None:
        ids = pd.read_parquet(other / "posts.parquet")["creator_id"]
        assert ids.ne(ids.shift()).sum() == ids.nunique(), "posts of an account stand together"
    names = sorted(path.name for path in one.glob("*.parquet"))
    assert names == sorted(path.name for path in other.glob("*.parquet"))
    for name in names:
        tables = [pd.read_parquet(folder / name) for folder in (one, other)]
        if name == "posts.parquet":
            tables = [
                _in_order(table, origin)
                for table, origin in zip(tables, (origins, by_bucket), strict=True)
            ]
        pd.testing.assert_frame_equal(*tables)


def _in_order(posts: pd.DataFrame, origins: pd.DataFrame) -> pd.DataFrame:
    """Posts by their place in the files instead of their number."""
    assert posts["post_id"].to_list() == origins["post_id"].to_list()
    assert posts["post_id"].to_list() == list(range(1, len(posts) + 1))
    placed = posts.drop(columns="post_id").assign(file=origins["file"], row=origins["row"])
    return placed.sort_values(["file", "row"], ignore_index=True)


def _manifest(folder: Path) -> dict:
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: value for name, value in told.items() if name != "tables"}
