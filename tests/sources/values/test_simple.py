"""What is simple means the same to the parser of everything else."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.values.simple import (
    simple_counts,
    simple_epochs,
    simple_moments,
    simple_texts,
)
from analysis.sources.values.text import Written, parse
from analysis.study.contract import POSTS

_TWO = st.integers(0, 99).map("{:02}".format)
_MOMENTS = st.builds(
    "{}-{}-{}{}{}:{}:{}{}".format,
    st.sampled_from(["2026", "2024", "1999", "1899", "0026"]),
    _TWO, _TWO, st.sampled_from("T t"), _TWO, _TWO, _TWO, st.sampled_from(["", "Z", "z", "+02:00"]),
)  # fmt: skip
_NEAR = st.from_regex(
    r"20(2[46]|00)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]"
    r"([01][0-9]|2[0-4]):[0-6][0-9]:[0-5][0-9]Z?\n?",
    fullmatch=True,
)


def parsed(texts, name, written=None):
    found = parse(pd.Series(texts, dtype="str"), POSTS[name], written)
    values = pa.array(found.values.array)
    return values.to_pylist(), found.unreadable.to_list()


def check(texts, simple, name, written=None):
    """Every simple value is what ``parse`` says."""
    values, unreadable = parsed(texts, name, written)
    for text, one, value, bad in zip(texts, simple.to_pylist(), values, unreadable, strict=True):
        assert one is None or (one == value and not bad), (text, one, value)


@given(
    texts=st.lists(st.one_of(st.from_regex(r"[0-9]{1,17}\n?", fullmatch=True), st.text(max_size=5)))
)
@pytest.mark.parametrize("decimal", [None, ",", "."])
def test_counts(texts, decimal):
    check(texts, simple_counts(pa.array(texts, pa.string())), "likes", Written(decimal=decimal))


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8)))
def test_texts(texts):
    check(texts, simple_texts(pa.array(texts, pa.string())), "post_id")


@given(texts=st.lists(st.one_of(_MOMENTS, _NEAR, st.text(max_size=5))))
@pytest.mark.parametrize("zone", [None, "UTC"])
def test_moments(texts, zone):
    values, zoned, local = simple_moments(pa.array(texts, pa.string()), local=True)
    written = Written(date_format="iso", time_zone=zone)
    check(texts, values, "posted_at", written)
    for text, has_zone, has_none in zip(texts, zoned.to_pylist(), local.to_pylist(), strict=True):
        clocks = parse(pd.Series([text], dtype="str"), POSTS["posted_at"], Written("iso")).clocks
        assert clocks.zoned or not has_zone
        assert clocks.local is not None or not has_none


@given(texts=st.lists(st.from_regex(r"1?[0-9]{8,13}", fullmatch=True)))
@pytest.mark.parametrize("epoch", ["unix_seconds", "unix_milliseconds"])
def test_epochs(texts, epoch):
    values = simple_epochs(pa.array(texts, pa.string()), epoch)
    check(texts, values, "posted_at", Written(date_format=epoch))


def test_most_values_are_simple():
    texts = ["2026-03-31T18:00:00Z", "2024-02-28 00:00:00Z"]
    assert simple_moments(pa.array(texts), local=False)[0].null_count == 0
    assert simple_counts(pa.array(["0", "123456789012345"])).null_count == 0
    assert simple_texts(pa.array(["c1", "a b!"])).null_count == 0
