"""Ways of counting from cell sums, against statsmodels, the page's estimators and derivatives."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analysis.evidence.estimators.rate_ratio import rate_ratio
from analysis.evidence.robustness.counting.cell_sums import (
    Design,
    Outcomes,
    observed,
    permuted,
    whole_persons,
)

TIERS = (((0, 1), (2, 3)), ((1,), (2,)))


def units(seed, count=400, strata=5):
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, count)
    band = rng.integers(0, 4, count)
    band[stratum == 0] = 0  # a stratum of one arm tells nothing
    return rng, stratum, band


def design(stratum, band, strata=5):
    return Design(
        stratum=stratum,
        band=band[None],
        schemes=(np.zeros(strata, dtype=np.int64), np.arange(strata)),
        tiers=TIERS,
    )


def test_means_are_least_squares_with_stratum_effects_and_hc3():
    rng, stratum, band = units(1)
    rate = rng.normal(size=(3, 400)) + 0.3 * (band < 2)
    base = (rng.random((3, 400)) < 0.8).astype(float)
    found = observed(
        Outcomes("log rates", rate, base, np.zeros(3, dtype=int)), design(stratum, band)
    )
    for outcome in range(3):
        for pair, (micro, macro) in enumerate(TIERS):
            kept = (base[outcome] > 0) & np.isin(band, micro + macro)
            arm = np.isin(band[kept], micro).astype(float)
            dummies = stratum[kept][:, None] == np.unique(stratum[kept])
            model = sm.OLS(rate[outcome, kept], np.column_stack([arm, dummies]).astype(float))
            fit = model.fit(cov_type="HC3")
            assert found.log_ratio[outcome, 1, pair] == pytest.approx(fit.params[0], abs=1e-12)
            assert found.t[outcome, 1, pair] == pytest.approx(fit.tvalues[0], rel=1e-10)


def test_sums_are_the_ratio_that_the_page_shows():
    rng, stratum, band = units(2)
    clicks, arm = rng.integers(50, 900, 400).astype(float), band < 2
    orders = rng.poisson(clicks * 0.05).astype(float)
    outcomes = Outcomes("ratio of sums", orders[None], clicks[None], np.zeros(1, dtype=int))
    page = rate_ratio(
        orders,
        clicks,
        arm,
        stratum,
        weight="exposure",
        level=0.95,
        permutations=99,
        rng=np.random.default_rng(1),
    )
    found = observed(outcomes, design(stratum, band))
    assert np.exp(found.log_ratio[0, 1, 0]) == pytest.approx(page.ratio, rel=1e-12)


def test_what_was_had_for_nothing_counts_among_sums():
    """Orders of a gift have no cost: 5 and 3 orders for 10, 2 for 8, so (8/10) / (2/8) = 3.2."""
    outcomes = Outcomes(
        "ratio of sums",
        np.array([[5.0, 3.0, 2.0]]),
        np.array([[10.0, 0.0, 8.0]]),
        np.zeros(1, dtype=int),
    )
    found = observed(outcomes, design(np.zeros(3, dtype=int), np.array([0, 1, 2]), strata=1))
    assert np.exp(found.log_ratio[0, 0, 0]) == pytest.approx(3.2)


def test_the_error_of_sums_is_the_squared_derivative_by_each_unit():
    rng, stratum, band = units(3, count=60, strata=3)
    clicks = rng.integers(50, 900, 60).astype(float)
    orders = rng.poisson(clicks * 0.05).astype(float)

    def log_ratio(weight):
        of = Outcomes("ratio of sums", orders * weight, clicks * weight, np.zeros(1, dtype=int))
        return observed(Outcomes(of.kind, of.value, of.base, of.bands), design(stratum, band, 3))

    plain = log_ratio(np.ones((1, 60)))
    step = 1e-5
    weights = [np.ones((1, 60)) + step * (np.arange(60) == unit) for unit in range(60)]
    changes = [(log_ratio(w).log_ratio - plain.log_ratio) / step for w in weights]
    error = np.sqrt((np.array(changes) ** 2).sum(axis=0))
    assert plain.t == pytest.approx(plain.log_ratio / error, rel=1e-3)


@pytest.mark.parametrize("kind", ["log rates", "ratio of sums"])
def test_bands_left_in_their_places_give_the_observed_ways(kind):
    rng, stratum, band = units(4)
    value, base = rng.gamma(2, 3, size=(4, 400)) + 40, rng.integers(1, 90, (4, 400)).astype(float)
    base = np.ones_like(base) if kind == "log rates" else base
    outcomes = Outcomes(kind, value, base, np.zeros(4, dtype=int))
    still = iter([np.arange(400)[None]])
    moved = permuted(outcomes, design(stratum, band), still)
    found = observed(outcomes, design(stratum, band))
    assert moved.log_ratio[..., 0] == pytest.approx(found.log_ratio, abs=2e-4)
    assert moved.t[..., 0] == pytest.approx(found.t, abs=2e-3)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=40))
def test_persons_move_whole_and_inside_their_strata(pairs):
    person, stratum = np.array(pairs).T
    for moves in whole_persons(person, stratum, 3, np.random.default_rng(1)):
        for source in moves:
            assert sorted(source) == list(range(len(person)))
            assert (stratum[source] == stratum).all()
            partner = {}
            for unit, taken in enumerate(source):
                assert partner.setdefault(person[unit], person[taken]) == person[taken]
