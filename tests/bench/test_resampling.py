"""P7: a tier contrast over a million posts of 20,000 creators."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

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
