"""Good exports, damaged at random: refused with a reason, or the same numbers, or said aloud.

`make fuzz` tries 2,000 structural mutations and as many of values, and prints the rate of the
latter that is noticed; the tests try 200. A digit that becomes another digit is seen only where
the contract has a range or a relation.
"""

import functools
import gzip
import os
import random
from collections import Counter

import pandas as pd
import pytest

from analysis.sources.formats import known_formats
from analysis.sources.headers import recognise
from analysis.sources.importer import import_table
from analysis.sources.reading.tables import read_tables
from analysis.study.errors import DataContractError

pytestmark = pytest.mark.prove

TRIALS = int(os.environ.get("MICROMACRO_FUZZ", "200"))
SEED = 20261122
LINES = 12


def table(header, line):
    return header + "\n" + "".join(line(n) + "\n" for n in range(LINES))


def roster(n):
    return f"tiktok,ben,p{n},2026-01-{n + 10},{n * 31 + 400},{n + 3},{9000 + n * 17},spring"


def suite(n):
    return (
        f'178{n:03},anna,"Tea, no {n}",03/{n + 10}/2026 10:30,IG reel,"{n + 1},200",{900 + n},'
        f"{n + 80},{n + 4},{n + 2}"
    )


def tiktok(n):
    link = f"https://www.tiktok.com/@anna/video/73{n:03}"
    return f"Tea {n},{link},2026-05-{n + 10},{n + 1}.5K,{n + 30},{n + 5},{n + 4}0000"


def youtube(n):
    return f'v{n},Tea {n},"Dec {n + 10}, 2025",{n + 60},{n + 9},{n * 50 + 900},{n - 3}'


def shop(n):
    day = f"2026-05-{n + 10} 10:00:00 +0200"
    return f"#{n},b{n}@mail.example,paid,EUR,{n + 20}.50,ANNA{n % 3},{day},{n + 1}"


def visits(n):
    return f"anna-{n},spring,{n * 11 + 250},{n + 200},{n + 6},{n + 60}.5"


EXPORTS = {
    "roster": table("platform,handle,post_id,posted_at,likes,comments,views,campaign", roster),
    "suite": table(
        "Post ID,Account username,Description,Publish time,Post type,Views,Reach,Likes,Comments,"
        "Saves",
        suite,
    ),
    "tiktok": table(
        "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views",
        tiktok,
    ),
    "youtube": table(
        "Content,Video title,Video publish time,Duration,Likes,Views,Subscribers", youtube
    ),
    "shop": table(
        "Name,Email,Financial Status,Currency,Subtotal,Discount Code,Created at,Lineitem quantity",
        shop,
    ),
    "visits": table(
        "Session manual ad content,Session campaign,Sessions,Engaged sessions,Ecommerce purchases,"
        "Total revenue",
        visits,
    ),
}


def cut(text, rng):
    return text.encode()[: rng.randrange(1, len(text))]


def drop_lines(text, rng):
    lines = text.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    return "".join(lines[:start] + lines[start + rng.randrange(1, 4) :]).encode()


def repeat_lines(text, rng):
    lines = text.splitlines(keepends=True)
    start = rng.randrange(len(lines))
    again = lines[start : start + rng.randrange(1, 4)]
    return "".join(lines[:start] + again + lines[start:]).encode()


def swap_lines(text, rng):
    lines = text.splitlines(keepends=True)
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines).encode()


def swap_columns(text, rng):
    frame = pd.read_csv(pd.io.common.StringIO(text), dtype=str)
    order = list(frame.columns)
    rng.shuffle(order)
    return frame[order].to_csv(index=False).encode()


def drop_column(text, rng):
    """Any but the first, which says which report it is: without it this would be another one."""
    frame = pd.read_csv(pd.io.common.StringIO(text), dtype=str)
    return frame.drop(columns=rng.choice(list(frame.columns[1:]))).to_csv(index=False).encode()


def rename_column(text, rng):
    header, body = text.split("\n", 1)
    names = header.split(",")
    chosen = rng.randrange(len(names))
    at = rng.randrange(len(names[chosen]))
    names[chosen] = names[chosen][:at] + rng.choice("xyz_ ") + names[chosen][at + 1 :]
    return (",".join(names) + "\n" + body).encode()


def other_delimiter(text, rng):
    frame = pd.read_csv(pd.io.common.StringIO(text), dtype=str)
    return frame.to_csv(index=False, sep=rng.choice(";\t|")).encode()


def mixed_delimiters(text, rng):
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    lines[at] = lines[at].replace(",", rng.choice(";\t|"))
    return "".join(lines).encode()


