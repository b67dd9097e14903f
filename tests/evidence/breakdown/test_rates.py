"""Rates of each arm: by hand, and the reference figures of the real sets."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.evidence.breakdown.rates import rates_by_arm
from analysis.evidence.view import ALL, open_view
from analysis.prepare.pipeline import prepare
from analysis.study.ranges import FollowerRange

MICRO, MACRO, PART = (FollowerRange.parse(text) for text in ("1K-100K", "100K+", "100K-1M"))
METRIC = "sponsored_over_own_engagement"


def view_of(creators, study):
    view = SimpleNamespace(creators=creators, study=study, niche=ALL, platform=ALL)
    return SimpleNamespace(**vars(view), micro=MICRO, macro=MACRO, contrasts=(MACRO, PART))


def test_persons_count_once_and_a_rate_is_the_mean_of_their_logarithms(study):
    """Own means 10 throughout. Five persons of micro; the last has two accounts, 2 and 8 times.

    In units of log 2 their log rates are 0, 0, 1, 1 and (1 + 3) / 2 = 2: the mean is 4 / 5.
    """
    ratios, persons = [1, 1, 2, 2, 2, 8], list("abcdee")
    creators = pd.DataFrame(
        {
            "platform": "instagram",
            "niche": "food",
            "followers": 5_000,
            "person": persons,
            "sponsored_interactions": [10.0 * ratio - 0.5 for ratio in ratios],
            "own_interactions": 10.0,
        }
    )
    few = creators.tail(4).assign(followers=200_000, person=list("fghi"))
    absent = creators.head(1).assign(person="j", sponsored_interactions=np.nan)
    found = rates_by_arm(view_of(pd.concat([creators, few, absent]), study), METRIC)
    by_arm = found.set_index("followers")
    mean = 4 * math.log(2) / 5
    assert by_arm.loc["1K-100K", "creators"] == 5
    assert by_arm.loc["1K-100K", "rate"] == pytest.approx(math.exp(mean), rel=1e-12)
    # Squares of (0, 0, 1, 1, 2) - 0.8 add up to 2.8; t with 4 degrees of freedom is 2.776445.
    half = 2.776445 * math.log(2) * math.sqrt(2.8 / 4 / 5)
    assert by_arm.loc["1K-100K", ["low", "high"]].to_list() == pytest.approx(
        [math.exp(mean - half), math.exp(mean + half)], rel=1e-6
    )
    assert by_arm.loc["100K+", "creators"] == 4
    assert by_arm.loc[["100K+", "100K-1M"], ["rate", "low", "high"]].isna().all(axis=None)


@pytest.mark.prove
def test_the_instagram_set_gives_the_reference_figures(real_data, tmp_path):
    """1.012 [.973, 1.053] of 1,373 micro and .850 [.775, .933] of 285 macro creators.

    Another computation: pandas from the raw files, means of creators' own differences of log(likes
    + comments + 0.5), normal errors.
    """
    raw = real_data / "instagram-kim2020"
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    found = rates_by_arm(open_view(dataset.folder), METRIC).set_index("followers")
    assert found.loc[["1K-100K", "100K+"], "creators"].to_list() == [1373, 285]
    micro, macro = (found.loc[arm, ["rate", "low", "high"]] for arm in ("1K-100K", "100K+"))
    assert micro.to_list() == pytest.approx([1.012, 0.973, 1.053], abs=0.001)
    assert macro.to_list() == pytest.approx([0.850, 0.775, 0.933], abs=0.001)
