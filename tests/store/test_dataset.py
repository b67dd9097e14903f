"""Prepared folders: found by name or path, refused when of another version; what they hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.store.dataset import open_dataset
from analysis.store.digests import digest, to_json
from analysis.store.manifest import FileCount, Manifest
from analysis.store.settings import Settings
from analysis.study.errors import DataContractError
from analysis.study.project import PROJECT, data_folder

ROWS = {"rows_read": 10, "kept": 6, "merged": 1, "excluded": 2, "duplicates": 1}
COUNTS = {"file": "creators.csv", "table": "creators", "source": "roster", "digest": "d", **ROWS}
MANIFEST = Manifest(
    dataset="brand",
    data_digest="d",
    code_digest="c",
    settings=Settings(synthetic=True),
    sources=("Roster",),
    notes=(),
    files=(FileCount(**COUNTS),),
    ignored={},
    refused={},
    niches=("food",),
    platforms=("tiktok",),
    campaigns=(),
    first_day=None,
    last_day=None,
    placed_from=None,
)


def written(folder, content=None):
    folder.mkdir(parents=True)
    text = to_json(MANIFEST.model_dump(mode="json")) if content is None else content
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


def test_a_dataset_is_opened_by_folder_or_by_name(own_data, monkeypatch, tmp_path):
    folder = written(own_data / "processed" / "brand")
    monkeypatch.chdir(tmp_path)
    for named in (folder, str(folder), "brand"):
        opened = open_dataset(named)
        assert (opened.folder, opened.manifest) == (folder, MANIFEST)
        assert (opened.name, opened.synthetic) == ("brand", True)
    assert opened.table_path("posts") is None
    (folder / "posts.parquet").touch()
    assert opened.table_path("posts") == folder / "posts.parquet"


def test_the_data_folder_is_the_projects_unless_the_environment_says(monkeypatch):
    monkeypatch.delenv("MICROMACRO_DATA", raising=False)
    assert data_folder("private") == PROJECT / "data" / "private"
    monkeypatch.setenv("MICROMACRO_DATA", "/srv/brand")
    assert str(data_folder("processed")) == "/srv/brand/processed"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "gone: no prepared dataset there; run: micromacro prepare DATA"),
        ("{", "not a manifest of this version"),
        ("{}", "dataset: Field required"),
        (json.dumps({**MANIFEST.model_dump(mode="json"), "colour": 1}), "colour: Extra inputs"),
    ],
)
def test_what_is_no_prepared_dataset_is_refused(own_data, content, said):
    if content is not None:
        written(own_data / "processed" / "gone", content)
    with pytest.raises(DataContractError, match=said) as refusal:
        open_dataset("gone")
    assert "prepare" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", ROWS)
def test_counts_that_do_not_add_up_are_no_counts(name):
    with pytest.raises(ValidationError, match=r"creators\.csv: the counts of creators do not add"):
        FileCount(**{**COUNTS, name: COUNTS[name] + 1})


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": "../../elsewhere"}, "name"),
        ({"name": ""}, "name"),
        ({"name": ".hidden"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"time_zone": "Paris"}, "'Paris' is no time zone; write one like Europe/Paris"),
        ({"synthetic": "perhaps"}, "synthetic"),
        ({"planted": [{"metric": "x"}]}, "planted.0.ratio"),
        ({"budget": 1e308}, "budget"),
        ({"target_cost_per_order": 1e16}, "target_cost_per_order"),
    ],
)
def test_settings_that_mean_nothing_are_refused(entries, said):
    with pytest.raises(ValidationError, match=said):
        Settings.model_validate(entries)


@pytest.mark.parametrize("name", ["brand", "Brand 2026", "été_1.0-b"])
def test_a_dataset_may_be_called(name):
    assert Settings(name=name).name == name


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_a_digest_knows_where_parts_end(one, other):
    assert (digest(one) == digest(other)) == (one == other)


def test_text_and_its_bytes_have_one_digest():
    assert digest(["é"]) == digest(["é".encode()])
    assert len(digest([])) == 16


def test_equal_content_has_equal_bytes():
    assert (
        to_json({"b": 1, "a": "é"}) == '{\n "a": "é",\n "b": 1\n}\n' == to_json({"a": "é", "b": 1})
    )
