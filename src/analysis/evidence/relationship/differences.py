"""Means of two arms side by side, persons as units."""

from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analysis.evidence.estimators.estimate import NotEstimableError

_NOTHING = 1e-12  # of the largest value: a spread below it is rounding


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

    Raises:
        NotEstimableError: nobody differs from the others of their arm.

    Example:
        >>> rows = pd.DataFrame({"micro": [True, True, False, False], "person": list("abcd")})
        >>> found = difference(pd.Series([3.0, 5.0, 1.0, 2.0]), rows, level=0.95)
        >>> found.micro, found.macro, found.difference, found.n_micro
        (4.0, 1.5, 2.5, 2)
    """
    by_person = own.groupby([rows["micro"], rows["person"]]).mean()
    micro, macro = by_person[True], by_person[False]
    widest = max(float(arm.max() - arm.min()) for arm in (micro, macro))
    if widest <= _NOTHING * by_person.abs().max():
        raise NotEstimableError("every creator of a tier has the same, so nothing tells spread")
    of_both = CompareMeans(DescrStatsW(micro), DescrStatsW(macro))
    low, high = of_both.tconfint_diff(alpha=1 - level, usevar="unequal")
    return Difference(
        micro=float(micro.mean()),
        macro=float(macro.mean()),
        difference=float(micro.mean() - macro.mean()),
        low=float(low),
        high=float(high),
        n_micro=len(micro),
        n_macro=len(macro),
    )
