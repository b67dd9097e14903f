"""What a scheduler should mail: a decision, data past their day, a failure; never noise."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from analysis.evidence.metrics import METRICS
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import day_in_words, platform_name
from analysis.site.changes import COMPARISON
from analysis.site.publish import Failure
from analysis.site.site_index import TOLD
from analysis.store.disk import write_whole
from analysis.study.forms import Frozen

_SETTLED = {*DECIDED, Verdict.EQUIVALENT}


class Told(Frozen):
    """What was mailed last about a site.

    Attributes:
        day: latest decision day of the study that the data had reached; empty before the first.
        verdicts: of that day, by comparison; those that settle nothing are left out.
        out_of_date: whether the data were past their day.
    """

    day: str = ""
    verdicts: dict[str, str] = Field(default_factory=dict)
    out_of_date: bool = False


def read_told(site: Path) -> Told:
    """Read what was mailed last, nothing where nobody was told or the note is damaged."""
    try:
        return Told.model_validate_json((site / TOLD).read_bytes())
    except (OSError, ValidationError):
        return Told()


def note_told(site: Path, told: Told) -> None:
    """Keep what was mailed.

    Raises:
        MachineError: disk or permission.
    """
    write_whole(site / TOLD, told.model_dump_json().encode() + b"\n")


def to_tell(site: Path, before: Told, *, decide_on: Sequence[str]) -> Told:
    """What a site says now, as far as it may be told.

    Verdicts are taken when the data first reach a decision day of the study; looks between two
    of them keep those of the day before, so that noise that comes and goes is never mailed.

    Args:
        site: folder with results.csv and summary.json of the pages that stand; without them
            there is nothing to tell but what was told.
        before: what was told last.
        decide_on: the study's decision days.
    """
    if not (site / "summary.json").exists():
        return before
    summary = json.loads((site / "summary.json").read_text(encoding="utf-8"))
    last = summary["data_through"] or ""
    day = max((one for one in decide_on if one <= last), default="")
    return Told(
        day=day,
        verdicts=before.verdicts if day == before.day else _settled(site, summary["answers"]),
        out_of_date=bool(summary["out_of_date"]),
    )


def _settled(site: Path, answers: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Settled verdicts by comparison: the confirmatory ones or, without any, the headline's."""
    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        confirmatory = [row for row in csv.DictReader(file) if row["status"] == "confirmatory"]
    return {
        " ".join(str(row[name]) for name in COMPARISON): str(row["verdict"])
        for row in confirmatory or answers
        if row["verdict"] in _SETTLED
    }


def news(before: Told, now: Told, failures: Mapping[str, Failure]) -> list[str]:
    """What changed since it was told last, one sentence each; empty where nothing did."""
    found = [
        f"decided on {day_in_words(now.day)}: {_named(one)} is now"
        f" {now.verdicts.get(one, 'undecided').lower()},"
        f" before {before.verdicts.get(one, 'undecided').lower()}"
        for one in sorted(before.verdicts.keys() | now.verdicts.keys())
        if before.verdicts.get(one) != now.verdicts.get(one)
    ]
    if now.out_of_date and not before.out_of_date:
        found.append("the data are past their last valid day: book nothing by these pages")
    found += [f"failed: {name}, {failure}" for name, failure in failures.items()]
    return found


def _named(comparison: str) -> str:
    _, metric, estimand, platform, rest = comparison.split(" ", maxsplit=4)
    label = METRICS[metric].label if metric in METRICS else metric
    return f"{label} ({estimand}) on {platform_name(platform)}, {rest}"
