"""The figure of sizes: rounded counts, small ones left out, bars where they belong."""

import re
from dataclasses import dataclass

import pandas as pd
import pytest

from analysis.show import figures


@dataclass
class Sizes:
    """As much of a view as the figure of sizes asks for."""

    creators: pd.DataFrame
    platform: str = "all"
    niche: str = "all"


def of_sizes(*followers):
    return pd.DataFrame({"platform": "tiktok", "niche": "beauty", "followers": followers})


def shown(*followers):
    figure = figures.sizes(Sizes(of_sizes(*followers)))
    return re.findall(r"<tr><td>tiktok</td><td>(.*?)</td><td>(.*?)</td></tr>", figure.numbers)


def test_sizes_are_shown_to_the_nearest_five_and_not_below():
    few, many = [50_000] * 4, [100_000] * 5 + [150_000] * 8
    assert shown(*few, *many) == [("100K to 180K", "15")]


def test_100_000_followers_stand_right_of_the_mark():
    counted = shown(*[99_999] * 5, *[100_000] * 6)
    assert counted == [("56K to 100K", "5"), ("100K to 180K", "5")]


def test_a_bar_is_as_high_as_its_count_and_ends_at_the_mark():
    [panel] = figures.sizes(Sizes(of_sizes(*[60_000] * 20, *[120_000] * 10))).panels
    svg = panel.wide.decode()
    corner = r"([\d.]+) ([\d.]+)"
    bars = re.findall(rf'd="M{corner}L{corner}L{corner}L{corner}z" clip', svg)
    (left, right), heights = bars, [float(bar[1]) - float(bar[5]) for bar in bars]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.21)
    [dotted] = re.findall(r"\.(\w+)\{[^}]*stroke-dasharray", svg)
    mark = re.search(rf'd="M([\d.]+) [\d.]+L\1 [\d.]+" clip-path="[^"]*" class="{dotted}"', svg)
    assert float(left[2]) == float(right[0]) == pytest.approx(float(mark[1]), abs=0.11)


def test_sizes_of_a_few_creators_are_no_figure():
    assert figures.sizes(Sizes(of_sizes(1000, 2000))) is None
    assert figures.sizes(Sizes(of_sizes(*[1000] * 9), niche="food")) is None
