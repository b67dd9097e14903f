"""What a site tells those who do not open it: summary.txt and summary.json."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import standing
from analysis.evidence.wording import day_in_words, platform_name, row_ratio
from analysis.site.changes import Row
from analysis.site.publish import Failure
from analysis.site.records import PageRecord
from analysis.site.what_changed import changed

_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TOLD = (
    "claim",
    "metric",
    "estimand",
    "platform",
    "niche",
    "contrast",
    "estimate",
    "deciding_low",
    "deciding_high",
    "deciding_level",
    "verdict",
    "status",
)


def first_answers(records: Sequence[PageRecord]) -> tuple[PageRecord | None, list[dict[str, Any]]]:
    """The first page that states an answer, and the rows of it that have an estimate.

    In the order in which it states them.

    Args:
        records: of the pages that stand, in the order of the plan.
    """
    for record in records:
        rows = {row["result_id"]: row for row in record.rows}
        stated = [rows[name] for name in record.answers if name in rows]
        if tested := [row for row in stated if row["estimate"] is not None]:
            return record, tested
    return None, []


def summary_text(records: Sequence[PageRecord], failures: Mapping[str, Failure]) -> str:
    """Write what to mail: what stands and failed, the answer with its intervals, what changed."""
    failed = "; ".join(f"{name} ({failure})" for name, failure in failures.items())
    said = f"{len(failures)} failed: {failed}" if failed else "none failed"
    if not records:
        return f"{_printed(f'no page stands, {said}')}\n"
    first = records[0]
    name = f"{first.dataset} (SYNTHETIC)" if first.synthetic else first.dataset
    lines = [f"{name}: {_standing(records)}, {said}. {first.state.split(' · ')[0]}."]
    if first.out_of_date and first.valid_until:
        lines.append(f"OUT OF DATE since {day_in_words(first.valid_until)}.")
    page, answers = first_answers(records)
    if page is not None:
        lines += [page.headline, *(_line(row) for row in answers), changed(page)]
    return "".join(f"{_printed(line)}\n" for line in lines)


def _standing(records: Sequence[PageRecord]) -> str:
    pages = _pages(records)
    lack = len(records) - pages
    said = "1 page stands" if pages == 1 else f"{pages} pages stand"
    if not lack:
        return said
    return f"{said}, {lack} {'report has' if lack == 1 else 'reports have'} too little data for one"


def _pages(records: Sequence[PageRecord]) -> int:
    return sum(record.has_page for record in records)


def _printed(text: str) -> str:
    """On one line, without what steers a terminal."""
    return " ".join(_STEERS.sub("", " ".join(text.split())).split())


def _line(row: Row) -> str:
    where = platform_name(row["platform"])
    label = METRICS[str(row["metric"])].label
    ratio = row_ratio(dict(row), unit=" times macro's")
    return f"- {where}, {label}: {ratio}, {standing(dict(row))}"


def summary_json(records: Sequence[PageRecord], failures: Mapping[str, Failure]) -> str:
    """Write the same for a program: numbers are those of results.csv."""
    page, answers = first_answers(records)
    first = records[0] if records else None
    told = {
        "dataset": first.dataset if first else None,
        "synthetic": first.synthetic if first else None,
        "data_through": first.last_day if first else None,
        "valid_until": first.valid_until if first else None,
        "out_of_date": first.out_of_date if first else None,
        "headline": page.headline if page else None,
        "answers": [{name: row[name] for name in _TOLD} for row in answers],
        "changed": [change.model_dump() for change in page.changes] if page else [],
        "pages": (pages := _pages(records)),
        "without_page": len(records) - pages,
        "failed": {name: str(failure) for name, failure in failures.items()},
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
