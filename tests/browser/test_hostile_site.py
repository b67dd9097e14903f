"""A site built from hostile data by the command line: every page of it, with each defence alone."""

import nbformat
import pytest

from analysis.cli.main import main
from analysis.site import page as shell
from analysis.site.publish import notebook_path, standing_pages
from analysis.store.dataset import open_dataset
from tests.browser import hostile
from tests.browser.reader import DESKTOP
from tests.browser.watch import deeds, without_policy

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with the site; one page is of a selected niche."""
    base = tmp_path_factory.mktemp("hostile")
    hostile.write(base)
    subject = {"study": "study.yml", "data": "brand", "out": "site"}
    arguments = ["report", *(w for k, v in subject.items() for w in (f"--{k}", str(base / v)))]
    plan, selected = (["--plan", str(base / name)] for name in ("plan.yml", "selected.yml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MICROMACRO_DATA", str(base / "data"))
        for name in ("MICROMACRO_STUDY", "MICROMACRO_KEY"):
            patch.setenv(name, "")
            patch.delenv(name)
        assert main([*arguments, *plan]) == 1, "one file is refused"
        assert main([*arguments, *selected, "--set", f"niche={hostile.IMAGE}"]) == 1
    return base


@pytest.fixture(scope="module")
def published(base):
    """Every page as it is published."""
    return {path.stem: path.read_text("utf-8") for path in sorted((base / "site").glob("*.html"))}


def test_the_site_holds_what_was_thrown_at_it(base, published):
    known = open_dataset(base / "data" / "processed" / "brand").manifest
    assert len(known.niches) > 100
    assert len(known.campaigns) > 100
    assert any("<img" in file.file for file in known.files)
    assert any("<img" in name for name in known.refused)
    assert len(published) == 7
    assert sum("&lt;img src=x" in page for page in published.values()) == 7


def test_both_defences_leave_nothing_even_to_refuse(chromium, published):
    assert deeds(chromium, published) == {}


def test_the_allow_list_alone(chromium, published):
    bare = {name: without_policy(page) for name, page in published.items()}
    assert deeds(chromium, bare) == {}


def test_data_never_become_markup(chromium, base, monkeypatch):
    """Before either defence: a page without the allow-list and without the policy."""
    monkeypatch.setattr(shell, "clean", lambda body: body)
    site = base / "site"
    raw = {
        name: shell.render_page(nbformat.read(notebook_path(site, name), as_version=4), record)
        for name, record in standing_pages(site).items()
    }
    assert not any("<img src=x onerror=" in page for page in raw.values())
    assert deeds(chromium, {name: without_policy(page) for name, page in raw.items()}) == {}


def test_every_niche_is_shown_as_the_text_that_it_is(chromium, base):
    page = chromium.new_page(viewport=DESKTOP)
    page.goto((base / "site" / "data.html").as_uri())
    shown = " ".join(page.inner_text("main").split())
    page.close()
    niches = open_dataset(base / "data" / "processed" / "brand").manifest.niches
    assert [niche for niche in niches if " ".join(niche.split()) not in shown] == []
