"""Families computed by several processes are the families of one, and none is lost."""

import os
import signal
import time
from contextlib import suppress

import psutil
import pytest

from analysis.evidence import families as evidence
from analysis.runs.execution.server import server_pid
from analysis.runs.families import compute_families
from analysis.runs.plan import Report
from analysis.study.errors import UsageError
from analysis.study.registration import load_study
from tests.runs import fleet


@pytest.fixture
def prepared(project):
    """Where families are kept, reports of two scopes, a study of three claims; none is kept."""
    folder = project.base / "data" / "processed" / "brand"
    fleet.emptied(folder / "answers")
    template = project.base / "notebooks" / "answer.ipynb"
    about = {"dataset": str(folder)}
    views = [about, {**about, "niche": "food"}, {**about, "macro": "100K-1M"}]
    reports = [Report(f"r{number}", template, view) for number, view in enumerate(views)]
    study = load_study(project.base / "study.yml")
    claims = {name: study.claims[name] for name in ("H1", "H1c", "H2")}
    cut = {"claims": claims, "confirmatory": ("H1", "H2")}
    return folder / "answers", reports, study.model_copy(update=cut)


def kept(answers):
    return {path.name: path.read_bytes() for path in answers.glob("*.parquet")}


def test_several_processes_keep_what_one_would(prepared, monkeypatch):
    answers, reports, study = prepared
    compute_families(reports, study, workers=1)
    alone = kept(answers)
    assert len(alone) == 2 * len(study.claims), "a niche is a view, a follower range a scope"
    fleet.emptied(answers)
    with monkeypatch.context() as patch:
        patch.setattr(evidence, "compute_family", lambda *_: pytest.fail("not in a child"))
        compute_families(reports, study, workers=2)
    assert kept(answers) == alone


def test_a_value_that_the_data_do_not_know_is_refused(prepared):
    _, reports, study = prepared
    wrong = Report("wrong", reports[0].notebook, {**reports[0].parameters, "niche": "fod"})
    with pytest.raises(UsageError, match="niche 'fod' is not in brand"):
        compute_families([*reports, wrong], study, workers=2)


def below_the_server(*, seconds=0.0):
    """Processes that have used so much processor time."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(server_pid()).children()
        return [one for one in children if one.cpu_times().user >= seconds]
    return []


def end_first_child():
    """Kill the first family's process, as a machine without memory would."""
    while not (found := below_the_server()):
        time.sleep(0.001)
    found[0].kill()


def test_a_family_whose_process_was_killed_is_computed_all_the_same(prepared):
    answers, reports, study = prepared
    compute_families(reports, study, workers=1)
    alone = kept(answers)
    fleet.emptied(answers)
    killer = os.fork()
    if not killer:
        end_first_child()
        os._exit(0)
    compute_families(reports, study, workers=2)
    assert fleet.exit_code(killer) == 0
    assert {name: text for name, text in kept(answers).items() if name in alone} == alone


def test_families_die_with_the_run(project, again, prepared):
    pid = fleet.start(again.report())
    while not (found := below_the_server(seconds=0.1)):
        time.sleep(0.001)
    for process in found:
        process.suspend()  # or it would end by itself
    os.kill(pid, signal.SIGKILL)
    fleet.exit_code(pid)
    _, alive = psutil.wait_procs(found, timeout=5)
    assert not alive
