"""Status: what may be called confirmatory, and how the error rate is shared."""

import pytest

from analysis.evidence.comparisons import Comparison
from analysis.evidence.status import confirmatory_alpha, status
from analysis.evidence.view import View
from analysis.store.dataset import Dataset
from analysis.store.manifest import Manifest
from analysis.store.settings import Settings
from analysis.study.errors import UsageError
from analysis.study.ranges import FollowerRange


@pytest.fixture
def make_view(tmp_path, study):
    def made(*, first="2026-12-01", last="2027-06-02", period="all", micro="1K-100K"):
        manifest = Manifest(
            dataset="tiny",
            data_digest="d",
            code_digest="c",
            settings=Settings(),
            sources=(),
            notes=(),
            files=(),
            ignored=(),
            refused={},
            niches=("beauty", "chess"),
            platforms=("instagram", "tiktok"),
            campaigns=(),
            first_day=first,
            last_day=last,
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


def cell(**changes):
    values = {
        "metric": "engagement_per_follower",
        "estimand": "typical",
        "platform": "instagram",
        "niche": "beauty",
        "contrast": "1K-100K vs 100K+",
        "group": "named niches",
        "n_micro": 50,
        "n_macro": 50,
        "fit": None,
    }
    return Comparison(**{**values, **changes})


def test_a_decision_day_confirms_and_between_them_estimates_are_interim(make_view):
    assert status(make_view(period="decision"), "H1", cell()) == "confirmatory"
    assert status(make_view(), "H1", cell()) == "interim"


@pytest.mark.parametrize(
    ("view", "claim", "changes"),
    [
        ({"first": "2026-01-01"}, "H1", {}),  # posts before the registration
        ({"first": None, "last": None}, "H1", {}),  # posts without a day
        ({"micro": "1K-50K"}, "H1", {}),  # off the study
        ({"period": "2027-Q1"}, "H1", {}),
        ({}, "H1", {"group": "other niches", "niche": "chess"}),
        ({}, "H1", {"estimand": "portfolio"}),  # not the first estimand
        ({}, "H1", {"contrast": "1K-100K vs 1M+"}),
        ({}, "H1b", {"metric": "engagement_per_view"}),  # not registered as confirmatory
        ({}, "H2", {"metric": "orders_per_1000_impressions"}),  # not the first metric
    ],
)
def test_everything_else_is_exploratory(make_view, view, claim, changes):
    assert status(make_view(**view), claim, cell(**changes)) == "exploratory"


def test_a_decision_rests_on_posts_from_the_registration_to_the_decision_day(make_view):
    days = make_view(period="decision").days
    assert (days.first.isoformat(), days.last.isoformat()) == ("2026-11-23", "2027-05-31")


def test_before_the_first_decision_day_there_is_no_decision(make_view):
    with pytest.raises(UsageError, match=r"data end 2027-05-30, before the first decision day"):
        _ = make_view(last="2027-05-30", period="decision").days


def test_the_error_rate_is_shared_among_all_confirmatory_families(make_view):
    # Three claims on two platforms on one decision day.
    assert confirmatory_alpha(make_view()) == pytest.approx(0.05 / 6)
