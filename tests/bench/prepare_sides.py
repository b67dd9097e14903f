"""Both sides of reading a CSV roster, one to a process: ``prepare``, and DuckDB without checks."""

import json
import resource
import sys
from pathlib import Path


def prepared(raw: Path, out: Path) -> Path:
    """Read, judge, settle and write."""
    from analysis.prepare.pipeline import prepare

    return prepare(raw, out / "prepared", private=out / "private").folder / "posts.parquet"


def floor(raw: Path, out: Path) -> Path:
    """Read as text, cast, sort by account and write."""
    import duckdb

    target = out / "floor.parquet"
    counts = ", ".join(f"try_cast({name} as bigint) as {name}" for name in ("likes", "comments"))
    with duckdb.connect(config={"threads": 2, "memory_limit": "1500MB"}) as connection:
        connection.execute(
            "copy (select platform, handle, post_id, try_cast(posted_at as timestamp) as posted_at,"
            f" {counts} from read_csv('{raw / 'posts.csv'}', all_varchar=true, header=true)"
            f" order by platform, handle) to '{target}' (format parquet, compression zstd)"
        )
    return target


def main() -> None:
    """Print what one side wrote (rows, sums), its CPU seconds, and its peak memory in megabytes."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    side, raw, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    table = {"prepare": prepared, "floor": floor}[side](raw, out)
    used = resource.getrusage(resource.RUSAGE_SELF)
    written = pq.read_table(table, columns=["likes", "comments", "posted_at"])
    sums = [pc.sum(written[name]).as_py() for name in ("likes", "comments")]
    moments = str(pc.min_max(written["posted_at"]).as_py())
    wrote = [len(written), *sums, moments]
    print(json.dumps([wrote, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))


if __name__ == "__main__":
    main()
