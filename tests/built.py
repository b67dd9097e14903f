"""Sites and datasets that several test files look at, built once by whoever comes first."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from analysis.cli.main import main
from analysis.prepare.pipeline import prepare
from analysis.runs.printing import BROWSERS
from analysis.store.dataset import Dataset, open_dataset
from analysis.store.disk import held
from analysis.study.project import PROJECT
from analysis.study.worlds import Niche, Platform, World, draw, write_raw

WHOLE = (
    *("summary", "data", "engagement", "conversion", "cost"),
    *("robustness", "decision", "relationship"),
)
SMALL = World(
    name="edge",
    platforms=(Platform("instagram", (0, 24, 20, 4), insights=True),),
    niches=(Niche("beauty"), Niche("chess")),
    posts=2,
)


_TRIED = replace(SMALL, platforms=(*SMALL.platforms, Platform("tiktok", (0, 24, 20, 4))))


@dataclass(frozen=True)
class Built:
    """A dataset and its published site."""

    dataset: Dataset
    site: Path


def once(root: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that all workers of a test run share; the first to ask builds it."""
    base = root.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / f"built-{name}", base / f"built-{name}.done"
    with held(base / f".built-{name}.lock", wait=True):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a build that failed
            folder.mkdir()
            build(folder)
            done.touch()
    return folder


def quick_study(folder: Path) -> Path:
    """The study in a folder, with fewer permutations: minutes less, and every page and ratio."""
    study = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
    study["permutations"] = study["robustness"]["permutations"] = 99
    path = folder / "study.yml"
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    return path


def built(root: pytest.TempPathFactory, name: str, raw: Path) -> Built:
    """The whole-dataset reports of a raw folder, and of the demo one niche, printed too.

    The demo has fewer permutations than the study's, which saves a minute and no page.
    """
    reports = [*WHOLE, *["engagement-food"] * (name == "demo")]

    def build(base: Path) -> None:
        study = yaml.safe_load((PROJECT / "study.yml").read_text(encoding="utf-8"))
        fewer = {"permutations": 99} if name == "demo" else {}
        (base / "study.yml").write_text(yaml.safe_dump({**study, **fewer}), encoding="utf-8")
        chosen = [word for report in reports for word in ("--only", report)]
        prints = ["--pdf"] * any(map(shutil.which, BROWSERS))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MICROMACRO_DATA", str(base / "data"))
            for setting in ("MICROMACRO_STUDY", "MICROMACRO_KEY"):
                patch.setenv(setting, "")
                patch.delenv(setting)
            places = ["--study", str(base / "study.yml"), "--out", str(base / "site")]
            assert main(["report", "--data", str(raw), *places, *prints, *chosen]) == 0

    base = once(root, name, build)
    return Built(open_dataset(base / "data" / "processed" / name), base / "site")


def small_brand(root: pytest.TempPathFactory) -> Path:
    """A prepared dataset of 96 accounts on two platforms, for what asks whether things run."""

    def build(base: Path) -> None:
        write_raw(draw(_TRIED, seed=11), base / "edge")
        prepare(base / "edge", base / "prepared", private=base / "private")

    return once(root, "small", build) / "prepared"
