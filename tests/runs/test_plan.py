"""Plans: what is wrong is refused before anything runs; each report has a safe id of its own."""

import json
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.runs.execution.limits import Limits
from analysis.runs.plan import (
    Plan,
    check_parameters,
    declared_parameters,
    expand,
    load_plan,
    parse_settings,
    safe_id,
)
from analysis.study.errors import UsageError
from analysis.study.project import PROJECT

PARAMETERS = """\
dataset: str = "demo"  # a prepared dataset
niche: str = "all"
platform: str = "all"
seed: int = 1
level: float = 0.95
strict: bool = False
note = "not a parameter: it has no type"
"""
MANIFEST = SimpleNamespace(niches=("beauty", "food & drink"), platforms=("tiktok",))
WHOLE = {"notebook": "20_engagement", "id": "engagement", "title": "Engagement"}
BY_NICHE = {**WHOLE, "id": "engagement-{niche}", "title": "In {niche}", "each": "niche"}


@pytest.fixture
def notebooks(tmp_path):
    """A folder with one template."""
    written(tmp_path / "20_engagement.ipynb", PARAMETERS)
    return tmp_path


def written(path, source, tags=("parameters",)):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Why"]},
        {"cell_type": "code", "metadata": {"tags": [*tags]}, "source": source.splitlines(True)},
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def plan(*entries):
    return Plan(reports=tuple(entries))


def expanded(notebooks, *entries, manifest=MANIFEST, **settings):
    """Report ids with the parameters they get, but for the dataset."""
    reports = expand(
        plan(*entries), manifest, dataset="brand", settings=settings, notebooks=notebooks
    )
    assert all(report.parameters["dataset"] == "brand" for report in reports)
    assert all(report.notebook == notebooks / "20_engagement.ipynb" for report in reports)
    return {
        report.report_id: {k: v for k, v in report.parameters.items() if k != "dataset"}
        for report in reports
    }


def test_each_stands_for_one_report_per_niche_of_the_data(notebooks):
    assert expanded(notebooks, WHOLE, BY_NICHE) == {
        "engagement": {},
        "engagement-beauty": {"niche": "beauty"},
        "engagement-food-drink": {"niche": "food & drink"},
    }
    by_platform = {**WHOLE, "id": "{platform}", "each": "platform", "set": {"seed": 2}}
    assert expanded(notebooks, by_platform) == {"tiktok": {"platform": "tiktok", "seed": 2}}


def test_dimensions_combine_and_may_list_their_values(notebooks):
    entry = {**WHOLE, "id": "{niche}-{platform}", "title": "{niche}", "each": ["niche", "platform"]}
    assert expanded(notebooks, entry) == {
        "beauty-tiktok": {"niche": "beauty", "platform": "tiktok"},
        "food-drink-tiktok": {"niche": "food & drink", "platform": "tiktok"},
    }
    listed = {**entry, "each": {"niche": ["beauty"], "platform": "data"}}
    assert list(expanded(notebooks, listed)) == ["beauty-tiktok"]
    assert list(expanded(notebooks, entry, niche="beauty")) == ["beauty-tiktok"]


def test_limits_come_from_the_entry_or_the_plan_or_are_ours(notebooks):
    own = {**WHOLE, "id": "own", "limits": {"seconds": 5}}
    ours = Plan(limits={"seconds": 7, "memory_mb": 100}, reports=(WHOLE, own))
    options = {"dataset": "brand", "settings": {}, "notebooks": notebooks}
    given = [report.limits for report in expand(ours, MANIFEST, **options)]
    assert [(one.seconds, one.memory_mb) for one in given] == [(7, 100), (5, 4000)]
    [plain] = expand(plan(WHOLE), MANIFEST, **options)
    assert plain.limits == Limits()


def test_a_template_whose_cell_may_fail_is_refused(notebooks):
    """It could pass for a whole one."""
    path = notebooks / "20_engagement.ipynb"
    template = json.loads(path.read_text())
    template["cells"].append(
        {"cell_type": "code", "metadata": {"tags": ["raises-exception"]}, "source": ["1 / 0"]}
    )
    path.write_text(json.dumps(template))
    with pytest.raises(UsageError, match="cell 2 is tagged raises-exception"):
        check_parameters(plan(WHOLE), {}, notebooks)


def test_a_selection_never_replaces_the_page_of_the_whole(notebooks):
    assert expanded(notebooks, WHOLE, BY_NICHE, niche="beauty", seed="7") == {
        "engagement-niche-beauty-seed-7": {"niche": "beauty", "seed": 7},
        "engagement-beauty-seed-7": {"niche": "beauty", "seed": 7},
    }


