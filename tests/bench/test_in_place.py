"""Posts judged and summed where they are, against files that are read first: in turns."""

import json
import os
import shutil
import statistics
import subprocess
import sys

import pandas as pd

from analysis.study.project import PROJECT

PAIRS = int(os.environ.get("MICROMACRO_PAIRS", "5"))
POSTS = int(float(os.environ.get("MICROMACRO_POSTS", "1e7")))
MOST = 0.4  # of the CPU of reading files, at 1e7 posts


def side(name, raw, out):
    shutil.rmtree(out / name, ignore_errors=True)
    command = [sys.executable, "-m", "tests.bench.in_place_sides", name, str(raw), str(out)]
    environment = {**os.environ, "MICROMACRO_KEY": "the same on both sides"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=PROJECT, env=environment
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_parquet_in_place_against_files_that_are_prepared_and_summed(tmp_path):
    code = "import sys; from pathlib import Path; from tests.bench.in_place_sides import *;"
    code += "write_both(Path(sys.argv[1]), int(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(tmp_path), str(POSTS)]
    subprocess.run(command, check=True, cwd=PROJECT)
    pairs = []
    for _ in range(PAIRS):
        placed = side("placed", tmp_path / "there", tmp_path)
        files = side("files", tmp_path / "csv", tmp_path)
        pairs.append((placed, files))
        panels = [pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("placed", "files")]
        pd.testing.assert_frame_equal(*panels, check_dtype=False, rtol=1e-9, atol=0)
    ratios = [placed[1] / files[1] for placed, files in pairs]
    told = [
        f"{name} {statistics.median(pair[n][1] for pair in pairs):.1f} CPU s,"
        f" {statistics.median(pair[n][2] for pair in pairs):,.0f} MB"
        for n, name in enumerate(("in place", "files"))
    ]
    print(
        f"{POSTS:,} posts judged and summed: {'; '.join(told)}; {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f}, {PAIRS} pairs) of the CPU, at most {MOST}"
    )
    assert POSTS < 1e7 or statistics.median(ratios) <= MOST
