"""The conclusion over several answers, in one sentence."""

from collections.abc import Sequence

import pandas as pd

from analysis.evidence.results import ALL_NICHES, Answer
from analysis.evidence.verdict import Verdict
from analysis.evidence.wording import listed, platform_name

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


def overall(answers: Sequence[Answer]) -> str:
    """State the conclusion, one sentence per group of platforms that agree.

    Platforms are never pooled: those with the same verdicts share a sentence.
    """
    rows = pd.concat([answer.main for answer in answers])
    verdicts: dict[tuple[str, str], list[str]] = {}
    for platform in rows["platform"].unique():
        pair = (_verdict(rows, platform, *_ENGAGEMENT), _verdict(rows, platform, *_CONVERSION))
        verdicts.setdefault(pair, []).append(platform_name(platform))
    return " ".join(
        f"On {listed(names)}, {_ENGAGE[Verdict(engage)]}; {_converts(engage, convert)}."
        for (engage, convert), names in verdicts.items()
    )


def _converts(engage: str, convert: str) -> str:
    said = _CONVERT[Verdict(convert)]
    return said.replace("they", "micro creators", 1) if engage == Verdict.NOT_TESTABLE else said


def _verdict(rows: pd.DataFrame, platform: str, metric: str, estimand: str) -> str:
    found = _headline_rows(rows, platform, metric, estimand)["verdict"]
    return str(found.iloc[0]) if len(found) else Verdict.NOT_TESTABLE.value


def _headline_rows(rows: pd.DataFrame, platform: str, metric: str, estimand: str) -> pd.DataFrame:
    here = rows[
        (rows["platform"] == platform) & (rows["metric"] == metric) & (rows["estimand"] == estimand)
    ]
    over_all = here[here["niche"] == ALL_NICHES]
    return over_all if len(over_all) else here
