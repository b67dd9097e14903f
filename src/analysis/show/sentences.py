"""The conclusion over several answers, in a sentence per group of platforms."""

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.results import ALL_NICHES, contrary
from analysis.evidence.verdict import DECIDED, Verdict
from analysis.evidence.wording import listed, platform_name


def overall(rows: pd.DataFrame, grid: pd.DataFrame, others: pd.DataFrame) -> str:
    """State the conclusion, one sentence per group of platforms that agree.

    Platforms are never pooled: those with the same sentence share it. A measure is named with what
    it is divided by; what cannot be compared is not mentioned above what can.

    Args:
        rows: of the first screen, one per platform and claim.
        grid: the niches of these rows.
        others: every measure over all niches, among which what contradicts a row is looked for.
    """
    if rows.empty:
        return "Nothing can be compared yet: see what is missing below."
    said: dict[str, list[str]] = {}
    for platform, own in rows.groupby("platform", sort=False):
        niches = grid[grid["platform"] == platform]
        said.setdefault(_sentence(own, niches, others), []).append(platform_name(platform))
    return " ".join(f"On {listed(names)}, {sentence}." for sentence, names in said.items())


def _sentence(rows: pd.DataFrame, niches: pd.DataFrame, others: pd.DataFrame) -> str:
    found = [_side(row) for row in rows.to_dict("records") if row["verdict"] != OPEN]
    open_ones = [METRICS[metric].label for metric in rows.loc[rows["verdict"] == OPEN, "metric"]]
    parts = [f"micro creators have {listed(found)} {_than(rows)} macro creators"] if found else []
    if open_ones:
        told = "about" if found else "we cannot tell whether micro or macro creators are ahead in"
        parts.append(f"{told} {listed(open_ones)}{' we cannot tell' if found else ''}")
    against = [
        f"{told} {'lower' if float(str(row['estimate'])) > 1 else 'higher'}"
        for row in rows.to_dict("records")
        for told, _ in contrary(row, others)
    ]
    if against:
        parts.append(f"but {listed(against)}")
    split = [METRICS[row["metric"]].label for row in rows.to_dict("records") if _split(row, niches)]
    if split:
        parts.append(f"niches disagree about {listed(split)}")
    return "; ".join(parts)


OPEN = Verdict.INCONCLUSIVE


def _side(row: dict[str, object]) -> str:
    label = METRICS[str(row["metric"])].label
    if row["verdict"] == Verdict.EQUIVALENT:
        return f"about the same {label}"
    return f"{'higher' if float(str(row['estimate'])) > 1 else 'lower'} {label}"


def _than(rows: pd.DataFrame) -> str:
    """Whether the last thing said compares or equates."""
    last = rows.loc[rows["verdict"] != OPEN, "verdict"].iloc[-1]
    return "as" if last == Verdict.EQUIVALENT else "than"


def _split(row: dict[str, object], niches: pd.DataFrame) -> bool:
    """Whether a niche is decided against the row over all niches, or niches against each other."""
    if row["niche"] != ALL_NICHES:
        return False
    own = niches[niches["metric"].eq(row["metric"]) & niches["verdict"].isin(DECIDED)]
    sides = set(own["estimate"] > 1)
    if row["verdict"] in DECIDED:
        sides.add(float(str(row["estimate"])) > 1)
    return len(sides) > 1
