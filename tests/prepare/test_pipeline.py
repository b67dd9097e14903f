"""data/raw -> data/processed: every row accounted for, refusals named, nobody recognisable."""

import os
import shutil
import signal
import stat
from collections import Counter

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.prepare import pipeline
from analysis.prepare import raw_folder as captures
from analysis.prepare import write as module
from analysis.prepare.pipeline import prepare, prepare_dataset
from analysis.prepare.raw_folder import open_raw_folder
from analysis.sources.template import write_template
from analysis.store.dataset import open_dataset
from analysis.store.pseudonyms import PUBLIC_DEMO_KEY, pseudonyms
from analysis.study.contract import TABLES
from analysis.study.errors import DataContractError, MachineError, UsageError
from analysis.study.project import PROJECT

CREATORS = """\
platform,handle,niche,followers,person
instagram,anna_handle,Beauty,5000,Anna Person
tiktok,anna_handle,beauty,7000,Anna Person
tiktok,@Ben_Handle,board  Games,200000,
"""
POSTS = """\
platform,handle,post_id,posted_at,likes,comments
instagram,anna_handle,pid_Aa,2026-01-10,50,5
instagram,anna_handle,pid_aa,2026-02-10,,7
tiktok,BEN_HANDLE,pid_Aa,2026-03-31T23:30:00Z,900,40
"""
PLACEMENTS = """\
campaign,platform,handle,clicks,orders,code,link,currency
spring,tiktok,ben_handle,100,3,SECRETCODE,https://x.example/ben,USD
,instagram,anna_handle,40,0,,,
"""
ALONE = (
    "creators alone decide nothing; add posts or placements, or have micromacro sources --suggest"
    " FILE draft a format for a file that holds them in columns not read"
)
FULL = {"creators.csv": CREATORS, "posts.csv": POSTS, "placements.csv": PLACEMENTS}
GIVEN = ("creators", "posts", "placements")
A_COUNT = "not a whole number in plain digits, like 12500"
NO_FORMAT = (
    "no known format has this header; micromacro sources lists what is read, and with"
    " --suggest FILE drafts a format for this one"
)
KINDS = (
    "not a kind of file that is read: .csv, .tsv, .txt, .json, .jsonl, .parquet, .xlsx,"
    " the first five also with .gz"
)
DRAFTS = "; micromacro sources --suggest FILE drafts a format of its own"
NEAREST = "no known format has this header; the nearest"
HIDDEN = ("anna_handle", "ben_handle", "anna person", "pid_aa", "secretcode", "x.example")


@pytest.fixture
def run(tmp_path, own_data):
    """Prepare a raw folder beside it."""

    def prepared(raw, **options):
        return prepare(raw, tmp_path / "out", private=tmp_path / "private", **options)

    return prepared


def table(dataset, name):
    return pd.read_parquet(dataset.table_path(name))


def counts(dataset):
    """File and table -> rows read, kept, merged, excluded, duplicates."""
    return {
        (f.file, f.table): (f.rows_read, f.kept, f.merged, f.excluded, f.duplicates)
        for f in dataset.manifest.files
    }


def exclusions(dataset):
    """File and row -> table, column and reason."""
    frame = dataset.exclusions()[["table", "file", "row", "column", "reason"]]
    assert not frame.duplicated(["table", "file", "row"]).any()
    return {(f, row): (t, c, why) for t, f, row, c, why in frame.to_numpy()}


def content(folder):
    """Every file below a folder, byte for byte."""
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_roster_by_hand(run, arrived):
    dataset = run(arrived(FULL))
    creators, posts, placements = (table(dataset, name) for name in GIVEN)
    assert creators["niche"].to_list() == ["beauty", "beauty", "board games"], (
        "case and spaces do not matter"
    )
    assert creators["followers"].to_list() == [5_000, 7_000, 200_000]
    assert creators["person"].nunique() == 2, "two accounts of one person, one of another"
    assert creators["person"][0] == creators["person"][1]
    assert posts["creator_id"].to_list() == [creators["creator_id"][i] for i in (0, 0, 2)]
    assert posts["likes"].fillna(-1).to_list() == [50, -1, 900]
    assert posts["post_id"].to_list() == [1, 2, 3], "ids that differ by case alone are two"
    assert placements["campaign"].fillna("").to_list() == ["spring", ""]
    assert dataset.exclusions().empty
    manifest = dataset.manifest
    assert (manifest.dataset, manifest.last_day) == ("brand", "2026-03-31")
    assert manifest.niches == ("beauty", "board games")
    assert manifest.platforms == ("instagram", "tiktok")
    assert manifest.campaigns == ("spring",)
    assert manifest.sources == ("Roster in the project's own form",)
    assert open_dataset(dataset.folder) == dataset


