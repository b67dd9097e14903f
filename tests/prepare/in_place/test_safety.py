"""Tables that stay where they are: what is refused, what changes, who is forgotten."""

import os
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from analysis.cli.main import main
from analysis.panel import in_place
from analysis.panel.creators import creator_panel
from analysis.prepare.forget import forget
from analysis.prepare.in_place import twins
from analysis.prepare.pipeline import prepare, prepare_dataset
from analysis.prepare.raw_folder import open_raw_folder
from analysis.store.dataset import open_dataset
from analysis.store.places import engine
from analysis.store.pseudonyms import erased_accounts
from analysis.study.addresses import ENGINE
from analysis.study.contract import POSTS
from analysis.study.errors import DataContractError, MachineError, UsageError
from analysis.study.project import data_folder
from tests.built import once
from tests.planted import declare, write_world

ANNA = "demo_beauty_ig_01"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return once(tmp_path_factory, "planted", write_world)


@pytest.fixture
def raw(world, tmp_path, own_data):
    """A raw folder of our own, whose tables are Parquet files."""
    return Path(shutil.copytree(world / "parquet", tmp_path / "raw"))


def prepared(raw):
    return prepare(raw, data_folder("processed") / "parquet", private=data_folder("private"))


def changed(raw, **entries):
    settings = yaml.safe_load((raw / "dataset.yml").read_text(encoding="utf-8"))
    declare(raw, settings | entries)


def as_text(raw, name):
    """Write one column of the posts as text, which looks like what it was."""
    with duckdb.connect() as connection:
        for path in sorted((raw / "posts").glob("*.parquet")):
            text = f"select * replace (cast({name} as varchar) as {name}) from '{path}'"
            connection.execute(f"copy ({text}) to '{path}.new' (format parquet)")
            os.replace(f"{path}.new", path)


@pytest.mark.parametrize("name", ["likes", "posted_at", "is_boosted"])
def test_text_where_the_contract_wants_a_type_is_refused_and_never_cast(raw, name):
    as_text(raw, name)
    with pytest.raises(DataContractError, match=f"posts: column {name} is text where") as refused:
        prepared(raw)
    assert "type it there" in str(refused.value)


def test_every_wrong_column_is_named_together(raw):
    as_text(raw, "likes")
    place = {"parquet": "posts", "columns": {"views": "seen", "handle": "who"}}
    changed(raw, tables={"posts": place})
    with pytest.raises(DataContractError) as refused:
        prepared(raw)
    for said in ("no column seen", "no column who", "no column handle", "column likes is text"):
        assert said in str(refused.value)


def test_times_without_a_zone_are_utc_or_refused(raw):
    changed(raw, time_zone="Europe/Paris")
    with pytest.raises(DataContractError, match="posted_at has no zone and dataset"):
        prepared(raw)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"engine": "postgres://ann:sesame@db/shop"}, "MICROMACRO_ENGINE"),
        ({"tables": {"posts": {"parquet": "s3://ann:sesame@lake/posts"}}}, "MICROMACRO_ENGINE"),
        ({"tables": {"posts": {"table": "posts"}}}, "tables.posts.table"),
        ({"tables": {"posts": {"table": "shop.posts", "parquet": "posts"}}}, "either parquet:"),
        ({"tables": {"posts": {"parquet": "posts", "columns": {"likez": "l"}}}}, "likes?"),
        ({"tables": {"comments": {"parquet": "posts"}}}, "tables.comments"),
    ],
    ids=["password", "password of a lake", "no schema", "two places", "no such column", "comments"],
)
def test_a_declaration_that_cannot_be_is_refused_without_its_secret(raw, entries, said):
    changed(raw, **entries)
    with pytest.raises(DataContractError) as refused:
        prepared(raw)
    assert said in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_a_table_of_no_engine_and_files_that_are_not_there_are_refused(raw):
    changed(raw, tables={"posts": {"table": "shop.posts"}})
    with pytest.raises(DataContractError, match=r"shop.posts is of an engine; write engine:"):
        prepared(raw)
    changed(raw, tables={"posts": {"parquet": "nowhere/*.parquet"}})
    with pytest.raises(DataContractError, match="no Parquet file there"):
        prepared(raw)


