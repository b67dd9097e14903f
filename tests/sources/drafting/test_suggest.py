"""A draft for an unknown file: what is certain stands, what is not is asked, people stay out."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from analysis.cli.main import main
from analysis.prepare.pipeline import prepare
from analysis.prepare.raw_folder import open_raw_folder
from analysis.sources.drafting.propose import propose
from analysis.sources.drafting.suggest import suggest
from analysis.sources.drafting.write import write
from analysis.sources.formats import load_format
from analysis.sources.reading.tables import read_tables
from analysis.study.errors import DataContractError

REPORT = """\
Creator Handle;Post id;Posted at;Likes total;Comments;Total views;Brand contact
anna;p1;13/04/2026;1.2K;5;12.5K;Maria Meier
ben;p2;14/04/2026;800;6;9K;Karl Kunz
"""
DRAFT = """\
# A draft, from the names of columns and their values. Answer each question: take the # from the
# rule that is right, if one is, and delete the question. Then look at what would be read:
#   micromacro sources --try agency-report.yml 'agency report.csv'
name: agency-report
title: agency report
questions:
  - "posts, platform: where are these accounts? (or { is: another name })"
files:
  - header: [Creator Handle, Post id, Posted at, Likes total, Comments, Total views]
    tables:
      posts:
        handle: Creator Handle
        post_id: Post id
        posted_at: { from: Posted at, date_format: "%d/%m/%Y" }
        likes: { from: Likes total, abbreviated: true }
        comments: { from: Comments, abbreviated: true }
        views: { from: Total views, abbreviated: true }
        views_kind: { is: views }
        # platform: { is: instagram }
        # platform: { is: tiktok }
        # platform: { is: youtube }
    # not read: Brand contact
