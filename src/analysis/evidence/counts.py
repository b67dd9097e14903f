"""Numbers of creators behind results, suppressed where they would point at single creators."""

import pandas as pd

from analysis.evidence.results import ALL_NICHES
from analysis.panel.suppression import suppress

_TABLE = ["metric", "estimand", "platform"]


def suppress_creators(rows: pd.DataFrame, *, whole: str) -> pd.DataFrame:
    """Suppress small ``n_micro`` and ``n_macro`` of one claim's comparisons.

    Niches add up to all niches, and parts of the macro arm to the whole of it; neither sum may
    give away a count of one to four.

    Args:
        rows: one per metric, estimand, platform, niche and contrast.
        whole: the contrast with the whole macro arm.

    Returns:
        The two columns as nullable integers, on the index of ``rows``.
    """
    shown = rows[["n_micro", "n_macro"]].astype("Int64")
    for _, table in rows.groupby(_TABLE, sort=False):
        macro = _suppressed(table, "n_macro", whole=whole)
        micro = _suppressed(table[table["contrast"] == whole], "n_micro", whole=whole)[whole]
        places = list(zip(table["niche"], table["contrast"], strict=True))
        hidden = [pd.isna(micro[niche]) for niche, _ in places]
        shown.loc[table.index[hidden], "n_micro"] = pd.NA
        shown.loc[table.index, "n_macro"] = [macro.loc[place] for place in places]
    return shown


def _suppressed(table: pd.DataFrame, count: str, *, whole: str) -> pd.DataFrame:
    """Niches down and contrasts across, their sums last."""
    wide = table.pivot(index="niche", columns="contrast", values=count)
    wide = wide.sort_index(key=lambda niches: niches == ALL_NICHES, kind="stable")
    return suppress(wide[[*wide.columns.drop(whole), whole]], across="last", down="last")
