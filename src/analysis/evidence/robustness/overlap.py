"""Overlap weights: creators of both tiers who could have been in either weigh most.

One row is one account. Each gets the probability of the other tier (Li, Morgan and Zaslavsky 2018,
Journal of the American Statistical Association 113), so that accounts which only one tier has count
little, and the means of all covariates become equal exactly. Covariates are what was so before the
outcome: niche, country, lifetime posts, posting rate, shares of formats. Never reach, views or
fees, which follow from size.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evidence.estimators.estimate import NotEstimableError
from analysis.evidence.estimators.rows import Flags, Floats, Integers, merged_strata
from analysis.study.errors import UsageError

Covariates = Mapping[str, Floats]
_BALANCED = 1e-8  # standard deviations that weighted means may differ by
_STEPS = 100
_RARE = 0.05


@dataclass(frozen=True, slots=True)
class Balance:
    """A covariate's difference between the arms, in standard deviations of the arms.

    Of a covariate of several columns (niches) it is the largest. Weights make it 0, which checks
    the weights; how far apart the arms were is what ``before`` says.
    """

    covariate: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Weights that make the arms alike.

    Attributes:
        propensity: probability of the micro arm given the covariates, per account.
        weight: probability of the other arm, per account.
        balance: one entry per covariate.
        effective_micro, effective_macro: equal accounts that would weigh as these do (Kish).
        outside: share of accounts whose propensity is under .05 or over .95.
    """

    propensity: Floats
    weight: Floats
    balance: tuple[Balance, ...]
    effective_micro: float
    effective_macro: float
    outside: float


def covariate_columns(frame: pd.DataFrame) -> Covariates:
    """Columns that a fit can take, by covariate.

    Args:
        frame: one row per account, one column per covariate; numbers as they are to enter
            (lifetime posts as logarithms), words as labels.

    Returns:
        Per covariate shape (accounts, columns): a number in standard deviations from its mean, a
        label as one column per value but the commonest, values under 20 accounts put together.
        Covariates that are the same for everybody are not there.

    Raises:
        UsageError: entries are missing or infinite; every such covariate is named.

    Example:
        >>> found = covariate_columns(pd.DataFrame({"posts": [1.0, 3.0], "country": ["VN", "VN"]}))
        >>> {name: columns.ravel().tolist() for name, columns in found.items()}
        {'posts': [-1.0, 1.0]}
    """
    numbers = frame.select_dtypes(["number", "bool"]).astype(float)
    gaps = frame.isna().sum() + np.isinf(numbers).sum().reindex(frame.columns, fill_value=0)
    if gaps.any():
        said = ", ".join(f"{name} {count:,}" for name, count in gaps[gaps > 0].items())
        raise UsageError(
            f"covariates with missing or infinite entries: {said} of {len(frame):,}; drop such"
            " creators or the covariate"
        )
    columns = {
        str(name): _standardised(numbers[name].to_numpy())
        if name in numbers
        else _indicators(np.unique(frame[name].astype(str), return_inverse=True)[1])
        for name in frame
    }
    return {name: column for name, column in columns.items() if column.shape[1]}


def _standardised(values: Floats) -> Floats:
    spread = values.std()
    if spread <= 1e-12 * max(np.abs(values).max(), 1):
        return np.empty((len(values), 0))
    standard: Floats = ((values - values.mean()) / spread)[:, None]
    return standard


def _indicators(label: Integers) -> Floats:
    merged = merged_strata(label)
    sizes = np.bincount(merged)
    others = np.delete(np.arange(len(sizes)), sizes.argmax())
    indicators: Floats = (merged[:, None] == others).astype(float)
    return indicators


def overlap_weights(micro: Flags, covariates: Covariates) -> Overlap:
    """Weigh accounts by the probability of the other tier, so that the arms become alike.

    Args:
        micro: True for accounts of the micro arm.
        covariates: as ``covariate_columns`` gives them.

    Raises:
        NotEstimableError: there is no covariate, or they tell the arms apart, so that nobody is
            alike.

    Example:
        >>> posts = np.array([1.0, 2, 3, 4, 5, 3, 4, 5, 6, 7])[:, None]
        >>> found = overlap_weights(np.arange(10) < 5, {"posts": posts})
        >>> round(found.balance[0].before, 2), round(abs(found.balance[0].after), 8)
        (-1.41, 0.0)
    """
    if not covariates:
        raise NotEstimableError("nothing is known of the creators that differs among them")
    propensity = _propensity(micro, np.column_stack([*covariates.values()]))
    weight = np.where(micro, 1 - propensity, propensity)
    even = np.ones(len(micro))
    balance = tuple(
        Balance(name, _apart(columns, micro, even), _apart(columns, micro, weight))
        for name, columns in covariates.items()
    )
    if not max(abs(one.after) for one in balance) < _BALANCED:
        raise NotEstimableError("what is known of the creators tells the tiers apart by itself")
    micro_size, macro_size = (
        float(weight[arm].sum() ** 2 / (weight[arm] ** 2).sum()) for arm in (micro, ~micro)
    )
    outside = float(np.mean((propensity < _RARE) | (propensity > 1 - _RARE)))
    return Overlap(propensity, weight, balance, micro_size, macro_size, outside)


def _propensity(micro: Flags, columns: Floats) -> Floats:
    """Logistic regression by Newton's steps, to the last digit: balance is its first derivative."""
    design = np.column_stack([np.ones(len(micro)), columns])
    coefficients = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        fitted = _logistic(design @ coefficients)
        bread = (design.T * (fitted * (1 - fitted))) @ design
        score = design.T @ (micro - fitted)
        step = np.linalg.lstsq(bread, score, rcond=None)[0]
        # A step that is longer than the curvature vouches for overshoots where arms are far apart.
        coefficients = coefficients + step * min(
            1.0, 5.0 / max(np.abs(design @ step).max(), 1e-300)
        )
        if np.abs(step).max() < 1e-12:
            break
    return _logistic(design @ coefficients)


def _logistic(value: Floats) -> Floats:
    probability: Floats = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return probability


def _apart(columns: Floats, micro: Flags, weight: Floats) -> float:
    """The largest difference of arm means over the columns, in standard deviations."""
    arms = [np.average(columns[arm], axis=0, weights=weight[arm]) for arm in (micro, ~micro)]
    spread = np.sqrt((columns[micro].var(axis=0) + columns[~micro].var(axis=0)) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(spread > 0, (arms[0] - arms[1]) / spread, 0)
    return float(apart[np.abs(apart).argmax()])
