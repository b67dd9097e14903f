"""The selected creators of both arms, and one computation for each of their platforms."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Integers
from analysis.evidence.view import ALL, View

Found = TypeVar("Found")


def selected_arms(panel: pd.DataFrame, view: View) -> pd.DataFrame:
    """Rows of the view's niche, platform and arms, with ``micro``."""
    for column, value in (("platform", view.platform), ("niche", view.niche)):
        if value != ALL:
            panel = panel[panel[column] == value]
    micro = panel["followers"].map(view.micro.contains).astype(bool)
    macro = panel["followers"].map(view.macro.contains).astype(bool)
    return panel.assign(micro=micro)[micro | macro]


def by_platform(
    rows: pd.DataFrame, compute: Callable[..., Found], **settings: Any
) -> dict[str, Found | str]:
    """What a computation finds per platform, or why it finds nothing."""
    found: dict[str, Found | str] = {}
    for platform, accounts in rows.groupby("platform"):
        try:
            found[str(platform)] = compute(accounts, **settings)
        except NotEstimableError as error:
            found[str(platform)] = str(error)
    return found


def arrays(rows: pd.DataFrame, *columns: str) -> Iterator[Any]:
    """Columns as an estimator takes them: amounts as floats, arms as flags."""
    return (rows[name].to_numpy(bool if name == "micro" else float) for name in columns)


def labels(column: pd.Series) -> Integers:
    """Numbers from 0 for the values of a column, by arrival.

    Missing ones are one value.
    """
    return np.asarray(pd.factorize(column, use_na_sentinel=False)[0], dtype=np.int64)
