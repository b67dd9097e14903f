"""The evidence table: every row labelled, every number with its interval."""

from analysis.show import tables


def test_the_evidence_table_labels_its_rows(five_verdicts):
    html = tables.evidence(five_verdicts).as_raw_html()
    assert "1.23\N{NO-BREAK SPACE}(1.10\N{WORD JOINER}–\N{WORD JOINER}1.40)" in html
    assert "not enough data" in html
    assert ">nan<" not in html.lower()
