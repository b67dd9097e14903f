"""A small project and sites of it, for whoever runs the command line many times."""

import shutil
from pathlib import Path

import pytest

from tests.runs import fleet


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A small project, warm, with a finished site to compare with."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MICROMACRO_DATA", "MICROMACRO_STUDY", "MICROMACRO_KEY"):
            patch.setenv(name, "")
        patch.setattr("analysis.study.project.PROJECT", Path())
        found = fleet.small_project(tmp_path_factory.mktemp("fleet"))
        fleet.warm_up(found)
        log = found.base / "log"
        assert fleet.exit_code(fleet.start(found.report(), log)) == 0, log.read_text()
        yield found


@pytest.fixture
def again(project, tmp_path):
    """The project with a site that no run has seen."""
    return project.at(tmp_path / "site")


@pytest.fixture
def standing(project, again):
    """The project with a copy of the finished site."""
    shutil.copytree(project.site, again.site)
    return again


@pytest.fixture(scope="module")
def renamed(project, tmp_path_factory):
    """Content of the site after pages of it were renamed, gained and lost, with its PDF."""
    site = tmp_path_factory.mktemp("renamed") / "site"
    shutil.copytree(project.site, site)
    canned = {"before": lambda: fleet.canned(project)}
    there = project.at(site)
    assert (
        fleet.exit_code(fleet.start(there.report(*fleet.BESIDE, plan="renamed.yml"), **canned)) == 0
    )
    return fleet.content(site)
