"""Pseudonyms: keyed, stable, apart by platform; the key is made once and kept for its owner."""

import hashlib
import hmac
import os
import stat

import pandas as pd
import pytest

from analysis.store import pseudonyms as module
from analysis.store.pseudonyms import (
    PUBLIC_DEMO_KEY,
    account_names,
    load_key,
    pseudonyms,
    write_private,
)
from analysis.study.errors import MachineError

KEY = b"secret"


def by_hand(text, key=KEY):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]


def test_a_pseudonym_by_hand():
    """Also by another program: printf tiktok:anna | openssl dgst -sha256 -hmac secret."""
    coded = pseudonyms(pd.Series(["anna", None, "anna"], index=[5, 6, 7]), "tiktok", key=KEY)
    assert coded.index.to_list() == [5, 6, 7]
    assert coded.isna().to_list() == [False, True, False]
    assert coded[5] == coded[7] == by_hand("tiktok:anna") == "528487296b102eb7"


def test_platform_and_key_keep_pseudonyms_apart():
    names = pd.Series(["anna", "anna"])
    on_two = pseudonyms(names, pd.Series(["tiktok", "youtube"]), key=KEY)
    assert on_two.to_list() == [by_hand("tiktok:anna"), by_hand("youtube:anna")]
    assert pseudonyms(names, "tiktok", key=b"other")[0] != on_two[0]


def test_ids_and_links_are_taken_exactly():
    """YouTube's ids differ by case alone."""
    assert pseudonyms(pd.Series(["aBc", "abc", "@abc"]), "post_id", key=KEY).nunique() == 3


@pytest.mark.parametrize("written", ["anna", "@anna", "ANNA", " @Anna "])
def test_one_account_however_it_is_written(written):
    assert account_names(pd.Series([written])).to_list() == ["anna"]


def test_an_invented_dataset_has_the_public_key(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROMACRO_KEY", "mine")
    assert load_key(tmp_path, public=True) == PUBLIC_DEMO_KEY
    assert not list(tmp_path.iterdir())


def test_the_environment_may_hold_the_key(tmp_path, monkeypatch):
    monkeypatch.setenv("MICROMACRO_KEY", "mine")
    assert load_key(tmp_path) == b"mine"
    assert not list(tmp_path.iterdir())


def test_a_key_is_made_once_for_its_owner_alone(tmp_path, own_data):
    private = tmp_path / "private"
    key = load_key(private)
    assert len(key) == 64
    assert load_key(private) == key
    assert stat.S_IMODE((private / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert load_key(tmp_path / "another machine") != key


def test_an_empty_key_is_refused(tmp_path, own_data):
    """What a full disk may leave; hashes without a key can be undone by trying every handle."""
    (tmp_path / "key").write_text("\n")
    with pytest.raises(MachineError, match=r"key: the key is empty; put it back, or delete"):
        load_key(tmp_path)


def test_a_folder_in_the_way_is_named(tmp_path, own_data):
    (tmp_path / "key").mkdir()
    with pytest.raises(MachineError, match=r"key: cannot read the key: Is a directory"):
        load_key(tmp_path)
    with pytest.raises(MachineError, match=r"key: cannot be written: Is a directory"):
        write_private(tmp_path / "key", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_private_file_is_replaced_whole_and_stays_private(tmp_path, monkeypatch):
    path = tmp_path / "handles.csv"
    path.write_bytes(b"before")
    path.chmod(0o644)
    with monkeypatch.context() as patch:
        patch.setattr(module.os, "replace", full_disk)
        with pytest.raises(MachineError, match=r"handles\.csv: cannot be written: No space left"):
            write_private(path, b"after")
    assert path.read_bytes() == b"before"
    write_private(path, b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["handles.csv"]


def full_disk(*_):
    raise OSError(28, os.strerror(28))