def other_encoding(text, rng):
    return text.encode(rng.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp500"]))


def foreign_bytes(text, rng):
    content = text.encode()
    at = rng.randrange(len(content))
    return content[:at] + rng.choice([b"\xe9", b"\xff\xfe", b"\0", b"\x80\x81"]) + content[at:]


def extra_field(text, rng):
    lines = text.splitlines()
    at = rng.randrange(len(lines))
    lines[at] += ",9"
    return ("\n".join(lines) + "\n").encode()


def lost_delimiter(text, rng):
    lines = text.splitlines()
    at = rng.randrange(len(lines))
    lines[at] = lines[at].replace(",", "", 1)
    return ("\n".join(lines) + "\n").encode()


def open_quote(text, rng):
    at = rng.choice([n for n, char in enumerate(text) if char in ",\n"][:-1])
    return (text[: at + 1] + '"' + text[at + 1 :]).encode()


def line_breaks(text, rng):
    return text.replace("\n", rng.choice(["\r\n", "\r", "\n\n"])).encode()


def packed_and_cut(text, rng):
    packed = gzip.compress(text.encode())
    return packed[: rng.randrange(len(packed) // 2, len(packed) + 1)]


STRUCTURAL = [
    cut,
    drop_lines,
    repeat_lines,
    swap_lines,
    swap_columns,
    drop_column,
    rename_column,
    other_delimiter,
    mixed_delimiters,
    other_encoding,
    foreign_bytes,
    extra_field,
    lost_delimiter,
    open_quote,
    line_breaks,
    packed_and_cut,
]


def other_digit(text, rng):
    start = text.index("\n")
    at = rng.choice([n for n, char in enumerate(text) if char.isdigit() and n > start])
    return (text[:at] + str((int(text[at]) + rng.randrange(1, 10)) % 10) + text[at + 1 :]).encode()


def imported(folder, content, *, packed=False):
    """What one file gives, or why it was refused."""
    path = folder / ("export.csv.gz" if packed else "export.csv")
    path.write_bytes(content)
    try:
        [text] = read_tables(path, path.name)
        found = recognise(text, known_formats())
        return import_table(text, found, account="anna"), frozenset(found.names)
    except DataContractError as error:
        said = str(error)
    assert said.startswith(path.name)
    assert "\n" not in said
    return None, frozenset()


def rows_of(result, names):
    """Rows of every table as text, without the columns that the file no longer has."""
    return {
        (one.table.name, *row)
        for one in result
        for row in one.rows[[n for n in one.rows if n in names]].astype(str).to_numpy().tolist()
    }


@functools.cache
def good_import(folder, name):
    return imported(folder, EXPORTS[name].encode())[0]


def outcome(folder, name, content, *, packed=False):
    """refused, same, left out, said aloud, or changed."""
    good = good_import(folder, name)
    result, _ = imported(folder, content, packed=packed)
    if result is None:
        return "refused"
    for one in result:
        assert one.rows_read == len(one.rows) + len(one.exclusions)
    stated = {
        column
        for one in result
        for column in one.rows
        if not column.endswith("_state") and one.rows[column].notna().any()
    } - {"rank"}
    if rows_of(result, stated) <= rows_of(good, stated):
        left = any(len(one.exclusions) for one in result)
        return "left out" if left else "same"
    return "said aloud" if any(one.warnings for one in result) else "changed"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mutations")


def test_good_exports_are_read_whole(folder):
    for name, text in EXPORTS.items():
        result, _ = imported(folder, text.encode())
        assert [len(one.rows) for one in result] == [LINES], name
        assert all(one.exclusions.empty and not one.warnings for one in result), name


@pytest.mark.parametrize("part", range(4))
def test_no_damage_changes_a_number_silently(folder, part):
    rng = random.Random(SEED + part)
    seen = Counter()
    for _ in range(TRIALS // 4):
        name, mutate = rng.choice(list(EXPORTS)), rng.choice(STRUCTURAL)
        content = mutate(EXPORTS[name], rng)
        happened = outcome(folder, name, content, packed=mutate is packed_and_cut)
        assert happened != "changed", (name, mutate.__name__, content)
        seen[happened] += 1
    print("structural:", dict(seen))


def test_changed_digits_are_noticed_at_a_rate_that_is_reported(folder):
    rng = random.Random(SEED)
    seen = Counter()
    for _ in range(TRIALS // 2):
        name = rng.choice(list(EXPORTS))
        seen[outcome(folder, name, other_digit(EXPORTS[name], rng))] += 1
    noticed = sum(seen.values()) - seen["changed"] - seen["same"]
    print(f"values: {dict(seen)}; noticed {noticed} of {sum(seen.values()) - seen['same']}")
    assert sum(seen.values()) == TRIALS // 2
