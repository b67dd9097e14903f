"""Large files are read as small ones are: whole and by block, the same in every cell and reason."""

import os
import re
from itertools import product

import pandas as pd
import pytest

from analysis.store.pseudonyms import remember_to_forget
from tests.prepare.streaming.whole_and_by_block import (
    HEAD,
    assert_same,
    creators_of,
    hard_posts,
    prepared_both_ways,
    prepared_by_block,
    prepared_whole,
)

ROWS = 400


@pytest.mark.parametrize("seed", range(1, 7))
@pytest.mark.parametrize(
    ("block", "bucket"), [(4_000, 3_000), (30_000, 40_000), (1 << 24, 1 << 30)]
)
def test_hard_posts(monkeypatch, arrived, tmp_path, seed, block, bucket):
    raw = arrived({"creators.csv": creators_of(), "posts.csv": hard_posts(seed)})
    both = prepared_both_ways(monkeypatch, raw, tmp_path, block=block, bucket=bucket)
    assert_same(*both)
    assert not isinstance(both[0], str)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1, 21))
def test_hard_posts_in_blocks_and_buckets_of_every_size(monkeypatch, arrived, tmp_path, seed):
    """Six blocks, two and one; all accounts in one bucket, in three and in 28.

    Each seed meets three of the nine, and all of them in ``make fuzz``.
    """
    posts = hard_posts(seed, rows=6_000, accounts=300)
    raw = arrived({"creators.csv": creators_of(300), "posts.csv": posts})
    whole = prepared_whole(monkeypatch, raw, tmp_path)
    assert not isinstance(whole, str)
    pairs = list(product((64_000, 300_000, 16 << 20), (1, 3, 28)))
    for block, buckets in pairs if os.environ.get("MICROMACRO_FUZZ") else pairs[seed % 3 :: 3]:
        size = len(posts.encode()) // buckets
        by_block = prepared_by_block(monkeypatch, raw, tmp_path, block=block, bucket=size)
        assert_same(whole, by_block)


def plain(n, **cells):
    """A post like the others; what is named is written otherwise."""
    own = {
        "platform": "instagram",
        "handle": f"c{3 * (n % 10)}",
        "post_id": f"p{n}",
        "posted_at": f"2026-03-0{1 + n % 9}T10:{n % 60:02}:{n // 60:02}Z",
        "likes": f"{100 + n}",
        "comments": f"{n % 17}",
        "views": f"{9000 + n}",
        "reach": f"{7000 + 3 * n}",
    }
    return ",".join((own | cells).values())


def epoch(n):
    return {"posted_at": f"17{70000000 + n * 1000}"}


DECIDING = {
    "one time without zone": ({}, {"posted_at": "2026-03-04T10:11:12"}),
    "one time with a zone": (
        {"posted_at": "2026-03-04 10:11:12"},
        {"posted_at": "2026-03-04T10:11:12Z"},
    ),
    "one day among Unix times": (epoch, {"posted_at": "2026-03-04"}),
    "one odd text among Unix times": (epoch, {"posted_at": "soon"}),
    "Unix times": (epoch, {"posted_at": ""}),
    "a comma of two readings": ({}, {"likes": '"3,4"'}),
    "one number that is not constant": ({"likes": "7"}, {"likes": "8"}),
    "a constant column": ({"likes": "7"}, {"likes": ""}),
    "a lonely maximum": ({}, {"views": "999999999"}),
    "a column of rounded ids": ("1234567890123450{:04}00000", {"post_id": "p1"}),
    "one id that is not rounded": (
        "1234567890123450{:04}00000",
        {"post_id": "12345678901234567890"},
    ),
    "a cell that is not closed": ({}, {"post_id": '"p'}),
    "text after a quote": ({}, {"post_id": '"p"q'}),
    "no text": ({}, {"post_id": "p\0"}),
    "another encoding": ({}, {"post_id": b"p\xe9"}),
    "a wide row": ({}, {"reach": "5,6"}),
    "a row of nothing": ({}, dict.fromkeys(HEAD.strip().split(","), "")),
    "days alone": ({"posted_at": "2026-03-04"}, {"posted_at": "2026-03-05T10:00:00Z"}),
    "most of it unreadable": ({"likes": "few"}, {"likes": "12"}),
    "one date under another format": ({}, {"posted_at": "13/04/2026"}),
}


