"""The families that reports share: which of them a report waits for, each computed once."""

import ast
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.runs.execution.processes import die_with_parent
from analysis.runs.execution.run import Preparation
from analysis.runs.execution.server import FORKS, environment
from analysis.runs.plan import Report
from analysis.study.registration import Study

if TYPE_CHECKING:  # evidence imports much; a run that has nothing to do should not wait for it
    from analysis.evidence.view import View

Parameters = Mapping[str, object]


def views_of(reports: Sequence[Report], study: Study) -> "dict[str, View]":
    """The view of every report, by its id.

    Raises:
        UsageError: values that the dataset or the study does not know.
    """
    from analysis.evidence.view import open_view

    found = {
        one.report_id: open_view(**one.parameters, study=study)  # type: ignore[arg-type]
        for one in reports
    }
    for view in found.values():
        _ = view.days  # a period is read when it is first asked for
    return found


def families_first(
    due: Sequence[Report], views: "Mapping[str, View]", study: Study, *, workers: int
) -> dict[str, tuple[Preparation, ...]]:
    """Name the families that each report has to wait for.

    A family that no process could compute is computed in the report that asks for it, and fails
    there, with its own words.

    Args:
        due: reports in their order.
        views: theirs.
        study: names the claims.
        workers: processes at once; with one, nothing waits.

    Returns:
        By report id the families that are not kept, of the claims that its notebook asks for.
    """
    if not FORKS or workers == 1:
        return {}
    lacking: dict[tuple[str, ...], dict[str, Preparation]] = {}
    first = {}
    for report in due:
        view = views[report.report_id]
        if view.scope not in lacking:
            lacking[view.scope] = _lacking(view, report.parameters, study)
        own = lacking[view.scope]
        asked = _claims_asked(report.notebook, study)
        first[report.report_id] = tuple(own[claim] for claim in asked if claim in own)
    return first


def _lacking(view: "View", parameters: Parameters, study: Study) -> dict[str, Preparation]:
    """Families that are not kept, by claim.

    The panels that they need then are.
    """
    from analysis.evidence.families import family_path

    claims = [claim for claim in view.study.claims if not family_path(view, claim).exists()]
    if claims:
        _ = view.creators, view.creators_by_campaign  # here, or every child would read the posts
    return {
        claim: Preparation(claim, _answer, (parameters, claim, study, environment()))
        for claim in claims
    }


def _claims_asked(notebook: Path, study: Study) -> tuple[str, ...]:
    """Claims that a notebook asks for by a call of ``answer`` or ``answer_all``.

    All of them where a call names its claim by anything but a text.
    """
    asked = _names_asked(notebook)
    if None in asked:
        return tuple(study.claims)
    codes = {study.code_of(name) for name in asked if name is not None}
    return tuple(claim for claim in study.claims if claim in codes)


@cache
def _names_asked(notebook: Path) -> frozenset[str | None]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return frozenset(name for source in sources for name in _named(source))


def _named(source: str) -> Iterator[str | None]:
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # a line of IPython, or a cell that will fail
        yield None
        return
    for call in calls:
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name == "answer_all":
            yield None
        elif name == "answer":
            claim = call.args[1] if len(call.args) > 1 else None
            told = isinstance(claim, ast.Constant) and isinstance(claim.value, str)
            yield claim.value if told else None  # type: ignore[union-attr]


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

    with suppress(Exception):  # a report computes it too, and says what is wrong
        answer(open_view(**parameters, study=study), claim)  # type: ignore[arg-type]
