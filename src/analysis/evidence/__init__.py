"""The creator panel -> answers: estimates, intervals and verdicts, one family at a time."""

from analysis.evidence.behind.strata import follower_steps, pot_against_strata
from analysis.evidence.families import answer, answer_all
from analysis.evidence.results import Answer
from analysis.evidence.view import View, look

__all__ = [
    "Answer",
    "View",
    "answer",
    "answer_all",
    "follower_steps",
    "look",
    "pot_against_strata",
]
