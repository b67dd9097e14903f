"""Invented datasets with planted truth: every ratio micro/macro in them is known."""

from analysis.study.worlds.drawing import Draw, draw, main, write_raw
from analysis.study.worlds.placements import draw_campaigns
from analysis.study.worlds.roster import draw_roster
from analysis.study.worlds.streams import Gamma, Pareto
from analysis.study.worlds.world import DEMO, DEMO_SEED, Niche, Platform, World

__all__ = [
    "DEMO",
    "DEMO_SEED",
    "Draw",
    "Gamma",
    "Niche",
    "Pareto",
    "Platform",
    "World",
    "draw",
    "draw_campaigns",
    "draw_roster",
    "main",
    "write_raw",
]