"""


def draft(folder, text, name="agency report.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return suggest(folder / name)


def answered(drafted):
    """A draft after somebody said that it is of TikTok."""
    head, _, files = drafted.partition("questions:")
    return head + files[files.index("files:") :].replace("# platform: { is: t", "platform: { is: t")


def test_a_draft_by_hand(tmp_path):
    assert draft(tmp_path, REPORT) == DRAFT


def test_what_has_two_readings_is_asked_with_both(tmp_path):
    drafted = draft(tmp_path, REPORT.replace("13/04", "03/04").replace("14/04", "04/04"))
    asked = yaml.safe_load(drafted)["questions"]
    assert "posts, posted_at: how does 'Posted at' write days, such as 03/04/2026?" in asked
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        assert f'        # posted_at: {{ from: Posted at, date_format: "{form}" }}' in drafted


def test_a_draft_with_open_questions_is_refused_with_them(tmp_path, arrived):
    raw = arrived({"report.csv": REPORT, "agency.yml": DRAFT})
    with pytest.raises(DataContractError, match=r"open questions is not used(?s:.*)1. posts, plat"):
        open_raw_folder(raw)


def test_an_answered_draft_reads_the_file(tmp_path, arrived, own_data):
    creators = "platform,handle,niche,followers\ntiktok,anna,food,5000\ntiktok,ben,food,9000\n"
    form = answered(DRAFT)
    raw = arrived({"report.csv": REPORT, "agency.yml": form, "creators.csv": creators})
    assert open_raw_folder(raw).formats[0].name == "agency-report"
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    assert {f.file: f.kept for f in dataset.manifest.files} == {"creators.csv": 2, "report.csv": 2}


def test_entries_without_a_value_are_named_all_at_once(tmp_path):
    blank = (
        "name: x\ntitle:\nfiles:\n  - header: [a]\n    tables: { posts: { platform: { is: } } }\n"
    )
    (tmp_path / "x.yml").write_text(blank, encoding="utf-8")
    with pytest.raises(DataContractError, match=r"filled in: title \(.*; files.0.*platform \("):
        load_format(tmp_path / "x.yml")


def test_a_list_of_questions_without_a_question_is_answered(tmp_path):
    form = answered(DRAFT).replace("files:", "questions:\nfiles:")
    (tmp_path / "x.yml").write_text(form, encoding="utf-8")
    assert load_format(tmp_path / "x.yml").questions == ()


@pytest.mark.parametrize(
    ("constant", "said"),
    [("1", '; write it in quotes: "1"'), ("yes", 'write it in quotes: "true"')],
)
def test_a_constant_that_is_no_text_is_to_be_quoted(tmp_path, constant, said):
    rule = f"tables: {{ posts: {{ likes: {{ is: {constant} }} }} }}"
    form = f"name: x\ntitle: x\nfiles:\n- header: [a]\n  {rule}\n"
    (tmp_path / "x.yml").write_text(form, encoding="utf-8")
    with pytest.raises(DataContractError, match=said):
        load_format(tmp_path / "x.yml")


def test_a_known_file_needs_no_draft(tmp_path):
    with pytest.raises(DataContractError, match="is read already, as roster"):
        draft(tmp_path, "platform,handle,niche,followers\n")


def test_a_file_of_nothing_that_is_read_says_so(tmp_path):
    with pytest.raises(DataContractError, match="no column is called like followers, likes"):
        draft(tmp_path, "age,share\n18-24,0.4\n")


def test_column_names_below_a_title_are_found(tmp_path):
    drafted = draft(tmp_path, "Spring,,\nCreator,Fans,Posts\nanna,5000,7\n")
    content = yaml.safe_load(drafted)
    says = "column names stand in row 2: write header_row: 2 into dataset.yml beside the file"
    assert content["questions"][0] == says
    [file] = content["files"]
    assert file["tables"]["creators"]["followers"] == "Fans"


def test_a_known_table_below_a_title_says_what_it_wants(tmp_path):
    with pytest.raises(
        DataContractError, match=r"below its title .* as roster: .*; write header_row: 2 "
    ):
        draft(tmp_path, "Spring,,,\nplatform,handle,niche,followers\ntiktok,anna,food,5000\n")


def test_a_column_with_two_meanings_is_asked_once(tmp_path):
    drafted = draft(tmp_path, "Influencer,Clicks,Sales\nanna,500,7\nben,80,9\ncat,70,2\n")
    [asked] = [one for one in yaml.safe_load(drafted)["questions"] if "'Sales'" in one]
    assert asked.startswith("placements, orders: ")
    assert " Or revenue: " in asked
    assert "# orders: Sales" in drafted
    assert "# revenue: Sales" in drafted


DAYS = "date_utc,channel,subscribers,views,videos\n" + "".join(
    f"2026-03-{day:02},{who},{5000 + day},{90000 + 31 * day},{70 + day}\n"
    for who in ("anna", "ben")
    for day in range(1, 13)
)


def test_days_of_an_account_are_no_posts(tmp_path):
    content = yaml.safe_load(draft(tmp_path, DAYS))
    [tables] = [file["tables"] for file in content["files"]]
    assert list(tables) == ["creators"]
    assert "lifetime_views" not in tables["creators"]
    assert any("followers_as_of: does 'date_utc' hold" in one for one in content["questions"])


def test_a_day_in_a_list_of_accounts_is_asked_only_where_they_repeat(tmp_path):
    once = "\n".join([DAYS.splitlines()[n] for n in (0, 1, 13)])
    content = yaml.safe_load(draft(tmp_path, once + "\n"))
    assert not any("followers_as_of" in one for one in content["questions"])


def test_a_file_that_is_read_beside_another_needs_no_draft(tmp_path):
    videos = "Content,Video title,Video publish time,Views,Likes\nv1,Tea,2026-03-01,900,31\n"
    (tmp_path / "Table data.csv").write_text(videos, encoding="utf-8")
    with pytest.raises(DataContractError, match=r"is known, beside Table data.csv, as of youtube"):
        draft(tmp_path, "Date,Views\n2026-03-01,900\n", name="Totals.csv")


def test_what_is_known_and_not_read_says_why(tmp_path):
    products = "Product ID,Product name,Est. commission\n1,tea,2.50\n"
    with pytest.raises(DataContractError, match=r'and not read: .* the export "Creators"'):
        draft(tmp_path, products)


ROSTER = """\
Channel,Profile link,Followers,Fee,Clicks
IG,https://www.instagram.com/anna.f/,22600,200,40
IG,https://www.instagram.com/bea/,12000,100,30
TT,https://www.tiktok.com/@carl,9000,90,20
"""


def test_a_column_that_names_platforms_is_no_account(tmp_path):
    draft_ = draft(tmp_path, ROSTER)
    assert "Answer" not in draft_.partition("\nname:")[0]
    [file] = yaml.safe_load(draft_)["files"]
    for table in ("creators", "placements"):
        assert file["tables"][table]["platform"] == "Channel"
        assert file["tables"][table]["handle"] == "Profile link"


@pytest.mark.parametrize("form", ["", "\n", "# a draft\n"])
def test_an_empty_format_says_what_to_do(tmp_path, form):
    (tmp_path / "x.yml").write_text(form, encoding="utf-8")
    with pytest.raises(DataContractError, match=r"x.yml: is empty; delete it, or write"):
        load_format(tmp_path / "x.yml")


def test_a_list_inside_a_document_takes_from_above_only_whose_it_is(tmp_path):
    videos = '[{"vid": "v1", "likes": 31, "plays": 900}, {"vid": "v2", "likes": 41, "plays": 990}]'
    tags = '[{"name": "food", "n": 3}, {"name": "tea", "n": 4}]'
    one = f'{{"user": "anna", "fans": 12000, "tags": {tags}, "videos": {videos}}}'
    drafted = yaml.safe_load(draft(tmp_path, f"[{one}]", name="scrape.json"))
    assert [file["tables"] for file in drafted["files"]] == [
        {"creators": {"handle": "user", "followers": "fans"}},
        {
            "posts": {
                "handle": "user",
                "post_id": "vid",
                "likes": "likes",
                "views": "plays",
                "views_kind": {"is": "plays"},
            }
        },
    ]


BOOKED = """\
Kampagne;Datum;Kanal;Name;Profil;Link zum Beitrag;Aufrufe;Likes;Kommentare;Honorar
Mai;13.05.2026;TikTok;Anna Kocht;https://www.tiktok.com/@anna;https://www.tiktok.com/@anna/video/71;26.480;2274;66;700,00
Mai;14.05.2026;Instagram;Ben Back;https://www.instagram.com/ben/;https://www.instagram.com/reel/C1/;9.052;1182;45;90,50
"""


def test_a_report_of_booked_posts_gives_posts_and_their_bookings(tmp_path):
    """Of a German agency: 26.480 views are more than 2,274 likes, and the address is the account.

    Two bookings of a creator in a campaign stay two by the address of the post.
    """
    drafted = draft(tmp_path, BOOKED)
    asked = yaml.safe_load(drafted)["questions"]
    assert [question.partition(":")[0] for question in asked] == [
        "posts, posted_at",
        "placements, placed_at",
    ]
    tables = yaml.safe_load(drafted)["files"][0]["tables"]
    for table in ("posts", "placements"):
        assert tables[table]["handle"] == "Profil"
        assert tables[table]["link"] == "Link zum Beitrag"
    assert tables["posts"]["post_id"] == tables["placements"]["booking_id"] == "Link zum Beitrag"
    assert tables["posts"]["views"] == {"from": "Aufrufe", "decimal": ","}
    assert "not read: Name" in drafted


def test_a_sheet_that_holds_all_of_a_creator_is_drafted_though_its_accounts_are_read(tmp_path):
    """A shop's own list: by its first columns a roster, which would lose fee, code and day."""
    text = "Handle,Platform,Followers,Code,Fee (USD),Post date,Link clicks\n"
    text += "@anna,Instagram,6988,ANNA10,235,05/19/2026,84\n"
    tables = yaml.safe_load(draft(tmp_path, text))["files"][0]["tables"]
    assert tables["creators"]["followers"] == "Followers"
    assert {"fee", "code", "clicks", "placed_at"} <= tables["placements"].keys()


