"""The first screen: rows in the order of money, the box, the gravest doubt, what it escapes."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.evidence.results import Answer
from analysis.panel.doubts import Doubt
from analysis.show import overview
from analysis.show.first_screen import box, doubt
from analysis.show.first_screen.strip import Mark, Question
from analysis.show.first_screen.totals import Totals
from analysis.show.markup import render
from analysis.show.robustness import Robustness
from analysis.site.sanitiser import clean
from tests.show.first_screen.test_sentences import costs, row


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
    monkeypatch.setattr(doubt, "order_shares", lambda view: {})
    monkeypatch.setattr(doubt, "doubts_of_the_sample", lambda dataset, creators: [])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [row(), row(metric="engagement_per_view", verdict="INCONCLUSIVE", deciding_low=0.9)],
            "On Instagram engagement per view is open (",
        ),
        (
            [row(), row(estimand="portfolio", verdict="CONTRADICTED", estimate=0.5)],
            "every creator the same, micro ahead (+25\N{NO-BREAK SPACE}to +80%); all of a tier",
        ),
    ],
)
def test_the_gravest_doubt_is_the_first_that_applies(rows, said, nobody_holds_it):
    assert said in doubt.doubts(SCOPE, answers(*rows), shown=SHOWN)[0]


@pytest.mark.parametrize(
    "rows",
    [
        [row(), row(estimand="portfolio")],
        [row(metric=m, estimand=e, verdict=v) for m, e, v in NOT_ON_THE_FIRST_SCREEN],
    ],
)
def test_where_no_doubt_applies_there_is_none(rows, nobody_holds_it):
    assert doubt.doubts(SCOPE, answers(*rows), shown=SHOWN) == []


def test_a_sample_that_cannot_be_what_it_seems_is_the_gravest_doubt(monkeypatch, nobody_holds_it):
    seen = Doubt("old posts", 0.4, "old posts are old")
    monkeypatch.setattr(doubt, "doubts_of_the_sample", lambda dataset, creators: [seen])
    assert doubt.doubts(SCOPE, answers(row()), shown=SHOWN) == ["Old posts are old."]


def test_engagement_alone_moves_no_budget():
    """DECISION 6: without orders and costs there is no imperative."""
    rows = pd.DataFrame([row()])
    said = box.what_to_do(rows, lacks_money=True)
    assert said.endswith("no orders and no costs, so they say nothing about a budget.")
    assert "orders and fees" in box.what_would_settle(rows, lacks_money=True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([costs(), row()], "So far orders have cost less through macro creators."),
        ([costs(estimate=0.7)], "So far orders have cost less through micro creators."),
        ([costs(), costs("tiktok", verdict="INCONCLUSIVE")], "Keep the budget where it is"),
        ([costs(verdict="INCONCLUSIVE")], "Keep the mix"),
    ],
)
def test_what_to_do_without_advice_is_what_the_evidence_allows(rows, said):
    assert box.what_to_do(pd.DataFrame(rows), lacks_money=False).startswith(said)


def test_how_sure_counts_the_ranges_and_open_is_not_alike():
    opened = costs("tiktok", verdict="INCONCLUSIVE")
    both = box.how_sure(pd.DataFrame([costs(), row()]))
    assert both.startswith("Direction: sure, in all 2 comparisons. Reason: unknown, untested")
    some = box.how_sure(pd.DataFrame([costs(), opened, row(verdict="EQUIVALENT")]))
    assert some.startswith("Of 3 comparisons: 1 sure, 1 alike and 1 open. Reason: unknown")
    same = box.how_sure(pd.DataFrame([row(verdict="EQUIVALENT")]))
    assert same.startswith("Alike: every range lies inside the grey band.")
    one = box.how_sure(pd.DataFrame([opened]))
    assert one.startswith("Not sure: cost per order may lie on either side of “same”. Not decided")


def test_an_undecided_answer_asks_for_creators_unless_they_are_out_of_reach():
    """1,280 are at hand: 362 more are few, 23,145 are 18 times as many."""
    frame = pd.DataFrame([costs(verdict="INCONCLUSIVE")]).assign(more_creators=361.7)
    assert box.what_would_settle(frame, lacks_money=False) == (
        "To decide cost per order: about 360 more creators (1,280 now)."
    )
    far = frame.assign(more_creators=23145.0)
    assert box.what_would_settle(far, lacks_money=False) == (
        "To decide cost per order: about 23,000 more creators, 18\N{MULTIPLICATION SIGN} those at"
        " hand, so not soon."
    )
    decided = frame.assign(verdict="SUPPORTED")
    assert "A small test" in box.what_would_settle(decided, lacks_money=False)
    assert box.what_would_settle(decided, lacks_money=False, test="Dear.") == "Dear."
    assert "Dear" not in box.what_would_settle(frame, lacks_money=False, test="Dear.")


MARK = Mark("<i>", "micro", "circle", "42% more", "+25 to +60%", 110.0, 150.5, 180.0, ("right",))
QUESTION = Question(
    "Engagement",
    (("less", "macro"), ("more", "micro")),
    (100.0, 180.0),
    140.0,
    ((140.0, "same"),),
    (MARK,),
)
SCREEN = {
    "answer": "1 < 2",
    "lead": "",
    "questions": [QUESTION],
    "width": 340,
    "view": SimpleNamespace(micro="1K-100K", macro="<b>"),
    "ways": "",
    "what_to_do": "Wait.",
    "how_sure": "Not sure.",
    "settles": "More.",
    "robustness": None,
    "doubts": [],
    "totals": Totals("Held", "", (), (("Creators", "5", "6"),), ""),
}


def test_the_first_screen_escapes_what_it_is_given_and_passes_the_allow_list():
    screen = render("show", "first_screen", **SCREEN)
    assert '<p class="headline">1 &lt; 2</p>' in screen
    assert "<span>&lt;i&gt;</span>" in screen
    assert "macro: &lt;b&gt;." in screen
    kept = clean(screen)
    for drawn in ('viewBox="0 0 340 26"', '<circle cx="150.5" cy="13" r="5.5">', '<path d="M189'):
        assert drawn in kept
    assert "style=" not in screen
    assert not any(colour in screen for colour in ('fill="', "#"))


def test_what_is_not_known_has_no_place_on_the_first_screen():
    screen = render("show", "first_screen", **SCREEN)
    assert "doubt" not in screen
    assert "chips" not in screen
    robustness = Robustness("Holds in 8 of 8 ways.", "", "", (("Ways", "8 of 8"),))
    full = render(
        "show", "first_screen", **SCREEN | {"robustness": robustness, "doubts": ["A?", "B."]}
    )
    assert "<b>Holds in 8 of 8 ways.</b>" in full
    assert "<li>Ways: <b>8 of 8</b></li>" in full
    assert "<b>The gravest doubt:</b> A?" in full
    assert "<summary>1 more</summary>" in full


def test_what_is_said_of_the_relationship_does_not_stand_beside_the_answer(study):
    """A short over an own long video counts the same interactions, and is no headline."""
    view = SimpleNamespace(study=study, dataset=None, platform="all")
    undecided = row(verdict="INCONCLUSIVE", platform="youtube")
    [one] = answers(undecided, row(metric="engagement_per_view", platform="youtube"))
    close = row(metric="short_over_long_engagement", platform="youtube")
    beside, looked_at = overview.decided_beside(
        view,
        [one, replace(one, claim="H5r", frame=pd.DataFrame([{**close, "claim": "H5r"}]))],
        pd.DataFrame([undecided]),
    )
    assert beside["metric"].to_list() == ["engagement_per_view"]
    assert looked_at == 1
