"""The portfolio: every unit of exposure has the same weight, so that a few creators may decide."""

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.estimate import (
    Estimate,
    NotEstimableError,
    add_up_persons,
    exponentiated,
)
from analysis.evidence.estimators.rows import Flags, Floats, Integers, checked_creators

CHUNK = 100_000  # creators x permutations at once: what fits a processor's cache
_FEWEST, _MOST_WORK = 399, 10_000_000  # arrangements of a large cell; creators x arrangements
_RARE, _REFINED = 10, 5  # below so many exceedances, so many times the permutations


def pooled_rate_ratio(
    numerator: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    level: float,
    permutations: int,
    rng: np.random.Generator,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare total numerators over total exposures, within strata.

    The estimate solves the quasi-likelihood equation of a log-linear rate model with stratum
    effects (Poisson or binomial give the same one; without strata it is the plain ratio of
    pooled rates). Its error is the creator jackknife (CR3 with one creator per cluster), because
    exposures differ by orders of magnitude and no mean-variance model fits. When few creators
    hold most of the exposure, t is the wrong reference for such a statistic, so creators' tiers
    are permuted within strata and the studentised statistic is compared with its own
    permutations; the interval uses the same quantiles. Where fewer than ten of them exceed what
    was seen, five times as many are drawn, so that a p-value can pass a corrected threshold
    (sequential stopping as in Besag and Clifford 1991, Biometrika 78). See docs/methods.md for
    the rejection rates of the alternatives on real data.

    Args:
        numerator: per creator, such as likes and comments or orders; not negative.
        exposure: what it is divided by, such as views or clicks; positive.
        micro: True for creators of the micro arm, False for those of the macro arm.
        stratum: niche or campaign of each creator; compared within.
        level: of the interval, like 0.95.
        person: owner of each account; None makes every account a person's own.
        permutations: arrangements of the arms to draw.
        rng: draws them.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: an arm has no numerator at all, so its rate has no logarithm; or so few
            creators decide that permuted tiers bound nothing.
    """
    creators = checked_creators(numerator, exposure, micro, stratum, person)
    numerator, exposure, micro, stratum, unit = add_up_persons(*creators)
    _refuse_empty_arm(numerator, micro)
    arrays = (numerator, exposure, stratum, unit)
    log_ratio, error = (float(part[0]) for part in _pooled(micro[None], *arrays))
    if not (np.isfinite(log_ratio) and np.isfinite(error) and error > 0):
        raise NotEstimableError("nothing tells spread: one creator decides, or all are alike")
    statistic = abs(log_ratio) / error * (1 - 1e-12)
    reference = _reference(micro, arrays, affordable(permutations, len(micro)), rng)
    if (reference >= statistic).sum() < _RARE:
        more = affordable(_REFINED * permutations, len(micro)) - len(reference)
        reference = np.r_[reference, _reference(micro, arrays, more, rng)]
    p_value = (1 + int((reference >= statistic).sum())) / (len(reference) + 1)
    outer, inner = np.quantile(reference, [level, 2 * level - 1], method="higher") * error
    return exponentiated(
        log_ratio,
        error,
        (float(outer), float(inner)),
        p_value=p_value,
        method="pooled rates, creator jackknife, permuted tiers",
    )


def affordable(arrangements: int, creators: int) -> int:
    """As many arrangements as asked for, fewer for very many creators."""
    return min(arrangements, max(_FEWEST, _MOST_WORK // creators))


def _reference(
    micro: Flags,
    arrays: tuple[Floats, Floats, Integers, Integers],
    permutations: int,
    rng: np.random.Generator,
) -> Floats:
    """The size of the studentised statistic under permuted tiers.

    Infinite where it has none.
    """
    stratum, unit = arrays[2:]
    batch = max(1, CHUNK // len(micro))
    draws = [np.empty(0)]
    for start in range(0, permutations, batch):
        shuffled = _permuted_units(micro, stratum, unit, min(batch, permutations - start), rng)
        draws.append(np.abs(np.divide(*_pooled(shuffled, *arrays))))
    return np.nan_to_num(np.concatenate(draws), nan=np.inf)


def _refuse_empty_arm(numerator: Floats, micro: Flags) -> None:
    for arm, name in ((micro, "micro"), (~micro, "macro")):
        if numerator[arm].sum() <= 0:
            raise NotEstimableError(f"the {name} creators together have 0 of it")


def _permuted(micro: Flags, stratum: Integers, count: int, rng: np.random.Generator) -> Flags:
    """``count`` rows of tiers, each shuffled within every stratum.

    As many creators of a stratum as are micro, those with the smallest of random keys, are.
    """
    shuffled = np.empty((count, len(micro)), dtype=bool)
    for label in np.unique(stratum):
        rows = np.flatnonzero(stratum == label)
        held = int(micro[rows].sum())
        if 0 < held < len(rows):
            keys = rng.random((count, len(rows)))
            shuffled[:, rows] = keys <= np.partition(keys, held - 1, axis=1)[:, held - 1, None]
        else:
            shuffled[:, rows] = held > 0
    return shuffled


def _permuted_units(
    micro: Flags, stratum: Integers, unit: Integers, count: int, rng: np.random.Generator
) -> Flags:
    """Tiers shuffled within strata, or among persons of several rows."""
    _, first, label, rows = np.unique(
        unit, return_index=True, return_inverse=True, return_counts=True
    )
    among = np.where(rows == 1, stratum[first] - stratum.min() + 1, 0)
    return _permuted(micro[first], among, count, rng)[:, label]


def _pooled(
    micro: Flags, numerator: Floats, exposure: Floats, stratum: Integers, unit: Integers
) -> tuple[Floats, Floats]:
    """Log ratio and jackknife error for every row of tiers.

    Args:
        micro: shape (arrangements, rows).
        numerator, exposure, stratum, unit: shape (rows,); ``unit`` is the person left out.

    Returns:
        Two arrays of shape (arrangements,).
    """
    labels, column = np.unique(stratum, return_inverse=True)
    member = (stratum[:, None] == labels).astype(float)
    tier = micro.astype(float)
    micro_numerator = tier @ (member * numerator[:, None])
    micro_exposure = tier @ (member * exposure[:, None])
    numerators, exposures = numerator @ member, exposure @ member
    log_ratio = _solve(micro_numerator, numerators, micro_exposure, exposures)
    fitted = micro_exposure * np.exp(log_ratio)[:, None]
    positive = np.where(numerators > 0, numerators, 1.0)
    level = numerators / (fitted + exposures - micro_exposure)
    share = fitted * level / positive
    information = (numerators * share * (1 - share)).sum(axis=1)[:, None]
    expected = exposure * level[:, column] * np.where(micro, np.exp(log_ratio)[:, None], 1.0)
    centred = tier - share[:, column]
    per_stratum = np.where(numerators > 0, 1 / positive, 0.0)[column]
    with np.errstate(divide="ignore", invalid="ignore"):
        leverage = expected * (per_stratum + centred**2 / information)
        change = centred * (numerator - expected) / information / (1 - leverage)
        return log_ratio, np.sqrt((_sum_by(unit, change) ** 2).sum(axis=1))


def _sum_by(unit: Integers, values: Floats) -> Floats:
    """Columns of one unit added up."""
    order = np.argsort(unit, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(unit[order]) != 0])
    if len(starts) == len(unit):
        return values
    return np.asarray(np.add.reduceat(values[:, order], starts, axis=1))


def _solve(
    micro_numerator: Floats, numerators: Floats, micro_exposure: Floats, exposures: Floats
) -> Floats:
    """Root of the score in the log ratio, per row.

    Newton steps on a monotone function.
    """
    macro_exposure = exposures - micro_exposure
    log_ratio = np.zeros(len(micro_numerator))
    for _ in range(100):
        fitted = micro_exposure * np.exp(log_ratio)[:, None]
        share = fitted / (fitted + macro_exposure)
        score = (micro_numerator - numerators * share).sum(axis=1)
        information = (numerators * share * (1 - share)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.clip(np.nan_to_num(score / information), -2, 2)
        log_ratio = np.clip(log_ratio + step, -30, 30)
        if np.all(np.abs(step) < 1e-12):
            break
    return log_ratio
