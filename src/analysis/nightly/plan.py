"""Plans: which reports are due, with which parameters; everything checked before anything runs."""

import ast
import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.dataset import Manifest
from analysis.errors import UsageError
from analysis.study import validation_summary

Value = str | int | float | bool

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Report:
    """One line of an expanded plan.

    Attributes:
        report_id: safe file stem, unique in its plan.
        notebook: absolute path of the template.
        parameters: values for names that the template's parameters cell declares.
        title: what the index calls it.
    """

    report_id: str
    notebook: Path
    parameters: Mapping[str, Value]
    title: str = ""


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Form):
    """One entry of a plan; with ``each`` it stands for one report per niche or platform."""

    notebook: str
    id: str
    title: str
    each: str | None = None
    set: dict[str, Value] = {}


class Plan(_Form):
    """A plan file."""

    reports: tuple[Entry, ...]


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        UsageError: missing, no YAML or not of this form; every failing entry is named.
    """
    try:
        return Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{path}: cannot read the plan: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not YAML: {error}") from error
    except ValidationError as error:
        raise UsageError(f"{path}: {validation_summary(error)}") from error


def declared_parameters(notebook: Path) -> dict[str, type]:
    """Names and types of a notebook's parameters cell.

    Raises:
        UsageError: no such notebook, or it has no parameters cell.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{notebook}: not a readable notebook") from error
    for cell in cells:
        if "parameters" in cell["metadata"].get("tags", []):
            lines = ast.parse("".join(cell["source"])).body
            return {
                line.target.id: _TYPES[line.annotation.id]
                for line in lines
                if isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and isinstance(line.annotation, ast.Name)
            }
    raise UsageError(f"{notebook}: no cell is tagged parameters")


def parse_settings(settings: Sequence[str]) -> dict[str, str]:
    """``["niche=beauty"]`` -> ``{"niche": "beauty"}``.

    Raises:
        UsageError: a setting without ``=``.
    """
    pairs = [setting.partition("=") for setting in settings]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise UsageError(f"--set {wrong[0]}: write a name and a value, like --set niche=beauty")
    return {name.strip(): value.strip() for name, _, value in pairs}


def check_parameters(plan: Plan, settings: Mapping[str, str], notebooks: Path) -> None:
    """Refuse names and types that the notebooks do not declare.

    Raises:
        UsageError: all wrong names and values at once, each with the nearest name that exists.
    """
    wrong: dict[str, None] = {}
    for entry in plan.reports:
        declared = declared_parameters(notebooks / f"{entry.notebook}.ipynb")
        each = [entry.each] if entry.each else []
        for name in [*entry.set, *settings, *each]:
            if name not in declared:
                wrong[_unknown(name, declared)] = None
        for name, value in {**entry.set, **settings}.items():
            if name in declared and not _reads_as(value, declared[name]):
                wrong[f"parameter {name} takes {declared[name].__name__}, not {value!r}"] = None
    if wrong:
        raise UsageError("; ".join(wrong))


def _unknown(name: str, declared: Mapping[str, type]) -> str:
    near = difflib.get_close_matches(name, declared, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(declared)}"
    return f"unknown parameter {name!r}: {hint}"


def _reads_as(value: Value, kind: type) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


def expand(
    plan: Plan,
    manifest: Manifest,
    *,
    dataset: Path,
    settings: Mapping[str, str],
    notebooks: Path,
) -> list[Report]:
    """The reports of a plan for one dataset.

    Args:
        plan: checked entries; ``each`` is filled with the values that the dataset has.
        manifest: of the prepared dataset.
        dataset: folder that every report is given.
        settings: from the command line; they join the id, so that a selection never replaces the
            page of the whole.
        notebooks: folder of the templates.

    Raises:
        UsageError: two entries give the same id.
    """
    values = {"niche": manifest.niches, "platform": manifest.platforms}
    reports: list[Report] = []
    for entry in plan.reports:
        path = (notebooks / f"{entry.notebook}.ipynb").resolve()
        declared = declared_parameters(path)
        for filled in _fillings(entry, values, settings):
            own = {**entry.set, **settings, **filled}
            typed = {name: declared[name](value) for name, value in own.items()}
            extra = [f"{name}-{value}" for name, value in settings.items() if name != entry.each]
            stem = "-".join([entry.id.format(**filled), *extra])
            parameters = {**typed, "dataset": str(dataset)}
            reports.append(Report(safe_id(stem), path, parameters, entry.title.format(**filled)))
    ids = [report.report_id for report in reports]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise UsageError(f"the plan gives one id to several reports: {', '.join(repeated)}")
    return reports


def _fillings(
    entry: Entry, values: Mapping[str, Sequence[str]], settings: Mapping[str, str]
) -> list[dict[str, str]]:
    if entry.each is None:
        return [{}]
    if entry.each not in values:
        raise UsageError(f"plan entry {entry.id}: each takes {' or '.join(values)}")
    chosen = [settings[entry.each]] if entry.each in settings else values[entry.each]
    return [{entry.each: value} for value in chosen]


def safe_id(text: str) -> str:
    """Lower case letters, digits and single hyphens: safe as a file name anywhere.

    Example:
        >>> safe_id("engagement-food & drink")
        'engagement-food-drink'
    """
    return _UNSAFE.sub("-", text.lower()).strip("-")
