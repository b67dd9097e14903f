"""The families that reports share, computed once, by several processes, before any report runs."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from analysis.runs.execution.processes import die_with_parent, end_tree
from analysis.runs.execution.server import FORKS, environment, start_process
from analysis.runs.plan import Report
from analysis.study.registration import Study

if TYPE_CHECKING:  # evidence imports much; a run that has nothing to do should not wait for it
    from analysis.evidence.view import View

Parameters = Mapping[str, object]


def compute_families(due: Sequence[Report], study: Study, *, workers: int) -> None:
    """Check parameters and compute families that are not kept.

    Args:
        due: reports whose values are checked and whose scopes are computed.
        study: names the claims.
        workers: families at once, in children of the server.

    Raises:
        UsageError: values that the dataset or the study does not know.
        MachineError: the server does not start.
    """
    from analysis.evidence.families import answer_all
    from analysis.evidence.view import open_view

    scopes: dict[tuple[str, ...], tuple[View, Parameters]] = {}
    for report in due:
        view = open_view(**report.parameters, study=study)  # type: ignore[arg-type]
        scopes.setdefault(view.scope, (view, report.parameters))
    if FORKS and workers > 1:
        lacking = [
            (parameters, claim) for view, parameters in scopes.values() for claim in _lacking(view)
        ]
        _answer_in_children(lacking, study, workers=workers)
    for view, _ in scopes.values():
        answer_all(view)  # what a child could not compute fails here, with its own words


def _lacking(view: "View") -> list[str]:
    """Claims whose families are not kept.

    The panels that they need then are.
    """
    from analysis.evidence.families import family_path

    claims = [claim for claim in view.study.claims if not family_path(view, claim).exists()]
    if claims:
        _ = view.creators, view.creators_by_campaign  # here, or every child would read the posts
    return claims


def _answer_in_children(
    lacking: list[tuple[Parameters, str]], study: Study, *, workers: int
) -> None:
    """Compute and keep families, at most ``workers`` at once."""
    waiting, running = list(lacking), list[BaseProcess]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                parameters, claim = waiting.pop(0)
                arguments = (parameters, claim, study, environment())
                running.append(start_process(_answer, arguments, name=claim))
            ended = wait([process.sentinel for process in running])
            for process in [one for one in running if one.sentinel in ended]:
                running.remove(process)
                process.join()
                process.close()
    finally:
        for process in running:
            end_tree(process)


def _answer(
    parameters: Parameters, claim: str, study: Study, environment: Mapping[str, str]
) -> None:
    """Compute one family in a process of its own.

    It ends when its parent does.
    """
    os.setsid()
    die_with_parent()
    os.environ.update(environment)
    from analysis.evidence.families import answer
    from analysis.evidence.view import open_view

    with suppress(Exception):  # the parent computes it too, and says what is wrong
        answer(open_view(**parameters, study=study), claim)  # type: ignore[arg-type]
