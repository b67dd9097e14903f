"""Why something cannot be compared, in one sentence per reason."""

from collections.abc import Iterable

import pandas as pd

from analysis.evidence.metrics import METRICS
from analysis.evidence.wording import listed

_MOST_SAID = 3  # niches are named, of more they are counted


def measures(rows: pd.DataFrame) -> list[str]:
    """One sentence per reason: the measures that cannot be compared at all."""
    by_reason = rows.drop_duplicates("metric").groupby("reason", sort=False)
    return [
        f"No data: {listed([METRICS[name].label for name in of['metric']])}: {reason}."
        for reason, of in by_reason
    ]


def cells(rows: pd.DataFrame) -> list[str]:
    """One sentence per reason: cells without data beside cells that have it."""
    said = []
    for reason, of in rows.groupby("reason", sort=False):
        by_metric = of.groupby("metric", sort=False)["niche"].unique()
        where = [f"{METRICS[str(name)].label} in {_some(here)}" for name, here in by_metric.items()]
        said.append(f"No data for {'; '.join(where)}: {reason}.")
    return said


def niches(rows: pd.DataFrame) -> list[str]:
    """One sentence per reason: the niches that cannot be compared at all."""
    by_reason = rows.drop_duplicates("niche").groupby("reason", sort=False)
    return [f"No data in {_some(of['niche'])}: {reason}." for reason, of in by_reason]


def _some(niches: Iterable[object]) -> str:
    names = [str(niche) for niche in niches]
    more = len(names) - _MOST_SAID
    return listed(names) if more <= 1 else f"{', '.join(names[:_MOST_SAID])} and {more} more"
