"""The grid of verdicts: states by glyph, word and number, links, and why something is missing."""

import re

import pandas as pd
import pytest

from analysis.evidence.results import Answer
from analysis.show import gaps, grid
from analysis.site.sanitiser import clean

WHOLE = "1K-100K vs 100K+"
INTERVAL = "+23%<span>+10\N{NO-BREAK SPACE}to +40%</span>"


def of(answer, claim="H1", **changes):
    return Answer(claim, "says", "higher", answer.frame.assign(claim=claim, **changes), WHOLE)


def test_a_cell_has_glyph_word_gap_interval_and_creators(five_verdicts, view):
    shown = grid.headline_grid(view, [five_verdicts]).data
    assert f"<b>● micro</b> {INTERVAL}<i>1,000 | 50</i></a></td>" in shown
    assert f"<b>○ open</b> {INTERVAL}<i>a reason</i>" in shown
    assert f"<b>● micro, slight</b> {INTERVAL}" in shown
    assert "&lt;niche 1&gt;" in shown
    assert "<niche" not in shown


ROW = {"metric": "orders_per_click", "estimand": "typical", "verdict": "CONTRADICTED"}
BELOW = {"estimate": 0.7, "deciding_low": 0.6, "deciding_high": 0.9}
ABOVE = {"estimate": 1.3, "deciding_low": 1.1, "deciding_high": 1.6}


@pytest.mark.parametrize(
    ("changes", "kind", "word"),
    [
        (BELOW, "macro", "macro"),
        (ABOVE, "micro", "micro"),
        (ABOVE | {"metric": "cost_per_order"}, "macro", "macro"),
        (BELOW | {"metric": "cost_per_order"}, "micro", "micro"),
        (BELOW | {"metric": "refunds_per_order"}, "micro", "micro"),
        (BELOW | {"robustness": "DEPENDS"}, "depends", "depends"),
        (BELOW | {"robustness": "HOLDS"}, "macro", "macro"),
        (BELOW | {"verdict": "INCONCLUSIVE", "robustness": "DEPENDS"}, "open", "open"),
        (ABOVE | {"verdict": "EQUIVALENT", "deciding_low": 0.9}, "alike", "alike"),
        (BELOW | {"verdict": "EQUIVALENT"}, "alike", "macro, slight"),
        (BELOW | {"verdict": "NOT TESTABLE"}, "none", "no data"),
        (BELOW | {"estimand": "elasticity"}, "alike", "less than in proportion"),
    ],
)
def test_colour_names_who_is_ahead_in_the_reader_s_interest(changes, kind, word):
    found = gaps.state(ROW | changes)
    assert (found.kind, found.word) == (kind, word)
    assert found.glyph or kind == "alike"


def test_a_cell_that_depends_has_no_colour_and_the_key_names_it(five_verdicts, view):
    depends = of(five_verdicts, robustness="DEPENDS")
    shown = grid.headline_grid(view, [depends]).data
    assert shown.count('<td class="depends"><a href=') == 2
    assert '<td class="micro">' not in shown
    assert "<b>○ depends</b> on the way of counting" in shown
    assert "<b>– no data</b>" not in grid.headline_grid(view, [five_verdicts]).data
    assert "depends" not in grid.headline_grid(view, [five_verdicts]).data


def test_every_cell_with_an_estimate_asks_for_a_page_that_holds_it(five_verdicts, view):
    page = clean(grid.headline_grid(view, [five_verdicts]).data)
    cells = re.findall(r'<td class="(?:micro|macro|alike|open|depends)">(.{10})', page)
    assert cells == ['<a href="#'] * 4
    links = re.findall(r'href="#([^"]*)"', page)
    ids = five_verdicts.main["result_id"][five_verdicts.main["estimate"].notna()]
    assert links == [grid.asks(one) for one in ids]
    assert len(set(links)) == 4


def test_the_heading_counts_the_niches_of_the_first_measure(five_verdicts, view):
    """Below all niches one is ahead, one alike, one open, one without data."""
    shown = grid.headline_grid(view, [five_verdicts]).data
    said = "micro ahead in 1, alike in 1, open in 1"
    assert f"<h2>Engagement per follower, in 3 niches: {said}</h2>" in shown


