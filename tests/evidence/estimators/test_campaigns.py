"""Campaigns like these: by explicit loops, the widest of three, and none from too few."""

import numpy as np
import pytest
from scipy import stats

from analysis.evidence.estimators.campaigns import like_campaigns
from tests.evidence.estimators.test_rate_ratio import creators, mantel_haenszel


def found(columns, person, *, weight, within=(0.99, 1.01)):
    *arrays, campaign = columns
    return like_campaigns(
        *arrays, campaign, weight=weight, person=person, within=within, level=0.95
    )


@pytest.mark.parametrize("weight", ["person", "exposure"])
def test_campaigns_are_left_out_one_by_one(weight):
    *columns, person = creators(np.random.default_rng(4), rows=200, strata=6)
    campaign = columns[3]
    whole = mantel_haenszel(*columns, weight=weight, person=person)
    left = np.array(
        [
            mantel_haenszel(
                *(column[campaign != one] for column in columns),
                weight=weight,
                person=person[campaign != one],
            )
            for one in range(6)
        ]
    )

    def changes(label):
        """Squared changes without the rows of each label."""
        return (
            np.array(
                [
                    mantel_haenszel(
                        *(column[label != one] for column in columns),
                        weight=weight,
                        person=person[label != one],
                    )
                    - whole
                    for one in np.unique(label)
                ]
            )
            ** 2
        )

    of_campaigns = 5 / 6 * ((left - left.mean()) ** 2).sum()
    by_person, by_pair = changes(person), changes(1000 * person + campaign)
    between = max(of_campaigns - by_pair.sum(), 0)
    both = by_person.sum() + between
    df = both**2 / ((by_person**2).sum() / 2 + between**2 / 5)
    half = max(
        stats.t.ppf(0.975, 5) * np.sqrt(of_campaigns), stats.t.ppf(0.975, df) * np.sqrt(both)
    )
    ends = np.exp([whole - half, whole + half])
    assert found(columns, person, weight=weight, within=(1, 1)) == pytest.approx(
        (min(ends[0], 1), max(ends[1], 1)), rel=1e-9
    )


def test_the_wider_of_persons_and_campaigns_counts():
    *columns, person = creators(np.random.default_rng(5), rows=200, strata=6)
    assert found(columns, person, weight="person", within=(0.01, 99)) == (0.01, 99)


def test_three_campaigns_say_nothing_of_others():
    *columns, person = creators(np.random.default_rng(6), strata=3)
    assert np.isnan(found(columns, person, weight="person")).all()
