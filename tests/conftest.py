"""Fixtures that several rooms share."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from analysis.study.project import PROJECT
from analysis.study.registration import Study, load_study
from tests.built import Built, built

# A busy machine is no failure, and a failure must come again.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

# The day of every test: whether data are out of date must not turn on the calendar.
os.environ["SOURCE_DATE_EPOCH"] = str(int(datetime(2026, 10, 15, tzinfo=UTC).timestamp()))


# Those that take longest, in their order: one that begins last keeps the other workers waiting.
_LONG = (
    *("test_findings.py", "test_week.py", "test_faults.py", "test_second_week.py"),
    *("test_degenerate.py", "test_mutations.py", "test_front_door.py", "test_first_screen.py"),
    *("test_hostile_site.py", "test_smoke.py", "test_real_sites.py", "test_stock.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    order = {name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: order.get(item.path.name, len(_LONG)))


@pytest.fixture(scope="session")
def study() -> Study:
    """The registered study."""
    return load_study(PROJECT / "study.yml")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real sets; without it the test is skipped."""
    folder = os.environ.get("MICROMACRO_REAL_DATA")
    if not folder:
        pytest.skip("MICROMACRO_REAL_DATA names no folder of real sets")
    return Path(folder)


@pytest.fixture(scope="session")
def site_of(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Built]:
    """A function that gives the site of the demo or of a real set, by its name."""

    def find(name: str) -> Built:
        raw = PROJECT / "data" / "raw" / name
        if name != "demo":
            raw = request.getfixturevalue("real_data") / name
        return built(tmp_path_factory, name, raw)

    return find


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for this test alone, with the caller's key and study out of sight."""
    monkeypatch.setenv("MICROMACRO_DATA", str(tmp_path / "data"))
    for name in ("MICROMACRO_KEY", "MICROMACRO_STUDY"):
        monkeypatch.setenv(name, "")  # set first, so that what a command sets is undone
        monkeypatch.delenv(name)
    return tmp_path / "data"


@pytest.fixture
def arrived(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a raw folder: path below it -> text or bytes."""

    def write(files: Mapping[str, str | bytes], folder: str = "brand") -> Path:
        raw = tmp_path / folder
        for name, content in files.items():
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return raw

    return write
