"""The front door: names load when they are used, and what they do leaves nothing behind."""

import doctest
import inspect
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.study.errors import UsageError
from analysis.study.project import PROJECT

ESTIMATORS = {
    "geometric_mean_ratio": {},
    "rate_ratio": {"weight": "person", "permutations": 99, "rng": np.random.default_rng(1)},
}


def test_nothing_heavy_loads_before_a_name_is_used():
    code = (
        "import sys, analysis; print(*sorted({'pandas', 'duckdb', 'scipy'} & sys.modules.keys()))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not child.stdout.split()


@pytest.mark.parametrize("name", sorted(analysis._HOME))
def test_every_public_name_explains_itself(name):
    found = getattr(analysis, name)
    summary, *rest = inspect.getdoc(found).split("\n")
    assert len(summary.split()) <= 12, summary
    if callable(found):
        parameters = list(inspect.signature(found).parameters)
        told = "\n".join(rest)
        assert not parameters[1:] or "Args:" in told or len(parameters) < 3, f"{name}: {parameters}"


def test_a_name_that_is_not_there_is_answered_by_those_that_are():
    told = "analysis has no 'look'; it has about, advise, answer"
    with pytest.raises(AttributeError, match=told):
        _ = analysis.look


def test_a_figure_leaves_the_analysts_settings_as_they_were():
    before = dict(mpl.rcParams)
    letters = {letter: mpl.colors.to_hex(letter) for letter in "bgrcmyk"}
    view = analysis.open_view("demo")
    assert analysis.figures.sizes(view) is not None
    assert analysis.figures.growth(view, "engagement_per_post") is not None
    assert dict(mpl.rcParams) == before
    assert {letter: mpl.colors.to_hex(letter) for letter in letters} == letters
    assert not plt.get_fignums()


@pytest.mark.parametrize("name", ESTIMATORS)
@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("column", ["numerator", "exposure"])
def test_an_estimator_refuses_what_is_no_count(name, wrong, column):
    columns = {
        "numerator": np.array([5.0, 4, 6, 3, 2, 2.5]),
        "exposure": np.array([100.0, 90, 80, 100, 95, 105]),
    }
    columns[column][2] = wrong
    micro, one = np.arange(6) < 3, np.zeros(6, dtype=np.int64)
    with pytest.raises(UsageError, match=rf"{column}: 1 of 6 entries are (missing|negative)"):
        getattr(analysis, name)(*columns.values(), micro, one, level=0.95, **ESTIMATORS[name])


def test_estimators_take_columns_of_a_panel_as_they_are():
    rows = pd.DataFrame(
        {
            "likes": [5, 4, 6, 3, 2, 3],
            "views": [100, 90, 80, 100, 95, 105],
            "niche": ["a", "b", "a", "a", "b", "b"],
            "owner": ["p", "q", "r", "s", "t", "u"],
        },
        index=list("zyxwvu"),
    )
    micro = pd.Series([True, True, True, False, False, False], index=rows.index)
    arrays = (rows["likes"].to_numpy(float), rows["views"].to_numpy(float), micro.to_numpy())
    plain = analysis.geometric_mean_ratio(*arrays, np.array([0, 1, 0, 0, 1, 1]), level=0.95)
    columns = (rows["likes"], rows["views"], micro, rows["niche"])
    assert (
        analysis.geometric_mean_ratio(*columns, person=rows["owner"], level=0.95).ratio
        == plain.ratio
    )


def test_one_rule_suppresses_small_counts():
    steps = pd.DataFrame({"step": ["a", "b", "c"], "1K-100K": [3, 40, 20], "100K+": [50, 60, 70]})
    alone = analysis.suppress(steps)
    assert alone["1K-100K"].tolist() == [pd.NA, 40, 20]
    summed = analysis.suppress(steps, down="known")
    assert summed["1K-100K"].tolist() == [pd.NA, 40, pd.NA]


def test_the_questions_of_analysts_are_answered_as_the_page_says():
    failed, tried = doctest.testfile(
        str(PROJECT / "docs" / "analysts.md"), module_relative=False, encoding="utf-8"
    )
    assert (failed, tried > 25) == (0, True)