def test_rows_stay_in_the_order_of_arrival(run, arrived):
    more = "".join(f"tiktok,h{number},food,{number},\n" for number in range(40))
    dataset = run(arrived({**FULL, "creators.csv": CREATORS + more}))
    assert table(dataset, "creators")["followers"].to_list()[3:] == list(range(40))


def test_nobody_can_be_recognised(run, arrived, tmp_path):
    dataset = run(arrived({**FULL, "ruined.csv": "platform,handle\ntiktok,ben_handle\n"}))
    everything = b"".join(content(dataset.folder).values()).lower()
    assert not [text for text in HIDDEN if text.encode() in everything]
    stored = [pd.read_parquet(path) for path in dataset.folder.glob("*.parquet")]
    cells = {str(cell).lower() for frame in stored for cell in frame.to_numpy().ravel()}
    assert not [text for text in HIDDEN if any(text in cell for cell in cells)]


def test_the_way_back_is_for_the_owner_alone(run, arrived, tmp_path):
    dataset = run(arrived(FULL))
    key = (tmp_path / "private" / "key").read_bytes()
    way_back = tmp_path / "private" / "brand" / "handles.csv"
    handles = pd.read_csv(way_back)
    assert handles["handle"].to_list() == ["anna_handle", "anna_handle", "ben_handle"]
    assert handles["creator_id"].to_list() == table(dataset, "creators")["creator_id"].to_list()
    expected = pseudonyms(handles["handle"], handles["platform"], key=key)
    assert handles["creator_id"].to_list() == expected.to_list()
    for path in (way_back, tmp_path / "private" / "key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_demo_agrees_everywhere(run, tmp_path):
    """Known by its bytes, whatever its folder or dataset.yml is called."""
    shutil.copytree(PROJECT / "data" / "raw" / "demo", tmp_path / "copy")
    dataset = run(tmp_path / "copy")
    names = pd.Series(["demo_beauty_ig_01"])
    expected = pseudonyms(names, "instagram", key=PUBLIC_DEMO_KEY)[0]
    assert table(dataset, "creators")["creator_id"][0] == expected
    assert not (tmp_path / "private" / "key").exists()
    assert dataset.synthetic


def test_the_latest_capture_wins(run, arrived):
    """Posts a, b arrive in January, b again in February with more likes, c flat and first."""
    head = "platform,handle,post_id,posted_at,likes,comments\n"
    raw = arrived(
        {
            "creators.csv": CREATORS,
            "2026-01-31/posts.csv": f"{head}tiktok,ben_handle,a,2026-01-01,1,0\n"
            "tiktok,ben_handle,b,2026-01-02,2,0\n",
            "2026-02-28/posts.csv": f"{head}tiktok,@BEN_handle,b,2026-01-02,20,0\n",
            "posts.csv": f"{head}tiktok,ben_handle,c,2025-01-01,3,0\n"
            "tiktok,ben_handle,b,2026-01-02,0,0\n",
            "2026-02-28/creators.csv": "platform,handle,niche,followers\n"
            "tiktok,ben_handle,gaming,250000\n",
        }
    )
    dataset = run(raw)
    posts = table(dataset, "posts")
    assert posts["likes"].to_list() == [1, 20, 3]
    assert posts["capture"].to_list() == ["2026-01-31", "2026-02-28", ""]
    assert sorted(table(dataset, "creators")["followers"]) == [5_000, 7_000, 250_000]
    assert counts(dataset) == {
        ("2026-01-31/posts.csv", "posts"): (2, 1, 1, 0, 0),
        ("2026-02-28/creators.csv", "creators"): (1, 1, 0, 0, 0),
        ("2026-02-28/posts.csv", "posts"): (1, 1, 0, 0, 0),
        ("creators.csv", "creators"): (3, 2, 1, 0, 0),
        ("posts.csv", "posts"): (2, 1, 1, 0, 0),
    }


def test_duplicates_conflicts_and_strangers(run, arrived):
    posts = POSTS + (
        "instagram,@ANNA_handle,pid_Aa,2026-01-10,50,5\n"  # row 2 again
        "tiktok,ben_handle,pid_Aa,2026-03-31,901,40\n"  # row 4 with other likes
        "youtube,ben_handle,pid_x,2026-03-31,1,1\n"  # not his platform
        "instagram,anna_handle,pid_y,yesterday,1,1\n"
    )
    dataset = run(arrived({**FULL, "posts.csv": posts}))
    conflict = "another row has the same platform, handle, post_id, but another"
    conflict += " posted_at; keep one of them"
    assert exclusions(dataset) == {
        ("posts.csv", 4): ("posts", "post_id", conflict),
        ("posts.csv", 6): ("posts", "post_id", conflict),
        ("posts.csv", 7): ("posts", "handle", "no such creator in creators"),
        ("posts.csv", 8): (
            "posts",
            "posted_at",
            "not a date like 2026-03-31 or a time like 2026-03-31T18:00:00Z",
        ),
    }
    assert counts(dataset)["posts.csv", "posts"] == (7, 2, 0, 4, 1)


def test_one_creator_in_two_niches_is_nobody(run, arrived):
    twice = CREATORS + "tiktok,BEN_HANDLE,gaming,100,\n"
    dataset = run(arrived({**FULL, "creators.csv": twice}))
    reasons = Counter(reason for _, _, reason in exclusions(dataset).values())
    assert reasons == {
        "another row has the same platform, handle, but another niche; keep one of them": 2,
        "no such creator in creators": 2,  # ben's post and booking
    }


def test_equal_bookings_under_two_codes_are_two(run, arrived):
    head = "campaign,platform,handle,clicks,orders,code\n"
    row = "spring,tiktok,ben_handle,0,0,"
    dataset = run(arrived({**FULL, "placements.csv": f"{head}{row}A\n{row}B\n{row}B\n"}))
    assert counts(dataset)["placements.csv", "placements"] == (3, 2, 0, 0, 1)


HANDLES = st.sampled_from(["anna_handle", "@Anna_Handle", "ben_handle", "stranger", ""])
POST = st.tuples(HANDLES, st.sampled_from("pqr"), st.sampled_from(["1", "2", "", "", "x"]))
CAPTURE = st.sampled_from(["", "2026-01-31/", "2026-02-28/"])


@given(st.dictionaries(CAPTURE, st.lists(POST, max_size=8), min_size=1))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_of_every_file_is_somewhere(tmp_path_factory, arrived, own_data, captures):
    base = tmp_path_factory.mktemp("any")
    lines = {
        f"{capture}posts.csv": "platform,handle,post_id,posted_at,likes,comments\n"
        + "".join(f"tiktok,{handle},{post},2026-01-01,{likes},0\n" for handle, post, likes in posts)
        for capture, posts in captures.items()
    }
    raw = arrived({"creators.csv": CREATORS, "placements.csv": PLACEMENTS, **lines}, str(base))
    dataset = prepare(raw, base / "out", private=base / "private")
    stored = dataset.exclusions().groupby(["file", "table"]).size()
    for file in dataset.manifest.files:
        assert file.rows_read == file.kept + file.merged + file.excluded + file.duplicates
        assert file.excluded == stored.get((file.file, file.table), 0)
    read = {
        f"{capture}posts.csv": len(posts)
        for capture, posts in captures.items()
        if f"{capture}posts.csv" not in dataset.manifest.refused
    }
    assert {f.file: f.rows_read for f in dataset.manifest.files if f.table == "posts"} == read
    posts = table(dataset, "posts")
    assert len(posts) == sum(f.kept for f in dataset.manifest.files if f.table == "posts")
    assert not posts.duplicated(["creator_id", "post_id"]).any()


def as_workbook(folder, texts):
    """The same tables as sheets, numbers as numbers and days as days."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in texts.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in text.splitlines():
            cells = [cell or None for cell in line.split(",")]
            sheet.append([int(c) if c and c.isdigit() else as_day(c) for c in cells])
    folder.mkdir()
    book.save(folder / "roster.xlsx")
    return folder


def as_day(cell):
    return pd.Timestamp(cell) if cell and cell.startswith("2026") and len(cell) == 10 else cell


@pytest.mark.parametrize("time_zone", ["UTC", "Asia/Tokyo"])
def test_a_workbook_and_a_folder_of_csv_give_equal_tables(run, arrived, tmp_path, time_zone):
    zone = {"dataset.yml": f"time_zone: {time_zone}\n"}
    from_csv = {name: table(run(arrived({**FULL, **zone})), name) for name in GIVEN}
    folder = as_workbook(tmp_path / "workbook", FULL)
    (folder / "dataset.yml").write_text(zone["dataset.yml"], encoding="utf-8")
    dataset = run(folder)
    for name in GIVEN:
        pd.testing.assert_frame_equal(table(dataset, name), from_csv[name])
    assert counts(dataset)["roster.xlsx#posts", "posts"] == (3, 3, 0, 0, 0)
    alone = run(folder / "roster.xlsx")
    assert alone.name == "roster"
    pd.testing.assert_frame_equal(table(alone, "posts"), from_csv["posts"])


def test_a_template_filled_in_is_a_dataset(run, tmp_path):
    [path] = write_template(tmp_path / "brand" / "roster.xlsx")
    book = openpyxl.load_workbook(path)
    ben = {"platform": "tiktok", "handle": "ben", "niche": "food", "followers": 1200}
    post = {"post_id": "7301234567890123456", "posted_at": pd.Timestamp("2026-03-31"), "likes": 10}
    for sheet, row in {"creators": ben, "posts": ben | post}.items():
        book[sheet].append([row.get(name) for name in TABLES[sheet].names])
    book.save(path)
    dataset = run(tmp_path / "brand")
    assert not dataset.manifest.refused
    assert counts(dataset) == {
        ("roster.xlsx#creators", "creators"): (1, 1, 0, 0, 0),
        ("roster.xlsx#posts", "posts"): (1, 1, 0, 0, 0),
        ("roster.xlsx#placements", "placements"): (0, 0, 0, 0, 0),
        ("roster.xlsx#comments", "comments"): (0, 0, 0, 0, 0),
        ("roster.xlsx#mentions", "mentions"): (0, 0, 0, 0, 0),
        ("roster.xlsx#audience", "audience"): (0, 0, 0, 0, 0),
    }
    assert dataset.manifest.last_day == "2026-03-31"


def test_data_without_posts_have_the_days_of_their_bookings(run, arrived):
    """Also of those that state only from when on orders count; without any day no first one."""
    creators = "platform,handle,niche,followers\ntiktok,anna,food,5000\ntiktok,ben,food,9000\n"
    head = "campaign,platform,handle,clicks,orders,placed_at,starts_on\n"
    booked = "may,tiktok,anna,9,1,2026-05-02,2026-05-04\nmay,tiktok,ben,9,1,,2026-05-20\n"
    undated = "june,tiktok,ben,9,1,,\n"
    for text, first in ((booked, "2026-05-02"), (booked + undated, None)):
        found = run(arrived({"creators.csv": creators, "placements.csv": head + text})).manifest
        assert (found.first_day, found.last_day) == (first, "2026-05-20")
        assert found.placed_from == first


def test_a_blank_template_says_that_it_is_blank(run, tmp_path):
    write_template(tmp_path / "brand")
    with pytest.raises(DataContractError, match="every table is empty; fill in creators, and"):
        run(tmp_path / "brand")


def test_a_formula_is_no_number(run, tmp_path):
    """It has no saved value here, so nothing would show if it were taken for an empty cell."""
    formulas = {**FULL, "posts.csv": POSTS.replace("900,40", "=100*9,40")}
    dataset = run(as_workbook(tmp_path / "brand", formulas))
    assert exclusions(dataset) == {("roster.xlsx#posts", 4): ("posts", "likes", A_COUNT)}


def test_a_refused_file_is_named_and_the_others_are_read(run, arrived):
    dataset = run(
        arrived(
            {
                **FULL,
                "2026-01-31/more.csv": "platform,post_id,saves\n",
                "broken.xlsx": b"PK",
                "logo.png": b"\x89PNG",
            }
        )
    )
    assert dataset.manifest.refused == {
        "2026-01-31/more.csv": "2026-01-31/more.csv: "
        f"{NEAREST}, roster (posts), also needs handle{DRAFTS}",
        "broken.xlsx": "broken.xlsx: not a readable workbook: File is not a zip file",
        "logo.png": f"logo.png: {KINDS}",
    }
    assert len(dataset.manifest.files) == 3


def test_a_sheet_of_notes_does_not_cost_the_workbook(run, tmp_path):
    dataset = run(as_workbook(tmp_path / "brand", {"notes": "to do", **FULL}))
    assert list(dataset.manifest.refused) == ["roster.xlsx#notes"]
    assert len(dataset.manifest.files) == 3


def test_what_is_no_data_is_left_alone(run, arrived):
    dataset = run(
        arrived(
            {
                **FULL,
                "README.md": "# notes",
                "contract.pdf": b"%PDF",
                ".DS_Store": b"\0",
                ".ipynb_checkpoints/posts-checkpoint.csv": POSTS,
                "~$roster.xlsx": b"lock of an open workbook",
            }
        )
    )
    note = "a note for people"
    assert dataset.manifest.ignored == {"README.md": note, "contract.pdf": note}
    assert not dataset.manifest.refused
    assert len(dataset.manifest.files) == 3


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({}, ["no data files"]),
        ({"README.md": "x"}, ["no data files"]),
        (
            {"a.csv": "", "b.csv": "x\n1\n", "c.png": b""},
            [
                "no file that could be read",
                "refused: a.csv: the first row is empty; column names are expected there",
                f"refused: b.csv: {NO_FORMAT}",
                f"refused: c.png: {KINDS}",
            ],
        ),
    ],
    ids=["empty", "notes", "all refused"],
)
def test_nothing_usable_names_every_reason_on_a_line(run, arrived, tmp_path, files, lines):
    raw = arrived(files)
    raw.mkdir(exist_ok=True)
    with pytest.raises(DataContractError) as refusal:
        run(raw)
    assert str(refusal.value).split("\n  ") == [f"{raw}: {lines[0]}", *lines[1:]]
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "private").exists()


@pytest.mark.parametrize(
    ("files", "lines"),
    [
        ({"creators.csv": CREATORS}, [ALONE]),
        ({"posts.csv": POSTS}, ["no creators table (who has how many followers)"]),
        (
            {"posts.csv": POSTS, "creators.csv": CREATORS.replace("platform", "where")},
            [
                "no creators table (who has how many followers)",
                f"refused: creators.csv: {NEAREST}, roster (creators), also needs platform{DRAFTS}",
            ],
        ),
    ],
    ids=["creators", "posts", "a column is missing"],
)
def test_what_was_read_is_kept_though_it_decides_nothing(arrived, own_data, files, lines):
    raw = arrived(files)
    with pytest.raises(DataContractError) as refusal:
        prepare_dataset(raw)
    assert str(refusal.value).split("\n  ") == [f"{raw}: {lines[0]}", *lines[1:]]
    dataset = open_dataset(own_data / "processed" / "brand")
    assert dataset.lacks == lines[0]
    assert sum(file.kept for file in dataset.manifest.files) == 3


def test_lifetime_totals_are_enough(run, arrived):
    totals = "platform,handle,niche,followers,lifetime_likes\ntiktok,anna,food,5000,90000\n"
    assert run(arrived({"creators.csv": totals})).lacks is None


def test_without_a_usable_row_the_first_reason_is_told(run, arrived, tmp_path):
    nobody = "platform,handle,niche,followers\ntiktok,anna,food,\n"
    with pytest.raises(DataContractError) as refusal:
        run(arrived({"creators.csv": nobody, "logo.png": ""}))
    fact, refused = str(refusal.value).split("\n  ")
    assert fact == (
        "no usable row is left; 1 left out, the first creators.csv, row 2, column followers:"
        " no value"
    )
    assert refused.startswith("refused: logo.png: ")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "private").exists()


def test_a_file_of_which_most_cannot_be_read_is_refused_alone(run, arrived):
    dataset = run(arrived({**FULL, "creators.csv": CREATORS.replace("000", "K")}))
    assert dataset.manifest.refused == {
        "creators.csv": "creators.csv: 3 of 3 rows cannot be read as roster (creators), the first"
        f" row 2, column followers: {A_COUNT}; if 12.5K is a number here, write abbreviated: true"
        " (followers)"
    }
    assert counts(dataset)["posts.csv", "posts"] == (3, 3, 0, 0, 0)


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({}, DataContractError, "no data files"),
        ({**FULL, "dataset.yml": "colour: red\n"}, DataContractError, "colour: Extra inputs"),
        ({**FULL, "dataset.yml": "- red\n"}, DataContractError, "a mapping is expected"),
        ({**FULL, "dataset.yml": b"name: \xe9\n"}, DataContractError, "not YAML: "),
        ({**FULL, "2026-01-01/dataset.yml": ""}, DataContractError, "speaks for all files below"),
        (
            {**FULL, "tool.yml": "name: tool\n"},
            DataContractError,
            "tool.yml: title: Field required",
        ),
    ],
)
def test_a_refusal_leaves_the_earlier_dataset(run, arrived, tmp_path, files, error, said):
    before = content(run(arrived(FULL)).folder)
    raw = arrived(files, "other")
    raw.mkdir(exist_ok=True)
    with pytest.raises(error, match=said) as refusal:
        run(raw)
    assert "\n" not in str(refusal.value)
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("failing", [1, 2, 3, 4])
def test_a_full_disk_leaves_the_earlier_dataset(run, arrived, tmp_path, monkeypatch, failing):
    """Moved into place: handles, where they came from, the earlier dataset away, the new one in."""
    before = content(run(arrived(FULL)).folder)
    monkeypatch.setattr(
        "analysis.store.disk._exchanged", lambda *_: False
    )  # as where renames do it
    moved = []

    def full_disk(*arguments):
        moved.append(arguments)
        if len(moved) == failing:
            raise OSError(28, "No space left on device")
        real(*arguments)

    real = os.replace
    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises((OSError, MachineError), match="No space left"):
        run(arrived({**FULL, "posts.csv": POSTS.replace("900", "901")}))
    assert content(tmp_path / "out") == before
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".working")]


@pytest.mark.parametrize(
    "standing", [{"thesis.docx": "years"}, {"manifest.json": '{"name": "app"}'}]
)
def test_a_folder_of_something_else_is_never_replaced(run, arrived, tmp_path, standing):
    out = arrived(standing, "out")
    with pytest.raises(UsageError, match="out: holds something that prepare did not write; choose"):
        run(arrived(FULL))
    assert {p.name for p in out.iterdir()} == set(standing)
    with pytest.raises(UsageError, match="brand: holds something that prepare did not write"):
        prepare(arrived(FULL), tmp_path / "brand", private=tmp_path / "private")


def test_a_prepared_folder_is_replaced_as_a_whole(run, arrived, tmp_path):
    run(arrived(FULL))
    (tmp_path / "out" / "answers").mkdir()
    dataset = run(arrived({"creators.csv": CREATORS, "posts.csv": POSTS}, "smaller"))
    assert dataset.table_path("placements") is None
    assert not (tmp_path / "out" / "answers").exists()


def test_what_a_killed_prepare_left_goes_with_the_next(run, arrived, tmp_path, monkeypatch):
    before = content(run(arrived(FULL)).folder)
    pid = os.fork()
    if not pid:
        module.replace_folder = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        run(arrived({**FULL, "posts.csv": POSTS.replace("900", "901")}))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert content(tmp_path / "out") == before
    assert (tmp_path / ".out.working").exists()
    assert content(run(arrived(FULL)).folder) == before
    assert not (tmp_path / ".out.working").exists()


def test_two_folders_of_one_name_do_not_take_each_others_place(run, arrived, tmp_path):
    first = arrived(FULL, "a/brand")
    second = arrived({"creators.csv": CREATORS, "posts.csv": POSTS}, "b/brand")
    before = content(run(first).folder)
    with pytest.raises(UsageError, match=r"b/brand: a dataset named brand was read from .*a/brand"):
        run(second)
    assert content(tmp_path / "out") == before
    (second / "dataset.yml").write_text("name: other brand")
    assert run(second).name == "other brand"
    (second / "dataset.yml").unlink()
    shutil.rmtree(first)  # or moved: then there is one
    assert run(second).name == "brand"


def test_a_format_may_be_chosen_by_name(run, arrived):
    assert run(arrived(FULL), source="roster").manifest.files
    with pytest.raises(UsageError, match="--source rooster: no such format; there are roster, "):
        run(arrived(FULL), source="rooster")
    with pytest.raises(
        DataContractError, match=r"nearest, tiktokshop-vn-affiliate \(.*, also needs"
    ):
        run(arrived(FULL), source="tiktokshop-vn-affiliate")


FORMAT = """\
name: theirs
title: Their own tool
notes: [Counted by hand.]
files:
  - header: [Konto, Beitrag, Datum, Likes]
    tables:
      posts:
        platform: { is: tiktok }
        handle: Konto
        post_id: Beitrag
        posted_at: Datum
        likes: Likes
        comments: { is: "" }
"""


def test_a_renamed_header_is_mended_by_a_file_in_the_folder(run, arrived):
    theirs = {"posts.csv": "Konto;Beitrag;Datum;Likes\nben_handle;p;31.03.2026 08:00;5\n"}
    settings = {"dataset.yml": 'date_format: "%d.%m.%Y %H:%M"\ntime_zone: Asia/Tokyo\n'}
    raw = arrived({"creators.csv": CREATORS, **theirs, **settings, "theirs.yml": FORMAT})
    dataset = run(raw)
    assert table(dataset, "posts")["posted_at"].to_list() == [pd.Timestamp("2026-03-30 23:00")]
    assert dataset.manifest.sources == ("Their own tool", "Roster in the project's own form")
    assert dataset.manifest.notes == ("Counted by hand.",)


def test_a_currency_said_once_is_of_the_placements_that_state_none(run, arrived):
    dataset = run(arrived({**FULL, "dataset.yml": "currency: EUR\n"}))
    assert table(dataset, "placements")["currency"].to_list() == ["USD", "EUR"]


PAID = """\
campaign,platform,handle,clicks,orders,fee,currency
spring,tiktok,ben_handle,100,3,50,USD
spring,instagram,anna_handle,40,0,40,eur
"""


def test_amounts_in_two_currencies_are_never_added_up(run, arrived):
    said = "amounts are in EUR and USD; write currency and rates in dataset.yml"
    neither = run(arrived({**FULL, "placements.csv": PAID}))
    assert {why for _, _, why in exclusions(neither).values()} == {said}
    euros = run(arrived({**FULL, "placements.csv": PAID, "dataset.yml": "currency: EUR\n"}))
    assert table(euros, "placements")["fee"].to_list() == [40]
    rated = run(arrived({"dataset.yml": "currency: EUR\nrates: { USD: 0.9 }\n"}))
    assert table(rated, "placements")["fee"].to_list() == [45, 40]
    assert table(rated, "placements")["currency"].to_list() == ["EUR", "EUR"]


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({}, False),
        ({"posts.csv": POSTS + "\n"}, True),
        ({"more.csv": "x"}, True),
        ({"dataset.yml": "currency: EUR\n"}, True),
        ({"theirs.yml": FORMAT}, True),
        ({"README.md": "notes"}, False),
    ],
)
def test_the_digest_is_of_everything_that_is_read(arrived, changes, differs):
    before = open_raw_folder(arrived(FULL)).data_digest
    assert (open_raw_folder(arrived({**FULL, **changes})).data_digest != before) == differs


def test_a_dataset_is_prepared_again_only_when_something_changed(arrived, own_data, monkeypatch):
    raw = arrived(FULL)
    first = prepare_dataset(raw)
    assert first.folder == own_data / "processed" / "brand"
    assert (own_data / "private" / "brand" / "handles.csv").exists()
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "prepare", lambda *_, **__: pytest.fail("prepared again"))
        assert prepare_dataset(raw) == first
    arrived({"posts.csv": POSTS.replace("900", "901")})
    assert prepare_dataset(raw).manifest.data_digest != first.manifest.data_digest
    for reader in (module, captures):
        monkeypatch.setattr(reader, "code_digest", lambda: "new code")
    assert prepare_dataset(raw).manifest.code_digest == "new code"
    (first.folder / "manifest.json").write_text("{}")  # of an earlier version
    assert prepare_dataset(raw).manifest.niches == ("beauty", "board games")


def test_the_name_is_the_folders_unless_dataset_yml_says(arrived, tmp_path):
    assert open_raw_folder(arrived(FULL)).name == "brand"
    assert open_raw_folder(arrived({**FULL, "dataset.yml": "name: tea\n"})).name == "tea"
    (tmp_path / "link").symlink_to(arrived(FULL, "plain"))
    assert open_raw_folder(tmp_path / "link").name == "plain"


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    with pytest.raises(DataContractError, match="gone: is not there; name the folder"):
        run(tmp_path / "gone")


def test_the_instagram_set(run, real_data):
    """PROVENANCE.md: 33,935 creators, a ruler in line 2, 39,730 posts, two of them unmatched."""
    dataset = run(real_data / "instagram-kim2020")
    assert counts(dataset) == {
        ("influencers.txt", "creators"): (33_936, 33_935, 0, 1, 0),
        ("posts.csv.gz", "posts"): (39_730, 39_728, 0, 2, 0),
    }
    found = exclusions(dataset)
    assert found.pop(("influencers.txt", 2)) == ("creators", "", "ruler")
    assert set(found.values()) == {("posts", "handle", "no such creator in creators")}
    niches = table(dataset, "creators")["niche"].value_counts()
    assert len(niches) == 9
    assert {"by", "fasion", "fashion 0.5"}.isdisjoint(niches.index)
    assert dataset.manifest.last_day.startswith("2019-05")


def test_the_shop_set(run, real_data):
    """Clicks are impressions times a rounded rate, and missing where that rate is rounded to 0."""
    folder = real_data / "tiktokshop-vn-affiliate"
    dataset = run(folder)
    by_table = {name: numbers for (_, name), numbers in counts(dataset).items()}
    assert by_table["creators"] == by_table["placements"] == (1_261, 1_261, 0, 0, 0)
    read, kept, merged, excluded, duplicates = by_table["posts"]
    assert (read, merged, excluded) == (8_619, 0, 1)
    assert kept + duplicates == 8_618
    raw = pd.read_csv(folder / "creators.csv")
    placements = table(dataset, "placements")
    clicks = (raw["product_impressions"] * raw["ctr"]).round().where(raw["ctr"] > 0)
    assert placements["clicks"].isna().equals(clicks.isna())
    assert (raw["ctr"] == 0).any()
    assert placements["clicks"].sum() == clicks.sum()
    assert placements["orders"].to_list() == raw["affiliate_orders"].to_list()
    posts = table(dataset, "posts")
    videos = pd.read_csv(folder / "videos.csv.gz")
    assert posts["posted_at"].max() == pd.Timestamp(
        videos["published_at_utc7"].max()
    ) - pd.Timedelta(hours=7)


def test_the_stratified_set(run, real_data):
    """PROVENANCE.md: 5,000 TikTok and 2,554 YouTube creators with lifetime totals, no posts."""
    dataset = run(real_data / "tides-tiktok-youtube")
    assert dataset.lacks is None
    assert counts(dataset) == {
        ("tiktok_influencers.csv", "creators"): (5_000, 5_000, 0, 0, 0),
        ("youtube_influencers.csv", "creators"): (2_554, 2_554, 0, 0, 0),
    }
    creators = table(dataset, "creators")
    raw = pd.read_csv(real_data / "tides-tiktok-youtube" / "tiktok_influencers.csv")
    assert creators["lifetime_likes"].sum() == raw["total_likes"].sum()
    assert (creators["niche"] == "not stated").sum() == 4_388 + 2_554


def test_the_videos_of_famous_creators(run, real_data):
    """PROVENANCE.md: 54,261 rows, 50,124 videos, 1,794 creators; the most played record counts."""
    folder = real_data / "tiktok-famous-2020"
    dataset = run(folder)
    read = {t: sum(n[0] for (_, u), n in counts(dataset).items() if u == t) for t in TABLES}
    assert read["posts"] == read["creators"] == 54_261
    assert len(table(dataset, "posts")) == 50_124
    assert len(table(dataset, "creators")) == 1_794
    assert dataset.exclusions().empty
    raw = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("*.gz"))])
    assert table(dataset, "posts")["views"].sum() == raw.groupby("id")["n_plays"].max().sum()


def test_the_tool_exports(run, real_data):
    """Exports of one brand's tools without a roster: read and counted, and not to be compared."""
    dataset = run(real_data / "tool-exports")
    assert dataset.lacks == "no creators table (who has how many followers)"
    assert sorted(name.rpartition("/")[2] for name in dataset.manifest.ignored) == [
        "PROVENANCE.md",
        "totals.csv",
    ]
    refused = {name.rpartition("/")[2] for name in dataset.manifest.refused}
    assert refused == {"headers.csv"}
    found = {f.file.rpartition("/")[2]: (f.rows_read, f.kept) for f in dataset.manifest.files}
    assert found == {
        "KAG_conversion_data.csv": (1_143, 0),
        "ad_sets.csv": (53, 0),
        "breakdowns.csv": (291, 0),
        "campaigns.csv": (8, 0),
        "table_data_1.csv": (139, 138),
        "table_data_2.csv": (103, 102),
        "table_data_3.csv": (72, 71),
        "table_data_4.csv": (25, 24),
        "table_data_5.csv": (502, 500),
    }
    reasons = Counter(reason for *_, reason in exclusions(dataset).values())
    assert reasons == {
        "there are no placements to count it for": 1_291,  # 202 more state a period again
        "total": 7,
        "not text, but an error of the spreadsheet": 1,
    }
