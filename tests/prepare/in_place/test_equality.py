"""Posts that stay where they are give what the same rows give as files."""

import shutil
from datetime import date

import pandas as pd
import pytest

from analysis.panel import data_quality
from analysis.panel.creators import creator_panel
from analysis.panel.doubts import doubts
from analysis.panel.halves import later_half
from analysis.panel.relationship import formats, growth
from analysis.prepare.pipeline import prepare
from analysis.store.dataset import open_dataset
from analysis.study.addresses import ENGINE
from analysis.study.project import data_folder
from analysis.study.ranges import Period
from tests.built import once
from tests.planted import declare, write_world

SCOPES = [
    {"period": Period()},
    {"period": Period(date(2026, 3, 1), date(2026, 6, 30)), "campaign": "spring"},
    {"hourly_rate": 30.0, "extra_handling": 2.5, "by_campaign": True},
    {"posts_kept": "any"},
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return once(tmp_path_factory, "planted", write_world)


@pytest.fixture(scope="module")
def prepared(world, tmp_path_factory):
    """A function that prepares one of the raw folders, once."""
    base, known = tmp_path_factory.mktemp("placed"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROMACRO_DATA", str(base))
        patch.delenv("MICROMACRO_KEY", raising=False)

        def of(name):
            if name not in known:
                out = data_folder("processed") / ("store" if name == "duckdb" else name)
                known[name] = prepare(world / name, out, private=data_folder("private"))
            return known[name]

        yield of


PLACES = ["parquet", "duckdb"]


def reasons(dataset):
    left = dataset.exclusions()
    return left.groupby(["table", "reason"])["rows"].sum().to_dict()


def counts(dataset):
    return {
        one.table: (one.rows_read, one.kept, one.merged, one.excluded, one.duplicates)
        for one in dataset.manifest.files
    }


def test_every_planted_row_meets_its_own_reason(prepared):
    # Two rows repeat, one is spelled otherwise, one stands under another id; each of the others as
    # the comment beside it says.
    assert counts(prepared("parquet"))["posts"] == (417, 394, 1, 18, 4)
    left = {reason: rows for (_, reason), rows in reasons(prepared("parquet")).items()}
    count = "not a whole number in plain digits, like 12500"
    contradicts = "another row has the same platform, handle, post_id, but another {}"
    expected = {
        "no value": 3,
        count: 2,
        "more likes than accounts reached": 1,
        "before any platform existed": 1,
        "in the future": 1,
        "an address of another platform": 1,
        "no such creator in creators": 0,
        "not text, but an error of the spreadsheet": 2,
        "not a name like instagram, tiktok, youtube": 1,
        contradicts.format("format; keep one of them"): 2,
    }
    assert left.items() >= {k: v for k, v in expected.items() if v}.items()


@pytest.mark.parametrize("place", PLACES)
def test_rows_meet_the_fates_that_files_give_them(prepared, place):
    files, placed = prepared("csv"), prepared(place)
    assert counts(placed) == counts(files)
    assert reasons(placed) == reasons(files)
    assert placed.manifest.warnings == files.manifest.warnings
    assert placed.manifest.joins == files.manifest.joins
    for fact in ("first_day", "last_day", "placed_from", "campaigns", "niches", "platforms"):
        assert getattr(placed.manifest, fact) == getattr(files.manifest, fact)
    assert placed.lacks is None
    assert placed.table_path("posts") is None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scope", SCOPES, ids=["whole", "campaign", "by campaign", "any post"])
def test_sums_are_those_of_files(prepared, place, scope):
    files, placed = (creator_panel(prepared(name), **scope) for name in ("csv", place))
    pd.testing.assert_frame_equal(placed, files, check_dtype=False, rtol=1e-9, atol=0)


@pytest.mark.parametrize("place", PLACES)
def test_whatever_else_reads_posts_finds_the_same(prepared, place):
    same_elsewhere(prepared("csv"), prepared(place))


def same_elsewhere(files, placed):
    for ask in (formats, growth, data_quality.truth_states, data_quality.cautions):
        pd.testing.assert_frame_equal(
            ask(placed), ask(files), check_dtype=False, rtol=1e-9, atol=0, obj=ask.__name__
        )
    whole = {"period": Period(), "campaign": None}
    halves = [later_half(one, "posts", **whole) for one in (files, placed)]
    assert halves[0] == halves[1] is not None
    assert doubts(placed, creator_panel(placed)) == doubts(files, creator_panel(files))


@pytest.mark.prove
@pytest.mark.filterwarnings("ignore")  # of pyspark and py4j, which is not ours to mend
def test_spark_judges_and_sums_as_files_do(prepared, world, tmp_path, monkeypatch):
    pytest.importorskip("ibis", reason="the extra micromacro[engines] is not installed")
    pytest.importorskip("pyspark", reason="the extra micromacro[engines] is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java here, which Spark needs")
    monkeypatch.setenv(ENGINE, "pyspark://")
    raw = shutil.copytree(world / "parquet", tmp_path / "spark")
    tables = {"posts": {"parquet": "posts"}, "creators": {"parquet": "creators.parquet"}}
    tables["placements"] = {"parquet": "placements.parquet"}
    declare(raw, {"name": "spark", "currency": "EUR", "tables": tables})
    out = data_folder("processed") / "spark"
    placed = prepare(raw, out, private=data_folder("private"))
    monkeypatch.delenv(ENGINE)
    files = prepared("csv")
    assert counts(placed) == counts(files)
    assert reasons(placed) == reasons(files)
    assert placed.manifest.warnings == files.manifest.warnings
    here = creator_panel(files, by_campaign=True)
    monkeypatch.setenv(ENGINE, "pyspark://")
    there = creator_panel(open_dataset(out), by_campaign=True)
    pd.testing.assert_frame_equal(there, here, check_dtype=False, rtol=1e-9, atol=0)
    for ask in (data_quality.truth_states, data_quality.cautions):
        pd.testing.assert_frame_equal(
            ask(placed), _here(ask, files, monkeypatch), check_dtype=False
        )


def _here(ask, files, monkeypatch):
    with monkeypatch.context() as patch:
        patch.delenv(ENGINE)
        return ask(files)
