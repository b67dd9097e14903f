"""Figures of answers: each answers the question in its title, and carries its words and numbers."""

from analysis.pages.figures.curves import chain, growth, handling
from analysis.pages.figures.histograms import sizes
from analysis.pages.figures.ratios import forest, pot

__all__ = ["chain", "forest", "growth", "handling", "pot", "sizes"]
