"""The grid of verdicts: states by glyph, word and number, links, and why something is missing."""

import re

import pandas as pd
import pytest

from analysis.evidence.results import Answer
from analysis.show import gaps, grid
from analysis.site.sanitiser import clean

WHOLE = "1K-100K vs 100K+"
INTERVAL = "+23%<br>+10\N{NO-BREAK SPACE}to +40%"


def of(answer, claim="H1", **changes):
    return Answer(claim, "says", "higher", answer.frame.assign(claim=claim, **changes), WHOLE)


def test_a_cell_has_glyph_word_gap_interval_and_creators(five_verdicts, view):
    shown = grid.verdict_grids(view, [five_verdicts]).data
    assert f'<td class="micro"><b>● micro</b>{INTERVAL}<i>1,000 | 50</i>' in shown
    assert f'<td class="open"><b>○ open</b>{INTERVAL}<small>a reason</small>' in shown
    assert f'<td class="alike"><b>● micro, slight</b>{INTERVAL}' in shown
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


def test_every_cell_with_an_estimate_leads_to_its_niche_s_row(five_verdicts, view):
    first = grid.headline_grid(view, [five_verdicts]).data
    page = clean(first + grid.verdict_grids(view, [five_verdicts]).data)
    cells = re.findall(r'<td class="(?:micro|macro|alike|open|depends)">(.{10})', first)
    assert cells == ['<a href="#'] * 4
    links, rows = (re.findall(rf'{of}="#?(every-[^"]*)"', page) for of in ("href", "id"))
    assert sorted(links) == sorted(rows)
    assert len(set(rows)) == 4


def test_an_open_cell_whose_interval_leaves_out_1_prints_its_reason(five_verdicts, view):
    half = {"verdict": "INCONCLUSIVE", "deciding_high": 1.4, "reason": "one <half>"}
    shown = grid.verdict_grids(view, [of(five_verdicts, **half, deciding_low=1.003)]).data
    assert "+0.3\N{NO-BREAK SPACE}to +40.0%" in shown
    assert "<small>one &lt;half&gt;</small>" in shown
    shown = grid.verdict_grids(view, [of(five_verdicts, **half, deciding_low=0.9)]).data
    assert "half" not in shown.partition("</table>")[0]


def test_measures_without_data_are_a_sentence_with_their_reason(five_verdicts, view):
    empty = five_verdicts.frame.assign(
        metric="engagement_per_view", verdict="NOT TESTABLE", estimate=float("nan"), reason="no <v>"
    )
    both = Answer("H1", "says", "higher", pd.concat([five_verdicts.frame, empty]), WHOLE)
    shown = grid.verdict_grids(view, [both]).data
    assert "<p>No data: engagement per view: no &lt;v&gt;.</p>" in shown
    assert "<p>No data in &lt;niche 4&gt;: a reason.</p>" in shown
    assert shown.count('<th scope="col">') == 1


def test_a_cell_without_data_says_why_in_its_own_words(five_verdicts, view):
    other = five_verdicts.frame.assign(
        metric="engagement_per_view", estimate=1.1, verdict="INCONCLUSIVE"
    )
    few = five_verdicts.frame.assign(reason="views spread like 3.4 equal creators")
    both = Answer("H1", "says", "higher", pd.concat([few, other]), WHOLE)
    shown = grid.verdict_grids(view, [both]).data
    assert '<td class="none"><b>– no data</b><i>1,000 | 50</i>' in shown
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
    shown = grid.verdict_grids(view, [two]).data
    assert '<th scope="row">&lt;niche 1&gt;</th>' in shown
    assert "all niches" not in shown


def test_a_true_ratio_stands_in_its_cell_and_is_explained(five_verdicts, view):
    planted = of(five_verdicts, planted=1.3)
    shown = grid.headline_grid(view, [planted]).data
    assert "the true ratio of the invented data," in shown
    assert '<small>true +30%</small><span class="n">1,000 | 50</span>' in shown


def test_a_typical_rate_says_from_how_many_clicks_a_creator_counts(five_verdicts, view):
    clicked = five_verdicts.frame.assign(metric="orders_per_click")
    shown = grid.verdict_grids(view, [Answer("H2", "says", "higher", clicked, WHOLE)]).data
    assert "orders per click<small>typical creator, from 100 clicks</small>" in shown
    together = clicked.assign(estimand="portfolio")
    shown = grid.verdict_grids(view, [Answer("H2", "says", "higher", together, WHOLE)]).data
    assert "<small>all together</small>" in shown
