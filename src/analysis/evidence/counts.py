"""Numbers of creators behind results, held back where they would point at single creators."""

import numpy as np
import pandas as pd

from analysis.evidence.results import ALL_NICHES
from analysis.panel.suppression import withheld

_TABLE = ["metric", "estimand", "platform"]


def tellable(cells: pd.DataFrame, *, whole: str) -> pd.DataFrame:
    """``n_micro`` and ``n_macro`` of one claim's cells, missing where they are not to be told.

    Niches add up to all niches, and parts of the macro arm to the whole of it; neither sum may
    give away a count of one to four.

    Args:
        cells: one row per metric, estimand, platform, niche and contrast.
        whole: the contrast with the whole macro arm.

    Returns:
        The two columns as nullable integers, on the index of ``cells``.
    """
    told = cells[["n_micro", "n_macro"]].astype("Int64")
    for _, table in cells.groupby(_TABLE, sort=False):
        macro = _hidden(table, "n_macro", whole=whole)
        micro = _hidden(table[table["contrast"] == whole], "n_micro", whole=whole)[whole]
        places = list(zip(table["niche"], table["contrast"], strict=True))
        told.loc[table.index[[micro[niche] for niche, _ in places]], "n_micro"] = pd.NA
        told.loc[table.index[[macro.loc[place] for place in places]], "n_macro"] = pd.NA
    return told


def _hidden(table: pd.DataFrame, count: str, *, whole: str) -> pd.DataFrame:
    """Niches down and contrasts across, sums last: which counts are held back."""
    wide = table.pivot(index="niche", columns="contrast", values=count)
    wide = wide.sort_index(key=lambda niches: niches == ALL_NICHES, kind="stable")
    wide = wide[[*wide.columns.drop(whole), whole]]
    hidden = withheld(wide.to_numpy(dtype=np.int64))
    return pd.DataFrame(hidden, index=wide.index, columns=wide.columns)
