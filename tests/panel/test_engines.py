"""The panel on Spark is the panel on DuckDB: the same file, the same rows, the same numbers."""

import shutil
from datetime import date

import pandas as pd
import pytest

from analysis.panel.creators import creator_panel
from analysis.panel.engines import run_there
from analysis.prepare.pipeline import prepare
from analysis.study.addresses import ENGINE
from analysis.study.errors import UsageError
from analysis.study.project import PROJECT
from analysis.study.ranges import Period

SCOPES = [
    {"period": Period()},
    {"period": Period(date(2026, 3, 1), date(2026, 6, 30)), "campaign": "spring"},
    {"period": Period(), "hourly_rate": 30.0, "extra_handling": 2.5, "by_campaign": True},
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    base = tmp_path_factory.mktemp("engines")
    return prepare(PROJECT / "data" / "raw" / "demo", base / "demo", private=base / "private")


@pytest.fixture(scope="module")
def spark():
    """An address of Spark on this machine; skipped without Java or the extra."""
    pytest.importorskip("ibis", reason="the extra micromacro[engines] is not installed")
    pytest.importorskip("pyspark", reason="the extra micromacro[engines] is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java here, which Spark needs")
    return "pyspark://"


@pytest.mark.filterwarnings("ignore")  # of pyspark and py4j, which is not ours to mend
@pytest.mark.parametrize("scope", SCOPES, ids=["whole", "campaign", "by campaign"])
def test_spark_gives_what_duckdb_gives(demo, spark, scope, monkeypatch):
    here = creator_panel(demo, **scope)
    monkeypatch.setenv(ENGINE, spark)
    there = creator_panel(demo, **scope)
    assert list(there.columns) == list(here.columns)
    pd.testing.assert_frame_equal(there, here, check_dtype=False, rtol=1e-9, atol=0)


def test_an_address_without_an_engine_is_refused(demo):
    pytest.importorskip("ibis", reason="the extra micromacro[engines] is not installed")
    with pytest.raises(UsageError, match="--engine nowhere://x: no engine there"):
        run_there("select 1", {}, demo, "nowhere://x")


def test_without_the_extra_the_command_says_what_to_install(demo, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ibis", None)
    with pytest.raises(UsageError, match="pip install 'micromacro\\[engines\\]'"):
        run_there("select 1", {}, demo, "pyspark://")
