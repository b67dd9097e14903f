"""Figures of answers.

Each answers the question in its title, and carries its words and numbers.
"""

from analysis.show.figures.budget import split
from analysis.show.figures.curves import growth, handling
from analysis.show.figures.histograms import sizes
from analysis.show.figures.ratios import chain, forest, pooled
from analysis.show.figures.robustness import doubts, lines, ways
from analysis.show.figures.waiting import time_to_answer

__all__ = [
    "chain",
    "doubts",
    "forest",
    "growth",
    "handling",
    "lines",
    "pooled",
    "sizes",
    "split",
    "time_to_answer",
    "ways",
]
