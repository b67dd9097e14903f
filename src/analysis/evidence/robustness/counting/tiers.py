"""Follower bands: the steps of the study that make up its tiers, and ways to draw the tiers."""

import numpy as np
import pandas as pd

from analysis.evidence.estimators.rows import Integers
from analysis.evidence.robustness.counting.forks import MACRO, MICRO
from analysis.evidence.view import View
from analysis.study.ranges import FollowerRange

OUTSIDE = -1


def _parts(view: View) -> tuple[list[FollowerRange], list[FollowerRange]]:
    """The study's steps that make up each tier; the tier itself where they do not."""
    found = []
    for tier in (view.micro, view.macro):
        steps = [s for s in view.study.tiers.steps if tier.low <= s.low and s.high <= tier.high]
        tiles = bool(steps) and (steps[0].low, steps[-1].high) == (tier.low, tier.high)
        found.append(steps if tiles else [tier])
    return found[0], found[1]


def band_of(view: View, followers: pd.Series) -> Integers:
    """Number of the step of each account, micro's first; -1 outside both tiers."""
    micro, macro = _parts(view)
    band = np.full(len(followers), OUTSIDE)
    for number, part in enumerate([*micro, *macro]):
        band[((followers >= part.low) & (followers < part.high)).to_numpy(dtype=bool)] = number
    return band


def ways_to_draw(
    view: View, declared: tuple[str, ...]
) -> tuple[list[list[tuple[int, ...]]], list[tuple[str, tuple[str, ...]]]]:
    """Bands of each way to draw a tier, and in words: all of it, or without its outer step."""
    micro, macro = _parts(view)
    numbers = [*range(len(micro))], [*range(len(micro), len(micro) + len(macro))]
    ways = [[tuple(numbers[0])], [tuple(numbers[1])]]
    labels = [[str(view.micro)], [str(view.macro)]]
    if MICRO in declared and len(micro) > 1:
        ways[0].append(tuple(numbers[0][1:]))
        labels[0].append(str(FollowerRange(micro[1].low, view.micro.high)))
    if MACRO in declared and len(macro) > 1:
        ways[1].append(tuple(numbers[1][:-1]))
        labels[1].append(str(FollowerRange(view.macro.low, macro[-1].low)))
    return ways, [(MICRO, tuple(labels[0])), (MACRO, tuple(labels[1]))]
