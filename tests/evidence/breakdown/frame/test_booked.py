"""Booked against others: inside niches and tiers, by how they were found."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analysis.evidence.breakdown.frame.booked import booked_against_others
from analysis.evidence.breakdown.frame.origins import frame_line
from analysis.evidence.view import ALL
from analysis.show.tables import relationship
from analysis.study.ranges import FollowerRange

MICRO, MACRO = FollowerRange.parse("1K-100K"), FollowerRange.parse("100K+")


@pytest.fixture
def view(study):
    """120 persons of two niches; booked ones engage twice as much among micro, alike in macro."""
    rng = np.random.default_rng(8)
    n = 120
    micro, booked = np.arange(n) % 3 > 0, rng.random(n) < 0.6
    followers = np.where(micro, 20_000.0, 300_000.0)
    rate = 0.03 * np.where(micro & booked, 2, 1) * np.exp(rng.normal(0, 0.2, n))
    creators = pd.DataFrame(
        {
            "platform": "instagram",
            "niche": np.where(rng.random(n) < 0.5, "food", "art"),
            "followers": followers,
            "person": np.arange(n),
            "found_through": np.where(np.arange(n) % 2, "hashtag", "followers"),
            "booked": booked.astype(float),
            "interactions": np.round(followers * rate),
            "followers_exposed": followers,
        }
    )
    minimums = study.minimums.model_copy(update={"creators_per_arm": 10})
    study = study.model_copy(update={"minimums": minimums})
    scope = {"creators": creators, "study": study, "niche": ALL, "platform": ALL}
    return SimpleNamespace(**scope, micro=MICRO, macro=MACRO)


def test_the_ratio_is_that_of_a_regression_inside_niches_and_tiers(view):
    """statsmodels' own HC3 of log rates on the booking with an effect per niche and tier."""
    found = {one.group: one for one in booked_against_others(view)}
    assert [*found] == [
        "all",
        "1K-100K",
        "100K+",
        "found through followers",
        "found through hashtag",
    ]
    rows = view.creators.assign(
        log=np.log((view.creators["interactions"] + 0.5) / view.creators["followers_exposed"]),
        place=view.creators["niche"] + (view.creators["followers"] < 100_000).astype(str),
    )
    fitted = smf.ols("log ~ booked + C(place)", rows).fit(cov_type="HC3")
    assert np.log(found["all"].ratio.ratio) == pytest.approx(fitted.params["booked"], rel=1e-9)
    assert found["all"].ratio.standard_error == pytest.approx(fitted.bse["booked"], rel=1e-9)
    assert found["1K-100K"].ratio.ratio == pytest.approx(2, rel=0.15)
    assert found["100K+"].ratio.low < 1 < found["100K+"].ratio.high
    counted = view.creators.groupby("found_through")["booked"].agg(["sum", "size"])
    of = found["found through hashtag"]
    assert (of.booked, of.booked + of.others) == tuple(counted.loc["hashtag"])


def test_too_few_are_told_and_an_unstated_booking_counts_nowhere(view):
    rows = view.creators
    few = rows["booked"].where((rows["booked"] == 1) | (rows.index < 12))
    view.creators = rows.assign(booked=few)
    found = {one.group: one for one in booked_against_others(view)}
    assert found["all"].why == "fewer than 10 other creators"
    assert found["all"].booked + found["all"].others == few.notna().sum()


def test_counts_that_would_give_a_small_one_away_are_withheld(view, monkeypatch):
    """Two macro creators were not booked: of the others neither the tiers nor all may be told."""
    rows = view.creators
    macro = rows.index[(rows["followers"] > 100_000)]
    view.creators = rows.assign(booked=rows["booked"].mask(rows.index.isin(macro[2:]), 1.0))
    view.creators.loc[macro[:2], "booked"] = 0.0
    monkeypatch.setattr(relationship, "table", lambda shown, **_: shown)
    monkeypatch.setattr(relationship, "noted", lambda shown, _: shown)
    shown = relationship.booked(view).set_index("who")
    assert shown.loc["100K+", "others"] == "withheld"
    assert "withheld" in [shown.loc["1K-100K", "others"], shown.loc["all", "others"]]


def test_a_list_without_anybody_passed_over_says_what_is_missing(view):
    view.creators = view.creators.assign(booked=1.0)
    assert "everybody on the list was booked" in relationship.booked(view).data
    view.creators = view.creators.assign(booked=np.nan)
    assert "nobody says who was booked" in relationship.booked(view).data


def test_the_frame_line_names_the_list_and_withholds_small_counts(view):
    rows = view.creators.assign(
        found_through=["agency"] * 3 + ["hashtag"] * 100 + [None] * 17,
        booked=[1.0] * 116 + [0.0] * 4,
    )
    view.creators = rows
    assert frame_line(view) == (
        "120 creators, found through hashtag (100), not stated (withheld) and agency (withheld);"
        " withheld were booked, withheld were not; nobody off this list is in any number"
    )
    view.creators = rows.assign(found_through=None, booked=1.0)
    assert frame_line(view) == (
        "120 creators, how they were found is not stated; all were booked;"
        " nobody off this list is in any number"
    )
