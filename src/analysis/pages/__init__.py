"""Answers -> what people see: figures, tables, sentences and the HTML they stand in."""

from analysis.pages import display, figures, language, tables

__all__ = ["display", "figures", "language", "tables"]
