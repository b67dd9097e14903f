"""The real sets through the command line: every kind of page stands, with the known verdicts."""

import pandas as pd
import pytest

from analysis.cli.main import main

pytestmark = pytest.mark.prove

WHOLE = ("summary", "data", "engagement", "conversion", "cost")


@pytest.mark.parametrize(
    ("name", "metric", "verdicts"),
    [
        ("instagram-kim2020", "engagement_per_follower", {"SUPPORTED"}),
        ("tiktokshop-vn-affiliate", "orders_per_click", {"INCONCLUSIVE", "NOT TESTABLE"}),
    ],
)
def test_a_real_set_becomes_a_site(name, metric, verdicts, real_data, tmp_path, monkeypatch):
    monkeypatch.setenv("MICROMACRO_DATA", str(tmp_path / "data"))
    chosen = [word for report_id in WHOLE for word in ("--only", report_id)]
    site = tmp_path / "site"
    assert main(["report", "--data", str(real_data / name), "--out", str(site), *chosen]) == 0
    assert {path.stem for path in site.glob("*.html")} == {*WHOLE, "index"}
    assert "SYNTHETIC" not in (site / "summary.html").read_text(encoding="utf-8")
    results = pd.read_csv(site / "results.csv")
    row = results[
        (results["metric"] == metric)
        & (results["claim"] != "H8")
        & (results["niche"] == "all niches")
        & (results["contrast"] == "1K-100K vs 100K+")
    ]
    assert set(row["estimand"]) == {"typical", "portfolio"}
    assert set(row["verdict"]) == verdicts
