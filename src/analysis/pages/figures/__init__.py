"""Figures of answers: each answers the question in its title, and carries its words and numbers."""

from analysis.pages.figures.curves import chain, growth, handling
from analysis.pages.figures.ratios import forest

__all__ = ["chain", "forest", "growth", "handling"]
