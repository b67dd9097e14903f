"""Counts that are no counts are hidden, never silently; honest ones stand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.values.states import hide_false_counts

OFF = "neither likes nor comments beside 1,000 views or more"


def posts(*rows):
    frame = pd.DataFrame(rows, columns=["likes", "comments", "views"], dtype="Int64")
    states = {f"{name}_state": "observed" for name in ("likes", "comments")}
    return frame.assign(**states)


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ((0, 21, None), ["likes"]),
        ((3, 21, None), ["likes"]),
        ((0, 5, 1000), ["likes"]),
        ((0, 0, 1000), ["likes", "comments"]),
        ((0, 0, 400_000), ["likes", "comments"]),
        ((0, 20, None), []),
        ((3, 20, 400_000), []),
        ((0, 0, 999), []),
        ((4, 900, None), []),
        ((None, 900, 5000), []),
        ((1, 0, 400_000), []),
    ],
)
def test_what_cannot_be_a_count_is_hidden(row, hidden):
    found, said = hide_false_counts(posts(row))
    assert [n for n in ("likes", "comments") if found[f"{n}_state"].eq("hidden").all()] == hidden
    assert all(found[name].isna().all() for name in hidden)
    assert bool(said) == bool(hidden)


def test_how_many_is_said():
    found, said = hide_false_counts(posts((0, 0, 5000), (0, 30, None), (2000, 0, 9000)))
    assert [one.split(" posts ")[0] for one in said] == ["2", "1", "1"]
    assert OFF in said[1]
    assert "2 posts have 0 or 3 likes" in said[0]
    assert "if comments were switched off, leave the cell empty" in said[2]
    assert found["comments"].to_list() == [pd.NA, 30, 0]


COUNTS = st.tuples(st.integers(4, 10**7), st.integers(1, 10**5), st.integers(0, 10**9))


@given(st.lists(COUNTS, max_size=20))
def test_posts_that_somebody_liked_stand(rows):
    before = posts(*rows)
    after, said = hide_false_counts(before)
    pd.testing.assert_frame_equal(after, before)
    assert said == []