def test_titles_say_which_selection_it_is(notebooks):
    reports = expand(
        plan(WHOLE, BY_NICHE),
        MANIFEST,
        dataset="brand",
        settings={"niche": "beauty", "seed": "7"},
        notebooks=notebooks,
    )
    assert [report.title for report in reports] == [
        "Engagement (niche beauty, seed 7)",
        "In beauty (seed 7)",
    ]


def test_a_setting_wins_over_the_plan(notebooks):
    [values] = expanded(notebooks, {**WHOLE, "set": {"seed": 2}}, seed="3").values()
    assert values == {"seed": 3}


def test_a_niche_with_braces_is_only_a_niche(notebooks):
    odd = SimpleNamespace(niches=("{seed}",), platforms=())
    [values] = expanded(notebooks, BY_NICHE, manifest=odd).values()
    assert values == {"niche": "{seed}"}


def test_niches_that_differ_by_a_sign_have_pages_of_their_own(notebooks):
    alike = SimpleNamespace(niches=("food & drink", "food drink", "beauty"), platforms=())
    ids = list(expanded(notebooks, BY_NICHE, manifest=alike))
    assert ids[2] == "engagement-beauty"
    assert all(re.fullmatch("engagement-food-drink-[0-9a-f]{6}", one) for one in ids[:2])
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((WHOLE, WHOLE), "one id to several reports: engagement"),
        (({**BY_NICHE, "id": "one"},), "one id to several reports: one"),
        (({**WHOLE, "id": "Index"},), "the id index, which is the list of all reports"),
    ],
)
def test_every_report_has_an_id_of_its_own(notebooks, entries, said):
    with pytest.raises(UsageError, match=said):
        expanded(notebooks, *entries)


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("engagement", "engagement"),
        ("Engagement in Food & Drink", "engagement-in-food-drink"),
        ("a_b--c", "a-b-c"),
    ],
)
def test_a_plain_id_stays_readable(text, stem):
    assert safe_id(text) == stem


@pytest.mark.parametrize(
    "texts",
    [
        ("美妆", "家居"),
        ("engagement-美妆", "engagement-家居", "engagement"),
        ("café", "caf", "cafè"),
        ("100K", "100K+", "100K-"),
        ("x" * 300, "x" * 301),
        ("../../etc/passwd", "etc passwd"),
        ("..", "/", "\\", "\x00", "~", "*"),
    ],
)
def test_ids_that_lose_something_keep_apart(texts):
    """Niches come with the data: two of them must never share a page, or stop a run."""
    assert len({safe_id(text) for text in texts}) == len(texts)


@given(st.text(min_size=1))
def test_any_text_gives_a_safe_file_stem(text):
    stem = safe_id(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)
    assert len(stem) <= 70


def test_names_and_types_come_from_the_parameters_cell(notebooks):
    assert declared_parameters(notebooks / "20_engagement.ipynb") == {
        "dataset": str,
        "niche": str,
        "platform": str,
        "seed": int,
        "level": float,
        "strict": bool,
    }


@pytest.mark.parametrize(
    ("source", "tags", "said"),
    [
        ("niche: str = 'all'", (), "no cell is tagged parameters"),
        ("niche: str = ", ("parameters",), "not a notebook with readable parameters"),
        (None, (), "not a notebook with readable parameters"),
    ],
)
def test_a_template_without_parameters_is_refused(tmp_path, source, tags, said):
    path = tmp_path / "x.ipynb"
    path.write_text("{}") if source is None else written(path, source, tags)
    with pytest.raises(UsageError, match=said):
        declared_parameters(path)


def test_a_template_that_is_not_there_is_named(notebooks):
    with pytest.raises(UsageError, match=r"20_engagment\.ipynb: cannot read the notebook: No such"):
        check_parameters(plan({**WHOLE, "notebook": "20_engagment"}), {}, notebooks)


