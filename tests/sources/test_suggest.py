"""A draft for an unknown file: what is certain stands, what is not is asked."""

import pytest

from analysis.cli.main import main
from analysis.prepare.pipeline import prepare
from analysis.prepare.raw_folder import open_raw_folder
from analysis.sources.suggest import suggest
from analysis.study.errors import DataContractError

REPORT = """\
Creator Handle;Post id;Posted at;Likes total;Comments;Total views;Brand contact
anna;p1;13/04/2026;1.2K;5;12.500;Maria Meier
ben;p2;14/04/2026;800;6;9.000;Karl Kunz
"""
DRAFT = """\
name: agency-report
title: # what the tool is called, for the pages
files:
  - header: [Creator Handle, Post id, Posted at, Likes total, Comments, Total views]
    tables:
      posts:
        handle: Creator Handle
        post_id: Post id
        posted_at: { from: Posted at, date_format: "%d/%m/%Y" }
        likes: { from: Likes total, abbreviated: true }
        comments: Comments
        views: { from: Total views, decimal: "," } # if 3,4 is three and a bit
        platform: { is: } # one of instagram, tiktok, youtube
    # not used: Brand contact
"""


def draft(folder, text, name="agency report.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return suggest(folder / name)


def test_a_draft_by_hand(tmp_path):
    assert draft(tmp_path, REPORT) == DRAFT


def test_what_has_two_readings_is_asked(tmp_path):
    drafted = draft(tmp_path, REPORT.replace("13/04", "03/04").replace("14/04", "04/04"))
    assert 'date_format: "%d/%m/%Y" } # or %m/%d/%Y: both fit, ask the tool' in drafted


def test_a_finished_draft_reads_the_file(tmp_path, arrived, own_data):
    finished = DRAFT.replace("title: #", "title: Agency #").replace("{ is: }", "{ is: tiktok }")
    creators = "platform,handle,niche,followers\ntiktok,anna,food,5000\ntiktok,ben,food,9000\n"
    raw = arrived({"report.csv": REPORT, "agency.yml": finished, "creators.csv": creators})
    assert open_raw_folder(raw).formats[0].name == "agency-report"
    dataset = prepare(raw, tmp_path / "out", private=tmp_path / "private")
    assert {f.file: f.kept for f in dataset.manifest.files} == {"creators.csv": 2, "report.csv": 2}


def test_a_known_file_needs_no_draft(tmp_path):
    with pytest.raises(DataContractError, match="is read already, as roster"):
        draft(tmp_path, "platform,handle,niche,followers\n")


def test_the_command_prints_the_draft(tmp_path, capsys):
    (tmp_path / "agency report.csv").write_text(REPORT, encoding="utf-8")
    assert main(["sources", "--suggest", str(tmp_path / "agency report.csv")]) == 0
    assert capsys.readouterr().out == DRAFT
    assert main(["sources", "--suggest", str(tmp_path / "gone.csv")]) == 3
