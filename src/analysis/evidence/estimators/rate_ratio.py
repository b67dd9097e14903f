"""Ratios of rates by one closed form: typical creator and portfolio.

The ratio is Mantel and Haenszel's (1959, Journal of the National Cancer Institute 22): of every
person's own rates with the same weight for the typical creator, of their sums for the portfolio.
Its error leaves out whole persons with all their rows.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.estimate import Estimate, NotEstimableError, t_p_value, with_t
from analysis.evidence.estimators.rows import (
    CHUNK,
    Flags,
    Floats,
    Integers,
    affordable,
    checked_creators,
    permuted,
)

Weight = Literal["person", "exposure"]
# Half-widths grow by 1 + factor * min(skewness, most)^2, measured in docs/calibration.md.
_WIDENING: dict[Weight, tuple[float, float]] = {"person": (0.10, 1.5), "exposure": (0.06, 2.5)}
_SMALL_ARM, _TWICE = 50, 2
_TOLD, _PRECISE = 0.05, 5
_PARTS = 4  # of drawn arrangements, so that what is computed from each stays in cache


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What each person holds in each stratum, one entry per pair of the two.

    Attributes:
        counts, exposures: sums of the pair in each arm, shape (arrangements, 2, pairs), micro
            first.
        stratum, person: labels of the pairs, numbers from 0, shape (pairs,).
    """

    counts: Floats
    exposures: Floats
    stratum: Integers
    person: Integers

    def only(self, kept: Flags) -> "Held":
        """Some of the pairs, under labels of their own."""
        labels = (np.unique(of[kept], return_inverse=True)[1] for of in (self.stratum, self.person))
        return Held(self.counts[..., kept], self.exposures[..., kept], *labels)


def rate_ratio(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    weight: Weight,
    level: float,
    permutations: int,
    rng: np.random.Generator,
    person: npt.ArrayLike | None = None,
) -> Estimate:
    """Compare rates of the arms, micro over macro, within strata.

    The error is the root of the summed squared changes when a person is left out with all rows;
    t has min(2 V^2 / sum of fourth powers, persons - 2) degrees of freedom. Half-widths grow with
    the skewness that the interval has to survive (the leading term of Edgeworth's expansion of a
    studentised mean; Hall 1992, The Bootstrap and Edgeworth Expansion), which is read from the
    spread of persons' own log rates, because the sample's own third moment is blind where the tail
    was missed. A portfolio, and a typical ratio of a small arm against one twice as large, are
    also compared with permuted arms, and the wider of the two counts. docs/calibration.md has what
    this covers in which worlds.

    Args:
        count: one row per account and stratum, such as orders; not negative, 0 counts.
        exposure: what it is divided by, such as clicks; positive.
        micro: True for rows of the micro arm, False for those of the macro arm.
        stratum: niche or campaign of each row; compared within.
        weight: ``person`` gives the mean of persons' own rates (the typical creator),
            ``exposure`` the ratio of sums (the portfolio).
        level: of the interval, like 0.95.
        permutations: arrangements of the arms to draw.
        rng: draws them.
        person: owner of each row; None makes every row a person.

    Raises:
        UsageError: a number is missing, infinite or negative.
        NotEstimableError: an arm has no count, or one person decides, so nothing tells spread.

    Example:
        >>> count = np.array([12.0, 30, 7, 25, 60, 18, 90, 44])
        >>> clicks = np.array([400.0, 900, 350, 700, 3000, 1500, 5000, 1600])
        >>> arm, one = np.arange(8) < 4, np.zeros(8, dtype=np.int64)
        >>> found = rate_ratio(count, clicks, arm, one, weight="person", level=0.95,
        ...                    permutations=99, rng=np.random.default_rng(1))
        >>> round(found.ratio, 6), round(found.standard_error, 6)
        (1.536098, 0.234104)
    """
    rows = checked_creators(count, exposure, micro, stratum, person)
    for arm, name in ((rows[2], "micro"), (~rows[2], "macro")):
        if rows[0][arm].sum() <= 0:
            raise NotEstimableError(f"the {name} creators together have 0 of it")
    sums = held_by_person(*rows)
    held = own_rates(sums) if weight == "person" else sums
    log_ratio, changes = (part[0] for part in log_ratios(held))
    is_permuted = weight == "exposure" or _is_lopsided(held)
    return from_changes(
        float(log_ratio),
        changes,
        level=level,
        weight=weight,
        skewness=model_skewness(sums, weight),
        permutations=permutations if is_permuted else 0,
        under=lambda count: arranged(held, count, rng),
    )


