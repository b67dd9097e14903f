"""Figures of answers.

Each answers the question in its title, and carries its words and numbers.
"""

from analysis.show.figures.curves import growth, handling
from analysis.show.figures.histograms import sizes
from analysis.show.figures.ratios import chain, forest, pooled

__all__ = ["chain", "forest", "growth", "handling", "pooled", "sizes"]
