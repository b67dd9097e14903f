"""Kills, full disks, races: what stands is whole, and the next run ends in the same bytes."""

import random
import signal
from pathlib import Path

import pytest

from tests.nightly import fleet

SEED = 20261122
KILLS = 24


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small project, warm, with a finished site to compare with."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MICROMACRO_DATA", "MICROMACRO_STUDY", "MICROMACRO_KEY"):
            patch.setenv(name, "")
        patch.setattr("analysis.cli._PROJECT", Path())
        found = fleet.small_project(tmp_path_factory.mktemp("fleet"))
        fleet.warm_up(found)
        assert fleet.exit_code(fleet.start(found.report(), log=found.base / "log")) == 0, (
            found.base / "log"
        ).read_text()
        yield found


@pytest.fixture
def again(project, tmp_path):
    """The project with a site that no run has seen."""
    return project.at(tmp_path / "site")


def test_runs_killed_at_any_moment_end_in_the_site_of_a_run_that_was_not(project, again):
    moments = random.Random(SEED)
    kills = 0
    while kills < KILLS:
        code = fleet.kill_after(fleet.start(again.report()), moments.uniform(0, 1.2))
        assert code in (0, -signal.SIGKILL)
        kills += code != 0
        assert not fleet.running_in(again.site)
        if code == 0:
            assert fleet.content(again.site) == fleet.content(project.site)
            fleet.emptied(again.site)
    assert fleet.exit_code(fleet.start(again.report())) == 0
    assert fleet.content(again.site) == fleet.content(project.site)
