"""Plans: which reports are due, with which parameters; everything checked before anything runs."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from analysis.runs.execution.limits import Limits
from analysis.site.parameters import declared
from analysis.store.digests import digest
from analysis.store.manifest import Manifest
from analysis.study.errors import UsageError, nearest
from analysis.study.forms import Frozen, named_file, read_form

Value = str | int | float | bool
Dimension = Literal["niche", "platform", "period"]

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_FLAGS = {"true": True, "false": False}
_UNSAFE = re.compile(r"[^a-z0-9]+")
_LOSSLESS = re.compile(r"(?=.{1,60}$)[a-z0-9]+([ &_-]+[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Report:
    """One line of an expanded plan.

    Attributes:
        report_id: safe file stem, unique in its plan.
        planned: the same without what ``--set`` adds, as ``--only`` may name it.
        notebook: absolute path of the template.
        parameters: values for names that the template's parameters cell declares.
        title: what the index calls it.
        limits: what its process may use.
    """

    report_id: str
    notebook: Path
    parameters: Mapping[str, Value]
    title: str = ""
    planned: str = ""
    limits: Limits = field(default_factory=Limits)

    @property
    def settings(self) -> dict[str, Value]:
        """The parameters without the dataset.

        A page names it beside them.
        """
        return {name: value for name, value in self.parameters.items() if name != "dataset"}


def _dimensions(each: object) -> object:
    """``niche`` and ``[niche, platform]`` in their long form."""
    names = [each] if isinstance(each, str) else each
    return dict.fromkeys(names, "data") if isinstance(names, list) else names


class Entry(Frozen):
    """One entry of a plan; ``each`` makes many reports of it.

    Attributes:
        each: dimension -> its values, or ``data`` for all that the dataset has; there is one
            report per combination. ``niche`` is short for ``{niche: data}``.
        set: parameters of every one of them.
        limits: in place of the plan's.
    """

    notebook: str
    id: str
    title: str
    each: Annotated[
        dict[Dimension, Literal["data"] | tuple[str, ...]], BeforeValidator(_dimensions)
    ] = Field(default_factory=dict)
    set: dict[str, Value] = Field(default_factory=dict)
    limits: Limits | None = None

    @model_validator(mode="after")
    def _only_what_each_fills(self) -> "Entry":
        for name, text in {"id": self.id, "title": self.title}.items():
            try:
                text.format(**dict.fromkeys(self.each, ""))
            except (KeyError, IndexError, ValueError, AttributeError) as error:
                may = " and ".join(f"{{{one}}}" for one in self.each)
                may = may or "nothing, or needs an each"
                raise ValueError(f"{name} {text!r} may hold {may} in braces") from error
        return self

    @model_validator(mode="after")
    def _periods_are_listed(self) -> "Entry":
        if self.each.get("period") == "data":
            raise ValueError("each: period takes a list, such as {period: [all, last 90 days]}")
        return self


class Plan(Frozen):
    """A plan file: reports and their default limits."""

    limits: Limits = Limits()
    reports: tuple[Entry, ...] = Field(min_length=1)


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        UsageError: missing, no YAML or not of this form; every failing entry is named.
    """
    return read_form(named_file(path, "plan"), Plan, str(path), refusal=UsageError)


def declared_parameters(notebook: Path) -> dict[str, type]:
    """Names and types of a notebook's parameters cell.

    Raises:
        UsageError: no such notebook, or it has no readable parameters cell.
    """
    try:
        cells = json.loads(named_file(notebook, "notebook"))["cells"]
        tags = [cell["metadata"].get("tags", []) for cell in cells]
        found = declared(cells)
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise UsageError(f"{notebook}: not a notebook with readable parameters") from error
    if not found:
        raise UsageError(f"{notebook}: no cell is tagged parameters")
    if allowed := [place for place, own in enumerate(tags) if "raises-exception" in own]:
        raise UsageError(
            f"{notebook}: cell {allowed[0]} is tagged raises-exception; a report whose cell may"
            " fail could pass for a whole one, so take the tag off"
        )
    return {name: _TYPES[kind] for name, (kind, _) in found.items() if kind in _TYPES}


def parse_settings(settings: Sequence[str]) -> dict[str, str]:
    """``["niche=beauty"]`` -> ``{"niche": "beauty"}``.

    Raises:
        UsageError: a setting without ``=``, or one name twice.
    """
    pairs = [setting.partition("=") for setting in settings]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise UsageError(f"--set {wrong[0]}: write a name and a value, like --set niche=beauty")
    chosen = {name.strip(): value.strip() for name, _, value in pairs}
    if len(chosen) < len(pairs):
        raise UsageError("--set takes each name once; run again for another value")
    return chosen