def test_an_open_cell_whose_interval_leaves_out_1_prints_its_reason(five_verdicts, view):
    half = {"verdict": "INCONCLUSIVE", "deciding_high": 1.4, "reason": "one <half>"}
    shown = grid.headline_grid(view, [of(five_verdicts, **half, deciding_low=1.003)]).data
    assert "+0.3\N{NO-BREAK SPACE}to +40%" in shown
    assert "<i>one &lt;half&gt;</i>" in shown
    shown = grid.headline_grid(view, [of(five_verdicts, **half, deciding_low=0.9)]).data
    assert "half" not in shown.partition("</table>")[0]


def test_measures_without_data_are_a_sentence_with_their_reason(five_verdicts, view):
    empty = five_verdicts.frame.assign(
        metric="engagement_per_view", verdict="NOT TESTABLE", estimate=float("nan"), reason="no <v>"
    )
    both = Answer("H1", "says", "higher", pd.concat([five_verdicts.frame, empty]), WHOLE)
    shown = grid.headline_grid(view, [both]).data
    assert '<p class="legend">No data in &lt;niche 4&gt;: a reason.</p>' in shown
    assert shown.count('<th scope="col">') == 1


def test_a_cell_without_data_says_why_in_its_own_words(five_verdicts, view):
    other = of(five_verdicts, "H2", estimate=1.1, verdict="INCONCLUSIVE")
    other.frame["metric"] = "orders_per_click"
    few = of(five_verdicts, reason="views spread like 3.4 equal creators")
    shown = grid.headline_grid(view, [few, other]).data
    assert '<td class="none"><b>– no data</b><i>1,000 | 50</i></td>' in shown
    assert (
        "No data for engagement per follower in &lt;niche 4&gt;:"
        " views spread like 3.4 equal creators." in shown
    )


def test_a_claim_that_cannot_be_tested_has_a_reason_and_no_column(five_verdicts, view):
    none = of(five_verdicts, "H2", estimate=float("nan"), reason="no <orders>")
    none.frame["metric"] = "orders_per_click"
    shown = grid.headline_grid(view, [five_verdicts, none]).data
    assert shown.count('<th scope="col">') == 1
    assert '<p class="legend">No data: orders per click: no &lt;orders&gt;.</p>' in shown
    assert "true ratio" not in shown


def test_a_single_niche_is_not_said_twice(five_verdicts, view):
    two = Answer("H1", "says", "higher", five_verdicts.frame.head(2), WHOLE)
    shown = grid.headline_grid(view, [two]).data
    assert '<th scope="row">&lt;niche 1&gt;</th>' in shown
    assert "all niches" not in shown


def test_a_true_ratio_stands_in_its_cell_and_is_explained(five_verdicts, view):
    planted = of(five_verdicts, planted=1.3)
    shown = grid.headline_grid(view, [planted]).data
    assert "the true ratio of the invented data," in shown
    assert "<i>true +30%</i><i>1,000 | 50</i>" in shown


def test_a_typical_rate_says_from_how_many_clicks_a_creator_counts(five_verdicts, view):
    clicked = five_verdicts.frame.assign(metric="orders_per_click")
    shown = grid.headline_grid(view, [Answer("H2", "says", "higher", clicked, WHOLE)]).data
    assert "orders per click<small>typical creator, from 100 clicks</small>" in shown
    together = clicked.assign(estimand="portfolio")
    shown = grid.headline_grid(view, [Answer("H2", "says", "higher", together, WHOLE)]).data
    assert "<small>all together</small>" in shown


def test_what_else_is_claimed_stands_by_its_first_testable_measure(five_verdicts, view):
    """A row a claim, a column a platform; only claims about the relationship, over all niches."""
    nothing = of(five_verdicts, "H5", estimate=float("nan"), verdict="NOT TESTABLE", reason="why")
    answers = [five_verdicts, of(five_verdicts, "H4"), nothing]
    shown = grid.relationship_grid(view, answers).data
    assert shown.count("<tr>") == 2
    assert re.findall(r"<td class=\"(\w+)\">", shown) == ["micro"]
    assert f"#{grid.asks(five_verdicts.main['result_id'].iloc[0])}" in shown
    assert '<p class="legend">No data: engagement per follower: why.</p>' in shown
    assert "niche 1" not in shown
    assert grid.relationship_grid(view, [five_verdicts]).data == ""


def test_what_else_is_claimed_follows_a_niche_that_is_selected(five_verdicts, view):
    niche = five_verdicts.frame[five_verdicts.frame["niche"] == "<niche 1>"]
    rows, _ = grid.relationship_rows(view, [of(Answer("H4", "", "", niche, WHOLE), "H4")])
    assert list(rows["niche"].unique()) == ["<niche 1>"]
