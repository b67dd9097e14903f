"""Power: the project's design numbers, statsmodels, simulation, and the words for refusals."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from analysis.evidence.breakdown.power import (
    creators_per_arm,
    creators_per_arm_for_equivalence,
    design_table,
    minimum_detectable_ratio,
    more_creators_needed,
)
from analysis.evidence.estimators.estimate import NotEstimableError

# The project's planning case: sd .7 over creators, .6 over posts, 12 posts each.
CASE = {"variance": 0.7**2 + 0.6**2 / 12, "alpha": 0.05, "power": 0.8}


def test_the_planning_case_has_the_numbers_of_the_methods_page():
    rows = design_table((1.10, 1.20, 1.25, 1.50, 2.0), **CASE, niches=5)
    assert [row.alone for row in rows] == [899, 246, 164, 50, 17]
    assert [rows[2].in_family, rows[3].in_family] == [244, 74]
    assert [rows[2].equivalent, rows[1].equivalent, rows[0].equivalent] == [179, 268, 981]


def test_more_posts_hardly_help():
    assert creators_per_arm(1.25, **CASE | {"variance": 0.7**2 + 0.6**2 / 30}) == 159


@pytest.mark.parametrize("ratio", [0.6, 0.8, 1.1, 1.7])
def test_creators_per_arm_equal_statsmodels(ratio):
    theirs = NormalIndPower().solve_power(
        effect_size=abs(np.log(ratio)) / np.sqrt(0.52), alpha=0.05 / 3, power=0.9
    )
    ours = creators_per_arm(ratio, variance=0.52, alpha=0.05, power=0.9, niches=3)
    assert ours == int(np.ceil(theirs - 1e-6))


def test_equivalence_is_shown_as_often_as_asked_for():
    """The chance that both one-sided normal tests succeed when the arms are equal, exactly."""
    n = creators_per_arm_for_equivalence(1.25, **CASE)
    for creators, enough in ((n, True), (n - 1, False)):
        error = np.sqrt(2 * CASE["variance"] / creators)
        both = 2 * stats.norm.cdf(np.log(1.25) / error - stats.norm.ppf(0.95)) - 1
        assert bool(both >= 0.8) is enough
    assert n == creators_per_arm_for_equivalence(0.8, **CASE)


def test_the_smallest_detectable_ratio_is_detected():
    error = np.sqrt(0.52 * (1 / 120 + 1 / 40))
    found = minimum_detectable_ratio(error, alpha=0.05, power=0.8, niches=5)
    critical = stats.norm.isf(0.005)
    assert stats.norm.sf(critical - np.log(found) / error) == pytest.approx(0.8, rel=1e-9)
    equal = minimum_detectable_ratio(np.sqrt(2 * 0.52 / 164), alpha=0.05, power=0.8)
    assert creators_per_arm(equal, **CASE) in (164, 165)


def test_the_creators_asked_for_bring_the_error_down_far_enough():
    """Equivalence asks for 1.6449 + 1.2816 standard errors, detection for 1.9600 + 0.8416."""
    more = more_creators_needed(0.2, 80, 25, to_detect=1.25, alpha=0.05, power=0.8)
    times = (0.2 * (stats.norm.isf(0.05) + stats.norm.ppf(0.9)) / np.log(1.25)) ** 2
    assert more == np.ceil(80 * times) - 80 + np.ceil(25 * times) - 25
    assert more == more_creators_needed(0.2, 80, 25, to_detect=0.8, alpha=0.05, power=0.8)


def test_a_comparison_with_enough_creators_needs_none():
    assert more_creators_needed(0.01, 80, 25, to_detect=1.25, alpha=0.05, power=0.8) == 0


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: creators_per_arm(1.0, **CASE), "not 1"),
        (lambda: creators_per_arm(-2.0, **CASE), "positive"),
        (lambda: creators_per_arm(np.nan, **CASE), "positive"),
        (lambda: creators_per_arm(1.2, **CASE | {"variance": 0.0}), "variance must be positive"),
        (lambda: creators_per_arm(1.2, **CASE | {"power": 1.0}), "between 0 and 1"),
        (lambda: minimum_detectable_ratio(0.0, alpha=0.05, power=0.8), "error must be positive"),
        (
            lambda: more_creators_needed(0.0, 9, 9, to_detect=1.25, alpha=0.05, power=0.8),
            "standard error must be positive, it is 0",
        ),
    ],
)
def test_questions_without_an_answer_are_refused(ask, says):
    with pytest.raises(NotEstimableError, match=says):
        ask()