def from_changes(
    log_ratio: float,
    changes: Floats,
    *,
    level: float,
    weight: Weight,
    skewness: float,
    permutations: int,
    under: Callable[[int], Iterable[tuple[Floats, Floats]]],
) -> Estimate:
    """Estimate from a log ratio and its changes without each person.

    Where t alone would tell a difference at 5 %, five times as many arrangements are drawn, so
    that their own error seldom takes it back or lets it pass.

    Args:
        log_ratio: with everyone.
        changes: without each person, shape (persons,).
        level: of the interval.
        weight: as in ``rate_ratio``.
        skewness: that the interval has to survive, from the spread of rates.
        permutations: arrangements of the arms to draw; 0 for t alone.
        under: log ratios and their changes under so many arrangements, in batches.

    Raises:
        NotEstimableError: one person decides, or nobody does.
    """
    variance = float((changes**2).sum())
    if not (np.isfinite(log_ratio) and np.isfinite(changes).all() and variance > 1e-24):
        raise NotEstimableError("nothing tells spread: one person decides, or all are alike")
    df = max(min(2 * variance**2 / float((changes**4).sum()), len(changes) - 2), 1.0)
    factor, most = _WIDENING[weight]
    g = max(skewness, 3 * abs(float((changes**3).sum())) / variance**1.5)
    error, widening = float(np.sqrt(variance)), 1 + factor * min(g, most) ** 2
    permuted = None
    if permutations:
        told = t_p_value(log_ratio, error * widening, df) < _TOLD
        permuted = _sizes(under(permutations * (_PRECISE if told else 1)))
    return with_t(
        log_ratio,
        error,
        df,
        level=level,
        method=f"{'mean' if weight == 'person' else 'pooled'} rates, persons left out, t"
        + ("" if permuted is None else " or permuted tiers"),
        widening=widening,
        permuted=permuted,
    )


def held_by_person(
    count: Floats, exposure: Floats, micro: Flags, stratum: Integers, person: Integers
) -> Held:
    """Add up the rows of each person, stratum and arm."""
    pairs, pair = np.unique(np.column_stack([person, stratum]), axis=0, return_inverse=True)
    sums = [
        np.array([[np.bincount(pair.ravel(), values * arm, len(pairs)) for arm in (micro, ~micro)]])
        for values in (count, exposure)
    ]
    labels = [np.unique(pairs[:, part], return_inverse=True)[1] for part in (1, 0)]
    return Held(*sums, *labels)


def own_rates(held: Held) -> Held:
    """Every person's own rate in place of the count, and 1 in place of the exposure."""
    there = held.exposures > 0
    rates = np.divide(held.counts, held.exposures, out=np.zeros_like(held.counts), where=there)
    return Held(rates, there.astype(np.float64), held.stratum, held.person)


def log_ratios(held: Held) -> tuple[Floats, Floats]:
    """Log ratios micro over macro, and their changes without each person, exactly.

    Returns:
        Shapes (arrangements,) and (arrangements, persons).
    """
    member = (held.stratum[:, None] == np.arange(held.stratum.max() + 1)).astype(float)
    counts, exposures = held.counts @ member, held.exposures @ member
    both_arms = held.exposures[0].sum(axis=0)  # the same in every arrangement
    total = both_arms @ member
    terms = _terms(counts.copy(), exposures, total)
    left, others = (sums.take(held.stratum, axis=-1) for sums in (counts, exposures))
    left -= held.counts  # in place, because memory is what this waits for
    others -= held.exposures
    left = _terms(left, others, total[held.stratum] - both_arms)
    left -= terms.take(held.stratum, axis=-1)
    whole = terms.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(whole[:, 0] / whole[:, 1])
        without = whole[..., None] + sum_by(held.person, left)
        return log_ratio, np.log(without[:, 0] / without[:, 1]) - log_ratio[:, None]


def _terms(counts: Floats, exposures: Floats, total: Floats) -> Floats:
    """Turn counts into Mantel and Haenszel's two terms; 0 where the arms have no exposure."""
    counts *= exposures[:, ::-1]
    np.maximum(counts, 0.0, out=counts)
    counts *= np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return counts


