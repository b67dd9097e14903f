"""Where pay follows sales, cost per order is a term of the contract."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.breakdown.costs import pay_follows_sales


def view(study, paid, *, creators=60, declared=None):
    """Bookings of one platform, half of them micro, whose sales spread over three orders."""
    sold = np.geomspace(1e3, 1e6, creators)
    rows = pd.DataFrame(
        {
            "platform": "tiktok",
            "niche": "tea",
            "followers": np.tile([5_000, 500_000], creators // 2),
            "cost_ordered": paid(sold),
            "orders_costed": sold / 100,
            "revenue": sold,
        }
    )
    arms = {"micro": study.tiers.micro, "macro": study.tiers.macro}
    return SimpleNamespace(
        creators_by_campaign=rows,
        study=study,
        platform="all",
        niche="all",
        dataset=SimpleNamespace(table_path=lambda table: declared),
        **arms,
    )


@pytest.mark.parametrize(
    ("paid", "found"),
    [
        (lambda sold: 0.08 * sold, {"tiktok"}),
        (lambda sold: np.full(len(sold), 500.0), set()),
        (lambda sold: np.resize([100.0, 900.0, 300.0], len(sold)), set()),
    ],
)
def test_a_commission_is_found_and_a_fee_is_not(study, paid, found):
    assert pay_follows_sales(view(study, paid)) == found


def test_sales_by_orders_where_no_revenue_is_known_and_few_say_nothing(study):
    known = view(study, lambda sold: 0.08 * sold)
    known.creators_by_campaign["revenue"] = np.nan
    assert pay_follows_sales(known) == {"tiktok"}
    assert pay_follows_sales(view(study, lambda sold: 0.08 * sold, creators=10)) == set()


@pytest.mark.parametrize(("flat", "found"), [(30, {"tiktok"}), (31, set())])
def test_a_declared_flat_fee_goes_before_what_sales_explain(study, tmp_path, flat, found):
    """Of 60 bookings; half of them are not most."""
    basis = ["flat"] * flat + ["commission"] * (60 - flat)
    path = tmp_path / "placements.parquet"
    pd.DataFrame({"platform": "tiktok", "fee_basis": basis}).to_parquet(path)
    assert pay_follows_sales(view(study, lambda sold: 0.08 * sold, declared=path)) == found
