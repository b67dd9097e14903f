"""The tests have teeth: each mistake of the field, made in the product, turns a test red."""

import pytest

from tests.mistakes import assert_turns_red

pytestmark = pytest.mark.prove

EVIDENCE = "src/analysis/evidence/"
ESTIMATORS = "tests/evidence/estimators/test_estimators.py"
FAMILIES = "tests/evidence/test_families.py"
MISTAKES = {
    "accounts of one person as independent": (
        EVIDENCE + "estimators/typical.py",
        "float), stratum, person)",
        "float), stratum, np.arange(len(micro)))",
        ESTIMATORS,
    ),
    "binomial spread instead of the creators'": (
        EVIDENCE + "estimators/portfolio.py",
        "np.sqrt((_sum_by(unit, change) ** 2).sum(axis=1))",
        "np.sqrt(1 / information[:, 0])",
        ESTIMATORS,
    ),
    "logarithm of orders plus a constant": (
        EVIDENCE + "estimators/typical.py",
        "    rate = numerator / exposure\n",
        "    rate = np.log1p((numerator + 0.5) / exposure)\n",
        ESTIMATORS,
    ),
    "mean of ratios": (
        EVIDENCE + "placements/cost.py",
        "rate = float(cost.sum() / outcome.sum())",
        "rate = float((cost / np.maximum(outcome, 1)).mean())",
        "tests/evidence/placements/test_cost.py",
    ),
    "median for geometric mean": (
        EVIDENCE + "estimators/typical.py",
        "with_t(*fitted.slope,",
        "with_t(np.median(log_rate[micro]) - np.median(log_rate[~micro]), *fitted.slope[1:],",
        ESTIMATORS,
    ),
    "z for t": (
        EVIDENCE + "estimators/estimate.py",
        "stats.t.ppf([(1 + level) / 2, level], degrees_of_freedom) * error",
        "stats.norm.ppf([(1 + level) / 2, level]) * error",
        ESTIMATORS,
    ),
    "platforms in one pot": (
        EVIDENCE + "comparisons.py",
        'for platform, accounts in _panel(view, METRICS[name]).groupby("platform"):',
        'for platform, accounts in [("instagram", _panel(view, METRICS[name]))]:',
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
        "np.maximum.accumulate(ordered * steps)",
        "np.maximum.accumulate(ordered)",
        FAMILIES + "::test_holm_runs_over_the_named_niches_and_over_the_others_apart",
    ),
    "hidden likes as 0": (
        "src/analysis/panel/creators.sql",
        "select *, likes + comments as interactions",
        "select *, coalesce(likes, 0) + comments as interactions",
        "tests/panel/test_creators.py",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_turns_a_test_red(mistake, tmp_path):
    assert_turns_red(*MISTAKES[mistake], tmp_path)
