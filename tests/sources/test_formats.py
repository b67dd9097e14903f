"""Format declarations: the ones we ship hold together, and every way to write one wrongly."""

import re

import pytest

from analysis.sources.formats import known_formats, load_format, own_formats
from analysis.sources.headers import comparable
from analysis.study.contract import TABLES
from analysis.study.errors import DataContractError

RULES = [(source.name, rule) for source in known_formats() for rule in source.files]
GOOD = """\
name: tool
title: A tool
files:
  - header: [Account, Likes, Views, Rate]
    drop:
      - { matches: "Total|Sum", reason: total, column: Account }
    tables:
      posts:
        handle: Account
        platform: { is: tiktok }
        likes: { from: Likes, nulls: ["-"], whole: true }
        reach: { product: [Views, Rate] }
        posted_at: { from: Date, date_format: "%d.%m.%Y", time_zone: Europe/Paris }
"""


def load(folder, text):
    path = folder / "tool.yml"
    path.write_text(text, encoding="utf-8")
    return load_format(path)


def test_a_declaration_says_what_it_says(tmp_path):
    [rule] = load(tmp_path, GOOD).files
    columns = rule.tables["posts"]
    assert columns["handle"].source == ("Account",)
    assert columns["platform"].constant == "tiktok"
    assert columns["likes"].nulls == ("-",)
    assert columns["reach"].product == ("Views", "Rate")
    assert columns["posted_at"].time_zone == "Europe/Paris"
    assert rule.drop[0].reason == "total"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name: tool\n", "", "name: Field required"),
        ("title: A tool", "titel: A tool", "titel: Extra inputs are not permitted"),
        ("[Account, Likes, Views, Rate]", "[]", "files.0.header: "),
        ("handle: Account", "handel: Account", "the contract has no posts.handel"),
        ("      posts:", "      videos:", "the contract has no videos.handle, videos.platform"),
        ("{ is: tiktok }", "{ is: tiktok, from: Where }", "write exactly one of from, is, name_of"),
        ("{ is: tiktok }", "{}", "write exactly one of from, is, name_of"),
        ("{ is: tiktok }", "{ was: tiktok }", "platform.was: Extra inputs"),
        ("[Views, Rate] }", "[Views, CTR, Rate] }", "reach.product: Tuple should have at most 2"),
        ("[Views, Rate] }", "[Views, CTR] }", "header must also name CTR"),
        ("column: Account", "column: Name", "header must also name Name"),
        ("Total|Sum", "Total(", "'Total(' is no pattern"),
        ("Europe/Paris", "Mars/Crater", "'Mars/Crater' is no time zone; write one like Europe"),
        ("Europe/Paris", "../../etc/passwd", "is no time zone"),
        (GOOD, "- tool", "a mapping is expected"),
        (GOOD, "name: [tool", "not YAML: "),
    ],
)
def test_a_wrong_declaration_is_refused_in_one_line(tmp_path, before, after, said):
    assert before in GOOD
    with pytest.raises(DataContractError, match=re.escape(said)) as refusal:
        load(tmp_path, GOOD.replace(before, after))
    assert str(refusal.value).startswith(f"{tmp_path / 'tool.yml'}: ")
    assert "\n" not in str(refusal.value)


def test_the_roster_is_the_contract():
    [roster] = own_formats()
    assert known_formats()[0] == roster
    for name, table in TABLES.items():
        fed = [rule for rule in roster.files if name in rule.tables]
        assert any(table.needed <= set(rule.header) for rule in fed)
        assert all({"platform", "handle"} < set(rule.header) <= set(table.names) for rule in fed)
        for rule in fed:
            sources = {column: one.source for column, one in rule.tables[name].items()}
            assert sources == {column: (column,) for column in table.names}


def test_names_of_formats_are_unique():
    names = [source.name for source in known_formats()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[f"{n}-{r.header[0]}" for n, r in RULES])
def test_a_format_of_ours_fills_what_the_contract_wants(name, rule):
    """No other tool fits the same header; an account, a post or a placement can be found."""
    others = [other for tool, other in RULES if tool != name and not (other.beside or rule.beside)]
    assert not any(set(other.header) <= set(rule.header) for other in others)
    found_by = {
        "creators": {"platform", "handle"} if rule.beside else {"platform", "handle", "followers"},
        "posts": {"platform", "likes"},
        "placements": {"platform", "handle", "orders"},
        "tracked": set(),
        "comments": {"platform", "post_id", "age_seconds", "is_by_creator"},
        "threads": {"platform", "post_id", "comment_id", "author", "written_at"},
        "mentions": {"platform", "post_id", "is_paid"},
        "audience": {"platform", "handle", "dimension", "segment"},
    }
    for table, columns in rule.tables.items():
        assert found_by[table] <= set(columns)
        if table == "tracked":
            assert {"code", "utm", "link", "handle"} & set(columns)


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_no_further_name_of_a_column_is_one_that_is_found_already(name, rule):
    for first, further in rule.aliases.items():
        called = [comparable(one) for one in (first, *further)]
        assert len(called) == len(set(called)), (name, first, further)


@pytest.mark.parametrize("source", known_formats(), ids=lambda one: one.name)
def test_notes_are_whole_sentences(source):
    """What follows a space and ``#`` outside quotes is a comment of YAML, and lost."""
    assert all(note.endswith(".") for note in source.notes)
    assert all(note.count("(") == note.count(")") for note in source.notes)
