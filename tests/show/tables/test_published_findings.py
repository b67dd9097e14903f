"""Published figures: every one with its tier, unit, sample and source."""

import pytest

from analysis.show.tables.published_findings import findings, published


@pytest.mark.parametrize("topic", ["engagement", "conversion", "cost"])
def test_every_figure_says_what_it_is_and_where_it_comes_from(topic):
    rows = findings(topic)
    assert len(rows) >= 4
    assert not rows.isna().any(axis=None)
    assert rows["address"].str.match(r"doi\.org/10\.\d{4,}/").all()
    assert rows["year"].str.fullmatch("20[12][0-9]").all()
    assert (rows["caveat"].str.split().str.len() <= 13).all()


def test_the_table_shows_the_tier_of_the_source_and_no_link():
    shown = published("engagement").as_raw_html()
    assert "nano (bottom quartile): 1.22K to 8.5K" in shown
    assert "0.147 (ratio)" in shown
    assert "href" not in shown
