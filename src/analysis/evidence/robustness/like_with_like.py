"""Like with like: creators of both tiers who are alike, compared; and what tiers should not move.

One row is one account. Both ratios stand on a page, as booked and like with like: whether activity
is a cause or a consequence of size is not in the data.
"""

from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, with_t
from analysis.evidence.estimators.least_squares import fit
from analysis.evidence.estimators.rate_ratio import (
    from_changes,
    held_by_person,
    model_skewness,
    sum_by,
)
from analysis.evidence.estimators.rows import (
    Flags,
    Floats,
    Integers,
    checked_creators,
    merged_strata,
)
from analysis.evidence.robustness.overlap import Covariates, Overlap, overlap_weights


@dataclass(frozen=True, slots=True, eq=False)
class LikeWithLike:
    """The ratio micro/macro among creators who are alike.

    Attributes:
        estimate: with overlap weights.
        least_squares: adjusted for the covariates instead, all creators weighing the same.
        overlap: the weights and what they had to do.
    """

    estimate: Estimate
    least_squares: Estimate
    overlap: Overlap


def like_log_rates(
    log_rate: Floats, micro: Flags, covariates: Covariates, *, person: Integers, level: float
) -> LikeWithLike:
    """Compare typical creators who are alike, by geometric means.

    Weighted least squares of log rates on micro and the covariates; with the means balanced that
    is the difference of weighted means, and the covariates take up spread. The error leaves out
    whole persons with their leverage (HC3 where each has one account), weights held fixed; t has
    few degrees of freedom where few persons carry it.

    Args:
        log_rate: one per account, finite.
        micro, covariates: as for ``overlap_weights``.
        person: owner of each account.
        level: of the intervals.

    Raises:
        NotEstimableError: a rate is missing, nobody is alike, or one creator decides alone.
    """
    if not np.isfinite(log_rate).all():
        raise NotEstimableError("a creator's rate is missing or 0")
    overlap = overlap_weights(micro, covariates)
    columns = np.column_stack([micro, *covariates.values()])
    one = np.zeros(len(micro), dtype=np.int64)
    weighted, even = (
        fit(log_rate, columns, one, person, weight=weight) for weight in (overlap.weight, None)
    )
    estimates = [
        with_t(
            *fitted.slope[:2], fitted.carried_by, level=level, method=f"{name}, CR3 by person, t"
        )
        for fitted, name in ((weighted, "overlap weights"), (even, "least squares"))
    ]
    return LikeWithLike(estimates[0], estimates[1], overlap)


def like_rates(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: Flags,
    covariates: Covariates,
    *,
    person: Integers,
    level: float,
) -> LikeWithLike:
    """Compare typical creators who are alike, by means of rates that may be 0.

    The ratio of weighted means; its error is that of the estimating equations of weights and means
    together, summed by person (Lunceford and Davidian 2004, Statistics in Medicine 23, section 3),
    and degrees of freedom and widening are those of ``rate_ratio``. Beside it the ratio of the two
    means that least squares predict for all.

    Args:
        count: one row per account, such as orders; not negative.
        exposure: what it is divided by, such as clicks; positive.
        micro, covariates, person, level: as for ``like_log_rates``.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: nobody is alike, one creator decides alone, or an arm has rates of 0.
    """
    counts, exposures, arms, one, owner = checked_creators(
        count, exposure, micro, np.zeros(len(micro), dtype=np.int64), person
    )
    rate, overlap = counts / exposures, overlap_weights(arms, covariates)
    held = held_by_person(counts, exposures, arms, one, np.unique(owner, return_inverse=True)[1])
    skewness = model_skewness(held, "person")
    estimates = [
        replace(
            _by_persons(*found, level=level, skewness=skewness), method=f"{name}, mean rates, t"
        )
        for found, name in (
            (_weighted(rate, arms, covariates, overlap, owner), "overlap weights"),
            (_predicted(rate, arms, covariates, owner), "least squares"),
        )
    ]
    return LikeWithLike(estimates[0], estimates[1], overlap)


def _by_persons(log_ratio: float, changes: Floats, *, level: float, skewness: float) -> Estimate:
    return from_changes(
        log_ratio,
        changes,
        level=level,
        weight="person",
        skewness=skewness,
        permutations=0,
        under=lambda _: (),
    )


