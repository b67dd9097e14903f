"""Four sets through the command line: pages stand, verdicts as known, and as their intervals."""

import re

import pandas as pd
import pytest

from tests.built import WHOLE
from tests.shown_cells import shown_cells

pytestmark = pytest.mark.prove

WITHOUT_PAGES = {
    "instagram-kim2020": {"cost"},  # comments that ask where to buy are an answer on conversion
    "tiktok-famous-2020": {"conversion", "cost", "relationship"},
    "tiktokshop-vn-affiliate": {"relationship"},
}


@pytest.mark.parametrize(
    ("name", "metric", "verdicts"),
    [
        ("instagram-kim2020", "engagement_per_follower", {"SUPPORTED"}),
        ("tiktokshop-vn-affiliate", "orders_per_click", {"INCONCLUSIVE", "NOT TESTABLE"}),
        ("tiktok-famous-2020", "engagement_per_follower", {"INCONCLUSIVE", "SUPPORTED"}),
        ("demo", "engagement_per_follower", {"SUPPORTED", "INCONCLUSIVE"}),
    ],
)
def test_a_set_becomes_a_site(name, metric, verdicts, site_of):
    site = site_of(name).site
    paged = {path.stem for path in site.glob("*.html")}
    lone = {path.stem for path in site.glob("records/*.json")}
    assert {*paged, *lone} - {"engagement-food"} == {*WHOLE, "index"}
    assert lone == WITHOUT_PAGES.get(name, set())
    for printed in site.glob("*.pdf"):
        assert re.findall(rb"/Count (\d+)", printed.read_bytes()) == [b"2"]
    pages = [path.read_text(encoding="utf-8") for path in site.glob("*.html")]
    assert any("SYNTHETIC" in page for page in pages) == (name == "demo")
    cells = [cell for page in pages for cell in shown_cells(page)]
    assert len(cells) > 25
    assert [fault for cell in cells if (fault := cell.fault())] == []
    results = pd.read_csv(site / "results.csv")
    row = results[
        (results["metric"] == metric)
        & (results["claim"] != "H8")
        & (results["niche"] == "all niches")
        & (results["contrast"] == "1K-100K vs 100K+")
    ]
    assert set(row["estimand"]) == {"typical", "portfolio"}
    assert set(row["verdict"]) == verdicts
