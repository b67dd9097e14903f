"""Means of two arms side by side, persons as units."""

import math
from dataclasses import dataclass

import pandas as pd

from analysis.evidence.estimators.estimate import t_interval


@dataclass(frozen=True, slots=True)
class Difference:
    """Means of two arms.

    Attributes:
        micro, macro: mean over persons of what is compared.
        difference, low, high: micro minus macro, with its interval.
        n_micro, n_macro: persons.
    """

    micro: float
    macro: float
    difference: float
    low: float
    high: float
    n_micro: int
    n_macro: int


def difference(own: pd.Series, rows: pd.DataFrame, *, level: float) -> Difference:
    """Compare means of persons' own values by Welch's t (Welch 1947, Biometrika 34).

    Args:
        own: value of each account.
        rows: ``micro`` and ``person`` of the same accounts; those of one person in one arm are
            averaged first.
        level: of the interval.

    Example:
        >>> rows = pd.DataFrame({"micro": [True, True, False, False], "person": list("abcd")})
        >>> found = difference(pd.Series([3.0, 5.0, 1.0, 2.0]), rows, level=0.95)
        >>> found.micro, found.macro, found.difference, found.n_micro
        (4.0, 1.5, 2.5, 2)
    """
    by_person = own.groupby([rows["micro"], rows["person"]]).mean()
    micro, macro = by_person[True], by_person[False]
    parts = [arm.var() / len(arm) for arm in (micro, macro)]
    freedom = sum(part**2 / (len(arm) - 1) for part, arm in zip(parts, (micro, macro), strict=True))
    df = sum(parts) ** 2 / freedom if freedom > 0 else 1.0
    apart = float(micro.mean() - macro.mean())
    low, high = t_interval(apart, math.sqrt(sum(parts)), df, level=level)
    return Difference(
        micro=float(micro.mean()),
        macro=float(macro.mean()),
        difference=apart,
        low=low,
        high=high,
        n_micro=len(micro),
        n_macro=len(macro),
    )