def _weighted(
    rate: Floats, micro: Flags, covariates: Covariates, overlap: Overlap, person: Integers
) -> tuple[float, Floats]:
    """Log ratio of the weighted means, and each person's influence on it, by weights as well."""
    design = np.column_stack([np.ones(len(micro)), *covariates.values()])
    spread = overlap.propensity * (1 - overlap.propensity)
    score = np.linalg.lstsq((design.T * spread) @ design, design.T, rcond=None)[0].T
    score = score * (micro - overlap.propensity)[:, None]
    log_ratio, influence = 0.0, np.zeros(len(micro))
    for arm, sign in ((micro, 1), (~micro, -1)):
        weight = overlap.weight * arm
        mean = float(weight @ rate / weight.sum())
        if mean <= 0:
            raise NotEstimableError("the creators of one arm who are alike have rates of 0")
        off = (rate - mean) / (weight.sum() * mean)
        slope = design.T @ (-sign * spread * arm * off)
        log_ratio += sign * log(mean)
        influence += sign * (weight * off + score @ slope)
    return log_ratio, sum_by(person, influence)


def _predicted(
    rate: Floats, micro: Flags, covariates: Covariates, person: Integers
) -> tuple[float, Floats]:
    """Log ratio of the mean rates that least squares predict if all were micro, or all macro.

    And its change without each person.
    """
    columns = np.column_stack([micro, *covariates.values()])
    fitted = fit(rate, columns, np.zeros(len(micro), dtype=np.int64), person)
    means = np.ones((2, len(fitted.coefficients)))
    means[:, 1:-1], means[:, 0] = columns[:, 1:].mean(axis=0), (1, 0)
    predicted = means @ fitted.coefficients
    if predicted.min() <= 0:
        raise NotEstimableError("least squares predict a rate of 0 or less for one arm")
    changes = (fitted.changes @ means.T / predicted) @ (1, -1)
    return log(predicted[0] / predicted[1]), changes


@dataclass(frozen=True, slots=True)
class NegativeControl:
    """A ratio that the tier should not move.

    Attributes:
        estimate: revenue per order, micro/macro, between geometric means within campaigns.
        flagged: it differs, by more than the margin or by half of what is claimed.
    """

    estimate: Estimate
    flagged: bool


def basket_value(
    revenue: Floats,
    orders: Floats,
    micro: Flags,
    campaign: Integers,
    *,
    person: Integers,
    lead: float,
    margin: tuple[float, float],
    level: float,
) -> NegativeControl:
    """Compare revenue per order within campaigns, which a tier should not move.

    Where it differs, micro and macro sell different things, and orders are not like with like.

    Args:
        revenue, orders: per account and campaign; rows without orders or revenue are left out.
        micro, campaign, person: arm, campaign and owner of each row.
        lead: the ratio of orders that is claimed.
        margin: ratios between which a difference is too small to act on.
        level: of the interval.

    Raises:
        NotEstimableError: no campaign tells, or one creator decides alone.

    Example:
        >>> orders, one = np.full(40, 10.0), np.zeros(40, dtype=np.int64)
        >>> arm, noise = np.arange(40) < 20, np.tile([0.9, 1.1], 20)
        >>> found = basket_value(orders * noise * np.where(arm, 30, 50), orders, arm, one,
        ...                      person=np.arange(40), lead=1.4, margin=(0.8, 1.25), level=0.95)
        >>> round(found.estimate.ratio, 2), found.flagged
        (0.6, True)
    """
    sold = (orders > 0) & (revenue > 0)
    if min(micro[sold].sum(), (~micro[sold]).sum()) < 2:
        raise NotEstimableError("fewer than two creators of an arm have orders with revenue")
    logs = np.log(revenue[sold] / orders[sold])
    fitted = fit(logs, micro[sold, None].astype(float), merged_strata(campaign[sold]), person[sold])
    log_ratio, error, _ = fitted.slope
    method = "geometric means of revenue per order, CR3 by person, t"
    estimate = with_t(log_ratio, error, fitted.carried_by, level=level, method=method)
    decided = not estimate.low <= 1 <= estimate.high
    beyond = not margin[0] < estimate.ratio < margin[1]
    flagged = decided and (beyond or abs(log_ratio) >= abs(np.log(lead)) / 2)
    return NegativeControl(estimate, bool(flagged))
