"""Patterns that people write: what they find, and that no text makes them run for ever."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.formats import load_format
from analysis.sources.values.patterns import extracted, fullmatches
from analysis.study.errors import DataContractError

TEXT = st.text("ab/@[]().+1 ", max_size=8)


@given(texts=st.lists(TEXT, min_size=1, max_size=5))
@pytest.mark.parametrize(
    "pattern", ["/@([^/]+)/", "(a+)|b", "([0-9]+)", r"\(([ab]*)\)", "[(](a)", "(?P<x>a)(b?)"]
)
def test_the_first_group_is_what_python_finds(pattern, texts):
    found = extracted(pd.Series(texts, dtype="str"), pattern)
    for text, value in zip(texts, found, strict=True):
        match = re.search(pattern, text)
        assert (value if isinstance(value, str) else None) == (match and (match[1] or ""))


@given(text=TEXT)
@pytest.mark.parametrize("pattern", ["a|b", "a+/.*", ""])
def test_a_whole_text_is_matched_as_python_does(pattern, text):
    assert fullmatches(text, pattern) == bool(re.fullmatch(pattern, text))


def test_repeats_inside_repeats_take_no_time():
    """Python's own engine needs 2**40 steps for each of these."""
    text = "a" * 40 + "!"
    assert not fullmatches(text, "(a+)+")
    assert extracted(pd.Series([text]), "((?:a+)+)$").isna().all()


@pytest.mark.parametrize("pattern", ["a(?=b)", "a(?!b)", "(?<=a)b", r"(a)\\1", "(?P<x>a)(?P=x)"])
def test_a_pattern_that_looks_around_is_refused(tmp_path, pattern):
    drop = f'  drop: [{{ matches: "{pattern}", reason: x }}]'
    form = f"name: x\ntitle: x\nfiles:\n- header: [A]\n{drop}\n"
    (tmp_path / "x.yml").write_text(form, encoding="utf-8")
    with pytest.raises(DataContractError, match="looks around or back"):
        load_format(tmp_path / "x.yml")


def test_an_extract_without_a_group_is_refused(tmp_path):
    form = "name: x\ntitle: x\nfiles:\n- header: [A]\n  tables: { posts: { handle: "
    form += "{ from: A, extract: abc } } }\n"
    (tmp_path / "x.yml").write_text(form, encoding="utf-8")
    with pytest.raises(DataContractError, match="has no group: put the value in"):
        load_format(tmp_path / "x.yml")