def test_an_address_with_a_password_comes_from_the_environment_or_a_file(raw, monkeypatch):
    changed(raw, engine_file="secret/engine")
    with pytest.raises(UsageError, match="engine_file: secret/engine: cannot be read"):
        prepared(raw)
    (raw / "secret").mkdir()
    (raw / "secret" / "engine").write_text("duckdb://nowhere.duckdb\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no engine there"):
        prepared(raw)
    monkeypatch.setenv(ENGINE, "duckdb://")
    assert prepared(raw).lacks is None


def test_files_that_feed_the_same_table_or_need_its_rows_are_refused(raw):
    (raw / "more.csv").write_text(f"platform,handle,likes\ninstagram,{ANNA},3\n", "utf-8")
    (raw / "comments.csv").write_text(
        f"platform,handle,post_id,age_seconds,is_by_creator\ninstagram,{ANNA},p1,10,no\n", "utf-8"
    )
    with pytest.raises(DataContractError) as refused:
        prepared(raw)
    assert "more.csv: feeds posts, which tables: places elsewhere" in str(refused.value)
    assert "comments.csv: comments look for their posts one by one" in str(refused.value)


def test_too_many_posts_alike_are_refused_not_fetched(raw, monkeypatch):
    monkeypatch.setattr(twins, "MOST_TWINS", 5)
    with pytest.raises(DataContractError, match="leave out repeats there"):
        prepared(raw)


def touched(raw):
    """Posts with one row less."""
    path = raw / "posts" / "b.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (from '{path}' limit 100) to '{path}.new' (format parquet)")
    os.replace(f"{path}.new", path)


def test_a_table_that_changed_is_not_summed_under_the_old_name(raw):
    dataset = prepared(raw)
    before = open_raw_folder(raw).data_digest
    touched(raw)
    assert open_raw_folder(raw).data_digest != before
    with pytest.raises(DataContractError, match="the table of posts changed since it was prepared"):
        creator_panel(dataset)
    assert prepare_dataset(raw).manifest.data_digest != dataset.manifest.data_digest


def test_a_table_that_changes_while_it_is_summed_gives_no_panel(raw, monkeypatch):
    dataset, answered = prepared(raw), in_place.answered

    def slowly(*arguments):
        found = answered(*arguments)
        touched(raw)
        return found

    monkeypatch.setattr(in_place, "answered", slowly)
    with pytest.raises(DataContractError, match="changed while it was summed"):
        creator_panel(dataset)
    assert not list((dataset.folder / "panels").glob("*"))


def test_a_table_that_changes_while_it_is_judged_ends_with_the_code_of_data(
    raw, monkeypatch, capsys
):
    from analysis.prepare.in_place import posts

    facts = posts.facts

    def slowly(*arguments):
        touched(raw)
        return facts(*arguments)

    monkeypatch.setattr(posts, "facts", slowly)
    assert main(["prepare", str(raw)]) == 3
    assert "changed while it was read" in capsys.readouterr().err


def test_verify_names_the_table_that_changed(raw, capsys):
    prepare_dataset(raw)
    touched(raw)
    assert main(["verify", str(raw.parent / "site"), "--data", str(raw)]) == 1
    assert "parquet: the table of posts changed since it was prepared" in capsys.readouterr().err


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_that_pages_read_names_an_account_or_an_address(raw, capsys):
    assert main(["prepare", str(raw)]) == 0
    out = data_folder("processed") / "parquet"
    creator_panel(open_dataset(out))
    found = everything_in(out)
    for name in (ANNA, "stranger", str(raw)):
        assert name.encode() not in found
    places = data_folder("private") / "parquet" / "places"
    assert {path.stat().st_mode & 0o777 for path in places.iterdir()} == {0o600}
    said = capsys.readouterr().out
    assert "rows, such as" in said  # the owner at a terminal reads names of accounts


