"""Families computed by several processes are the families of one, and none is lost."""

import os
import signal
import time
from contextlib import suppress
from multiprocessing.connection import wait

import psutil
import pytest

from analysis.evidence import families as evidence
from analysis.evidence.view import open_view
from analysis.runs.execution.run import _Preparing
from analysis.runs.execution.server import server_pid
from analysis.runs.families import families_first, views_of
from analysis.runs.plan import Report
from analysis.study.errors import UsageError
from analysis.study.registration import load_study
from tests.runs import fleet
from tests.runs.fleet import write_notebook


@pytest.fixture
def prepared(project):
    """Where families are kept, reports of two scopes, a study of three claims; none is kept."""
    folder = project.base / "data" / "processed" / "brand"
    fleet.emptied(folder / "answers")
    write_notebook(project.base, "all", "answers = answer_all(view)")
    template = project.base / "notebooks" / "all.ipynb"
    about = {"dataset": str(folder)}
    views = [about, {**about, "niche": "food"}, {**about, "macro": "100K-1M"}]
    reports = [Report(f"r{number}", template, view) for number, view in enumerate(views)]
    study = load_study(project.base / "study.yml")
    claims = {name: study.claims[name] for name in ("H1", "H1c", "H2")}
    cut = {"claims": claims, "confirmatory": ("H1", "H2")}
    return folder / "answers", reports, study.model_copy(update=cut)


def first_of(reports, study, *, workers=2):
    return families_first(reports, views_of(reports, study), study, workers=workers)


def compute(reports, study):
    """Whatever reports wait for, in two processes."""
    left = _Preparing(reports, first_of(reports, study))
    while not all(left.is_ready(report) for report in reports):
        left.start(most=2 - len(left.processes))
        left.end(wait([process.sentinel for process in left.processes]))


def compute_here(reports, study):
    for report in reports:
        for claim in study.claims:
            evidence.answer(open_view(**report.parameters, study=study), claim)


def kept(answers):
    return {path.name: path.read_bytes() for path in answers.glob("*.parquet")}


def test_several_processes_keep_what_one_would(prepared, monkeypatch):
    answers, reports, study = prepared
    compute_here(reports, study)
    alone = kept(answers)
    assert len(alone) == 2 * len(study.claims), "a niche is a view, a follower range a scope"
    fleet.emptied(answers)
    with monkeypatch.context() as patch:
        patch.setattr(evidence, "compute_family", lambda *_: pytest.fail("not in a child"))
        compute(reports, study)
    assert kept(answers) == alone
    assert not any(first_of(reports, study).values()), "none is due twice"


def test_a_value_that_the_data_do_not_know_is_refused(prepared):
    _, reports, study = prepared
    wrong = Report("wrong", reports[0].notebook, {**reports[0].parameters, "niche": "fod"})
    with pytest.raises(UsageError, match="niche 'fod' is not in brand"):
        views_of([*reports, wrong], study)


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
    compute_here(reports, study)
    alone = kept(answers)
    fleet.emptied(answers)
    killer = os.fork()
    if not killer:
        end_first_child()
        os._exit(0)
    compute(reports, study)
    assert fleet.exit_code(killer) == 0
    found = kept(answers)
    assert len(found) >= len(alone) - 1
    assert {name: alone[name] for name in found if name in alone} == {
        name: found[name] for name in found if name in alone
    }
    compute_here(reports, study)
    assert alone.items() <= kept(answers).items()


@pytest.mark.parametrize(
    ("source", "claims"),
    [
        ("answers = answer_all(view)", ("H1", "H1c", "H2")),
        ('one, two = answer(view, "H2"), answer(view, "H1")', ("H1", "H2")),
        ('analysis.answer(view, "reach")', ("H1c",)),
        ("answer(view, claim)", ("H1", "H1c", "H2")),
        ("%matplotlib inline", ("H1", "H1c", "H2")),
        ("about(view)", ()),
    ],
)
def test_a_report_waits_for_the_claims_that_its_notebook_asks_for(
    prepared, tmp_path, source, claims
):
    _, [report, *_], study = prepared
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path, "own", source)
    own = Report("own", tmp_path / "notebooks" / "own.ipynb", report.parameters)
    [found] = first_of([own], study).values()
    assert tuple(one.name for one in found) == claims
    assert first_of([own], study, workers=1) == {}


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
