"""Status: what may be called confirmatory, and how the error rate is shared."""

import pytest

from analysis.evidence.levels import status
from analysis.evidence.view import View
from analysis.store.dataset import Dataset
from analysis.store.manifest import Manifest
from analysis.store.settings import Settings
from analysis.study.errors import UsageError
from analysis.study.ranges import FollowerRange


@pytest.fixture
def make_view(tmp_path, study):
    def made(
        *,
        first="2026-12-01",
        last="2027-06-02",
        placed=None,
        period="all",
        micro="1K-100K",
    ):
        manifest = Manifest(
            dataset="tiny",
            data_digest="d",
            code_digest="c",
            settings=Settings(),
            sources=(),
            notes=(),
            files=(),
            ignored={},
            refused={},
            niches=("beauty", "chess"),
            platforms=("instagram", "tiktok"),
            campaigns=(),
            first_day=first,
            last_day=last,
            placed_from=placed,
        )
        return View(
            dataset=Dataset(folder=tmp_path, manifest=manifest),
            study=study,
            niche="all",
            platform="all",
            campaign="all",
            period=period,
            micro=FollowerRange.parse(micro),
            macro=FollowerRange.parse("100K+"),
            seed=1,
        )

    return made


def test_a_decision_day_confirms_and_between_them_estimates_are_interim(make_view):
    engagement = "engagement_per_follower"
    assert status(make_view(period="decision"), engagement, first=True) == "confirmatory"
    assert status(make_view(), engagement, first=True) == "interim"
    assert status(make_view(), engagement, first=False) == "exploratory"


@pytest.mark.parametrize(
    "view",
    [
        {"first": "2026-01-01"},  # posts before the registration
        {"first": None, "last": None},  # posts without a day
        {"micro": "1K-50K"},  # off the study
        {"period": "2027-Q1"},
    ],
)
def test_everything_else_is_exploratory(make_view, view):
    assert status(make_view(**view), "engagement_per_follower", first=True) == "exploratory"


def test_placements_go_by_their_own_days(make_view):
    """Bookings from before the registration, or without a day, confirm nothing."""
    for placed, found in ((None, "exploratory"), ("2026-01-05", "exploratory")):
        assert status(make_view(placed=placed), "orders_per_click", first=True) == found
    assert status(make_view(placed="2026-12-05"), "orders_per_click", first=True) == "interim"


def test_a_decision_rests_on_posts_from_the_registration_to_the_decision_day(make_view):
    days = make_view(period="decision").days
    assert (days.first.isoformat(), days.last.isoformat()) == ("2026-11-23", "2027-05-31")


def test_before_the_first_decision_day_there_is_no_decision(make_view):
    with pytest.raises(UsageError, match=r"data end 2027-05-30, before the first decision day"):
        _ = make_view(last="2027-05-30", period="decision").days
