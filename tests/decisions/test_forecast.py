"""Forecasts: the level by hand, replays that see nothing of later, and ranges that hold."""

import numpy as np
import pandas as pd
import pytest

from analysis.decisions.model import forecast
from analysis.decisions.model.counts_model import fit_counts, lay_out
from analysis.decisions.model.forecast import Backtest, Forecast, replay
from tests.decisions.booking_worlds import booking_world


def dated(seed, campaigns=5, **changes):
    """A campaign a month, all of its bookings on the first."""
    rows = booking_world(seed, campaigns=campaigns, spread=0.35, **changes).rows
    month = rows["campaign"].str.removeprefix("campaign ").astype(int) + 1
    day = pd.to_datetime({"year": 2026, "month": month, "day": 1})
    return rows.assign(placed_at=day, window_days=pd.NA)


LAST = pd.Timestamp("2026-12-31")


def rng():
    return np.random.default_rng(11)


def test_past_levels_weigh_half_of_the_next_and_the_width_is_of_the_rules_own_errors():
    """Weights 1 : 2 : 4; errors of one step c2 - c1 and c3 - (c1 + 2 c2) / 3, and two of .30."""
    rows = dated(1, campaigns=3, persons=60)
    posterior = fit_counts(lay_out(rows), rng())
    drawn = forecast._level(posterior, rows, rng())
    c = np.median(posterior.coefficients[:, posterior.counts.block == 3], axis=0)
    assert np.median(drawn) == pytest.approx((c[0] + 2 * c[1] + 4 * c[2]) / 7, abs=0.08)
    errors = [c[1] - c[0], c[2] - (c[0] + 2 * c[1]) / 3]
    width = np.sqrt((2 * 0.09 + np.square(errors).sum()) / 4)
    quarter = np.subtract(*np.quantile(drawn, [0.75, 0.25])) / 2
    assert quarter == pytest.approx(0.741 * width, rel=0.2), "t with 4 degrees: .741 at 75 %"


def test_a_replay_sees_nothing_of_its_campaign_or_later():
    rows = dated(2, persons=60)
    rows = rows[rows["campaign"].isin(["campaign 0", "campaign 1", "campaign 2"])]
    first = replay(rows, rng=rng(), last_day=LAST).forecasts[0]
    later = rows.assign(
        outcome=rows["outcome"].where(rows["campaign"].isin(["campaign 0", "campaign 1"]), 999.0)
    )
    again = replay(later, rng=rng(), last_day=LAST).forecasts[0]
    assert (first.low, first.middle, first.high) == (again.low, again.middle, again.high)
    assert first.seen == 2
    assert again.outcome == 999 * again.bookings


def test_what_is_not_closed_is_neither_fitted_nor_scored():
    """With 45 days to order in, the campaign of the month before is open when the next begins."""
    rows = dated(3, persons=60).assign(window_days=45)
    found = replay(rows, rng=rng(), last_day=pd.Timestamp("2026-06-01")).forecasts
    assert [(one.campaign, one.seen) for one in found] == [("campaign 3", 2)]


def test_ranges_hold_the_outcome(monkeypatch):
    """Of 20 worlds with a campaign sd of .35 between 13 and 19 hold; a Poisson range would 1 to 3.

    .8 of 20 is 16; a right range gives 13 to 19 in 96 of 100 such tests.
    """
    monkeypatch.setattr(forecast, "_REPLAYED", 1)
    held = narrow = 0
    for seed in range(20):
        rows = dated(seed, persons=60)
        one = replay(rows, rng=rng(), last_day=LAST).forecasts[-1]
        held += one.held
        narrow += abs(one.outcome - one.middle) < 1.28 * np.sqrt(one.middle)
    assert 13 <= held <= 19
    assert narrow <= 8


def made(held, number):
    one = Forecast("x", 2, 9, 10, 20, 30, 20, 0.5, 25)
    missed = Forecast("y", 2, 9, 10, 20, 30, 40, 1.0, 25)
    return forecast.judged((one,) * held + (missed,) * (number - held))


def test_under_half_of_three_or_more_has_not_held():
    assert made(1, 3).has_not_held
    assert not made(2, 4).has_not_held
    assert not made(0, 2).has_not_held


def test_a_share_is_told_with_jeffreys_interval_and_errors_in_logs():
    """5 of 7: beta(5.5, 2.5) gives .41 to .91 at 90 %; errors: 0 five times, log 2 twice, of 7."""
    found = made(5, 7)
    assert isinstance(found, Backtest)
    assert found.share == pytest.approx((0.41, 0.91), abs=0.01)
    assert found.error == pytest.approx(2 * np.log(2) / 7)
    assert found.error_as_before == pytest.approx((5 * np.log(1.25) + 2 * np.log(1.6)) / 7)
