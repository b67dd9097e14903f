"""Figures: each answers a question, with its words and numbers."""

from analysis.show.figures.curves import chain, growth, handling
from analysis.show.figures.histograms import sizes
from analysis.show.figures.ratios import forest, pooled

__all__ = ["chain", "forest", "growth", "handling", "pooled", "sizes"]
