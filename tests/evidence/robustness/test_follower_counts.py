"""Counts that are off: normal followers in closed form, and null worlds with planted errors."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.robustness.follower_counts import (
    bots,
    count_band,
    count_error,
    explaining_error,
    feigned_slope,
    two_captures,
)
from analysis.study.ranges import FollowerRange
from tests.calibration import robust

TIERS = {"micro": FollowerRange.parse("1K-100K"), "macro": FollowerRange.parse("100K+")}
ERROR = 0.3


@pytest.mark.parametrize("macro", ["100K+", "100K-1M", "300K+"])
def test_what_is_feigned_is_the_closed_truncated_mean(macro):
    """x normal(10, 1.5), u normal(0, .3): E[u | x + u] = s^2 / (s^2 + tau^2) (x + u - 10).

    Means of truncated normals by scipy; the kernel smooths what it sees by 1 to 4 %.
    """
    total = np.hypot(1.5, ERROR)
    shares = (np.arange(40_000) + 0.5) / 40_000
    seen = stats.norm.ppf(shares, 10, total)
    tiers = (FollowerRange.parse("1K-100K"), FollowerRange.parse(macro))
    means = [
        stats.truncnorm.mean((np.log(t.low) - 10) / total, (np.log(t.high) - 10) / total)
        for t in tiers
    ]
    closed = ERROR**2 / total * (means[1] - means[0])
    found = feigned_slope(np.exp(seen), micro=tiers[0], macro=tiers[1]) * ERROR**2
    assert found == pytest.approx(closed, rel=0.04)


def test_a_null_world_is_null_by_two_captures_and_after_the_formula():
    """ROBUSTNESS of 6,000 creators: 1.079 as it is; here 20 draws, Monte-Carlo error .012."""
    found = robust.noisy_counts(ERROR, 3000, 20, 2)
    assert found["as it is"] > 1.04
    assert found["two captures"] == pytest.approx(1, abs=0.03)
    assert found["after the formula"] == pytest.approx(1, abs=0.03)
    assert found["decided by two captures"] <= 0.2 < found["decided as it is"]


def test_two_captures_by_hand():
    """Tier by the earlier count (micro: the first two), divided by the later: 4 against 1."""
    numerator, later = np.array([800, 1600, 400, 800.0]) * 1e5, np.array([2e5, 1e5, 2e5, 1e5])
    earlier = np.array([9e4, 9e4, 1e5, 5e5])
    found = two_captures(
        [*numerator, 1], [1, 4, 2, 8, 1], [*earlier, 10], [*later, 10], [0] * 5, level=0.95, **TIERS
    )
    assert found.ratio == pytest.approx(4, rel=1e-6)


def test_the_band_takes_off_ratio_and_ends_alike():
    [row] = count_band(1.4, (1.2, 1.6), slope=0.7, errors=[0.5])
    assert row.ratio / 1.4 == pytest.approx(np.exp(-0.175))
    assert (row.low / 1.2, row.high / 1.6) == pytest.approx((np.exp(-0.175),) * 2)
    assert count_band(1.4, (1.2, 1.6), slope=0.7, errors=[explaining_error(1.4, 0.7)])[
        0
    ].ratio == pytest.approx(1)
    assert explaining_error(0.8, 0.7) == np.inf


def test_an_error_is_seen_in_two_captures():
    rng = np.random.default_rng(3)
    true = rng.normal(10, 1, 20_000)
    pair = [np.exp(true + 0.2 * rng.normal(size=20_000)) for _ in range(2)]
    assert count_error(*pair) == pytest.approx(0.2, rel=0.03)


def test_bots_that_would_be_the_whole_lead():
    assert bots(1.25).share == pytest.approx(0.2)  # 1 - 1 / 1.25
    assert bots(0.75).arm == "micro"
    assert bots(0.75).share == pytest.approx(0.25)


def test_tiers_without_creators_are_refused():
    with pytest.raises(NotEstimableError, match=r"no creators have 100K\+ followers"):
        feigned_slope([2e3, 3e3, 5e3], **TIERS)