def test_moments_are_known_by_their_values_and_asked_about(tmp_path):
    rows = "".join(f"v{n},anna,17860356{n:02},5,1,no\n" for n in range(6))
    drafted = draft(tmp_path, f"video_id,account,published (unix),hearts,comments,ad\n{rows}")
    columns = yaml.safe_load(drafted)["files"][0]["tables"]["posts"]
    assert columns["posted_at"] == "published (unix)", "Unix time is known by its digits"
    assert columns["is_sponsored"] == "ad"
    drafted = draft(tmp_path, f"video_id,account,when,hearts,comments,ad\n{rows}")
    assert "posts, posted_at: does 'when' hold when it went online?" in drafted
    assert "        # posted_at: when" in drafted


def test_a_draft_reads_the_file_as_dataset_yml_says(tmp_path, capsys):
    said = "encoding: cp1252\nheader_row: { preise.csv: 2 }\n"
    (tmp_path / "dataset.yml").write_text(said, encoding="utf-8")
    head = "Fr\u00fchjahr\nPlattform;Profil;Follower;Themenfeld;Preis je Reel\n"
    text = f"{head}TikTok;anna;5000;Essen;90\n"
    (tmp_path / "preise.csv").write_bytes(text.encode("cp1252"))
    assert main(["sources", "--suggest", str(tmp_path / "preise.csv")]) == 0
    drafted = capsys.readouterr().out
    assert yaml.safe_load(drafted)["files"][0]["tables"]["creators"]["niche"] == "Themenfeld"
    assert yaml.safe_load(drafted)["questions"] == [
        "placements, fee: does 'Preis je Reel' hold fee or commission paid to the creator?"
    ]


