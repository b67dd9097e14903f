"""verify: each harm is named; the next run mends it to the same bytes."""

from datetime import UTC, datetime

import pytest

from analysis.cli.main import main
from analysis.site.site_index import WRITTEN
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
            f"{', '.join(WRITTEN)}: ",
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


def test_a_page_made_again_says_since_when_as_before(project, standing, renamed):
    """Its notebook was lost; the page that stands is of the same run, and not one before it."""
    command = standing.report(*fleet.BESIDE, plan="renamed.yml")
    canned = {"before": lambda: fleet.canned(project)}
    assert fleet.exit_code(fleet.start(command, **canned)) == 0
    (standing.site / "notebooks" / "report-001.ipynb").unlink()
    assert fleet.exit_code(fleet.start(command, **canned)) == 0
    assert fleet.content(standing.site) == renamed


def test_verify_names_a_pdf_that_is_not_of_its_page(standing, capsys):
    (standing.site / "report-000.pdf").write_text("old")
    assert main(standing.verify()) == 1
    assert capsys.readouterr().err.splitlines() == [
        "micromacro: report-000: its PDF is altered, or of another page"
    ]


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


def test_a_site_whose_data_are_past_their_day_says_so_on_every_page(
    project, standing, capsys, monkeypatch
):
    """The data end on 2026-03-02 and hold for 400 days, to 2027-04-06."""
    last, next_day = (
        str(int(datetime(2027, 4, day, 12, tzinfo=UTC).timestamp())) for day in (6, 7)
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", last)
    assert main(standing.verify()) == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", next_day)
    assert main(standing.verify()) == 1
    lines = set(capsys.readouterr().err.splitlines())
    passed = "micromacro: brand: out of date since 2027-04-06, its last valid day"
    assert {passed, "micromacro: report-000: out of date: its last valid day passed"} <= lines
    canned = {"before": lambda: fleet.canned(project)}
    assert fleet.exit_code(fleet.start(standing.report(), **canned)) == 0
    assert main(standing.verify()) == 1
    assert capsys.readouterr().err.splitlines() == [passed]
    for page in standing.site.glob("*.html"):
        assert "<b>Out of date since 6 April 2027.</b>" in page.read_text(), page


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
        assert "no prepared dataset holds this account" in (tmp_path / "log").read_text()
        ends(own.verify(), 0)
    finally:
        fleet.warm_up(project)


def test_a_scheduler_hears_nothing_until_the_data_are_past_their_day(
    project, standing, tmp_path, monkeypatch
):
    def run():
        log, canned = tmp_path / "log", {"before": lambda: fleet.canned(project)}
        log.unlink(missing_ok=True)
        assert fleet.exit_code(fleet.start([*standing.report(), "--news"], log, **canned)) == 0
        events = ('{"at"', "micromacro: ")
        lines = log.read_text().splitlines()
        return "\n".join(line for line in lines if not line.startswith(events))

    assert run() == ""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")  # 2030-03-17
    said = run()
    assert said.startswith("the data are past their last valid day")
    assert "OUT OF DATE since 6 April 2027." in said
    assert run() == ""
    assert main(standing.verify()) == 1


def test_a_shard_without_reports_has_no_news(project, again, tmp_path):
    """It ends first, when there is no summary yet."""
    log, canned = tmp_path / "log", {"before": lambda: fleet.canned(project)}
    command = again.report("--news", "--shard", "13/13")
    assert fleet.exit_code(fleet.start(command, log, **canned)) == 0
    assert [line for line in log.read_text().splitlines() if not line.startswith('{"at"')] == []
