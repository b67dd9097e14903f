"""The calibration page: what stays as it was told, and what makes a kept result another one."""

import re

import pytest

from analysis.study.project import PROJECT
from tests.calibration import advice_page, decide, page, scenarios, sources

DRAWS = {"tries": 2, "long": 2, "demos": 4, "advised": 200, "seed": 7}
NOTHING = {part: {} for part in (*scenarios.HARD, "worlds", "field", "noise", "families")}
NOTHING |= {part: {} for part in ("alike", "power", "shop", "robust", "decide")}
LOT, WEEKS = "lot, strata of six, nothing differs", "lot, market weeks, nothing differs"


def section(text, heading):
    return text[text.index(heading) :].split("\n## ", 1)[0]


def test_a_figure_gives_way_only_when_every_job_of_its_section_has_one():
    both = {LOT: {"rejected": 0.5}, WEEKS: {"rejected": 0.05}}
    first, missed = page.written(NOTHING | {"decide": both}, "", left={}, **DRAWS)
    assert missed == [f"decide: {LOT}: rejects 50.0%"]
    found = NOTHING | {"decide": {LOT: {"rejected": 0.051}}}
    second, missed = page.written(found, first, left={"decide": [WEEKS]}, **DRAWS)
    assert section(second, "## Advice") == section(first, "## Advice")
    assert missed == [f"decide: {LOT}: rejects 50.0%"]
    assert "Not run again to the end" in second
    both = {LOT: {"rejected": 0.051}, WEEKS: {"rejected": 0.052}}
    third, missed = page.written(NOTHING | {"decide": both}, second, left={}, **DRAWS)
    assert missed == []
    assert "| 5.1% |" in third
    assert "Not run" not in third


def test_noise_and_families_are_one_section():
    noise = {"noise": {"study, share 0": {"a headline cell, either decision day": 0.25}}}
    families = {
        "families": {"family": {"on the decision day": 0.125}, "weekly": {"at any look": 1}}
    }
    left = {"noise": ["study, share 0"]}
    alone, _ = page.written(NOTHING | families, "", left=left, **DRAWS)
    assert "12.5%" in alone
    assert "Not run: study, share 0." in alone
    whole, _ = page.written(NOTHING | noise | families, "", left={}, **DRAWS)
    for found, lacking in ((noise, {"families": ["family", "weekly"]}), (families, left)):
        again, _ = page.written(NOTHING | found, whole, left=lacking, **DRAWS)
        heading = "## Studies and families"
        assert section(again, heading).strip() == section(whole, heading).strip()


def test_the_advice_that_is_published_is_as_it_is_written():
    """Read back from its tables and written again: no word in it is anybody's own."""
    told = section((PROJECT / "docs" / "calibration.md").read_text("utf-8"), "## Advice")
    tries = int(re.search(r"^(\d+) worlds of bookings", told, re.MULTILINE)[1])
    found = {}
    for line in told.splitlines():
        first, *cells = line.strip("| ").split(" | ") if line.startswith("| ") else ("",)
        if first in advice_page.TABLES:
            what, columns = first, cells
        elif cells:
            found[f"{what}, {first}"] = dict(zip(columns, map(number, cells), strict=True))
    left = [name for name in decide.jobs(tries, 1) if name not in found]
    draws = DRAWS | {"advised": tries}
    again, _ = page.written(
        NOTHING | {"decide": with_errors(found)}, "", left={"decide": left}, **draws
    )
    assert section(again, "## Advice").strip() == told.strip()


def number(cell):
    return float(cell.rstrip("%").replace(",", "")) / (100 if cell.endswith("%") else 1)


def with_errors(found):
    return {name: of | {"error": 0.0} for name, of in found.items()}


def test_the_code_behind_a_measurement_is_all_that_it_imports():
    """Also through the modules of the project: the planner's by way of whom to book again."""
    for module, behind in (
        ("measure", "tests/study/worlds/measured.py"),
        ("through", "src/analysis/panel/relationship.py"),
        ("decide", "src/analysis/panel/suppression.py"),
    ):
        found = sources.sources(PROJECT / "tests" / "calibration" / f"{module}.py")
        assert PROJECT / behind in found, module
        assert not any(path.stem == "page" for path in found), "which tells and does not measure"


@pytest.mark.parametrize(
    "behind",
    ["tests/naive.py", "tests/calibration/measure.py", "src/analysis/evidence/metrics.csv"],
)
def test_a_kept_result_is_another_one_where_what_is_behind_it_changes(monkeypatch, behind):
    before = sources.code_behind("tests.calibration.measure")
    for read, more in (("read_text", "\nCHANGED = 1\n"), ("read_bytes", b"\n")):
        plain = getattr(sources.Path, read)

        def altered(path, *given, plain=plain, more=more):
            return plain(path, *given) + (more if path == PROJECT / behind else more[:0])

        monkeypatch.setattr(sources.Path, read, altered)
    assert sources.code_behind("tests.calibration.measure") != before


def test_a_kept_result_stays_where_only_words_change(monkeypatch):
    before = sources.code_behind("tests.calibration.measure")
    plain = sources.Path.read_text

    def reworded(path, *given):
        text = plain(path, *given)
        return text.replace('"""', '"""Reworded. ', 1) if text.startswith('"""') else text

    monkeypatch.setattr(sources.Path, "read_text", reworded)
    assert sources.code_behind("tests.calibration.measure") == before
