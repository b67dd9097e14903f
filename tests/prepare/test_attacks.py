"""Raw folders as attacks and bad luck leave them: read, or refused by name; never silent."""

import os
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.prepare import load
from analysis.prepare.forget import forget
from analysis.prepare.pipeline import prepare, prepare_dataset
from analysis.prepare.raw_folder import open_raw_folder, readable
from analysis.store.dataset import open_dataset
from analysis.store.pseudonyms import erased_accounts
from analysis.study.errors import AnalysisError, DataContractError, MachineError

CREATORS = "platform,handle,niche,followers\ninstagram,anna,beauty,5000\n"
POSTS = "platform,handle,post_id,posted_at,likes,comments\ninstagram,anna,1,2026-03-01,5,1\n"
BACK = "a link to a folder that it lies in; remove it"
GROWING = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 10)}]\n"
    for before, after in zip("abcdef", "bcdefg", strict=True)
)
BRAND = {"creators.csv": CREATORS, "posts.csv": POSTS}


def everything(*folders):
    """Every byte below folders and every cell of their tables, lower case."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    tables = [pd.read_parquet(path).to_csv() for path in paths if path.suffix == ".parquet"]
    return "\n".join([*tables, *(path.read_bytes().decode("utf-8", "replace") for path in paths)])


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ('date_format: "%D"', "'%D' is no date format"),
        ('date_format: "dd/mm/yyyy"', "names no year"),
        ('date_format: "%d.%m."', "names no year"),
        ('date_format: "%Y %Y"', "is no date format"),
        ('date_format: "%Y %z %z"', "is no date format"),
        ("encoding: punycode", "'punycode' is no encoding of files"),
        ("encoding: rot13", "is no encoding of files"),
        ("encoding: zip", "is no encoding"),
        ("encoding: latin-99", "'latin-99' is no encoding"),
        ("rates: {USD: .9, USD: 90}", "USD stands twice"),
        ("rates: {USD: .9, usd: 90}", "USD stands twice"),
        ("currency: EUR\ncurrency: USD", "currency stands twice"),
        ("rates: {USD: 0}", "should be greater than"),
        ("rates: {USD: -1}", "should be greater than"),
        ("rates: {USD: .inf}", "finite number"),
        ("rates: {USD: .nan}", "finite number"),
        ("rates: {USD: 1.0e-320}", "should be greater than"),
        ("rates: {dollars: 2}", "'dollars' is no currency"),
        ("currency: EUR\nrates: {EUR: 2}", "its rate is 1"),
        ("currency: euro", "'euro' is no currency"),
        ("margin: .nan", "margin"),
        ("budget: .inf", "finite number"),
        ("rate: {USD: 1}", "did you mean rates?"),
        ("name: erased", "'erased' cannot name a dataset"),
        ("name: Key", "'Key' cannot name a dataset"),
        ("name: ../x", "name"),
        (f"name: {'x' * 300}", "1 to 100 characters"),
        ("mature_after_days: 99999999999999", "less than or equal"),
        ("a: " + "[" * 5_000, "not YAML"),
        ("a: " + "[" * 200_000 + "]" * 200_000, "more than 30 levels"),
        ("a: &a [*a]", "stands inside itself"),
        (GROWING, "more than 200,000 values"),
        ("? [a, b]\n: 1", "not YAML"),
        ("!!python/object/apply:os.system [true]", "not YAML"),
        ("name: \x00", "not YAML"),
        ("just words", "a mapping is expected"),
        ("name: b\xe9".encode("latin-1"), "not YAML"),
    ],
)  # fmt: skip
def test_a_wrong_dataset_yml_is_refused_in_one_line(arrived, stated, says):
    raw = arrived({**BRAND, "dataset.yml": stated})
    with pytest.raises(DataContractError) as refused:
        open_raw_folder(raw)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_dataset_yml_may_say_is_read(arrived):
    said = {
        "currency": "eur",
        "rates": "{USD: 0.92, gbp: 1.1, EUR: 1}",
        "date_format": '"%d/%m/%Y"',
        "encoding": "utf-16",
        "name": "spring 2026",
    }
    text = "".join(f"{name}: {value}\n" for name, value in said.items())
    assert open_raw_folder(arrived({"dataset.yml": text})).settings.rates["USD"] == 0.92


@pytest.mark.parametrize("name", ["erased", "key", "draws", ".hidden", "x" * 200])
def test_a_name_of_ours_is_refused_before_anything_is_read(arrived, own_data, name):
    """A dataset called erased broke every later command of every dataset."""
    assert main(["prepare", str(arrived(BRAND, name))]) == 3
    assert not own_data.exists()
    assert main(["prepare", str(arrived(BRAND, "good"))]) == 0


def test_links_are_followed_or_refused_by_name(arrived, own_data, tmp_path):
    share = arrived({"posts.csv": POSTS}, "share")
    raw = arrived({"creators.csv": CREATORS})
    (raw / "exports").symlink_to(share)
    (raw / "more.csv").symlink_to("/nowhere/posts.csv")
    (raw / "loop").symlink_to(raw)
    (share / "up").symlink_to(tmp_path)
    os.mkfifo(raw / "pipe.csv")
    (raw / "sub").mkdir()
    (raw / "sub" / "back").symlink_to(raw / "sub")
    dataset = prepare_dataset(raw)
    kept = {count.file: count.kept for count in dataset.manifest.files}
    assert kept == {"creators.csv": 1, "exports/posts.csv": 1}
    said = {name: why.partition(": ")[2] for name, why in dataset.manifest.refused.items()}
    assert said == {
        **dict.fromkeys(("exports/up/brand", "exports/up/share", "loop", "sub/back"), BACK),
        "more.csv": "a link to nothing; mount or mend what it names",
        "pipe.csv": "no file but a pipe, socket or device; remove it",
    }


def test_a_pipe_is_no_dataset(tmp_path, own_data):
    """Reading it would wait for ever for somebody to write."""
    os.mkfifo(tmp_path / "pipe.csv")
    assert main(["prepare", str(tmp_path / "pipe.csv")]) == 3


def test_a_link_that_is_mended_is_news(arrived, own_data, tmp_path):
    raw = arrived(BRAND)
    (raw / "more.csv").symlink_to(tmp_path / "more.csv")
    before = open_raw_folder(raw).data_digest
    (raw / "more.csv").unlink()
    assert open_raw_folder(raw).data_digest != before


def test_names_of_no_text_and_names_that_forge_lines_are_escaped(arrived, own_data, capsys):
    raw = arrived(BRAND)
    (raw / "posts.csv").rename(raw / os.fsdecode(b"b\xffd.csv"))
    (raw / "x\nmicromacro: refused: all.csv").write_text("a,b\n1,2\n")
    (raw / "red\x1b[31m\u202e.csv").write_text("a,b\n1,2\n")
    assert main(["prepare", str(raw)]) == 1
    said = capsys.readouterr()
    assert "b\\xffd.csv -> posts: 1 rows read, 1 kept" in said.out
    lines = (said.out + said.err).splitlines()
    assert not [line for line in lines if line.startswith("micromacro: refused: all")]
    assert "\x1b" not in said.err
    assert readable("anna müller 日本.csv") == "anna müller 日本.csv"


@pytest.mark.parametrize("change", [lambda path: path.write_text(POSTS + " "), Path.unlink])
def test_a_file_that_changes_while_it_is_read_is_refused(arrived, own_data, monkeypatch, change):
    """The digest was of one content and the rows of another."""
    raw, real = arrived(BRAND), load.read_tables

    def meanwhile(path, name, **options):
        read = real(path, name, **options)
        if name == "posts.csv":
            change(path)
        return read

    monkeypatch.setattr(load, "read_tables", meanwhile)
    dataset = prepare(raw, own_data / "out", private=own_data / "private")
    assert dataset.manifest.refused == {
        "posts.csv": "posts.csv: changed while it was read; run again when its export has ended"
    }
    assert dataset.table_path("posts") is None


def test_a_row_that_no_workbook_has_is_refused_before_it_is_reached(arrived, own_data):
    """Counting up to row 900,000,000 took as long as it sounds."""
    book = openpyxl.Workbook()
    book.active.append(["platform", "handle", "niche", "followers"])
    book.active.append(["instagram", "cleo", "food", 77])
    raw = arrived(BRAND)
    book.save(raw / "plain.xlsx")
    with zipfile.ZipFile(raw / "plain.xlsx") as plain, zipfile.ZipFile(raw / "r.xlsx", "w") as far:
        for part in plain.namelist():
            rows = plain.read(part).replace(b'<row r="2"', b'<row r="900000000"')
            far.writestr(part, rows)
    (raw / "plain.xlsx").unlink()
    (why,) = prepare_dataset(raw).manifest.refused.values()
    assert "a row beyond 1,048,576" in why


FORMAT = """
name: {name}
title: T
files:
- header: [a]
  tables: {{creators: {{platform: {{is: tiktok}}, handle: {{from: a, extract: "({pattern})"}}}}}}
