"""A small world as CSV, and the same rows typed, as Parquet and in a DuckDB file."""

from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import TABLES
from analysis.study.worlds import draw, write_raw
from tests.built import _TRIED as TRIED

# Changes of copies of posts, by the number of the post: each must meet its own reason or fate.
_PLANTED = [
    (0, {}),  # the same row again
    (0, {}),
    (20, {"format": "story"}),  # contradicts
    (21, {"views": None}),  # adds nothing, lacks something: merged
    (40, {"handle": "@{upper}"}),  # the same account, spelled otherwise
    (41, {"handle": "@@{}", "post_id": "y1"}),  # one @ too many is another name
    (60, {"post_id": "y2", "likes": -1}),  # hidden
    (61, {"post_id": "y3", "likes": -7}),
    (62, {"post_id": "y4", "comments": 2 * 10**15}),
    (63, {"post_id": "y5", "likes": 10**9, "reach": 5}),
    (64, {"post_id": "y6", "posted_at": pd.Timestamp("2001-01-01 10:00")}),
    (65, {"post_id": "y7", "posted_at": pd.Timestamp("2100-01-01 10:00")}),
    (66, {"post_id": "1.78E+16"}),
    (67, {"post_id": "y8", "handle": None}),
    (68, {"post_id": "y9", "handle": "  "}),
    (69, {"post_id": "y10", "platform": None}),
    (70, {"post_id": "y11", "platform": "Insta", "likes": 41}),  # spelled otherwise, and kept
    (71, {"post_id": "y12", "handle": "https://www.tiktok.com/@a", "platform": "instagram"}),
    (72, {"post_id": "y13", "handle": "stranger"}),
    (73, {"post_id": "y13", "handle": "stranger"}),  # contradicts, of somebody unknown
    (75, {"post_id": "y15", "likes": 0, "comments": 50}),  # hidden by what stands beside
    (76, {"post_id": "y16", "likes": 0, "comments": 0, "views": 5000}),
    (77, {"post_id": "#N/A", "likes": 12}),
    (78, {"post_id": "y17", "posted_at": pd.Timestamp("2026-03-03 03:03:05"), "reach": None}),
    (78, {"post_id": "y18", "posted_at": pd.Timestamp("2026-03-03 03:03:05"), "reach": None}),
    (79, {"post_id": "y19", "likes": 3, "comments": 2}),  # alike, too little to call them one
    (79, {"post_id": "y20", "likes": 3, "comments": 2}),
    (80, {"post_id": None, "posted_at": pd.Timestamp("2026-03-05 01:02:03"), "likes": 7}),
    (80, {"post_id": None, "posted_at": None, "likes": 8}),
    (91, {"post_id": "y21", "platform": "weird/!"}),
    (92, {"post_id": "y22", "handle": "#N/A"}),
    (93, {"post_id": "y23", "campaign": "spring", "likes": 99}),
    (94, {"post_id": "y24", "campaign": " autumn ", "likes": 98}),
]
_TYPED = ("platform", "handle", "post_id", "posted_at", "likes", "comments", "format", "views")
_TYPED += ("reach", "saves", "shares", "followers_at_posting", "is_sponsored", "is_boosted")
_TYPED += ("is_giveaway", "campaign", "topics", "counted_at")


def write_world(folder: Path) -> None:
    """Write ``csv``, ``parquet`` and ``duckdb``, three raw folders with the same rows."""
    write_raw(draw(TRIED, seed=11), folder / "csv")
    typed = {name: _typed(folder / "csv" / f"{name}.csv", name) for name in _TABLES}
    typed["posts"] = _with_planted(typed["posts"])
    posts = typed["posts"].to_pandas(types_mapper=pd.ArrowDtype)
    for name in ("posted_at", "counted_at"):
        posts[name] = pd.to_datetime(posts[name]).dt.strftime("%Y-%m-%dT%H:%M:%S")
    posts.to_csv(folder / "csv" / "posts.csv", index=False)
    settings = yaml.safe_load((folder / "csv" / "dataset.yml").read_text(encoding="utf-8"))
    _write_parquet(folder / "parquet", typed, settings)
    _write_duckdb(folder / "duckdb", typed, settings)


_TABLES = ("creators", "posts", "placements")


def _write_parquet(raw: Path, typed: dict[str, pa.Table], settings: dict) -> None:
    (raw / "posts").mkdir(parents=True)
    half = len(typed["posts"]) // 2
    pq.write_table(typed["posts"].slice(0, half), raw / "posts" / "a.parquet")
    pq.write_table(typed["posts"].slice(half), raw / "posts" / "b.parquet")
    for name in ("creators", "placements"):
        pq.write_table(typed[name], raw / f"{name}.parquet")
    places = {
        "creators": {"parquet": "creators.parquet"},
        "posts": {"parquet": "posts"},
        "placements": {"parquet": "placements.parquet"},
    }
    declare(raw, settings | {"name": "parquet", "tables": places})


def _write_duckdb(raw: Path, typed: dict[str, pa.Table], settings: dict) -> None:
    raw.mkdir()
    with duckdb.connect(raw / "store.duckdb") as connection:
        connection.execute("create schema shop")
        for name, rows in typed.items():
            told = rows.rename_columns([f"the_{one}" for one in rows.column_names])
            connection.register("rows_of", told)
            connection.execute(f"create table shop.{name} as select * from rows_of")
    places = {
        name: {
            "table": f"shop.{name}",
            "columns": {one: f"the_{one}" for one in rows.column_names},
        }
        for name, rows in typed.items()
    }
    declare(raw, settings | {"name": "store", "engine": "duckdb://store.duckdb", "tables": places})


def declare(raw: Path, settings: dict) -> None:
    """Write dataset.yml."""
    (raw / "dataset.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def _typed(path: Path, name: str) -> pa.Table:
    """A roster whose cells are typed by our contract, not by our reading of text."""
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    kinds = {one.name: one.kind for one in TABLES[name].columns}
    sql = {"count": "bigint", "amount": "double", "proportion": "double", "flag": "boolean"}
    sql |= {"day": "date", "time": "timestamp"}
    cells = [
        f"cast(nullif({one}, '') as {sql.get(kinds[one], 'varchar')}) as {one}" for one in rows
    ]
    with duckdb.connect() as connection:
        connection.register("written", rows)
        return connection.execute(f"select {', '.join(cells)} from written").to_arrow_table()


def _with_planted(posts: pa.Table) -> pa.Table:
    """Posts and the planted ones; all counts were taken in time but one."""
    rows = [dict.fromkeys(_TYPED) | row for row in posts.to_pylist()]
    planted = []
    for number, change in _PLANTED:
        row = rows[number] | change
        if "{" in (row["handle"] or ""):
            plain = rows[number]["handle"]
            row["handle"] = row["handle"].format(plain, upper=plain.upper())
        planted.append(row)
    late = rows[100]
    rows[100] = late | {"counted_at": late["posted_at"] + pd.Timedelta(days=2)}
    kinds = {one.name: ARROW_TYPE[one.kind] for one in TABLES["posts"].columns}
    schema = pa.schema([(name, kinds[name]) for name in _TYPED])
    return pa.Table.from_pylist(rows + planted, schema=schema)