def check_parameters(plan: Plan, settings: Mapping[str, str], notebooks: Path) -> None:
    """Refuse names and types that the notebooks do not declare.

    Raises:
        UsageError: all wrong names and values at once, each with the nearest name that exists.
    """
    wrong: dict[str, None] = {}
    for entry in plan.reports:
        declared = declared_parameters(notebooks / f"{entry.notebook}.ipynb")
        for name in [*entry.set, *settings, *entry.each]:
            if name not in declared:
                wrong[_unknown(name, declared)] = None
        for name, value in {**entry.set, **settings}.items():
            if name == "dataset":
                wrong["parameter dataset is not set in a plan: --data names the dataset"] = None
            elif name in declared and not _reads_as(value, declared[name]):
                wrong[f"parameter {name} takes {declared[name].__name__}, not {value!r}"] = None
    if wrong:
        raise UsageError("; ".join(wrong))


def _unknown(name: str, declared: Mapping[str, type]) -> str:
    return f"unknown parameter {name!r}: {nearest(name, declared)}"


def _reads_as(value: Value, kind: type) -> bool:
    try:
        _typed(value, kind)
    except ValueError:
        return False
    return True


def _typed(value: Value, kind: type) -> Value:
    """The value as exactly that type.

    Raises:
        ValueError: that would change what it says, as 3.7 for a whole number does.
    """
    if type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    if not isinstance(value, str) or (kind is bool and value.lower() not in _FLAGS):
        raise ValueError(value)
    read = _FLAGS[value.lower()] if kind is bool else kind(value)
    if not math.isfinite(read):
        raise ValueError(value)
    return read


def expand(
    plan: Plan,
    manifest: Manifest,
    *,
    dataset: str,
    settings: Mapping[str, str],
    notebooks: Path,
) -> list[Report]:
    """The reports of a plan for one dataset.

    Args:
        plan: checked entries; ``each`` is filled with the values that the dataset has.
        manifest: of the prepared dataset.
        dataset: name that every report is given; a folder would tell where the machine keeps it.
        settings: from the command line; they join the id, so that a selection never replaces the
            page of the whole.
        notebooks: folder of the templates.

    Raises:
        UsageError: two entries give the same id.
    """
    values = {"niche": manifest.niches, "platform": manifest.platforms}
    found: list[tuple[str, Report]] = []
    for entry in plan.reports:
        path = (notebooks / f"{entry.notebook}.ipynb").resolve()
        declared = declared_parameters(path)
        for filled in _fillings(entry, values, settings):
            own = {**entry.set, **settings, **filled}
            typed = {name: _typed(value, declared[name]) for name, value in own.items()}
            extra = [f"{name} {value}" for name, value in settings.items() if name not in filled]
            title = entry.title.format(**filled) + (f" ({', '.join(extra)})" if extra else "")
            parameters = {**typed, "dataset": dataset}
            planned = entry.id.format(**filled)
            text = "-".join([planned, *extra])
            limits = entry.limits or plan.limits
            ids = safe_id(text), safe_id(planned)
            found.append((text, Report(ids[0], path, parameters, title, ids[1], limits)))
    return _told_apart(found)


def _told_apart(found: Sequence[tuple[str, Report]]) -> list[Report]:
    """Reports with a digest in ids that would share files."""
    texts = Counter(text for text, _ in found)
    if repeated := sorted(text for text, times in texts.items() if times > 1):
        raise UsageError(f"the plan gives one id to several reports: {', '.join(repeated)}")
    ids = Counter(report.report_id for _, report in found)
    if "index" in ids:
        raise UsageError("the plan gives a report the id index, which is the list of all reports")
    return [
        report
        if ids[report.report_id] == 1
        else replace(report, report_id=f"{report.report_id}-{digest([text])[:6]}")
        for text, report in found
    ]


def _fillings(
    entry: Entry, values: Mapping[str, Sequence[str]], settings: Mapping[str, str]
) -> list[dict[str, str]]:
    """Every combination of what ``each`` names.

    A setting narrows its dimension to one value.
    """
    choices = [
        [settings[name]] if name in settings else values[name] if listed == "data" else listed
        for name, listed in entry.each.items()
    ]
    return [dict(zip(entry.each, chosen, strict=True)) for chosen in product(*choices)]


def safe_id(text: str) -> str:
    """A file name that is safe anywhere.

    Lower case letters, digits and single hyphens.

    Text that loses more than spaces and ``&`` gets a digest, so that niches in another script, or
    of great length, keep apart.

    Example:
        >>> safe_id("engagement-food & drink")
        'engagement-food-drink'
    """
    slug = _UNSAFE.sub("-", text.lower()).strip("-")
    if _LOSSLESS.fullmatch(text.lower()):
        return slug
    return f"{slug[:60].rstrip('-')}-{digest([text])[:6]}".lstrip("-")
