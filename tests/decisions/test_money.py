"""Money by arm: sums by hand, the panel's own sums, and nobody's fee from a difference."""

import re

import pytest

from analysis.decisions.bookings import bookings
from analysis.decisions.money import ALL_ARMS, money_by_arm
from analysis.evidence.families import answer
from analysis.evidence.view import open_view
from analysis.show import tables


def line(name, *, orders, fee, refunded=0, revenue=100, extra=",,", day="2026-03-02"):
    return f"spring,tiktok,{name},50,{orders},{refunded},{revenue},{fee},{extra},{day}"


def arms(view):
    return {(arm.platform, arm.tier): arm for arm in money_by_arm(bookings(view), view)}


def brand(*, micro=6, macro=6, fee=100):
    small = [line(f"m{n}", orders=n, refunded=1, fee=fee, revenue=80) for n in range(1, micro + 1)]
    return small + [line(f"b{n}", orders=9, fee=900) for n in range(1, macro + 1)]


def test_the_money_of_an_arm_by_hand(opened):
    """Six micro bookings: 1 + ... + 6 orders less 6 refunds are 15; 600 in fees buy them.

    Their revenue is 6 x 80 = 480, so they pay from a margin of 600 / 480 = 1.25, and a margin of
    one half leaves 240 - 600 = -360. Shares 0, 1, .., 5 of 15: 225 / 55 creators alike.
    """
    found = arms(opened(brand(), settings="currency: EUR\nmargin: 0.5\n"))["tiktok", "1K-100K"]
    assert (found.bookings, found.creators) == (6, 6)
    assert (found.cost, found.outcome, found.revenue) == (600, 15, 480)
    assert found.contribution == -360
    assert found.break_even_margin == 1.25
    assert found.alike == pytest.approx(225 / 55)
    assert found.largest == pytest.approx(5 / 15)
    assert found.pooled == "fewer than 20 creators"
    # Five creators sold 1 to 5 net orders at 100 each: 100 / (5!)^(1/5).
    assert found.typical == pytest.approx(100 / 120**0.2)


def test_what_an_order_sells_for_is_asked_of_the_bookings_that_state_revenue(opened):
    """Micro bring 0 to 5 net orders; the first two state no revenue: 2 + 3 + 4 + 5 go with 320."""
    lines = brand()
    lines[:2] = [line(f"m{n}", orders=n, refunded=1, fee=100, revenue="") for n in (1, 2)]
    found = arms(opened(lines))["tiktok", "1K-100K"]
    assert (found.outcome, found.outcome_with_revenue, found.revenue) == (15, 14, 320)
    lines[:6] = [line(f"m{n}", orders=n, refunded=1, fee=100, revenue="") for n in range(1, 7)]
    assert arms(opened(lines))["tiktok", "1K-100K"].outcome_with_revenue is None


def test_hours_and_products_are_costs_and_a_gift_has_no_fee(opened):
    lines = brand()[:-1]
    lines.append(line("b6", orders=9, fee="", extra="25,2,gifted"))
    found = bookings(opened(lines))
    assert found["cost"].tolist()[-1] == 25 + 2 * 30  # the study's rate is 30 an hour
    lines[-1] = line("b6", orders=9, fee="", extra=",2,paid")
    assert bookings(opened(lines))["cost"].isna().tolist()[-1]


def test_costs_are_those_of_the_panel():
    view = open_view("demo")
    panel, found = view.creators, bookings(view)
    in_arms = panel["followers"].ge(1_000)
    assert found["cost"].sum() == panel["cost"][in_arms].sum()
    assert (
        found.groupby("platform")["revenue"].sum().to_dict()
        == panel[in_arms].groupby("platform")["revenue"].sum().to_dict()
    )


@pytest.mark.parametrize(
    ("micro", "macro", "shown"),
    [
        (6, 6, {"1K-100K", "100K+", ""}),
        (4, 6, {""}),
        (4, 4, {""}),
        (4, 0, set()),
        (0, 6, {"100K+", ""}),
    ],
)
def test_no_arm_of_few_creators_follows_from_what_is_shown(opened, micro, macro, shown):
    found = arms(opened(brand(micro=micro, macro=macro), micro=micro, macro=macro))
    assert {tier for (_, tier), arm in found.items() if arm.cost is not None} == shown
    withheld = [arm for arm in found.values() if arm.cost is None]
    assert all(arm.bookings is arm.creators is arm.revenue is None for arm in withheld)


def test_an_arm_whose_money_is_one_creators_is_withheld(opened):
    """Of 5,500 paid to six, one got 5,000: the second largest could work that out to a tenth."""
    lines = brand()
    lines[0] = line("m1", orders=5, fee=5_000)
    found = arms(opened(lines))
    assert found["tiktok", "1K-100K"].cost is None
    assert found["tiktok", "100K+"].cost is None, "with the sum it would give the other away"
    assert found[ALL_ARMS, ""].cost is not None


def test_the_outcome_is_what_the_dataset_declares(opened):
    found = bookings(opened(brand(), settings="currency: EUR\noutcome: clicks\n"))
    assert found["outcome"].unique().tolist() == [50]


def test_amounts_stand_beside_the_ratio_of_the_outcome_that_is_declared(opened):
    """103 over 903 for 50 clicks each: 0.114. Per order it is 103 / 15.5 over 903 / 9: 0.066."""
    lines = [line(f"m{n}", orders=n, fee=100 + n % 7) for n in range(1, 31)]
    lines += [line(f"b{n}", orders=9, fee=900 + n % 7) for n in range(1, 31)]
    view = opened(lines, settings="currency: EUR\noutcome: clicks\n", micro=30, macro=30)
    shown = tables.levels_and_ratios(view, answer(view, "H3")).as_raw_html()
    assert ">0.11<" in shown
    assert ">0.11 (" in shown
    assert "they agree" in shown


def test_amounts_of_a_currency_without_decimals_have_none(opened):
    lines = [line(f"{t}{n}", orders=n, fee=1_000 + 7 * n) for t in "mb" for n in range(1, 31)]
    view = opened(lines, settings="currency: VND\n", micro=30, macro=30)
    laid = tables.money(view).as_raw_html() + tables.break_even(view).as_raw_html()
    cells = re.findall(r">([^<]*\d[^<]*)</td>", laid)
    assert any(" to " in cell for cell in cells)
    assert not [cell for cell in cells if re.search(r"\d\.\d", cell)]


def test_what_no_booking_states_has_no_column_and_no_table(opened):
    """Six creators of a tier are too few for a ratio of costs, and nobody states revenue."""
    silent = [line(f"{t}{n}", orders=n, fee=100 + n, revenue="") for t in "mb" for n in range(1, 7)]
    view = opened(silent)
    shown = tables.money(view).as_raw_html()
    assert "revenue" not in shown
    assert "pays from a margin of" not in shown
    assert tables.levels_and_ratios(view, answer(view, "H3")).data.startswith("<p>No ratio")
    stated = tables.money(opened(brand())).as_raw_html()
    assert "revenue" in stated
    assert "pays from a margin of" in stated


def test_a_niche_or_platform_changes_no_number():
    whole = bookings(open_view("demo"))
    assert bookings(open_view("demo", niche="beauty", platform="tiktok")).equals(whole)


def test_a_period_takes_the_bookings_of_its_days(opened):
    lines = [*brand()[:-1], line("b6", orders=9, fee=900, day="2026-07-01")]
    assert len(bookings(opened(lines, period="2026-Q1"))) == 11
    assert len(bookings(opened(lines, campaign="spring"))) == 12
