"""Bad input: every case has the outcome that was set for it, and nothing else happens."""

import re

import pandas as pd
import pytest

from analysis.prepare.pipeline import prepare
from analysis.store.dataset import Dataset
from analysis.study.project import PROJECT
from tests.corpus.cases import CASES, CREATORS, ELSEWHERE, PLAIN


@pytest.fixture
def run(tmp_path, own_data, arrived):
    def prepared(case):
        files = case.content if isinstance(case.content, dict) else {case.name: case.content}
        raw = arrived({"creators.csv": CREATORS, "dataset.yml": case.settings, **files})
        if case.outcome == "file":
            arrived({"others.csv": re.sub(r",p(\d),", r",other\1,", PLAIN)})
        return prepare(raw, tmp_path / "out", private=tmp_path / "private")

    return prepared


def ids(case):
    return f"{case.number} {case.what}"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_case(case, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dataset = run(case)
    manifest, left = dataset.manifest, dataset.exclusions()
    assert not (tmp_path / "PWNED").exists()
    if case.outcome == "file":
        _refused_alone(case, dataset)
        return
    assert not manifest.refused
    if case.outcome == "row":
        _left_out(case, left)
        return
    assert left.empty
    if case.outcome == "warn":
        assert any(re.search(case.said, warning) for warning in manifest.warnings)
    for name, expected in case.values.items():
        stored = pd.read_parquet(dataset.table_path("posts"))[name]
        assert [None if pd.isna(v) else v for v in stored] == expected
        if case.outcome == "accept":
            assert not [w for w in manifest.warnings if "dataset.yml" in w]


def _refused_alone(case, dataset: Dataset):
    [(name, reason)] = [
        (n, r) for n, r in dataset.manifest.refused.items() if n.startswith(case.name)
    ]
    assert reason.startswith(f"{name}: ")
    assert re.search(case.said, reason), reason
    assert "\n" not in reason
    assert "Traceback" not in reason
    others = {f.file: f.kept for f in dataset.manifest.files}
    assert others == {"creators.csv": 2, "others.csv": 3}


def _left_out(case, left):
    at = left[(left["row"] == case.row) & left["file"].str.endswith(case.name.rpartition("/")[2])]
    [(column, reason)] = at[["column", "reason"]].to_numpy().tolist()
    assert column == case.column
    assert re.search(case.said, reason), reason


def test_what_is_tested_elsewhere_is_there():
    for place in ELSEWHERE.values():
        file, _, test = place.partition("::")
        assert f"def {test}(" in (PROJECT / file).read_text(encoding="utf-8")


def test_every_number_of_the_list_is_somewhere():
    assert {case.number for case in CASES} | set(ELSEWHERE) == set(range(1, 105))
