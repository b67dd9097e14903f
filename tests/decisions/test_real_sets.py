"""Two real sets through the decision: the shop gets its refusals, paid posts a price of views."""

import pandas as pd
import pytest

from analysis.decisions.decide import decide
from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare
from analysis.show.advice import advice

pytestmark = pytest.mark.prove


def test_the_shop_pays_by_sales_so_its_money_is_not_split(real_data, tmp_path, own_data):
    """Paid VND 520 million for 34,827 orders and 877 for 50,157, of 173 and 1,037 creators."""
    dataset = prepare(
        real_data / "tiktokshop-vn-affiliate", tmp_path / "shop", private=tmp_path / "private"
    )
    decision = decide(open_view(dataset.folder))
    assert decision.state == "REFUSED"
    assert {one.stops for one in decision.refusals} == {"split", "creators", "forecast"}
    assert decision.refusals[0].says.startswith("pay follows sales")
    found = {arm.tier: arm for arm in decision.money}
    assert [found[tier].creators for tier in ("100K+", "1K-100K")] == [173, 1_037]
    assert [found[tier].outcome for tier in ("100K+", "1K-100K")] == [34_827, 50_157]
    assert found["100K+"].cost == pytest.approx(519.8e6, rel=1e-3)
    assert found["1K-100K"].pooled.rate == pytest.approx(17_488, abs=1)
    text = advice(decision).replace("\N{NO-BREAK SPACE}", " ")
    assert "VND 1,396,908,686" in text
    assert "VND 16,437 per order" in text, "the dong has no decimals"


def test_paid_posts_are_priced_by_views_in_groups_of_noted_followers(real_data, tmp_path, own_data):
    """Fees of 0 are unknown, one campaign was entered twice, groups are by noted followers."""
    folder = real_data / "x-kol-campaigns-2025"
    roster = pd.read_csv(folder / "roster.csv").dropna(subset=["smart_followers"])
    placed = pd.read_csv(folder / "placements.csv")
    placed = placed[placed["campaign"] != "campaign_26"]
    raw = tmp_path / "groups"
    raw.mkdir()
    pd.DataFrame(
        {
            "platform": "x",
            "handle": roster["creator"],
            "niche": "not stated",
            "followers": roster["smart_followers"].astype("int64"),
        }
    ).to_csv(raw / "creators.csv", index=False)
    pd.DataFrame(
        {
            "campaign": placed["campaign"],
            "platform": "x",
            "handle": placed["creator"],
            "clicks": "",
            "orders": "",
            "views": placed["impressions"],
            "fee": placed["fee_usd"].where(placed["fee_usd"] > 0),
        }
    ).to_csv(raw / "placements.csv", index=False)
    (raw / "dataset.yml").write_text("name: groups\ncurrency: USD\noutcome: views\n")
    prepare(raw, tmp_path / "out", private=tmp_path / "private")
    decision = decide(open_view(tmp_path / "out", micro="1-100", macro="100+"))
    small, large = (
        next(arm for arm in decision.money if arm.tier == tier) for tier in ("1-100", "100+")
    )
    assert min(small.creators, large.creators) >= 5
    assert small.pooled.interval.high < large.pooled.interval.low, "cheaper per view"
    assert decision.split.share_best > decision.split.share_now
    assert decision.state in ("TEST FIRST", "TEST NOT WORTH IT"), "the verdict on cost is open"
    assert "per 1,000 views" in advice(decision)