@pytest.mark.parametrize("place", [0, ROWS // 2, ROWS - 1])
@pytest.mark.parametrize("what", DECIDING)
def test_the_row_that_decides_may_stand_anywhere(monkeypatch, arrived, tmp_path, what, place):
    others, deciding = DECIDING[what]
    lines = []
    for n in range(ROWS):
        if isinstance(others, str):
            own = {"post_id": f"{12345678901234 + n}0{'0' * 5}"}
        else:
            own = others(n) if callable(others) else others
        if n == place:
            raw_bytes = {k: v for k, v in deciding.items() if isinstance(v, bytes)}
            own = own | {k: "BYTES" if k in raw_bytes else v for k, v in deciding.items()}
            line = plain(n, **own).encode()
            for cell in raw_bytes.values():
                line = line.replace(b"BYTES", cell)
            lines.append(line)
        else:
            lines.append(plain(n, **own).encode())
    posts = HEAD.encode() + b"\n".join(lines) + b"\n"
    raw = arrived({"creators.csv": creators_of(), "posts.csv": posts})
    both = prepared_both_ways(monkeypatch, raw, tmp_path, block=6_000, bucket=5_000)
    assert_same(*both)


@pytest.mark.parametrize("end", ["", "\n\n\n", "\r\n", "\0", "\n\n,,,,,,,\n"])
def test_ends_of_a_file(monkeypatch, arrived, tmp_path, end):
    posts = HEAD + "\n".join(plain(n) for n in range(ROWS)) + end
    raw = arrived({"creators.csv": creators_of(), "posts.csv": posts})
    assert_same(*prepared_both_ways(monkeypatch, raw, tmp_path, block=6_000, bucket=5_000))


def test_captures_files_and_tables_meet(monkeypatch, arrived, tmp_path):
    """Two captures, a small export beside them, placements, followers, ages and a forgotten one."""
    private = tmp_path / "private"
    remember_to_forget("instagram", "c3", private)
    head = (
        HEAD.strip()
        + ",followers_at_posting,age_days,campaign,link,is_sponsored,saves,counted_at\n"
    )

    def line(day, n):
        aged = n % 7 == 0
        moment = "" if aged else f"2026-03-0{1 + n % 9}T10:00:07Z"
        more = (
            5000 + n % 50,
            n % 9 if aged else "",
            "spring" if n % 5 == 0 else "",
            f"https://www.x.example/{n}?a=1" if n % 3 else "",
            ("", "yes", "no")[n % 3],
            n if n % 4 == 0 else "",
            f"2026-03-1{n % 10}T09:00:00Z" if n % 6 == 0 else "",
        )
        post = plain(n, likes=f"{100 + n * day}", posted_at=moment)
        return ",".join([post, *map(str, more)])

    def posts(day, first, last):
        return head + "".join(f"{line(day, n)}\n" for n in range(first, last))

    placements = "campaign,platform,handle,clicks,orders,fee,currency,link\n" + "\n".join(
        f"spring,instagram,c{3 * k},{100 + k},{k},5{k},EUR,http://x.example/{k + 30}"
        for k in range(10)
    )
    raw = arrived(
        {
            "dataset.yml": "currency: EUR\n",
            "creators.csv": creators_of(followers=False),
            "2026-03-08/posts.csv": posts(1, 0, 300),
            "2026-03-15/posts.csv": posts(2, 100, 400),
            "placements.csv": placements + "\n",
        }
    )
    both = prepared_both_ways(monkeypatch, raw, tmp_path, block=6_000, bucket=5_000)
    assert not isinstance(both[0], str), both[0]
    assert_same(*both)


@pytest.mark.parametrize(
    "creators",
    [
        None,
        "platform,handle,niche,followers,account_id\n"
        + "".join(f"instagram,name{k},food,{k + 1000},C{3 * k}\n" for k in range(10)),
    ],
    ids=["no creators", "accounts by their id"],
)
def test_posts_without_a_roster_of_handles(monkeypatch, arrived, tmp_path, creators):
    posts = HEAD + "\n".join(plain(n, handle=f"C{3 * (n % 10)}") for n in range(ROWS)) + "\n"
    files = {"posts.csv": posts} | ({"creators.csv": creators} if creators else {})
    assert_same(
        *prepared_both_ways(monkeypatch, arrived(files), tmp_path, block=6_000, bucket=5_000)
    )


def test_campaigns_name_nobody_and_two_stay_two(monkeypatch, arrived, tmp_path):
    """Who was seen, kept or not, has a pseudonym; long names with digits were one ``(token)``."""
    long = [f"IG_2026Q4_Micro_5K10K_v{number}_launch" for number in (2, 3)]
    mails = ["c0 ann@shop.example", "c0 bea@shop.example"]
    named = [*long, "zqstranger spring", "zqbooked spring", *mails]
    rows = [f"{plain(n)},{named[n % 6]}\n" for n in range(ROWS - 1)]
    rows.append(f"{plain(ROWS, handle='zqstranger')},{named[0]}\n")
    files = {
        "creators.csv": creators_of(),
        "posts.csv": HEAD.strip() + ",campaign\n" + "".join(rows),
        "placements.csv": "campaign,platform,handle,clicks,orders\n"
        + "".join(f"{one},instagram,c3,9,1\n" for one in named)
        + "autumn,tiktok,zqbooked,9,1\n",
    }
    both = prepared_both_ways(monkeypatch, arrived(files), tmp_path, block=6_000, bucket=5_000)
    assert_same(*both)
    tables = [folder / f"{name}.parquet" for folder, _ in both for name in ("posts", "placements")]
    found, *others = (set(pd.read_parquet(one)["campaign"]) for one in tables)
    assert others == [found] * 3
    assert len(found) == 6
    assert found.issuperset(long)
    assert not [one for one in found if re.search("zq|c0 |ann|bea", one)]
    assert len([one for one in found if re.fullmatch("[0-9a-f]{16} spring", one)]) == 2
