"""One account however it is written, and accounts that only look alike."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.store.accounts import account_names, look_alikes, looks

HANDLES = st.from_regex(r"[a-z0-9][a-z0-9._]{0,20}[a-z0-9]", fullmatch=True)
WRAPS = [
    "{}",
    "@{}",
    " {} ",
    "{}/",
    "{}\u200b",
    "\ufeff{}",
    "https://www.instagram.com/{}/",
    "https://instagram.com/{}?igsh=MTAx&x=1",
    "http://m.instagram.com/{}/reels/",
    "www.instagram.com/{}",
    "instagram.com/{}",
    "https://www.tiktok.com/@{}",
    "https://www.tiktok.com/@{}?lang=en",
    "https://www.youtube.com/@{}/videos",
    "https://youtube.com/c/{}",
    "https://www.youtube.com/user/{}#about",
    "https://x.com/{}",
]


def name(written):
    return account_names(pd.Series([written])).iloc[0]


@given(HANDLES, st.sampled_from(WRAPS), st.booleans(), st.booleans())
def test_one_account_however_it_is_written(handle, wrap, upper, wide):
    """REVIEW: address, @, case, slash, query, compatible forms and zero-width characters."""
    written = handle.upper() if upper else handle
    if wide:
        written = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in written)
    assert name(wrap.format(written)) == handle


@given(st.text(min_size=1, max_size=30))
def test_a_name_is_its_own_name(text):
    once = name(text)
    assert name(once) in (once, name(once))
    assert name(text.upper()) == name(text.upper().lower()) or not text.isascii()
    assert unicodedata.normalize("NFKC", once) == once or not text.isascii()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://youtube.com/channel/UCabc", "ucabc"),
        ("https://vm.tiktok.com/ZMabc/", "https://vm.tiktok.com/zmabc"),
        ("https://www.instagram.com/", "https://www.instagram.com"),
        ("x.com", "x.com"),
        ("anna.f.", "anna.f."),
        ("https://www.tiktok.com/%40bea", "bea"),
        ("\u0430nna", "\u0430nna"),
    ],
)
def test_what_is_no_name_of_a_profile_stays(written, expected):
    """A short link names nobody; a letter of another script is another letter."""
    assert name(written) == expected


def test_missing_names_stay_missing():
    assert account_names(pd.Series(["@A", None])).isna().to_list() == [False, True]


def test_letters_of_other_scripts_are_said_and_never_merged():
    names = pd.Series(["anna", "\u0430nna", "bea", "\u03bfmar", "omar", "ann\u00e4"])
    assert account_names(names).nunique() == 6
    assert sorted(look_alikes(names).index) == [0, 1, 3, 4, 5]
    assert looks("\u0430nn\u0430") == "anna"
    assert look_alikes(pd.Series(["anna", "bea", "anna"])).empty