def test_all_wrong_names_and_values_are_told_at_once(notebooks):
    entries = [
        {**WHOLE, "set": {"nich": "beauty", "seed": 3.7}},
        {**WHOLE, "set": {"sead": 1, "strict": "maybe"}},
    ]
    with pytest.raises(UsageError) as refusal:
        check_parameters(plan(*entries), {"xyzzy": "1", "level": "high"}, notebooks)
    assert str(refusal.value).split("; ") == [
        "unknown parameter 'nich': did you mean niche?",
        "unknown parameter 'xyzzy': there are dataset, niche, platform, seed, level, strict",
        "parameter seed takes int, not 3.7",
        "parameter level takes float, not 'high'",
        "unknown parameter 'sead': did you mean seed?",
        "parameter strict takes bool, not 'maybe'",
    ]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("niche", "beauty", "beauty"),
        ("niche", "007", "007"),
        ("seed", 7, 7),
        ("seed", "7", 7),
        ("level", 1, 1.0),
        ("level", "0.9", 0.9),
        ("strict", True, True),
        ("strict", "False", False),
    ],
)
def test_a_value_keeps_what_it_says(notebooks, name, value, read):
    entry = {**WHOLE, "set": {name: value}}
    check_parameters(plan(entry), {}, notebooks)
    [values] = expanded(notebooks, entry).values()
    assert values == {name: read}
    assert type(values[name]) is type(read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("niche", False),  # what YAML makes of no
        ("niche", 7),
        ("seed", 3.7),
        ("seed", "3.7"),
        ("seed", True),
        ("level", "nan"),
        ("level", "inf"),
        ("level", False),
        ("strict", "0"),
        ("strict", 1),
    ],
)
def test_a_value_of_another_type_is_refused(notebooks, name, value):
    with pytest.raises(UsageError, match=f"parameter {name} takes .*, not {value!r}"):
        check_parameters(plan({**WHOLE, "set": {name: value}}), {}, notebooks)


@pytest.mark.parametrize("settings", [{"dataset": "other"}, {}])
def test_a_plan_does_not_name_the_dataset(notebooks, settings):
    entry = WHOLE if settings else {**WHOLE, "set": {"dataset": "other"}}
    with pytest.raises(UsageError, match="--data names the dataset"):
        check_parameters(plan(entry), settings, notebooks)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["niche"], "--set niche: write a name and a value, like --set niche=beauty"),
        (["niche=a", "platform"], "--set platform: write a name and a value"),
        (["niche=a", "niche=b"], "--set takes each name once"),
    ],
)
def test_a_setting_is_a_name_and_a_value_once(settings, said):
    with pytest.raises(UsageError, match=said):
        parse_settings(settings)


def test_settings_are_split_at_the_first_sign():
    assert parse_settings(["niche = food=drink ", "seed=1"]) == {"niche": "food=drink", "seed": "1"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "reports: Field required"),
        ("reports: []", "reports: "),
        ("- x", "a mapping is expected"),
        ("reports: [", "not YAML: "),
        (b"\xff\xff", "not YAML: "),
        ("reports: [{notebook: a, id: b, titel: c}]", "titel: Extra inputs"),
        ("reports: [{notebook: a, id: b, title: c, each: campaign}]", "each.campaign.[key]: Input"),
        (
            "reports: [{notebook: a, id: 'b-{niche}', title: c}]",
            "may hold nothing, or needs an each",
        ),
        (
            "reports: [{notebook: a, id: 'b-{nich}', title: c, each: niche}]",
            "id 'b-{nich}' may hold {niche} in braces",
        ),
        ("reports: [{notebook: a, id: b, title: 'c {', each: niche}]", "title 'c {' may hold"),
        ("reports: [{notebook: a, id: '{niche.x}', title: c, each: niche}]", "may hold {niche}"),
        ("reports: [{notebook: a, id: b, title: c, set: {x: [1]}}]", "reports.0.set.x"),
        ("reports: [{notebook: a, id: b, title: c, each: period}]", "each: period takes a list"),
        ("reports: [{notebook: a, id: b, title: c, limits: {seconds: 0}}]", "limits.seconds"),
        ("reports: [{notebook: a, id: b, title: c, limits: {secs: 1}}]", "limits.secs: Extra"),
        ("limits: {memory_mb: lots}\nreports: []", "limits.memory_mb: Input should be a valid"),
    ],
)
def test_a_wrong_plan_is_refused_in_one_line(tmp_path, text, said):
    path = tmp_path / "plan.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(UsageError, match=re.escape(said)) as refusal:
        load_plan(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


def test_a_plan_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.yml: cannot read the plan: No such file"):
        load_plan(tmp_path / "gone.yml")


@pytest.mark.parametrize("path", sorted((PROJECT / "plans").glob("*.yml")), ids=lambda p: p.stem)
def test_our_plans_fit_our_notebooks(path):
    ours = load_plan(path)
    check_parameters(ours, {}, PROJECT / "notebooks")
    reports = expand(ours, MANIFEST, dataset="brand", settings={}, notebooks=PROJECT / "notebooks")
    assert {"summary", "engagement", "engagement-beauty"} <= {r.report_id for r in reports}
