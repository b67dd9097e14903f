"""Sentences over several answers, and the rules that every sentence keeps."""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.contract import PLATFORM_NAMES
from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.verdict import Verdict
from analysis.pages.changes import Change
from analysis.pages.records import PageRecord

_ENGAGEMENT = ("engagement_per_follower", "typical")
_CONVERSION = ("orders_per_click", "typical")
_ENGAGE = {
    Verdict.SUPPORTED: "micro creators engage more than macro creators",
    Verdict.CONTRADICTED: "micro creators engage less than macro creators",
    Verdict.EQUIVALENT: "micro and macro creators engage about equally",
    Verdict.INCONCLUSIVE: "we cannot tell whether micro or macro creators engage more",
    Verdict.NOT_TESTABLE: "engagement cannot be compared",
}
_CONVERT = {
    Verdict.SUPPORTED: "they convert better",
    Verdict.CONTRADICTED: "they do not convert better: they sell less per click",
    Verdict.EQUIVALENT: "they convert about equally well",
    Verdict.INCONCLUSIVE: "we cannot tell whether they convert better",
    Verdict.NOT_TESTABLE: "conversion cannot be compared",
}
_MOST_CHANGES = 3
_NEVER = re.compile(
    r"\b(drives?|drove|causes?|caused|leads? to|led to|no difference|proves?)\b", re.IGNORECASE
)


def overall(answers: Sequence[Answer]) -> str:
    """The conclusion in one sentence per group of platforms that agree, without numbers.

    Platforms are never pooled: those with the same verdicts share a sentence.
    """
    rows = pd.concat([answer.main for answer in answers])
    verdicts: dict[tuple[str, str], list[str]] = {}
    for platform in rows["platform"].unique():
        pair = (_verdict(rows, platform, *_ENGAGEMENT), _verdict(rows, platform, *_CONVERSION))
        verdicts.setdefault(pair, []).append(PLATFORM_NAMES.get(platform, platform))
    return " ".join(
        f"On {listed(names)}, {_ENGAGE[Verdict(engage)]}; {_converts(engage, convert)}."
        for (engage, convert), names in verdicts.items()
    )


def _converts(engage: str, convert: str) -> str:
    said = _CONVERT[Verdict(convert)]
    return said.replace("they", "micro creators", 1) if engage == Verdict.NOT_TESTABLE else said


def listed(names: Sequence[str]) -> str:
    """``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def changed(record: PageRecord) -> str:
    """What a page says differently from the one before, verdicts first, in one line."""
    if record.since is None:
        return "The first version of this page: there is none to compare with."
    if not record.changes:
        return "Since the last version of this page, no verdict changed."
    awaiting = [change for change in record.changes if change.awaits_data]
    turned = [change for change in record.changes if change.turned and not change.awaits_data]
    told = [_turn(change) for change in turned[:_MOST_CHANGES]]
    more = len(turned) - len(told)
    moved = len(record.changes) - len(turned) - len(awaiting)
    told += [f"{more:,} more verdict{'' if more == 1 else 's'}"] if more else []
    left = "ratio left its" if moved == 1 else "ratios left their"
    told += [f"{moved:,} {left} earlier interval"] if moved else []
    told += (
        [f"looked at for the first time, not enough data: {_whose(awaiting)}"] if awaiting else []
    )
    because = record.changes[0].because
    return f"Changed since the last version, because of {because}: {'; '.join(told)}."


def _whose(changes: Sequence[Change]) -> str:
    """Their niches or, where those are many, their measures."""
    niches = dict.fromkeys(change.niche for change in changes)
    if len(niches) <= _MOST_CHANGES:
        return listed(list(niches))
    return listed(list(dict.fromkeys(METRICS[change.metric].label for change in changes)))


def _turn(change: Change) -> str:
    where = f"{PLATFORM_NAMES.get(change.platform, change.platform)}, {change.niche}"
    what = f"{METRICS[change.metric].label}, {change.estimand}"
    return f"{where}, {what}: {change.verdict_before.lower()} → {change.verdict_now.lower()}"


def broken_rules(text: str) -> list[str]:
    """Words that observational evidence does not carry, found in a text.

    Example:
        >>> broken_rules("Micro creators drive sales.")
        ['drive']
    """
    return [found.group(0) for found in _NEVER.finditer(text)]


def _verdict(rows: pd.DataFrame, platform: str, metric: str, estimand: str) -> str:
    found = _headline_rows(rows, platform, metric, estimand)["verdict"]
    return str(found.iloc[0]) if len(found) else Verdict.NOT_TESTABLE.value


def _headline_rows(rows: pd.DataFrame, platform: str, metric: str, estimand: str) -> pd.DataFrame:
    here = rows[
        (rows["platform"] == platform) & (rows["metric"] == metric) & (rows["estimand"] == estimand)
    ]
    over_all = here[here["niche"] == ALL_NICHES]
    return over_all if len(over_all) else here
