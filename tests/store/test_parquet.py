"""Stored tables: no flipped bit goes unseen, whoever reads them."""

import random
from contextlib import suppress

import pandas as pd
import pytest

from analysis.panel.creators import creator_panel
from analysis.prepare.pipeline import prepare
from analysis.store.parquet import digests, read_table, verify, write_table
from analysis.study.errors import DataContractError
from analysis.study.project import PROJECT
from analysis.study.ranges import Period

FLIPS = 200


@pytest.fixture
def path(tmp_path):
    rows = pd.DataFrame(
        {"n": range(5_000), "text": [f"row {n * 7919 % 5_000}" for n in range(5_000)]}
    )
    write_table(rows, tmp_path / "rows.parquet")
    return tmp_path / "rows.parquet"


def flipped(content, rng):
    damaged = bytearray(content)
    damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def test_what_was_written_reads_back(path):
    assert read_table(path)["n"].to_list() == list(range(5_000))
    verify(path.parent, digests(path.parent))


def test_a_flipped_bit_is_seen_before_another_program_reads(path):
    content, written, rng = path.read_bytes(), digests(path.parent), random.Random(1)
    for _ in range(FLIPS):
        path.write_bytes(flipped(content, rng))
        with pytest.raises(DataContractError, match=r"rows\.parquet: damaged since it was written"):
            verify(path.parent, written)


def test_a_flipped_bit_in_a_page_is_seen_by_its_checksum(path):
    """Of the footer Arrow checks less; there only the digest sees everything."""
    content, rng = path.read_bytes(), random.Random(2)
    pages = len(content) - int.from_bytes(content[-8:-4], "little") - 8
    good, unseen = read_table(path), 0
    for _ in range(FLIPS):
        path.write_bytes(flipped(content[:pages], rng) + content[pages:])
        with suppress(DataContractError):
            unseen += not read_table(path).equals(good)
    assert unseen == 0


def test_a_damaged_dataset_gives_no_panel(tmp_path):
    private = tmp_path / "private"
    dataset = prepare(PROJECT / "data" / "raw" / "demo", tmp_path / "demo", private=private)
    content = (tmp_path / "demo" / "posts.parquet").read_bytes()
    (tmp_path / "demo" / "posts.parquet").write_bytes(flipped(content, random.Random(3)))
    with pytest.raises(DataContractError, match=r"posts\.parquet: damaged since it was written"):
        creator_panel(dataset, period=Period())


def test_a_panel_is_computed_once_for_a_scope_and_its_tables(tmp_path, monkeypatch):
    private = tmp_path / "private"
    dataset = prepare(PROJECT / "data" / "raw" / "demo", tmp_path / "demo", private=private)
    first = creator_panel(dataset, period=Period())
    with monkeypatch.context() as patch:
        patch.setattr("analysis.panel.creators.attached", lambda _: pytest.fail("computed again"))
        pd.testing.assert_frame_equal(creator_panel(dataset, period=Period()), first)
    assert len(list((tmp_path / "demo" / "panels").iterdir())) == 1
    creator_panel(dataset, period=Period(), hourly_rate=30)
    assert len(list((tmp_path / "demo" / "panels").iterdir())) == 2
