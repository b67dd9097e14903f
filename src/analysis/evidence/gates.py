"""Who may be compared: refusals by what is known before outcomes are seen.

A refusal computed from the sample's own tail keeps exactly the samples that missed it, so nothing
here looks at how outcomes scatter; that widens intervals instead (docs/calibration.md).
"""

import numpy as np

from analysis.evidence.estimators.rows import Flags, Floats, Integers
from analysis.evidence.methods import Rows
from analysis.evidence.metrics import Estimand, Metric
from analysis.study.registration import Minimums

ARMS = ("micro", "macro")
_MOST_LEFT_OUT = 0.2  # share of an arm whose counts are expected to be too low for logarithms


def kish_number(exposure: Floats, person: Integers) -> float:
    """Equal persons that would spread an exposure as it is spread (Kish 1965, Survey Sampling).

    Example:
        >>> kish_number(np.array([1.0, 1, 2]), np.array([0, 0, 1]))
        2.0
    """
    held = np.bincount(np.unique(person, return_inverse=True)[1], weights=exposure)
    return float(held.sum() ** 2 / (held**2).sum()) if held.any() else 0.0


def passed(rows: Rows, metric: Metric, estimand: Estimand, minimums: Minimums) -> tuple[Rows, str]:
    """The rows that count and, in words, why they cannot be compared; empty where they can."""
    if short := few_persons(rows.micro, rows.person, least=minimums.creators_per_arm):
        return rows, short
    if estimand == "typical" and metric.typical == "geometric mean":
        return _with_expected_counts(rows, minimums)
    if estimand == "elasticity":
        return rows, ""
    outcome, exposure = (
        (rows.exposure, rows.numerator) if metric.is_cost else (rows.numerator, rows.exposure)
    )
    least = minimums.creators_with_outcome
    if why := few_sold(outcome, rows.micro, rows.person, what=metric.outcome, least=least):
        return rows, why
    if estimand == "portfolio":
        most = minimums.effective_creators
        return rows, concentrated(exposure, rows.micro, rows.person, what=metric.base, least=most)
    return rows, ""


def few_sold(outcome: Floats, micro: Flags, person: Integers, *, what: str, least: int) -> str:
    """Say which arm has too few persons with any outcome; empty where none does.

    Args:
        outcome, micro, person: one entry per row.
        what: the outcome in words.
        least: persons that are needed.
    """
    for name, arm in zip(ARMS, (micro, ~micro), strict=True):
        sold = len(np.unique(person[arm & (outcome > 0)]))
        if sold < least:
            return f"{sold} {name} creators have any {what}; at least {least} are needed"
    return ""


def concentrated(
    exposure: Floats, micro: Flags, person: Integers, *, what: str, least: float
) -> str:
    """Say which arm's exposure too few persons hold; empty where none does.

    Args:
        exposure, micro, person: one entry per row.
        what: the exposure in words.
        least: equal persons that would have to spread it so.

    Example:
        >>> concentrated(np.array([9.0, 1, 5, 5]), np.arange(4) < 2, np.arange(4), what="clicks",
        ...              least=2)
        "the micro creators' clicks are spread like those of 1.2 equal ones; at least 2 are needed"
    """
    for name, arm in zip(ARMS, (micro, ~micro), strict=True):
        spread = kish_number(exposure[arm], person[arm])
        if spread < least:
            return (
                f"the {name} creators' {what} are spread like those of {spread:.1f} equal ones;"
                f" at least {least:g} are needed"
            )
    return ""


def few_persons(micro: Flags, person: Integers, *, least: int) -> str:
    """Say which arm has too few persons; empty where none does.

    Args:
        micro, person: one entry per row.
        least: persons that are needed.
    """
    arms = dict(zip(ARMS, (micro, ~micro), strict=True))
    short = [name for name, arm in arms.items() if len(np.unique(person[arm])) < least]
    for name in short:
        owners, owned = len(np.unique(person[arms[name]])), int(arms[name].sum())
        if owned >= least:
            held = f"{owned} accounts or campaigns of {owners} {name} persons"
            return f"{held}; at least {least} persons are needed"
    return f"fewer than {least} {' and '.join(short)} creators" if short else ""


def expects(numerator: Floats, exposure: Floats, stratum: Integers, *, least: float) -> Flags:
    """Whether a row expects enough at its stratum's rate for a logarithm to make sense.

    Args:
        numerator, exposure, stratum: one entry per row.
        least: count that has to be expected.
    """
    column = np.unique(stratum, return_inverse=True)[1]
    sums = [np.bincount(column, weights=values) for values in (numerator, exposure)]
    return exposure * (sums[0] / sums[1])[column] >= least


def _with_expected_counts(rows: Rows, minimums: Minimums) -> tuple[Rows, str]:
    """Rows whose expected count is high enough for a logarithm."""
    kept = expects(rows.numerator, rows.exposure, rows.stratum, least=minimums.expected_count)
    left = rows.only(kept)
    for name, arm in zip(ARMS, (rows.micro, ~rows.micro), strict=True):
        if arm.sum() and (arm & ~kept).sum() > _MOST_LEFT_OUT * arm.sum():
            return rows, (
                f"{(arm & ~kept).sum()} of {arm.sum()} {name} creators are expected to have fewer"
                f" than {minimums.expected_count}, too few for a ratio"
            )
    return left, few_persons(left.micro, left.person, least=minimums.creators_per_arm)