def sum_by(label: Integers, values: Floats) -> Floats:
    """Columns of one label added up, in the order of the labels."""
    if (label[1:] < label[:-1]).any():
        order = np.argsort(label, kind="stable")
        label, values = label[order], values[..., order]
    starts = np.concatenate([[0], np.flatnonzero(label[1:] != label[:-1]) + 1])
    alone = len(starts) == len(label)
    return values if alone else np.asarray(np.add.reduceat(values, starts, axis=-1))


def model_skewness(held: Held, weight: Weight) -> float:
    """Skewness of the log ratio if persons' rates are log-normal with the spread that was seen.

    The spread of an arm is the variance of its persons' log rates beyond that of counts, from
    persons who expect at least two where enough do; persons who have none although they expect
    three are structural zeros.
    """
    member = held.stratum[:, None] == np.arange(held.stratum.max() + 1)
    rate = held.counts[0].sum(axis=0) @ member / (held.exposures[0].sum(axis=0) @ member)
    third = second = 0.0
    for sign, count, exposure in zip((1, -1), held.counts[0], held.exposures[0], strict=True):
        expected = sum_by(held.person, exposure * rate[held.stratum])
        there = expected > 0
        y, x = sum_by(held.person, count)[there], expected[there]
        share = sum_by(held.person, exposure)[there]
        share = share / share.sum() if weight == "exposure" else np.full(len(x), 1 / len(x))
        never = (y == 0) & (x * y.sum() / x.sum() >= 3)
        known = (x >= 2) & ~never
        if known.sum() < max(10, len(x) / 4):
            known = ~never
        logs = np.log((y[known] + 0.5) / x[known])
        spread = logs.var(ddof=1) - (1 / (y[known] + 0.5)).mean() if known.sum() > 1 else 0.0
        growth, sold = np.exp(np.clip(spread, 0, 4)), 1 - never.mean()
        m2, m3 = growth / sold, growth**3 / sold**2
        third += sign * (m3 - 3 * m2 + 2) * float((share**3).sum())
        second += (m2 - 1) * float((share**2).sum())
    return abs(third) / second**1.5 if second > 0 else 0.0


def _is_lopsided(held: Held) -> bool:
    """Whether an arm is small and the other at least twice as large, in persons."""
    persons = (sum_by(held.person, held.exposures[0]) > 0).sum(axis=1)
    return bool(persons.min() < _SMALL_ARM and persons.max() >= _TWICE * persons.min())


def arranged(
    held: Held, permutations: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, Floats]]:
    """Log ratios and their changes under permuted arms, in batches as from ``log_ratios``.

    The arrangements depend on who holds exposure where, and not on counts.
    """
    arrangements = affordable(permutations, len(held.stratum))
    in_arms = sum_by(held.person, held.exposures[0]).astype(np.bool_)
    both, tier = np.logical_and(in_arms[0], in_arms[1]), in_arms[0]
    _, first, rows = np.unique(held.person, return_index=True, return_counts=True)
    # Persons are exchanged within strata or, with rows in several, among those who have several.
    among = np.where(rows == 1, held.stratum[first] + 1, 0)
    among[both] = among.max() + 1 + np.arange(both.sum())
    counts, exposures = held.counts[0].sum(axis=0), held.exposures[0].sum(axis=0)
    stays = both[held.person]
    batch = max(1, CHUNK // len(held.stratum))
    for start in range(0, arrangements, batch):
        size = min(batch, arrangements - start)
        for part in np.array_split(permuted(tier, among, size, rng), min(_PARTS, size)):
            arm = part.take(held.person, axis=1)[:, None]
            arms = np.concatenate([arm, ~arm], axis=1)
            moved = [arms * counts, arms * exposures]
            for sums, seen in zip(moved, (held.counts, held.exposures), strict=True):
                sums[..., stays] = seen[..., stays]
            yield log_ratios(Held(moved[0], moved[1], held.stratum, held.person))


def _sizes(batches: Iterable[tuple[Floats, Floats]]) -> Floats:
    """Sizes of the studentised statistic, infinite where it has none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = [np.abs(logs) / np.sqrt((changes**2).sum(axis=1)) for logs, changes in batches]
    return np.asarray(np.nan_to_num(np.concatenate(found), nan=np.inf))