def test_no_query_holds_a_handle_a_pseudonym_or_the_key(raw, monkeypatch):
    monkeypatch.setenv("MICROMACRO_KEY", "a-key-of-ours")
    asked, lent = [], {}
    for module in (engine, twins, in_place):
        monkeypatch.setattr(module, "answered", _heard(engine.answered, asked))
        if hasattr(module, "lent"):
            monkeypatch.setattr(module, "lent", _heard_rows(engine.lent, lent))
    dataset = prepared(raw)
    panel = creator_panel(dataset)
    pseudonyms = panel["creator_id"].tolist()
    text = " ".join(asked)
    rows = " ".join(str(table.to_pydict()) for table in lent.values())
    assert asked
    assert "accounts" in lent
    assert not [one for one in (ANNA, "a-key-of-ours", *pseudonyms) if one in text]
    assert not [one for one in ("a-key-of-ours", *pseudonyms) if one in rows]


def _heard(answered, asked):
    def listening(where, text, given=None):
        asked.extend([text, *(given or {}).values()])
        return answered(where, text, given)

    return listening


def _heard_rows(lend, lent):
    def listening(where, name, rows):
        lent[name] = rows
        return lend(where, name, rows)

    return listening


def test_who_is_forgotten_leaves_the_sums_at_once_and_every_import(raw):
    dataset = prepared(raw)
    before = creator_panel(dataset)
    (coded,) = before.loc[before["followers_listed"].eq(5463), "creator_id"]
    folders = {name: data_folder(name) for name in ("processed", "private")}
    found = forget("instagram", f"@{ANNA.upper()}", **folders)
    (cut,) = found.datasets
    assert coded not in set(creator_panel(cut)["creator_id"])
    assert creator_panel(cut)["posts"].sum() < before["posts"].sum()
    assert ANNA.encode() not in everything_in(folders["private"] / "parquet" / "places")
    again = prepared(raw)
    left = again.exclusions().set_index(["table", "reason"])["rows"]
    assert left["posts", "erased at the creator's request"] >= 2
    assert coded not in set(creator_panel(again)["creator_id"])
    assert erased_accounts(folders["private"]).digest


@pytest.mark.filterwarnings("ignore")  # of Ibis, which is not ours to mend
def test_a_table_of_another_engine_is_known_by_the_column_that_grows(tmp_path):
    ibis = pytest.importorskip("ibis", reason="the extra micromacro[engines] is not installed")
    from analysis.store.places.declared import Place
    from analysis.store.places.versions import version_of

    connection = ibis.duckdb.connect()
    connection.raw_sql("create schema shop")
    connection.raw_sql(
        "create table shop.posts as select 1 as likes, date '2026-01-01' as loaded, 'a' as handle"
    )
    there = engine.Engine("other://", connection, False, tmp_path)
    grows = Place(table="shop.posts", changed="loaded")
    plain = Place(table="shop.posts")
    before = [version_of(there, "posts", one) for one in (grows, plain)]
    assert before == [version_of(there, "posts", one) for one in (grows, plain)]
    assert before[0].rows == 1
    assert "every run reads it" in before[1].says
    connection.raw_sql("update shop.posts set likes = 2")
    after = [version_of(there, "posts", one) for one in (grows, plain)]
    assert after[0] == before[0]  # the column did not grow, as its owner said that it would
    assert after[1] != before[1]
    connection.raw_sql("update shop.posts set loaded = date '2026-01-02'")
    assert version_of(there, "posts", grows) != before[0]
    with pytest.raises(DataContractError, match="no column gone, named by changed:"):
        version_of(there, "posts", Place(table="shop.posts", changed="gone"))


def test_what_an_engine_says_of_a_failure_does_not_repeat_its_password(tmp_path):
    class Broken:
        def sql(self, text, dialect):
            raise RuntimeError("pg://ann:sesame@db refused ann with sesame")

    there = engine.Engine("pg://ann:sesame@db", Broken(), False, tmp_path)
    with pytest.raises(MachineError) as failed:
        engine.answered(there, "select 1")
    assert "sesame" not in str(failed.value)


def test_the_contract_has_no_kind_that_a_table_could_not_be_held_to():
    from analysis.store.places.source import FITS

    assert {column.kind for column in POSTS.columns} <= FITS.keys()