def test_the_command_prints_the_draft(tmp_path, capsys):
    (tmp_path / "agency report.csv").write_text(REPORT, encoding="utf-8")
    assert main(["sources", "--suggest", str(tmp_path / "agency report.csv")]) == 0
    printed = capsys.readouterr()
    assert printed.out == DRAFT
    assert printed.err.startswith("micromacro: 1 question to answer in the draft, then micromacro")
    assert main(["sources", "--suggest", str(tmp_path / "gone.csv")]) == 3


def test_a_trial_shows_rows_examples_and_doubts(tmp_path, capsys):
    data, form = tmp_path / "report.csv", tmp_path / "agency.yml"
    data.write_text(REPORT.replace("800", "many").replace("p2", "p1"), encoding="utf-8")
    form.write_text(answered(DRAFT), encoding="utf-8")
    data.write_text(data.read_text("utf-8") + "cat;p1;15/04/2026;70;1;900;x\n", encoding="utf-8")
    assert main(["sources", "--try", str(form), str(data)]) == 0
    shown = capsys.readouterr().out
    assert "report.csv -> posts: 3 rows, 2 would be read, 1 left out" in shown
    assert "row 2: platform tiktok, handle anna, post_id p1, posted_at 2026-04-13" in shown
    assert "left out: 1, such as row 3: Likes total: not a whole number" in shown
    assert "doubt: post_id repeats" in shown


def test_a_trial_of_another_file_says_what_it_lacks(tmp_path, capsys):
    form, data = tmp_path / "agency.yml", tmp_path / "other.csv"
    form.write_text(answered(DRAFT), encoding="utf-8")
    data.write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["sources", "--try", str(form), str(data)]) == 1
    assert "the nearest, agency-report" in capsys.readouterr().err


def test_a_trial_of_a_draft_asks_its_questions(tmp_path, capsys):
    form, data = tmp_path / "agency.yml", tmp_path / "report.csv"
    form.write_text(DRAFT, encoding="utf-8")
    data.write_text(REPORT, encoding="utf-8")
    assert main(["sources", "--try", str(form), str(data)]) == 3
    assert "1. posts, platform: where are these accounts?" in capsys.readouterr().err


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
WORDS = st.text("abcdef \n\r\u2028:#'\"{}[]-,é😀", min_size=9, max_size=30)


@given(names=st.lists(NAMES, max_size=3), word=WORDS)
def test_a_draft_is_valid_yaml_without_words_of_people(names, word, tmp_path_factory):
    known = ["video_id", "likes", "views", "caption", "brand contact"]
    extra = [f"{name.strip()}x" for name in dict.fromkeys(names)]
    quoted = '"' + word.replace('"', '""') + 'Zz"'
    header = ",".join([*known, *('"' + name.replace('"', '""') + '"' for name in extra)])
    line = ",".join(["v1", "5", "90", quoted, quoted, *(quoted for _ in extra)])
    path = tmp_path_factory.mktemp("draft") / "f.csv"
    path.write_text(f"{header}\n{line}\n", encoding="utf-8", newline="")
    try:
        [text] = read_tables(path, path.name)
    except DataContractError:
        return  # a header over two lines, or with one name twice
    drafted = write("f", "f.csv", [propose(text)])
    content = yaml.safe_load(drafted)
    assert content["files"][0]["tables"]["posts"]["likes"] == "likes"
    assert "Zz" not in drafted
    assert all(line.strip() for line in drafted.splitlines())
