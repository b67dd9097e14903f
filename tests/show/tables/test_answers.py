"""Tables of answers: every row labelled, every number with its interval, no empty head."""

import re

import pandas as pd

from analysis.evidence.results import Answer
from analysis.show import tables


def test_the_evidence_table_labels_its_rows(five_verdicts):
    html = tables.evidence(five_verdicts).as_raw_html()
    spanners = re.findall(r'<span class="gt_column_spanner">([^<]*)</span>', html)
    assert spanners == ["Creators", "Micro against macro"]
    heads = re.findall(r'<th class="gt_col_heading[^>]*>([^<]*)</th>', html)
    said = ["where", "micro", "macro", "ahead", "gap", "interval", "adjusted p", "status"]
    assert sorted(filter(str.strip, heads)) == sorted(said)
    row = html[html.index("&lt;niche 1&gt;") :].partition("</tr>")[0]
    cells = [one.strip() for one in re.findall(r"<td[^>]*>([^<]*)</td>", row)]
    range_ = "+10\N{NO-BREAK SPACE}to +40%"
    assert cells == ["1,000", "50", "● micro", "+23%", range_, "0.012", "–"]
    assert ">nan<" not in html.lower()
    assert "Instagram: No data for engagement per follower in &lt;niche 4&gt;: a reason." in html
    assert "not testable" not in html


def test_evidence_of_nothing_is_a_sentence_instead_of_a_head(five_verdicts):
    nothing = five_verdicts.frame.assign(estimate=float("nan"), reason="no <orders>")
    shown = tables.evidence(Answer("H1", "says", "higher", nothing, "1K-100K vs 100K+"))
    said = "Instagram: No data for engagement per follower in all niches: no &lt;orders&gt;."
    assert shown.data == f"<p>{said}</p>"


def test_without_a_comparison_a_sentence_stands_where_an_empty_table_would(five_verdicts, view):
    nothing = five_verdicts.frame.assign(estimate=float("nan"), verdict="NOT TESTABLE")
    none = Answer("H1", "says", "higher", nothing, "1K-100K vs 100K+")
    assert "cannot be said" in tables.creators_needed([none], view).data
    assert "Nothing could be compared" in tables.power(none, view).data


def test_what_creators_are_needed_comes_from_the_first_answer_that_knows(five_verdicts, view):
    """Variance .01 / (1/1000 + 1/50) = .476: 2 x .476 x (1.96 + .84)^2 / log(2)^2 = 16 per arm."""
    nothing = five_verdicts.frame.assign(estimate=float("nan"))
    none = Answer("H2", "says", "higher", nothing, "1K-100K vs 100K+")
    known = five_verdicts.frame.assign(standard_error=0.1)
    one = Answer("H1", "says", "higher", known, "1K-100K vs 100K+")
    shown = tables.creators_needed([none, one], view).as_raw_html()
    assert re.findall(r">2</td>\s*<td[^>]*>(\d+)<", shown) == ["16"]


def test_what_could_have_been_found_is_one_row_a_measure(five_verdicts, view):
    known = five_verdicts.frame.assign(standard_error=0.1)
    both = pd.concat([known, known.assign(platform="tiktok")])
    shown = tables.power(Answer("H1", "says", "higher", both, "1K-100K vs 100K+"), view)
    html = shown.as_raw_html()
    assert html.count("engagement per follower, typical") == 1
    spanners = re.findall(r'<span class="gt_column_spanner">([^<]*)</span>', html)
    assert spanners == ["Instagram", "TikTok"]


def test_a_part_of_macro_that_nothing_is_compared_with_has_no_column(five_verdicts):
    main = five_verdicts.frame
    parts = [main.assign(contrast=f"1K-100K vs {part}") for part in ("100K-1M", "1M+")]
    parts[1]["estimate"] = float("nan")
    rows = pd.concat([main, *parts])
    html = tables.evidence(Answer("H1", "says", "higher", rows, "1K-100K vs 100K+")).as_raw_html()
    heads = re.findall(r'<th class="gt_col_heading[^>]*>([^<]*)</th>', html)
    assert ("100K-1M" in heads, "1M+" in heads) == (True, False)
