"""The geometric mean: by hand, by a second implementation, by leaving persons out."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.typical import geometric_mean_ratio


def random_creators(rng, *, size=60, strata=3):
    stratum = rng.integers(0, strata, size)
    micro = rng.random(size) < 0.6
    exposure = np.exp(rng.normal(6, 1.5, size)).round() + 1
    rate = 0.05 * np.exp(0.4 * micro + 0.3 * stratum + rng.normal(0, 0.5, size))
    return rng.poisson(exposure * rate).astype(float), exposure, micro, stratum


def test_geometric_mean_ratio_by_hand():
    # log rates 0, 2 against 1, 1.5, 2: difference of means 1 - 1.5 = -0.5.
    # HC3: squared residual over (1 - 1/n), over n, twice: 1^2 / (1/2)^2 / 4 * 2 = 2 for n = 2;
    # 0.25 / (2/3)^2 / 9 * 2 = 0.125 for n = 3. Error sqrt(2.125). Changes squared are 1, 1 and
    # 1/16, 0, 1/16: 2 * 2.125^2 / (2 + 2 / 256) = 4.498 degrees of freedom, at most 5 - 2 = 3.
    log_rate = np.array([0.0, 2.0, 1.0, 1.5, 2.0])
    found = geometric_mean_ratio(
        np.exp(log_rate) * 1e9 - 0.5,
        np.full(5, 1e9),
        np.array([True, True, False, False, False]),
        np.zeros(5, int),
        level=0.95,
    )
    assert np.log(found.ratio) == pytest.approx(-0.5, rel=1e-9)
    half = stats.t.ppf(0.975, 3) * np.sqrt(2.125)
    assert np.log(found.high) == pytest.approx(-0.5 + half, rel=1e-8)
    assert found.p_value == pytest.approx(2 * stats.t.sf(0.5 / np.sqrt(2.125), 3), rel=1e-8)


def fitted_changes(outcome, design):
    """Changes of the first coefficient without each row."""
    whole = np.linalg.lstsq(design, outcome, rcond=None)[0][0]
    kept = ~np.eye(len(outcome), dtype=bool)
    fits = [np.linalg.lstsq(design[rows], outcome[rows], rcond=None)[0][0] for rows in kept]
    return np.array(fits) - whole


@pytest.mark.parametrize("seed", range(3))
def test_geometric_error_is_hc3_of_statsmodels_where_each_person_has_one_account(seed):
    y, n, micro, stratum = random_creators(np.random.default_rng(seed), size=90)
    design = np.column_stack([micro, stratum[:, None] == np.unique(stratum)]).astype(float)
    fit = sm.OLS(np.log((y + 0.5) / n), design).fit(cov_type="HC3", use_t=True)
    found = geometric_mean_ratio(y, n, micro, stratum, level=0.95)
    assert np.log(found.ratio) == pytest.approx(fit.params[0], rel=1e-8)
    assert found.standard_error == pytest.approx(fit.bse[0], rel=1e-8)
    changes = fitted_changes(np.log((y + 0.5) / n), design)
    df = min(2 * (changes**2).sum() ** 2 / (changes**4).sum(), len(y) - design.shape[1])
    assert found.degrees_of_freedom == pytest.approx(df, rel=1e-8)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(fit.tvalues[0]), df), rel=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_error_by_person_is_the_brute_force_leave_one_person_out(seed):
    rng = np.random.default_rng(seed)
    y, n, micro, stratum = random_creators(rng, size=60)
    person = rng.integers(0, 40, 60)
    design = np.column_stack([micro, stratum[:, None] == np.unique(stratum)]).astype(float)
    outcome = np.log((y + 0.5) / n)
    whole = np.linalg.lstsq(design, outcome, rcond=None)[0][0]
    changes = [
        np.linalg.lstsq(design[person != p], outcome[person != p], rcond=None)[0][0] - whole
        for p in np.unique(person)
    ]
    fitted = fit(outcome, design[:, :1], stratum, person)
    assert fitted.coefficients[0] == pytest.approx(whole, rel=1e-10)
    assert fitted.covariance[0, 0] == pytest.approx(np.sum(np.square(changes)), rel=1e-9)
    assert fitted.degrees_of_freedom == len(np.unique(person)) - design.shape[1]


@pytest.mark.parametrize(
    ("micro", "message"),
    [([1, 1, 1, 1], "differ too little"), ([1, 0, 0, 0], "one creator decides alone")],
)
def test_arms_that_decide_nothing_are_refused(micro, message):
    one = np.zeros(4, dtype=np.int64)
    with pytest.raises(NotEstimableError, match=message):
        fit(np.arange(4.0), np.array(micro, dtype=float)[:, None], one, np.arange(4))


def test_swapping_the_tiers_inverts_every_ratio():
    y, n, micro, stratum = random_creators(np.random.default_rng(8), size=80)
    one = geometric_mean_ratio(y, n, micro, stratum, level=0.95)
    other = geometric_mean_ratio(y, n, ~micro, stratum, level=0.95)
    assert one.ratio * other.ratio == pytest.approx(1)
    assert one.low * other.high == pytest.approx(1)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9)


def test_a_second_account_of_a_person_adds_no_evidence():
    """Every account twice under one owner: leaving out an owner is leaving out the creator."""
    y, n, micro, stratum = random_creators(np.random.default_rng(9), size=60)
    once = geometric_mean_ratio(y, n, micro, stratum, level=0.95)
    rows, owner = np.tile(np.arange(60), 2), np.tile(np.arange(60), 2)
    twice = geometric_mean_ratio(
        y[rows], n[rows], micro[rows], stratum[rows], person=owner, level=0.95
    )
    assert twice.ratio == pytest.approx(once.ratio, rel=1e-10)
    assert twice.standard_error == pytest.approx(once.standard_error, rel=1e-8)
