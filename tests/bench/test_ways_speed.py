"""Every way of counting from cell sums, against one regression per way by two libraries."""

import time

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm

from analysis.evidence.robustness.counting.cell_sums import (
    Design,
    Outcomes,
    observed,
    permuted,
    whole_persons,
)

CREATORS, OUTCOMES, STRATA = 100_000, 64, 24
TIERS = (((0, 1), (2, 3)), ((0, 1), (2,)), ((1,), (2, 3)), ((1,), (2,)))
FITTED = [(0, 0), (0, 1), (1, 0), (1, 1)]  # outcomes and schemes that statsmodels fits
PAIRS = 3


def world(creators):
    rng = np.random.default_rng(1)
    band, stratum = rng.integers(0, 4, creators), rng.integers(0, STRATA, creators)
    value = rng.normal(size=(OUTCOMES, creators)) + 0.3 * (band < 2)
    base = (rng.random((OUTCOMES, creators)) < 0.8).astype(float)
    outcomes = Outcomes("log rates", value, base, np.zeros(OUTCOMES, dtype=int))
    coarse = np.arange(STRATA) // 3
    return outcomes, Design(stratum, band[None], (coarse, np.arange(STRATA)), TIERS)


def by_statsmodels(outcomes, design, outcome, scheme):
    micro, macro = TIERS[0]
    band = design.band[0]
    kept = (outcomes.base[outcome] > 0) & np.isin(band, micro + macro)
    stratum = design.schemes[scheme][design.stratum[kept]]
    dummies = stratum[:, None] == np.unique(stratum)
    columns = np.column_stack([np.isin(band[kept], micro), dummies]).astype(float)
    return sm.OLS(outcomes.value[outcome, kept], columns).fit(cov_type="HC3")


def by_pyfixest(outcomes, design, outcome, scheme):
    """The same regression, its strata absorbed; the errors are HC1, the cheapest it has."""
    micro, macro = TIERS[0]
    band = design.band[0]
    kept = (outcomes.base[outcome] > 0) & np.isin(band, micro + macro)
    rows = pd.DataFrame(
        {
            "value": outcomes.value[outcome, kept],
            "micro": np.isin(band[kept], micro).astype(float),
            "stratum": design.schemes[scheme][design.stratum[kept]],
        }
    )
    return pyfixest.feols("value ~ micro | stratum", rows, vcov="HC1").coef()["micro"]


def compared(library):
    """Times that all ways cost by a library, fitted for some, over ours; ours, and the fits."""
    outcomes, design = world(CREATORS)
    library(outcomes, design, *FITTED[0])  # what compiles at first use
    ratios = []
    for _ in range(PAIRS):
        start = time.process_time()
        curve = observed(outcomes, design)
        ours = time.process_time() - start
        start = time.process_time()
        fits = [library(outcomes, design, *which) for which in FITTED]
        theirs = (time.process_time() - start) / len(FITTED) * curve.t.size
        ratios.append(theirs / ours)
    print(f"\n{curve.t.size} ways of {CREATORS:,} creators: {ours:.2f} CPU s;", ratios)
    return ratios, curve, fits


def test_512_ways_cost_a_thousandth_of_one_regression_each():
    ratios, curve, fits = compared(by_statsmodels)
    for (outcome, scheme), fit in zip(FITTED, fits, strict=True):
        ours = curve.log_ratio[outcome, scheme, 0], curve.t[outcome, scheme, 0]
        assert ours == pytest.approx((fit.params[0], fit.tvalues[0]), rel=1e-9)
    assert np.median(ratios) > 1000


# The warning is of pyfixest's own use of pandas.
@pytest.mark.filterwarnings("ignore:The inplace keyword:pandas.errors.Pandas4Warning")
def test_512_ways_cost_a_two_hundredth_of_absorbed_regressions():
    ratios, curve, fits = compared(by_pyfixest)
    for (outcome, scheme), theirs in zip(FITTED, fits, strict=True):
        assert curve.log_ratio[outcome, scheme, 0] == pytest.approx(theirs, rel=1e-6)
    assert np.median(ratios) > 200


def test_500_joint_permutations_against_as_many_regressions():
    outcomes, design = world(10_000)
    ratios = []
    for _ in range(PAIRS):
        start = time.process_time()
        person = np.arange(10_000)
        moves = whole_persons(person, design.stratum, 500, np.random.default_rng(1))
        permuted(outcomes, design, moves)
        ours = time.process_time() - start
        start = time.process_time()
        for which in FITTED:
            by_statsmodels(outcomes, design, *which)
        ratios.append(500 * 512 * (time.process_time() - start) / len(FITTED) / ours)
    print(f"\n500 permutations of 512 ways of 10,000 creators: {ours:.2f} CPU s", ratios)
    assert np.median(ratios) > 500
