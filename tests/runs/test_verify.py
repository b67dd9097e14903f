"""verify: each harm is named; the next run mends it to the same bytes."""

import pytest

from analysis.cli.main import main
from tests.runs import fleet

STALE = "micromacro: brand: data arrived, or creators were erased, since it was prepared"


def test_a_good_site_has_no_flaw(project, capsys):
    assert main(project.verify()) == 0
    said = capsys.readouterr()
    assert said.out == f"12 pages as they were published and up to date: {project.site}\n"
    assert said.err == ""


def spoiled(path, content=None):
    path.write_bytes((path.read_bytes() if content is None else content) + b" ")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda site: (site / "report-001.html").unlink(), "report-001: missing"),
        (lambda site: spoiled(site / "report-001.html"), "report-001: altered after it was"),
        (lambda site: spoiled(site / "report-001.html", b""), "report-001: altered after it was"),
        (
            lambda site: spoiled(site / "notebooks" / "report-001.ipynb"),
            "report-001: altered after it was",
        ),
        (
            lambda site: (site / "notebooks" / "report-001.ipynb").unlink(),
            "report-001: its executed notebook is missing",
        ),
        (
            lambda site: spoiled(site / "results.csv"),
            "index.html, results.csv, changes.csv, summary.txt: ",
        ),
        (lambda site: spoiled(site / "mine.html", b""), "mine: altered after it was published, or"),
    ],
    ids=["gone", "altered", "emptied", "notebook", "no notebook", "results", "not ours"],
)
def test_a_harm_is_named_and_a_run_mends_it(project, standing, capsys, harm, said):
    harm(standing.site)
    assert main(standing.verify()) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith(f"micromacro: {said}")], lines
    canned = {"before": lambda: fleet.canned(project)}
    assert fleet.exit_code(fleet.start(standing.report(), **canned)) == 0
    (standing.site / "mine.html").unlink(missing_ok=True)
    assert fleet.content(standing.site) == fleet.content(project.site)


def test_what_is_out_of_date_is_named_with_its_reason(project, capsys, monkeypatch):
    def lines():
        assert main(project.verify()) == 1
        return set(capsys.readouterr().err.splitlines())

    study = project.base / "study.yml"
    text = study.read_text()
    try:
        study.write_text(text + "# a remark\n")
        assert "micromacro: report-000: out of date: the study changed" in lines()
    finally:
        study.write_text(text)
    rest = "out of date: the notebook, the code or a package changed"
    with monkeypatch.context() as patch:
        patch.setattr("analysis.runs.identity.code_digest", lambda: "other code")
        assert f"micromacro: report-000: {rest}" in lines()
    with monkeypatch.context() as patch:
        patch.setattr("analysis.runs.identity.installed", lambda: ("pandas 9",))
        assert f"micromacro: report-000: {rest}" in lines()
    arrived = project.base / "brand" / "extra.csv"
    try:
        arrived.write_text("a\n1\n")
        assert STALE in lines()
    finally:
        arrived.unlink()
    assert main(project.verify()) == 0


def test_after_an_erasure_the_site_is_up_to_date(project, tmp_path):
    own = fleet.small_project(tmp_path / "own")
    canned = {"before": lambda: fleet.canned(project)}

    def ends(arguments, code):
        assert fleet.exit_code(fleet.start(arguments, tmp_path / "log", **canned)) == code

    fleet.warm_up(own)
    try:
        ends(own.report(), 0)
        ends(own.verify(), 0)
        ends(["forget", "tiktok", "creator3", *own.report()[1:]], 0)
        ends(own.verify(), 0)
        elsewhere = own.at(tmp_path / "elsewhere")
        ends(["forget", "tiktok", "creator4", *elsewhere.report()[1:]], 0)
        assert f"brand: has no page in {elsewhere.site}" in (tmp_path / "log").read_text()
        ends(own.verify(), 1)
        ends(["forget", "tiktok", "creator4", *own.report()[1:]], 0)
        assert "no prepared dataset holds creator4 of tiktok" in (tmp_path / "log").read_text()
        ends(own.verify(), 0)
    finally:
        fleet.warm_up(project)
