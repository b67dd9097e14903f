"""Small files of one header: together they give what each gives by itself."""

import random
from dataclasses import fields

import pandas as pd
import pytest

from analysis.prepare import load as loading
from analysis.prepare.raw_folder import open_raw_folder
from analysis.sources.stacking import import_stacked

HEAD = "platform,handle,post_id,posted_at,likes,comments,views,reach\n"
ROSTER = "platform,handle,niche,followers\n"


def row(number, day=None, **changed):
    cells = {
        "platform": "instagram",
        "handle": f"c{number % 7}",
        "post_id": f"p{number}",
        "posted_at": day or f"2026-03-{1 + number % 28:02}T10:00:00Z",
        "likes": str(number * 7 + 1),
        "comments": str(number % 9),
        "views": str(number * 70 + 9),
        "reach": str(number * 30 + 9),
    }
    return ",".join((cells | changed).values())


# What one file may have that makes it special, by the change to each of its rows.
ODD = {
    "plain": lambda n: {},
    "unix seconds": lambda n: {"posted_at": str(1772000000 + 86400 * n)},
    "zoned elsewhere": lambda n: {"posted_at": "2026-03-01T10:00:00+02:00"},
    "no zone": lambda n: {"posted_at": "2026-03-01 10:00"},
    "two readings": lambda n: {"posted_at": f"0{1 + n % 9}/03/2026"},
    "rounded ids": lambda n: {"post_id": f"{17841400000000 + n}000000"},
    "scientific ids": lambda n: {"post_id": "1.78E+16"},
    "short numbers": lambda n: {"likes": "1.2K"},
    "one value": lambda n: {"views": "500000"},
    "one far value": lambda n: {"views": "90000000" if n % 40 == 0 else "9"},
    "no handle": lambda n: {"handle": ""},
    "hidden": lambda n: {"likes": "-1"},
    "every day of one account": lambda n: {
        "handle": "one",
        "posted_at": f"2026-03-{1 + n % 28:02}",
    },
    "no day": lambda n: {"platform": "tiktok", "posted_at": "", "post_id": str(75 * 10**17 + n)},
    "more likes than views": lambda n: {"views": "1"},
    "a thousand": lambda n: {"likes": '"1,200"'},
    "repeated": lambda n: {"post_id": "p1", "likes": "8"},
    "a quote": lambda n: {"handle": '"a ""b"""'},
}


def folder(path, seed):
    """Forty small files, one in three of them odd, and one with the header again."""
    random.seed(seed)
    (path / "creators.csv").write_text(ROSTER + "instagram,c1,food,5000\n", encoding="utf-8")
    for number in range(40):
        odd = ODD[random.choice([*ODD, *["plain"] * 2 * len(ODD)])]
        size = random.choice([1, 3, 19, 20, 25])
        lines = [row(n, **odd(n)) for n in range(number * 40, number * 40 + size)]
        lines += [HEAD.strip()] if random.random() < 0.03 else []
        (path / f"f{number:02}.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return open_raw_folder(path)


def loaded(raw):
    return loading.load(raw, source=None, tell=lambda *_: None)


@pytest.mark.parametrize("seed", range(4))
def test_together_is_as_each_alone(tmp_path, monkeypatch, seed):
    raw = folder(tmp_path, seed)
    assert_alike(*both_ways(raw, monkeypatch))


def both_ways(raw, monkeypatch):
    together = loaded(raw)
    monkeypatch.setattr(loading, "may_be_stacked", lambda text, found: False)
    return together, loaded(raw)


def assert_alike(together, alone):
    assert (together.refused, together.ignored) == (alone.refused, alone.ignored)
    assert [one.file for one in together.arrivals] == [one.file for one in alone.arrivals]
    for one, other in zip(together.arrivals, alone.arrivals, strict=True):
        for part in (field.name for field in fields(one.imported)):
            mine, its = getattr(one.imported, part), getattr(other.imported, part)
            if isinstance(mine, pd.DataFrame):
                pd.testing.assert_frame_equal(mine, its)
            else:
                assert mine == its, (one.file.name, part)


RANKED = """\
name: ranked
title: Ranked posts
files:
  - header: [who, post, likes, comments]
    repeats: { posts: first }
    tables:
      posts:
        platform: { is: tiktok }
        handle: who
        post_id: post
        likes: likes
        comments: comments
"""


def test_what_is_judged_by_a_file_is_read_file_by_file(tmp_path, monkeypatch):
    (tmp_path / "ranked.yml").write_text(RANKED, encoding="utf-8")
    for number in range(6):
        lines = [f"c{n},p{number}-{n},{n},{n}" for n in range(3)]
        text = "\n".join(["who,post,likes,comments", *lines, ""])
        (tmp_path / f"f{number}.csv").write_text(text, encoding="utf-8")
    together, alone = both_ways(open_raw_folder(tmp_path), monkeypatch)
    assert len(alone.arrivals) == 6
    assert_alike(together, alone)


def test_most_files_are_imported_together(tmp_path, monkeypatch):
    raw = folder(tmp_path, 0)
    given = []
    monkeypatch.setattr(
        loading,
        "import_stacked",
        lambda *a, **k: given.append(import_stacked(*a, **k)) or given[-1],
    )
    loaded(raw)
    [results] = [one for one in given if len(one) > 1]
    assert sum(one is not None for one in results) > len(results) / 2


def test_one_undecided_file_among_many_is_refused_by_name_alone(tmp_path):
    for number in range(30):
        day = "05/03/2026" if number == 17 else None
        lines = [row(n, day) for n in range(number * 20, number * 20 + 20)]
        text = HEAD + "\n".join(lines) + "\n"
        (tmp_path / f"f{number:02}.csv").write_text(text, encoding="utf-8")
    found = loaded(open_raw_folder(tmp_path))
    assert [*found.refused] == ["f17.csv"]
    assert '"%d/%m/%Y" or "%m/%d/%Y"' in found.refused["f17.csv"]
    assert len(found.arrivals) == 29
    assert all(len(one.imported.rows) == 20 for one in found.arrivals)
