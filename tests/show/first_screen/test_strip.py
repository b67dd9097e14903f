"""The strip of ranges: places on a logarithmic scale, whose rows, what runs off the scale."""

import math
from types import SimpleNamespace

import pandas as pd

from analysis.evidence.results import Answer
from analysis.show.first_screen.strip import WIDTH, strip
from tests.show.first_screen.test_sentences import costs, row


def laid(study, *rows, every=()):
    numbered = [
        {**one, "claim": "H3" if "cost" in one["metric"] else "H1", "result_id": str(place)}
        for place, one in enumerate([*rows, *every])
    ]
    frame = pd.DataFrame(numbered)
    answers = [Answer("H1", "says", "higher", frame, "1K-100K vs 100K+")]
    return strip(SimpleNamespace(study=study), frame.iloc[: len(rows)], answers)


def test_a_ratio_and_its_inverse_are_as_far_from_the_same(study):
    """log 0.4 to log 2.5 lies even about 1, and so do half and double, 0.8 and 1.25."""
    (question,) = laid(study, row(), row("tiktok", estimate=1 / 1.5, deciding_low=0.5))
    assert question.same == WIDTH / 2
    low, high = question.band
    assert math.isclose(question.same - low, high - question.same)
    micro, other = question.marks
    assert math.isclose(micro.at - question.same, question.same - other.at, abs_tol=0.11)


def test_each_side_names_who_is_ahead_there(study):
    dear, engaged = laid(study, costs(), row())
    assert dear.sides == (("← micro cheaper", "micro"), ("micro dearer →", "macro"))
    assert engaged.sides == (("← micro less", "macro"), ("micro more →", "micro"))
    assert [(mark.kind, mark.shape) for mark in (*dear.marks, *engaged.marks)] == [
        ("macro", "square"),
        ("micro", "circle"),
    ]


def test_one_platform_shows_its_niches_the_largest_gap_first(study):
    niches = [row(niche="food", estimate=1.3), row(niche="beauty", estimate=1.9)]
    (question,) = laid(study, row(), every=niches)
    assert [mark.label for mark in question.marks] == ["All niches", "Beauty", "Food"]


def test_without_niches_it_shows_both_ways_to_count_creators(study):
    together = row(estimand="portfolio", verdict="INCONCLUSIVE", deciding_low=0.9)
    (question,) = laid(study, row(), every=[together])
    assert [mark.label for mark in question.marks] == ["Typical creator", "All together"]
    assert question.marks[1].words.startswith("open, ")
    assert question.marks[1].shape == "ring"


def test_what_runs_off_the_scale_is_cut_and_says_so(study):
    wide = row(verdict="INCONCLUSIVE", deciding_low=0.1, deciding_high=20.0)
    ((mark,),) = ([*one.marks] for one in laid(study, wide))
    assert mark.cut == ("left", "right")
    assert (mark.low, mark.high) == (14, WIDTH - 14)
