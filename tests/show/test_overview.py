"""The first screen: every figure with its interval, the biggest doubt, what would turn it."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.evidence.results import Answer
from analysis.panel.doubts import Doubt
from analysis.show import overview
from analysis.show.markup import render
from tests.show.test_sentences import row


def answers(*rows):
    frame = pd.DataFrame([{**one, "claim": "H1", "more_creators": float("nan")} for one in rows])
    return [Answer("H1", "says", "higher", frame, "1K-100K vs 100K+")]


NOT_ON_THE_FIRST_SCREEN = [
    ("engagement_per_post", "typical", "SUPPORTED"),
    ("engagement_per_post", "portfolio", "INCONCLUSIVE"),
]


SCOPE = SimpleNamespace(dataset=None, creators=None)
SHOWN = pd.Series(["engagement_per_follower", "orders_per_click"])


@pytest.fixture
def nobody_holds_it(monkeypatch):
    monkeypatch.setattr(overview, "order_shares", lambda view: {})
    monkeypatch.setattr(overview, "doubts", lambda dataset, creators: [])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row(), row(metric="engagement_per_view", verdict="INCONCLUSIVE", estimate=1.1)],
            "On Instagram the answer depends on the denominator: engagement per view it is",
        ),
        (
            [row(), row(estimand="portfolio", verdict="CONTRADICTED", estimate=0.5)],
            "every creator the same, 1.50 times (1.25 to 1.80); all of a tier added up, 0.50",
        ),
    ],
)
def test_the_biggest_doubt_is_the_first_that_applies(rows, said, nobody_holds_it):
    assert said in overview._doubt(SCOPE, answers(*rows), shown=SHOWN)


@pytest.mark.parametrize(
    "rows",
    [
        [row(), row(estimand="portfolio")],
        [row(metric=m, estimand=e, verdict=v) for m, e, v in NOT_ON_THE_FIRST_SCREEN],
    ],
)
def test_where_no_doubt_applies_there_is_none(rows, nobody_holds_it):
    assert overview._doubt(SCOPE, answers(*rows), shown=SHOWN) == ""


def test_a_sample_that_cannot_be_what_it_seems_is_the_biggest_doubt(monkeypatch):
    seen = Doubt("old posts", 0.4, "old posts are old")
    monkeypatch.setattr(overview, "doubts", lambda dataset, creators: [seen])
    assert overview._doubt(SCOPE, answers(row()), shown=SHOWN) == "Old posts are old."


def test_what_would_turn_a_decided_answer_is_the_nearer_end_of_its_interval():
    """0.5 to 0.8 reaches 1 when multiplied by 1.25; 1.25 to 1.8 likewise; 1.1 to 2 by 1.1."""
    decided = [
        row(verdict="CONTRADICTED", estimate=0.6, deciding_low=0.5, deciding_high=0.8),
        row("tiktok", estimate=1.5, deciding_low=1.1, deciding_high=2.0),
    ]
    said = overview._what_would_turn(answers(*decided)[0].frame)
    assert "by a factor 1.10 in engagement per follower" in said


def test_an_undecided_answer_asks_for_creators():
    frame = answers(row(verdict="INCONCLUSIVE"))[0].frame.assign(more_creators=361.7)
    assert overview._what_would_turn(frame) == (
        "About 360 more creators on Instagram would decide engagement per follower."
    )


def test_a_platform_s_line_has_every_figure_with_its_interval():
    open_one = row(metric="orders_per_click", verdict="INCONCLUSIVE", deciding_low=0.9)
    frame = answers(row(), open_one)[0].frame
    assert overview._measures(frame) == [
        "engagement per follower 1.50 times macro's (1.25 to 1.80), ahead",
        "orders per click 1.50 (0.90 to 1.80), undecided",
    ]


def test_the_first_screen_says_what_is_missing_and_escapes_what_it_is_given(study):
    view = SimpleNamespace(micro="1K-100K", macro="<b>", study=study)
    values = {"platforms": {"<i>": ["a", "b"]}, "ways": "", "doubt": "", "turns": ""}
    screen = render("show", "first_screen", headline="1 < 2", view=view, **values)
    assert '<p class="headline">1 &lt; 2</p>' in screen
    assert "<li><b>&lt;i&gt;</b>: a; b.</li>" in screen
    assert "macro: &lt;b&gt;; how they were found is not stated." in screen
    assert "at most one study in 20 would claim anything in this sentence" in screen
    assert "may differ in something else that matters" in screen
    assert "Creators with the numbers that are missing here." in screen
