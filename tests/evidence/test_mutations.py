"""The tests have teeth: each mistake of the field, made in the product, turns a test red."""

import pytest

from tests.mistakes import assert_turns_red

pytestmark = pytest.mark.prove

EVIDENCE = "src/analysis/evidence/"
TYPICAL = "tests/evidence/estimators/test_typical.py"
RATES = "tests/evidence/estimators/test_rate_ratio.py"
RATE_RATIO = EVIDENCE + "estimators/rate_ratio.py"
FAMILIES = "tests/evidence/test_families.py"
ROBUSTNESS = EVIDENCE + "robustness/"
THRESHOLD = "tests/evidence/robustness/test_threshold.py"
MISTAKES = {
    "accounts of one person as independent": (
        EVIDENCE + "estimators/typical.py",
        "float), stratum, person)",
        "float), stratum, np.arange(len(micro)))",
        TYPICAL,
    ),
    "bookings for persons": (
        RATE_RATIO,
        "    sums = held_by_person(*rows)\n",
        "    sums = held_by_person(*rows[:4], np.arange(len(rows[0])))\n",
        RATES,
    ),
    "one step for exact": (
        RATE_RATIO,
        "np.log(without[:, 0] / without[:, 1]) - log_ratio[:, None]",
        "(without[:, 0] / whole[:, 0, None] - without[:, 1] / whole[:, 1, None])",
        RATES,
    ),
    "accounts for persons in the minimum": (
        EVIDENCE + "gates.py",
        "if len(np.unique(person[arm])) < least]",
        "if arm.sum() < least]",
        FAMILIES + "::test_accounts_of_few_persons_are_too_few",
    ),
    "logarithm of orders plus a constant": (
        RATE_RATIO,
        "np.divide(held.counts, held.exposures,",
        "np.divide(np.log1p(held.counts), held.exposures,",
        RATES,
    ),
    "mean of ratios": (
        EVIDENCE + "placements/cost.py",
        "rate = float(cost.sum() / outcome.sum())",
        "rate = float((cost / np.maximum(outcome, 1)).mean())",
        "tests/evidence/placements/test_cost.py",
    ),
    "median for geometric mean": (
        EVIDENCE + "estimators/typical.py",
        "log_ratio, error, _ = fitted.slope",
        "log_ratio, error = np.median(log_rate[micro]) - np.median(log_rate[~micro]), 1.0",
        TYPICAL,
    ),
    "z for t": (
        EVIDENCE + "estimators/estimate.py",
        "float(stats.t.ppf((1 + level) / 2, df)) * widening",
        "float(stats.norm.ppf((1 + level) / 2)) * widening",
        TYPICAL,
    ),
    "platforms in one pot": (
        EVIDENCE + "comparisons.py",
        'panel_of(view, metric).groupby("platform"):\n            for niche,',
        '[*zip(["instagram"], [panel_of(view, metric)])]:\n            for niche,',
        FAMILIES + "::test_platforms_are_never_in_one_cell",
    ),
    "niches in one pot": (
        EVIDENCE + "methods.py",
        "stratum=np.unique(kept[metric.within], return_inverse=True)[1],",
        "stratum=np.zeros(len(kept), dtype=np.int64),",
        FAMILIES + "::test_the_whole_compares_engagement_inside_niches",
    ),
    "over a million folded in": (
        EVIDENCE + "view.py",
        "return (self.macro, *parts)",
        "return (self.macro,)",
        FAMILIES + "::test_each_contrast_is_a_family_of_its_own",
    ),
    "over a million left out": (
        EVIDENCE + "view.py",
        "return (self.macro, *parts)",
        "return parts[:1]",
        FAMILIES + "::test_the_frame_has_the_published_columns_and_unique_ids",
    ),
    "no correction over the family": (
        EVIDENCE + "families.py",
        "        shares.append(max(share, 1))\n",
        "        shares.append(1)\n",
        FAMILIES + "::test_the_levels_are_shared_among_the_headline_the_grid_and_the_row",
    ),
    "alike by an interval of its own": (
        EVIDENCE + "families.py",
        "rule(interval, margin=declared.margin",
        "rule(one.fit.interval(0.9), margin=declared.margin",
        FAMILIES + "::test_the_interval_that_is_shown_decides",
    ),
    "an exponent on the margin of a ratio": (
        EVIDENCE + "verdict.py",
        "per_follower = gap ** (1 - high), gap ** (1 - low)",
        "per_follower = low, high",
        "tests/evidence/test_verdict.py",
    ),
    "a straight line as rival of the step": (
        ROBUSTNESS + "threshold.py",
        "_demeaned(natural_spline(size, KNOTS), stratum)",
        "_demeaned(size[:, None], stratum)",
        THRESHOLD + "::test_a_smooth_lead_without_noise_is_no_step",
    ),
    "a curve of four knots": (
        ROBUSTNESS + "threshold.py",
        "KNOTS = (0.025, 0.1833, 0.3417, 0.5, 0.6583, 0.8167, 0.975)\n",
        "KNOTS = (0.1, 0.37, 0.63, 0.9)\n",
        THRESHOLD + "::test_smooth_worlds_are_called_steps_as_seldom_as_promised",
    ),
    "any covariate as yardstick": (
        ROBUSTNESS + "sensitivity.py",
        "usable = min(of_tier, of_rate) >= _USABLE",
        "usable = True",
        "tests/evidence/robustness/test_sensitivity.py",
    ),
    "rows for persons at the line": (
        ROBUSTNESS + "threshold.py",
        "sum_by(owner, influence.T)",
        "influence.T",
        THRESHOLD + "::test_accounts_of_one_person_are_one_witness",
    ),
    "the later count for the tier": (
        ROBUSTNESS + "follower_counts.py",
        "is_micro = (before >= micro.low) & (before < micro.high)",
        "is_micro = (after >= micro.low) & (after < micro.high)",
        "tests/evidence/robustness/test_follower_counts.py",
    ),
    "agreement of ways as evidence": (
        ROBUSTNESS + "survival.py",
        "if joint.p_value > 1 - level:",
        "if joint.same_side < 1:",
        "tests/evidence/robustness/test_survival.py",
    ),
    "placements without their days": (
        "src/analysis/panel/creators.sql",
        "coalesce(placed_at, starts_on) <= $last_day::date",
        "true",
        "tests/panel/test_creators.py",
    ),
    "boosted posts as organic": (
        "src/analysis/panel/creators.sql",
        "not coalesce(is_boosted, false) and",
        "true and",
        "tests/panel/test_creators.py",
    ),
    "hidden likes as 0": (
        "src/analysis/panel/creators.sql",
        "case when is_organic then likes + comments end as interactions,",
        "case when is_organic then coalesce(likes, 0) + comments end as interactions,",
        "tests/panel/test_creators.py",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_turns_a_test_red(mistake, tmp_path):
    assert_turns_red(*MISTAKES[mistake], tmp_path)
