"""Both sides of judging and summing a roster, one to a process: files, and Parquet in place."""

import json
import os
import resource
import sys
from pathlib import Path


def write_both(folder: Path, posts: int) -> None:
    """Write the roster as CSV, and the same rows as typed Parquet that stays where it is."""
    import duckdb

    from tests.bench.generate import write_roster

    write_roster(folder / "csv", posts)
    there = folder / "there"
    there.mkdir()
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in ("creators", "posts"):
            connection.execute(
                f"copy (select * from read_csv('{folder / 'csv' / name}.csv')) to"
                f" '{there / name}.parquet' (format parquet, compression zstd)"
            )
    (there / "dataset.yml").write_text(
        "tables: { creators: { parquet: creators.parquet }, posts: { parquet: posts.parquet } }\n"
    )


def main() -> None:
    """Prepare, sum and keep the panel; print its rows, CPU seconds and peak memory in megabytes."""
    side, raw, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    os.environ["MICROMACRO_DATA"] = str(out / side)
    from analysis.panel.creators import creator_panel
    from analysis.prepare.pipeline import prepare
    from analysis.study.project import data_folder

    processed, private = data_folder("processed") / raw.name, data_folder("private")
    panel = creator_panel(prepare(raw, processed, private=private))
    used = resource.getrusage(resource.RUSAGE_SELF)
    panel.to_parquet(out / f"{side}.parquet")
    print(json.dumps([len(panel), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))


if __name__ == "__main__":
    main()
