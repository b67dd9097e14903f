"""Whether answers stand, in words: one answer by itself, several together, undecided ones."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.evidence.robustness.counting.joint import Joint
from analysis.evidence.robustness.examination import (
    Alike,
    Captures,
    Control,
    Counted,
    Cut,
    Examination,
    Line,
    OffCounts,
    Way,
    Yardstick,
)
from analysis.evidence.robustness.survival import NOTHING_DECIDED, Spread, Standing, Survival
from analysis.show import figures, tables
from analysis.show import robustness as module
from analysis.show.media_type import RESULTS_MIME
from analysis.show.robustness import robustness

JOINT = Joint(low=1.1, median=1.3, high=1.5, same_side=1.0, p_value=0.002, decided=1.0, against=0.0)
CUT = Cut(followers=1e5, lead=1.4, jump=0.95, low=0.9, high=1.02)
COUNTED = Counted(
    choices=(("days", ("all", "the later half")), ("hours", ("as they are",))),
    ways=tuple(Way((number % 2, 0), 1.1 + number / 20, 3.0) for number in range(8)),
    chance=((0.9, 1.1),) * 8,
    joint=JOINT,
    spreads=(Spread("days", ("all", "the later half"), (1.4, 1.2), 0.9),),
    without_a_niche=(1.3, 1.5),
    without_largest=((1, 1.4), (3, 1.3)),
)
ONE = Examination(
    claim="H1",
    metric="engagement_per_follower",
    estimand="typical",
    platform="instagram",
    verdict="SUPPORTED",
    ratio=1.4,
    low=1.3,
    high=1.5,
    standing=Standing(Survival.HOLDS),
    counted=COUNTED,
    line=Line("gradual", CUT, 0.08, 5000, (replace(CUT, followers=2e5),)),
    alike=Alike(1.21, 1.1, 1.3, 1.22, 300, 200, 0.1, 0.08, 1.6, ()),
    counts=OffCounts(((0.2, 1.37, 1.2, 1.5),), 0.7, "macro", 0.29),
    captures=Captures(180, 0.9, 28.0, 0.055, 1.38, 1.36, 1.25, 1.48),
    control=None,
    reasons={},
)


def test_an_answer_that_holds_says_in_how_many_ways_and_where_it_begins():
    found = robustness([ONE])
    assert found.sentence.startswith(
        "All 8 ways of counting point to micro (+10\N{NO-BREAK SPACE}to +50%, middle +30%)"
    )
    assert ", with no jump at 100K." in found.sentence
    said = ["8 of 8 point to micro", "gradually, not at 100K", "+21%, same side", "+37%, same side"]
    assert [number for _, number in found.chips] == said
    turned = replace(ONE, alike=replace(ONE.alike, ratio=0.67))
    assert (
        dict(robustness([turned]).chips)["Against similar creators"]
        == "\N{MINUS SIGN}33%, other side"
    )


def test_what_is_slight_among_similar_creators_limits_an_answer_that_holds():
    """The word is about the direction, so sentence and chip say how little is left there."""
    slight = "too small to act on"
    limited = robustness([replace(ONE, standing=Standing(Survival.HOLDS, f"1.21, {slight}"))])
    assert limited.sentence.endswith(f"at 100K; against similar creators it is +21%, {slight}.")
    assert dict(limited.chips)["Against similar creators"] == f"+21%, {slight}"
    leaning = replace(ONE, standing=Standing(Survival.LEANS, "could be chance"))
    assert dict(robustness([leaning]).chips)["Against similar creators"] == "+21%, same side"


def test_one_answer_is_named_with_what_would_undo_it():
    """Of two yardsticks the weaker multiple is the nearer cause; one without a multiple is none."""
    yards = (Yardstick("niche", 0.2, 2.4), Yardstick("posts", 0.5, 1.04), Yardstick("x", 0.1, None))
    one = replace(ONE, alike=replace(ONE.alike, yardsticks=yards))
    found = robustness([one])
    assert found.subject.startswith(
        "Engagement per follower on Instagram, micro over macro, is 1.4"
    )
    assert found.undoing == (
        "Among creators who are alike it is 1.21, and nothing would be left if something we did"
        " not see weighed 1.0 times as much as posts."
    )
    assert robustness([ONE]).undoing == ""
    turned = replace(one, alike=replace(one.alike, ratio=0.89))
    assert robustness([turned]).undoing == ""
    assert robustness([replace(one, verdict="INCONCLUSIVE")]).undoing == ""
    assert robustness([one, one]).subject == robustness([one, one]).undoing == ""


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(Survival.LEANS, "without them it is 1.1"), "leans on how it is counted: without"),
        (Standing(Survival.DEPENDS, "it turns"), "depends on how it is counted: it turns"),
    ],
)
def test_what_it_rests_on_is_said(standing, said):
    assert said in robustness([replace(ONE, standing=standing)]).sentence


def test_agreement_of_ways_is_no_decision():
    joint = replace(JOINT, p_value=0.25)
    one = replace(
        ONE,
        verdict="INCONCLUSIVE",
        standing=Standing(Survival.NOT_CHECKED),
        counted=replace(COUNTED, joint=joint),
    )
    assert "as chance alone often does (p = 0.25): not decided" in robustness([one]).sentence


def test_ways_are_counted_on_the_side_that_is_reported():
    """Reported 1.4, but five of eight ways lie below 1: three agree, whatever their median says."""
    ways = tuple(Way((0, 0), 0.9 if number < 5 else 1.2, 0.5) for number in range(8))
    one = replace(
        ONE,
        verdict="INCONCLUSIVE",
        standing=Standing(Survival.NOT_CHECKED),
        counted=replace(COUNTED, ways=ways, joint=replace(JOINT, median=0.9, same_side=5 / 8)),
    )
    assert robustness([one]).sentence.startswith("3 of 8 ways of counting point to micro, as")
    assert dict(robustness([one]).chips)["Other ways of counting"] == "3 of 8 point to micro"
    dear = robustness([replace(one, metric="cost_per_order")])
    assert dear.sentence.startswith("3 of 8 ways of counting point to macro, as")


def test_several_answers_are_counted_and_the_weakest_is_named():
    weak = replace(ONE, platform="tiktok", standing=Standing(Survival.LEANS, "could be chance"))
    found = robustness([ONE, weak])
    assert found.sentence == (
        "1 of 2 answers hold, counted in 16 ways; engagement per follower on"
        " TikTok leans: could be chance."
    )
    assert dict(found.chips)["Other ways of counting"] == "1 of 2 hold"
    assert robustness([ONE, ONE]).sentence.startswith("All 2 answers hold")


def test_what_no_answer_was_asked_has_no_chip():
    open_ = replace(ONE, verdict="INCONCLUSIVE", standing=NOTHING_DECIDED)
    told = robustness([open_, open_])
    assert told.chips == ()


def test_without_enough_ways_nothing_is_said():
    assert robustness([replace(ONE, counted=replace(COUNTED, joint=None))]) is None


def test_every_table_and_figure_shows_what_was_found_or_says_why_not():
    for table in (
        tables.standing,
        tables.choices,
        tables.alike,
        tables.follower_counts,
        tables.captures,
        tables.largest,
    ):
        assert "Instagram" in table([ONE]).as_raw_html()
        assert table([]).data.startswith("<p>")
    for figure in (figures.ways, figures.lines):
        assert figure([ONE]).title.endswith("?")
        assert figure([ONE]).panels[0].title == "Instagram"
        assert figure([]) is None


def test_by_two_counts_or_what_is_lacking():
    shown = tables.captures([ONE]).as_raw_html()
    for told in ("180 (90%)", "28", "5.5%", "1.38", "1.36 (1.25 to 1.48)"):
        assert f">{told}<" in shown
    one = replace(ONE, captures=None, reasons={"two captures": "nobody was counted twice"})
    lacking = "Not of engagement per follower, Instagram: nobody was counted twice."
    assert lacking in tables.captures([one]).data


def test_every_way_is_handed_on_with_the_options_it_took(monkeypatch):
    shown = []
    monkeypatch.setattr(module, "display", lambda bundle, raw: shown.append(bundle[RESULTS_MIME]))
    frame = pd.DataFrame({"result_id": ["x"], "platform": ["instagram"]})
    module.record([SimpleNamespace(first=frame, frame=frame)], [ONE])
    ways = shown[0]["ways"]
    assert len(ways) == 8
    assert ways[1] == {
        "claim": "H1",
        "metric": "engagement_per_follower",
        "estimand": "typical",
        "platform": "instagram",
        "counted": "days: the later half; hours: as they are",
        "ratio": 1.15,
        "t": 3.0,
    }


def test_what_is_not_decided_has_nothing_to_rest_on():
    shown = tables.standing([replace(ONE, standing=NOTHING_DECIDED)]).as_raw_html()
    assert "not decided" in shown
    assert "what limits it" not in shown
    leaning = replace(ONE, standing=Standing(Survival.LEANS, "could be chance"))
    assert "what limits it" in tables.standing([ONE, leaning]).as_raw_html()


def test_notes_explain_only_the_columns_that_are_shown():
    control = Control(0.9, 0.8, 1.01, flagged=False)
    assert "Revenue per order" not in tables.standing([ONE]).as_raw_html()
    assert (
        "Revenue per order should" in tables.standing([replace(ONE, control=control)]).as_raw_html()
    )
