"""P7 and P8: a tier contrast, and resampling, over a million posts of 20,000 creators."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from analysis.evidence.estimators.bootstrap import bootstrap_ratios
from analysis.evidence.estimators.typical import geometric_mean_ratio
from tests.bench.side_by_side import ratio

CREATORS, POSTS, DRAWS = 20_000, 50, 2_000


@pytest.fixture(scope="module")
def posts():
    """Interactions, followers and owner of each post; tier and stratum of each creator."""
    rng = np.random.default_rng(20261122)
    micro = rng.random(CREATORS) < 0.7
    stratum = rng.integers(0, 15, CREATORS)  # five niches on three platforms
    owner = np.repeat(np.arange(CREATORS), POSTS)
    followers = np.exp(rng.normal(np.where(micro, 9.5, 12.5), 0.8))[owner]
    level = np.exp(rng.normal(0, 0.7, CREATORS) + 0.1 * stratum + 0.2 * micro - 3.5)
    interactions = rng.poisson(followers * level[owner] * np.exp(rng.normal(0, 0.6, len(owner))))
    return interactions.astype(float), followers, owner, micro, stratum


def test_p7_tier_contrast_with_niche_and_platform_effects(posts):
    """Log rate of a post on tier, niche x platform, clustered by creator.

    Creators have equally many posts here, so the mean of a creator's log rates carries all that
    least squares over posts can use: same coefficient, and scores of a cluster that are the
    creator's. statsmodels over posts without small-sample correction then equals HC0 over
    creators, and leaving creators out, which it cannot do over posts, equals HC3 over creators.
    """
    interactions, followers, owner, micro, stratum = posts
    log_rate = np.log((interactions + 0.5) / followers)
    strata = np.unique(stratum)

    def design(tier, label):
        return np.column_stack([tier, label[:, None] == strata]).astype(float)

    rows = pd.DataFrame({"log_rate": log_rate, "micro": micro[owner], "stratum": stratum[owner]})

    def over_posts():
        model = smf.ols("log_rate ~ micro + C(stratum)", rows)
        options = {"groups": owner, "use_correction": False}
        return model.fit(cov_type="cluster", cov_kwds=options)

    def over_creators():
        mean = np.bincount(owner, weights=log_rate) / POSTS
        # A numerator and an exposure whose log rate is that mean.
        exposure = np.full(CREATORS, 1e12)
        return geometric_mean_ratio(
            np.exp(mean) * exposure - 0.5, exposure, micro, stratum, level=0.95
        )

    theirs, ours = over_posts(), over_creators()
    means = sm.OLS(np.bincount(owner, weights=log_rate) / POSTS, design(micro, stratum)).fit()
    assert np.log(ours.ratio) == pytest.approx(theirs.params["micro[T.True]"], rel=1e-8)
    assert theirs.bse["micro[T.True]"] == pytest.approx(means.HC0_se[0], rel=1e-8)
    assert ours.standard_error == pytest.approx(means.HC3_se[0], rel=1e-8)
    print(f"\nP7 tier contrast, 1,000,000 posts: {ratio(over_posts, over_creators)}; goal 30x")


def test_p8_cluster_bootstrap(posts):
    """2,000 times all creators drawn again with their posts: the ratio of pooled rates."""
    interactions, followers, owner, micro, _ = posts
    one = np.zeros(CREATORS, dtype=np.int64)
    tier = micro[owner]
    few = 20  # draws of the slow way, timed and multiplied

    def pooled(weight):
        rates = [
            (weight[of] * interactions[of]).sum() / (weight[of] * followers[of]).sum()
            for of in (tier, ~tier)
        ]
        return rates[0] / rates[1]

    def weights(rng, count):
        drawn = rng.integers(0, CREATORS, size=(count, CREATORS))
        return np.array([np.bincount(row, minlength=CREATORS) for row in drawn])

    def over_posts(count=few):
        drawn = weights(np.random.default_rng(1), count)
        return np.array([pooled(weight[owner]) for weight in drawn])

    def over_creators(count=DRAWS):
        totals = [np.bincount(owner, weights=column) for column in (interactions, followers)]
        return bootstrap_ratios(*totals, micro, one, draws=count, rng=np.random.default_rng(1))

    totals = [np.bincount(owner, weights=column) for column in (interactions, followers)]
    drawn = weights(np.random.default_rng(1), few)
    by_creator = [
        np.divide(*(weight[micro] @ t[micro] for t in totals))
        / np.divide(*(weight[~micro] @ t[~micro] for t in totals))
        for weight in drawn
    ]
    np.testing.assert_allclose(over_posts(), by_creator, rtol=1e-8)
    ours, theirs = np.log(over_creators()), np.log(over_posts(200))
    assert ours.mean() == pytest.approx(theirs.mean(), abs=4 * theirs.std() / np.sqrt(200))
    assert ours.std() == pytest.approx(theirs.std(), rel=0.2)
    found = ratio(over_posts, over_creators, share=few / DRAWS)
    print(f"\nP8 cluster bootstrap, {DRAWS:,} draws: {found}; goal 40x")
