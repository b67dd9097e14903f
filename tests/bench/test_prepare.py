"""A roster of many posts, read whole processes in turns: ``prepare`` against DuckDB's floor."""

import json
import os
import statistics
import subprocess
import sys

import pytest

from analysis.study.project import PROJECT

PAIRS = int(os.environ.get("MICROMACRO_PAIRS", "5"))


def side(name, raw, out):
    command = [sys.executable, "-m", "tests.bench.prepare_sides", name, str(raw), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("posts", [1_000_000, 3_000_000, 10_000_000])
def test_prepare_against_what_reading_and_sorting_costs(tmp_path, posts):
    raw = tmp_path / "raw"
    # In a process of its own: the peak memory of a child counts what its parent held.
    code = "import sys; from pathlib import Path; from tests.bench.generate import write_roster;"
    code += "write_roster(Path(sys.argv[1]), int(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", code, str(raw), str(posts)], check=True, cwd=PROJECT)
    pairs = [(side("prepare", raw, tmp_path), side("floor", raw, tmp_path)) for _ in range(PAIRS)]
    assert all(ours[0] == theirs[0] and ours[0][0] == posts for ours, theirs in pairs)
    ratios = [ours[1] / theirs[1] for ours, theirs in pairs]
    cpu, peak = (statistics.median(ours[n] for ours, _ in pairs) for n in (1, 2))
    print(
        f"prepare of {posts:,} posts: {cpu:.1f} CPU s, {peak:,.0f} MB,"
        f" {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times the floor"
    )
