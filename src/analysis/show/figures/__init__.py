"""Figures of answers: each answers the question in its title, and carries its words and numbers."""

from analysis.show.figures.curves import chain, growth, handling
from analysis.show.figures.histograms import sizes
from analysis.show.figures.ratios import forest, pooled

__all__ = ["chain", "forest", "growth", "handling", "pooled", "sizes"]