"""


@pytest.mark.parametrize(
    ("name", "pattern", "says"),
    [("roster", "a", "roster is our own"), ("f", "a?" * 50_000, "at most 1,000")],
)
def test_a_format_takes_no_place_of_ours_and_no_time(arrived, name, pattern, says):
    raw = arrived({**BRAND, "f.yml": FORMAT.format(name=name, pattern=pattern)})
    with pytest.raises(DataContractError, match=says):
        open_raw_folder(raw)


def test_nobody_that_was_seen_stands_in_clear(arrived, own_data):
    """Also accounts that were not kept: strangers, contradictory or unreadable roster rows."""
    head = "platform,handle,post_id,posted_at,likes,comments\n"
    files = {
        "creators.csv": CREATORS
        + "instagram,zqtwice,beauty,5000\ninstagram,zqtwice,food,9000\n"
        + "instagram,zqmany,food,many\n",
        "placements.csv": "campaign,platform,handle,clicks,orders,found_through\n"
        "anna spring,instagram,anna,100,5,x\nzqreel,instagram,zqstranger,100,5,x\n",
        "posts.csv": POSTS,
        "zqstranger/posts.csv": head + "instagram,zqstranger,2,2026-03-01,7,1\n",
        "zqtwice export.csv": head + "instagram,zqtwice,3,2026-03-01,8,1\n",
        "zqmany.csv": head + "instagram,zqmany,4,2026-03-01,8,1\n",
        "zqbad.csv": POSTS.replace("1,2026", "6,2026") + "instagram,zqbad,5,2026-03-01,many,1\n",
        "d.json": '{"zqstranger": 1, "zqstranger": 2}',
        "grid.csv": "post,zqstranger,zqstranger\n1,2,3\n",
        "list anna.f@shop.example.csv": "a,b\n1,2\n",
        "x?access_token=EAABsbCS1iHgBO0ZA.csv": "a,b\n1,2\n",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.csv": "a,b\n1,2\n",
    }  # fmt: skip
    dataset = prepare(arrived(files), own_data / "out", private=own_data / "private")
    stored = everything(dataset.folder).lower()
    for name in ("zqstranger", "zqtwice", "zqmany", "zqbad", "anna", "eaabsb", "eyjhbg", "@shop"):
        assert name not in stored, name
    refused = dataset.manifest.refused
    assert "list (e-mail)" in refused
    assert "(token).csv" in refused
    assert "x?access_token=(secret)" in refused
    assert dataset.manifest.campaigns[0].endswith(" spring")
    placements = pd.read_parquet(dataset.folder / "placements.parquet")
    assert placements["campaign"].to_list() == list(dataset.manifest.campaigns)


def test_plain_words_that_are_handles_leave_sentences_alone(arrived, own_data):
    roster = CREATORS + "instagram,look,food,5\ninstagram,placements,food,5\n"
    placements = "campaign,platform,handle,clicks,orders\ns,instagram,anna,100,5\n"
    raw = arrived({**BRAND, "creators.csv": roster, "bookings.csv": placements})
    (said,) = prepare_dataset(raw).manifest.warnings
    assert said.startswith("no placement states reach")


def test_after_forget_nothing_of_a_refused_file_names_the_creator(arrived, own_data):
    files = {
        **BRAND,
        "creators.csv": CREATORS + "instagram,zqvictim,beauty,5000\n",
        "d.json": '{"zqvictim": 1, "zqvictim": 2}',
        "grid.csv": "post,zqvictim,zqvictim\n1,2,3\n",
        "placements.csv": "campaign,platform,handle,clicks,orders\nzqvictim x,instagram,anna,1,0\n",
    }
    raw, private = arrived(files), own_data / "private"
    before = prepare(raw, own_data / "processed" / "brand", private=private)
    coded = pd.read_csv(private / "brand" / "handles.csv").set_index("handle").loc["zqvictim"]
    told = forget("Instagram", "@ZqVictim", processed=own_data / "processed", private=private)
    assert told.found["brand"] == "1 of creators, 3 in names and reasons"
    for again in (before, prepare(raw, before.folder, private=private)):
        stored = everything(again.folder, private)
        assert "zqvictim" not in stored.lower()
        assert coded["creator_id"] not in stored
        assert again.manifest.refused.keys() == {"d.json", "grid.csv"}


@pytest.mark.parametrize("platform", ["twitch", "小红书", "little red book"])
def test_forget_names_who_is_elsewhere_and_knows_platforms_of_other_names(
    arrived, own_data, platform
):
    """After a platform whose name is no single ASCII word, every later command died."""
    roster = CREATORS + f"{platform},anna,food,50\n{platform},bea,food,60\n"
    prepare_dataset(arrived({**BRAND, "creators.csv": roster}))
    folders = {"processed": own_data / "processed", "private": own_data / "private"}
    told = forget(platform, "anna", **folders)
    assert (told.found, told.elsewhere) == ({"brand": "1 of creators"}, ["instagram"])
    assert erased_accounts(folders["private"]).platforms[-1] == platform
    again = prepare_dataset(arrived({"anna.csv": "a,b\n1,2\n"}))
    assert len(pd.read_parquet(again.folder / "creators.parquet")) == 2
    assert "erased.csv" not in again.manifest.refused, "the name is still another's"
    with pytest.raises(AnalysisError, match="no handle"):
        forget("instagram", "@", **folders)


def test_with_another_key_nothing_is_read_while_somebody_must_stay_out(
    arrived, own_data, monkeypatch
):
    """Under another key the list of the forgotten names nobody, and all would come back."""
    raw = arrived(BRAND)
    prepare_dataset(raw)
    folders = {"processed": own_data / "processed", "private": own_data / "private"}
    forget("instagram", "anna", **folders)
    monkeypatch.setenv("MICROMACRO_KEY", "another key of mine")
    with pytest.raises(MachineError, match="made with another key"):
        prepare_dataset(raw)


def test_a_dataset_of_another_key_goes_whole_when_somebody_is_forgotten(arrived, own_data):
    """Under another key the creator was not found in it, and forget said that nobody held them."""
    folder = prepare_dataset(arrived(BRAND)).folder
    (own_data / "private" / "key").write_text("another")
    told = forget(
        "instagram", "anna", processed=own_data / "processed", private=own_data / "private"
    )
    assert list(told.found) == ["brand"]
    assert not folder.exists()


@pytest.mark.parametrize("name", ["erased", "brand/handles.csv"])
@pytest.mark.parametrize("said", [b"\xff\xfe\0", b""])
def test_a_damaged_private_file_is_named(arrived, own_data, name, said):
    raw = arrived({**BRAND, "creators.csv": CREATORS + "instagram,bea,food,6000\n"})
    prepare_dataset(raw)
    folders = {"processed": own_data / "processed", "private": own_data / "private"}
    forget("instagram", "anna", **folders)
    (own_data / "private" / name).write_bytes(said)
    with pytest.raises(MachineError, match=f"{name}: damaged"):
        forget("instagram", "bea", **folders)


def test_a_real_dataset_called_synthetic_has_a_key_of_its_own(arrived, own_data):
    """What everybody can compute, everybody can undo by trying handles."""
    prepare_dataset(arrived({**BRAND, "dataset.yml": "synthetic: true\n"}))
    assert (own_data / "private" / "key").exists()


@pytest.mark.parametrize("table", ["posts.parquet", "creators.parquet", "exclusions.parquet"])
@pytest.mark.parametrize("harm", [lambda path: os.truncate(path, 500), Path.unlink])
def test_a_damaged_prepared_table_heals(arrived, own_data, table, harm):
    raw = arrived(BRAND)
    path = prepare_dataset(raw).folder / table
    before = path.read_bytes()
    harm(path)
    prepare_dataset(raw)
    assert path.read_bytes() == before


@pytest.mark.parametrize("said", [b"", b"\xff\xfe\0", b"[" * 100_000, b"{}", b"null"])
def test_a_damaged_manifest_heals(arrived, own_data, said):
    raw = arrived(BRAND)
    path = prepare_dataset(raw).folder / "manifest.json"
    before = path.read_bytes()
    path.write_bytes(said)
    with pytest.raises(DataContractError, match="run micromacro prepare again"):
        open_dataset(path.parent)
    prepare_dataset(raw)
    assert path.read_bytes() == before


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077, 0o002])
def test_modes_follow_the_umask_in_one_way(arrived, own_data, umask):
    before = os.umask(umask)
    try:
        dataset = prepare_dataset(arrived(BRAND))
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in dataset.folder.iterdir() if path.is_file()}
    assert modes == {0o666 & ~umask}
    private = {path for path in (own_data / "private").rglob("*") if path.is_file()}
    assert {path.stat().st_mode & 0o777 for path in private} == {0o600}
