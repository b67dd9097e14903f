"""The data dictionary is made from the contract and the formats, and is up to date."""

from analysis.cli.dictionary import dictionary
from analysis.study.project import PROJECT


def test_the_dictionary_is_what_the_contract_says():
    kept = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert kept == dictionary(), "renew it: make dictionary"
