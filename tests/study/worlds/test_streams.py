"""streams: names part streams; distributions equal those of scipy and keep mean one."""

import numpy as np
import pytest
from scipy import stats

from analysis.study.errors import UsageError
from analysis.study.worlds.streams import Gamma, Pareto, lognormal, stream

SHARES = np.linspace(0.001, 0.999, 999)
SCORES = stats.norm.ppf(SHARES)


def test_a_name_and_a_seed_make_a_stream():
    first = stream(1, "likes").random(1000)
    np.testing.assert_array_equal(first, stream(1, "likes").random(1000))
    for other in (stream(1, "views"), stream(2, "likes"), stream([1, 1], "likes")):
        assert abs(np.corrcoef(first, other.random(1000))[0, 1]) < 0.15


@pytest.mark.parametrize("cv", [0.3, 1.0, 1.5])
def test_gamma_has_the_quantiles_of_scipy(cv):
    same = stats.gamma(a=cv**-2, scale=cv**2)
    assert (same.mean(), same.std()) == pytest.approx((1, cv))
    np.testing.assert_allclose(Gamma(cv).factors(SCORES), same.ppf(SHARES), rtol=1e-9)


@pytest.mark.parametrize("index", [1.3, 2.5, 3.5])
def test_pareto_has_the_quantiles_of_scipy(index):
    same = stats.pareto(b=index, scale=(index - 1) / index)
    assert same.mean() == pytest.approx(1)
    np.testing.assert_allclose(Pareto(index).factors(SCORES), same.ppf(SHARES), rtol=1e-9)


def test_lognormal_has_the_quantiles_of_scipy():
    same = stats.lognorm(s=0.8, scale=np.exp(-0.32))
    assert same.mean() == pytest.approx(1)
    np.testing.assert_allclose(lognormal(SCORES, 0.8), same.ppf(SHARES), rtol=1e-9)


def test_what_has_no_mean_is_refused():
    with pytest.raises(UsageError, match=r"Pareto\(index=1\).*above 1"):
        Pareto(1)
    with pytest.raises(UsageError, match=r"Gamma\(cv=0\).*above 0"):
        Gamma(0)
