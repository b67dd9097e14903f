"""Power: the project's design numbers, statsmodels, simulation, and the words for refusals."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.power import (
    MoreCreators,
    clicks_per_arm,
    creator_variance,
    creators_per_arm,
    creators_per_arm_for_equivalence,
    design_table,
    minimum_detectable_ratio,
    more_creators,
    more_creators_needed,
    replication,
)

# The project's planning case: sd .7 over creators, .6 over posts, 12 posts each.
CASE = {"variance": creator_variance(0.7, 0.6, 12), "alpha": 0.05, "power": 0.8}


def test_the_planning_case_has_the_numbers_of_the_methods_page():
    rows = design_table((1.10, 1.20, 1.25, 1.50, 2.0), **CASE, niches=5)
    assert [row.alone for row in rows] == [899, 246, 164, 50, 17]
    assert [rows[2].in_family, rows[3].in_family] == [244, 74]
    assert [rows[2].equivalent, rows[1].equivalent, rows[0].equivalent] == [179, 268, 981]


def test_more_posts_hardly_help():
    assert creators_per_arm(1.25, **CASE | {"variance": creator_variance(0.7, 0.6, 30)}) == 159


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
    found = more_creators(0.2, 80, 25, to_detect=1.25, alpha=0.05, power=0.8, niches=5)
    detect, show = found.to_detect, found.to_show_equivalence
    for (micro, macro), critical, size in (
        (detect, stats.norm.isf(0.005), stats.norm.ppf(0.8)),
        (show, stats.norm.isf(0.05), stats.norm.ppf(0.9)),
    ):
        # The error of a log ratio, (a / n_micro + b / n_macro)^(1/2), whatever a and b.
        for share in (0.2, 0.9):
            now = share / 80 + (1 - share) / 25
            then = share / (80 + micro) + (1 - share) / (25 + macro)
            error = 0.2 * np.sqrt(then / now)
            assert np.log(1.25) / error >= critical + size
            fewer = 0.2 * np.sqrt(then / now) * 1.02
            assert np.log(1.25) / fewer < critical + size
    assert more_creators_needed(0.2, 80, 25, to_detect=0.8, alpha=0.05, power=0.8, niches=5) == max(
        sum(detect), sum(show)
    )


def test_the_larger_of_the_two_needs_decides():
    # Alone, equivalence asks for 1.6449 + 1.2816 standard errors, detection for 1.9600 + 0.8416.
    ask = {"to_detect": 1.25, "alpha": 0.05, "power": 0.8}
    alone, in_family = (more_creators(0.2, 80, 25, **ask, niches=n) for n in (1, 5))
    assert sum(alone.to_show_equivalence) > sum(alone.to_detect)
    assert more_creators_needed(0.2, 80, 25, **ask) == sum(alone.to_show_equivalence)
    assert sum(in_family.to_show_equivalence) < sum(in_family.to_detect)
    assert more_creators_needed(0.2, 80, 25, **ask, niches=5) == sum(in_family.to_detect)


def test_a_cell_with_enough_creators_needs_none():
    found = more_creators(0.01, 80, 25, to_detect=1.25, alpha=0.05, power=0.8)
    assert found == MoreCreators(to_detect=(0, 0), to_show_equivalence=(0, 0))


@pytest.mark.parametrize(
    ("rates", "creators", "expected"),
    [
        ((0.02, 0.025), (1, 0), 13_871),
        ((0.02, 0.025), (100, 0.002), 16_600),
        ((0.02, 0.025), (100, 0.01), 27_600),
        ((0.02, 0.025), (500, 0.01), 83_000),
        ((0.01, 0.015), (1, 0), 7_900),
        ((0.01, 0.015), (500, 0.01), 47_000),
    ],
)
def test_clicks_have_the_numbers_of_the_methods_page(rates, creators, expected):
    clicks, correlation = creators
    found = clicks_per_arm(
        *rates, alpha=0.05, power=0.8, clicks_per_creator=clicks, correlation=correlation
    )
    # The page rounds: 13,871 to the nearest, the others to hundreds or thousands.
    rounding = 1 if expected == 13_871 else 100 if expected < 40_000 else 500
    assert abs(found - expected) <= rounding


def test_clicks_are_enough_in_a_simulation_of_binomial_arms():
    """4,000 pairs of arms; Monte-Carlo error .006."""
    n = clicks_per_arm(0.02, 0.03, alpha=0.05, power=0.8)
    rng = np.random.default_rng(3)
    one, two = rng.binomial(n, 0.02, 4000), rng.binomial(n, 0.03, 4000)
    error = np.sqrt(1 / one - 1 / n + 1 / two - 1 / n)
    power = np.mean(np.abs(np.log(two / one)) > 1.959964 * error)
    assert power == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize("ratio", [0.7, 1.05, 1.6])
def test_power_sign_and_exaggeration_as_in_a_simulation(ratio):
    """A million estimates; Monte-Carlo errors below .001, of the wrong sign below .002."""
    rng = np.random.default_rng(4)
    truth = np.log(ratio)
    estimate = rng.normal(truth, 0.2, 1_000_000)
    clear = np.abs(estimate) > 0.2 * stats.norm.isf(0.025)
    found = replication(ratio, standard_error=0.2, alpha=0.05)
    assert found.power == pytest.approx(clear.mean(), abs=0.002)
    wrong = np.sign(estimate[clear]) != np.sign(truth)
    assert found.wrong_sign == pytest.approx(wrong.mean(), abs=0.006)
    assert found.exaggeration == pytest.approx(
        np.abs(estimate[clear]).mean() / abs(truth), rel=0.01
    )


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: creators_per_arm(1.0, **CASE), "not 1"),
        (lambda: creators_per_arm(-2.0, **CASE), "positive"),
        (lambda: creators_per_arm(np.nan, **CASE), "positive"),
        (lambda: creators_per_arm(1.2, **CASE | {"variance": 0.0}), "variance must be positive"),
        (lambda: creators_per_arm(1.2, **CASE | {"power": 1.0}), "between 0 and 1"),
        (lambda: minimum_detectable_ratio(0.0, alpha=0.05, power=0.8), "error must be positive"),
        (lambda: clicks_per_arm(0.0, 0.1, alpha=0.05, power=0.8), "between 0 and 1"),
        (lambda: clicks_per_arm(0.1, 0.1, alpha=0.05, power=0.8), "not 1"),
        (lambda: replication(1.2, standard_error=np.nan, alpha=0.05), "standard error must be"),
        (
            lambda: more_creators_needed(0.0, 9, 9, to_detect=1.25, alpha=0.05, power=0.8),
            "standard error must be positive, it is 0",
        ),
    ],
)
def test_questions_without_an_answer_are_refused(ask, says):
    with pytest.raises(NotEstimableError, match=says):
        ask()
