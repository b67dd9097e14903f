"""Names of accounts in other text: who is found among many, and who among namesakes."""

import pandas as pd

from analysis.store.masking import masking
from analysis.store.pseudonyms import Erased, pseudonyms


def coded(handle, platform):
    return pseudonyms(pd.Series([handle]), platform, key=b"key")[0]


def mask_of(*accounts):
    rows = pd.DataFrame(accounts, columns=["platform", "handle"], dtype="str")
    return masking(rows, Erased(), key=b"key")


def test_every_account_is_found_and_nobody_else():
    handles = [f"anna{n * 7919 % 100:02}" for n in range(100)] + ["zoé", "\u0430nna", "日本"]
    mask = mask_of(*(("tiktok", one) for one in handles), ("tiktok", None))
    for one in handles:
        assert mask.cell(f"spring {one}") == f"spring {coded(one, 'tiktok')}"
    for other in ("anna", "anna100", "zoe", "a", "\U0001f600", "anna5"):
        assert mask.cell(f"spring {other}") == f"spring {other}"
    assert mask_of().cell("spring anna") == "spring anna"


def test_a_handle_of_several_platforms_stands_for_the_first_in_any_order():
    accounts = [("youtube", "anna"), ("instagram", "anna"), ("tiktok", "anna")]
    for one in (accounts, accounts[::-1], accounts[1:]):
        assert mask_of(*one).cell("for anna") == f"for {coded('anna', 'instagram')}"
