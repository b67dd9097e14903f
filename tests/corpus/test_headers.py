"""Drafts of headers that tools write: a rule is right or a question, and none is wrong."""

import pytest
import yaml

from analysis.sources.drafting.suggest import suggest
from analysis.study.errors import DataContractError
from tests.corpus.further_headers import FURTHER
from tests.corpus.headers import HEADERS


def drafted(header, folder):
    path = folder / f"{header.name}.csv"
    path.write_text(header.text(), encoding="utf-8")
    try:
        return yaml.safe_load(suggest(path))
    except DataContractError:
        return {"files": [], "questions": []}


def rules_of(draft):
    return {
        (table, column): rule
        for file in draft["files"]
        for table, columns in file["tables"].items()
        for column, rule in (columns or {}).items()
    }


@pytest.mark.parametrize("header", [*HEADERS, *FURTHER], ids=lambda header: header.name)
def test_no_rule_of_a_draft_is_wrong(header, tmp_path):
    right = header.rules()
    for (table, column), rule in rules_of(drafted(header, tmp_path)).items():
        if column == "views_kind":
            continue
        of = rule if isinstance(rule, str) else rule.get("from", f"={rule.get('is')}")
        assert of in right.get(f"{table}.{column}", set()), (table, column, rule)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_what_a_name_says_plainly_is_not_asked(header, tmp_path):
    stands = {column for _, column in rules_of(drafted(header, tmp_path))}
    assert set(header.least.split()) <= stands
