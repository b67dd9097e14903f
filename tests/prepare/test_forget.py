"""Who is who, and forgetting: no byte of what is kept holds the creator, now or later."""

import pandas as pd
import pytest

from analysis.cli.main import main
from analysis.prepare.forget import forget, look_alikes_of, who
from analysis.prepare.pipeline import prepare
from analysis.store.dataset import open_dataset
from analysis.store.pseudonyms import load_key, pseudonyms
from analysis.study.errors import UsageError

STUDIO = 'Content,Video title,Video publish time,Likes,Comments added\nv1,A,"Dec 15, 2025",9,1\n'


def brand(arrived):
    """24 micro and 24 macro creators; one of them, whose export names the folder, will leave."""
    creators, posts = ["platform,handle,niche,followers,person"], []
    for number in range(48):
        name = "marlene_quist" if number == 3 else f"creator{number}"
        followers = 2_000 + 3_000 * number if number < 24 else 110_000 * (number - 22)
        niche = "fans of marlene_quist" if number == 4 else "food"
        creators.append(f"youtube,{name},{niche},{followers},{name} person")
        posts.append(f"youtube,{name},id_{name},2026-03-01,{followers // 50 + number},{number}")
    head = "platform,handle,post_id,posted_at,likes,comments"
    return arrived(
        {
            "dataset.yml": "ignore: [drafts of marlene_quist/*]\n",
            "creators.csv": "\n".join(creators) + "\n",
            "posts.csv": "\n".join([head, *posts]) + "\n",
            "exports/marlene_quist/Table data.csv": STUDIO,
            "exports/Marlene_Quist notes.csv": "x,y\n1,2\n",
        }
    )


def everything(*folders):
    """Every byte below folders, lower case, Parquet unpacked as well."""
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    stored = [path.read_bytes().lower() for path in paths]
    tables = [pd.read_parquet(path) for path in paths if path.suffix == ".parquet"]
    stored += [table.to_csv().lower().encode() for table in tables]
    return b"\n".join([*stored, *(str(path).lower().encode() for path in paths)])


@pytest.fixture
def traces(own_data):
    """Everything that could betray the creator, once there is a key."""

    def of_her():
        key = load_key(own_data / "private")
        (coded,) = pseudonyms(pd.Series(["marlene_quist"]), "youtube", key=key)
        return [b"marlene", b"quist", coded.encode()]

    return of_her


def test_after_forget_and_the_next_import_no_byte_holds_the_creator(
    arrived, own_data, tmp_path, traces, monkeypatch
):
    raw, site = brand(arrived), tmp_path / "site"
    (tmp_path / "plan.yml").write_text(
        "reports:\n  - { notebook: 10_data, id: data, title: Data }\n", encoding="utf-8"
    )
    options = ["--plan", str(tmp_path / "plan.yml"), "--out", str(site), "--workers", "1"]
    assert main(["report", "--data", str(raw), *options]) == 1, "one file is refused"
    stored = everything(own_data, site)
    assert all(trace in stored for trace in traces())
    before = open_dataset(own_data / "processed" / "brand")
    page = (site / "data.html").read_text(encoding="utf-8")

    assert main(["forget", "youtube", "@Marlene_Quist", *options]) == 0
    stored = everything(own_data, site)
    assert not [trace for trace in traces() if trace in stored]
    erased = open_dataset(before.folder)
    rows = [len(pd.read_parquet(one.table_path("creators"))) for one in (before, erased)]
    assert rows == [47, 47], "the folder was replaced, so both look at the new one"
    assert (site / "data.html").read_text(encoding="utf-8") != page, "its pages were built again"

    assert main(["report", "--data", str(raw), *options]) == 1
    stored = everything(own_data, site)
    assert not [trace for trace in traces() if trace in stored]
    reasons = open_dataset(before.folder).exclusions()["reason"].value_counts().to_dict()
    assert reasons == {"erased at the creator's request": 3}


def test_who_is_who(arrived, own_data, capsys):
    main(["prepare", str(brand(arrived))])
    shown = capsys.readouterr().out
    assert "exports/marlene_quist/Table data.csv -> posts: 1 rows read" in shown, "for the owner"
    key = load_key(own_data / "private")
    coded = pseudonyms(pd.Series(["creator7"]), "youtube", key=key)[0]
    assert who(coded.upper(), own_data / "private") == [("brand", "youtube", "creator7")]
    assert main(["who", coded]) == 0
    assert capsys.readouterr().out == "brand: youtube creator7\n"
    assert main(["who", "0123456789abcdef"]) == 2


def test_names_in_file_names_are_not_published(arrived, own_data):
    main(["prepare", str(brand(arrived))])
    stored = everything(own_data / "processed")
    assert b"marlene" not in stored
    assert b"quist" not in stored


def test_a_creator_of_another_platform_stays(arrived, own_data):
    main(["prepare", str(brand(arrived))])
    folders = {"processed": own_data / "processed", "private": own_data / "private"}
    assert forget("tiktok", "creator7", **folders).datasets == []
    [dataset] = forget("youtube", "creator7", **folders).datasets
    assert len(pd.read_parquet(dataset.table_path("posts"))) == 48
    with pytest.raises(UsageError, match="myspace: no platform; there are instagram"):
        forget("myspace", "creator7", **folders)


def test_an_address_on_another_platform_erases_nobody(own_data):
    """What is forgotten is never imported again, so the wrong one would be for good."""
    private, processed = own_data / "private", own_data / "processed"
    for platform, address in (("tiktok", "instagram.com/anna"), ("youtube", "x.com/anna")):
        with pytest.raises(UsageError, match="name one of the two"):
            forget(platform, f"https://www.{address}", processed=processed, private=private)
    assert not list(private.glob("*"))
    forget("tiktok", "https://www.tiktok.com/@anna", processed=processed, private=private)


@pytest.mark.parametrize(
    "written", ["anna.f", "@Anna.F", "https://www.instagram.com/anna.f/?hl=de", "anna\u200b.f"]
)
def test_every_spelling_is_forgotten_and_look_alikes_are_listed(
    written, arrived, own_data, tmp_path
):
    roster = "platform,handle,niche,followers\n"
    roster += (
        "instagram,https://www.instagram.com/anna.f/,food,5000\ninstagram,\u0430nna.f,food,70\n"
    )
    posts = "platform,handle,likes,comments\ninstagram,anna.f,1,1\ninstagram,\u0430nna.f,2,1\n"
    raw = arrived({"creators.csv": roster, "posts.csv": posts})
    private, processed = tmp_path / "private", tmp_path / "processed"
    first = prepare(raw, processed / "brand", private=private)
    assert any("2 accounts look like another" in one for one in first.manifest.warnings)
    assert look_alikes_of("instagram", written, private) == ["\u0430nna.f"]
    (left,) = forget("instagram", written, processed=processed, private=private).datasets
    for path in (*left.tables, *left.history):
        assert len(pd.read_parquet(path)) <= 1
    again = prepare(raw, processed / "brand", private=private)
    assert pd.read_parquet(again.folder / "creators.parquet")["followers"].to_list() == [70]
