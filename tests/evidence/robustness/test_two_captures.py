"""Answers by the follower counts of two days: rosters of two captures through the import."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.metrics import METRICS
from analysis.evidence.robustness.counting.units import Units
from analysis.evidence.robustness.doubts import of_two_captures
from analysis.evidence.robustness.examination import Captures
from analysis.evidence.robustness.examine import _weighed
from analysis.evidence.view import open_view
from analysis.panel.captures import two_counts
from analysis.prepare.pipeline import prepare
from tests.show.test_robustness import COUNTED

MICRO, MOVED, MACRO = 30, 6, 30
EARLIER = np.repeat([50_000, 90_000, 200_000], [MICRO, MOVED, MACRO])
LATER = np.repeat([60_000, 110_000, 180_000], [MICRO, MOVED, MACRO])
INTERACTIONS = 100_000 + 1_000 * np.arange(len(EARLIER))


def rosters(first, second, day="2026-02-01"):
    head = "platform,handle,niche,followers\n"
    return {
        f"{name}/creators.csv": head
        + "".join(f"instagram,h{n},food,{followers}\n" for n, followers in enumerate(of))
        for name, of in (("2026-01-01", first), (day, second))
    }


@pytest.fixture
def units(tmp_path, arrived):
    """A function: files of rosters -> units of Instagram; every account has two posts."""

    def of(files):
        posts = "platform,handle,post_id,posted_at,likes,comments\n" + "".join(
            f"instagram,h{n},p{n}{at},2025-12-0{at + 1}T10:00:0{at}Z,{both - n - 9},{n + 9}\n"
            for n, both in enumerate(INTERACTIONS)
            for at in range(2)
        )
        raw = arrived({**files, "2026-01-01/posts.csv": posts})
        prepare(raw, tmp_path / "out", private=tmp_path / "private")
        view = open_view(tmp_path / "out")
        return Units.of(view, METRICS["engagement_per_follower"], "typical", "instagram")

    return of


def test_the_earlier_count_sorts_and_the_later_one_divides(units):
    """One niche: the ratio of geometric means; by the later count six accounts would be macro."""
    found = of_two_captures(units(rosters(EARLIER, LATER)))
    rates, micro = np.log(INTERACTIONS / LATER), EARLIER < 100_000
    assert found.ratio == pytest.approx(np.exp(rates[micro].mean() - rates[~micro].mean()), 1e-4)
    reported = np.exp(rates[LATER < 100_000].mean() - rates[LATER >= 100_000].mean())
    assert found.same_accounts == pytest.approx(reported, 1e-4)
    assert abs(found.ratio / reported - 1) > 0.01
    assert found.low < found.ratio < found.high
    assert (found.accounts, found.share, found.days) == (66, 1.0, 31)
    changes = np.log(LATER / EARLIER)
    assert found.error == pytest.approx(changes.std(ddof=1) / np.sqrt(2))


@pytest.mark.parametrize(
    ("files", "lacking"),
    [
        (rosters(EARLIER, LATER, day="2026-01-07"), "no account's followers were counted on two"),
        (rosters(EARLIER, np.where(np.arange(66) < 40, EARLIER, LATER)), "the same count on both"),
        (rosters(EARLIER, LATER[:40]), "fewer than 20 creators of a tier"),
    ],
)
def test_what_is_lacking_is_said(units, files, lacking):
    with pytest.raises(NotEstimableError, match=lacking):
        of_two_captures(units(files))


def test_of_several_counts_of_a_day_the_lowest_counts_and_only_those_of_the_period(units):
    """As it does for growth; a count outside the days that are looked at is none."""
    files = rosters(EARLIER, LATER)
    again = files["2026-02-01/creators.csv"].replace("60000", "70000")
    third = files["2026-02-01/creators.csv"].replace("60000", "80000")
    of = units({**files, "2026-02-01/again.csv": again, "2026-04-01/creators.csv": third})
    for period, later in (("2026-Q1", 60_000), ("all", 80_000)):
        found = two_counts(replace(of.view, period=period).growth)
        assert found.loc[found["earlier"] == 50_000, "later"].unique().tolist() == [later]


@pytest.mark.parametrize(
    ("error", "share", "acts"), [(0.06, 0.95, True), (0.05, 1.0, False), (0.06, 0.94, False)]
)
def test_two_captures_take_back_where_counts_are_off_and_nearly_all_have_both(error, share, acts):
    found = Captures(90, share, 31.0, error, 1.3, 1.1, 0.9, 1.2)
    taken = _weighed(COUNTED, None, None, found, None).two_captures
    assert taken == ((1.1, 0.9, 1.2) if acts else None)
