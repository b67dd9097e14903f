"""Many ways to count one comparison, all from sums over cells of stratum and follower band.

A way is an outcome (who counts, and how), a scheme of strata and two tiers. An outcome is summed
once per cell; every scheme and every pair of tiers adds cells up, so that hundreds of ways cost
hardly more than one, and so do they under permuted bands.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.rows import Floats, Integers

Kind = Literal["log rates", "ratio of sums"]
Cells = npt.NDArray[np.floating]
_BATCH = 64  # permutations at once


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How the units may be counted, one row per outcome.

    Attributes:
        kind: log rates are compared by their means inside strata; a ratio of sums by Mantel and
            Haenszel's.
        value: log rate, or the amount above the line; shape (outcomes, units).
        base: 1 where a log rate counts, or the amount below the line. Where it is 0 a log rate is
            left out; an amount above the line counts all the same, such as orders of a gift.
        bands: which row of the follower bands an outcome goes by, shape (outcomes,).
    """

    kind: Kind
    value: Floats
    base: Floats
    bands: Integers

    @property
    def powers(self) -> Floats:
        """What is summed: base, value and their products; shape (3 or 5, outcomes, units)."""
        if self.kind == "log rates":
            counted = self.base > 0
            value = np.where(counted, self.value, 0.0)
            return np.stack([counted.astype(float), value, value**2])
        value, base = self.value, self.base
        return np.stack([base, value, base**2, base * value, value**2])

    def centred(self) -> "Outcomes":
        """Of values near 0 or 1, whose sums keep their digits in single precision.

        Means inside strata shift with all values alike, a ratio of sums scales, so that ratios of
        arms stay what they are.
        """
        if self.kind == "log rates":
            counted = self.base > 0
            held = np.maximum(counted.sum(axis=1, keepdims=True), 1)
            value = np.where(counted, self.value, 0.0)
            middle = value.sum(axis=1, keepdims=True) / held
            return replace(self, value=np.where(counted, value - middle, 0.0))
        value, base = (
            part / np.maximum(part.mean(axis=1, keepdims=True), 1e-300)
            for part in (self.value, self.base)
        )
        return replace(self, value=value, base=base)


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Where the units stand.

    Attributes:
        stratum: finest stratum of each unit, numbers from 0.
        band: follower band by each source of followers, -1 outside both tiers; shape (sources,
            units).
        schemes: to which stratum each finest one belongs, one array per scheme.
        tiers: bands of micro and of macro, one pair per way to draw the tiers.
    """

    stratum: Integers
    band: Integers
    schemes: tuple[Integers, ...]
    tiers: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Every way: axes are outcomes, schemes, tiers and, where bands were permuted, draws.

    Attributes:
        log_ratio: micro over macro; missing where nothing can be compared.
        t: over its own error: HC3 of log rates, linearised of a ratio of sums.
    """

    log_ratio: Floats
    t: Floats


def observed(outcomes: Outcomes, design: Design) -> Curve:
    """Compare in every way, with the bands as they are."""
    strata, bands = len(design.schemes[0]), _bands(design)
    cells = [
        np.where(band >= 0, design.stratum * bands + band, strata * bands) for band in design.band
    ]
    sums = []
    for number, source in enumerate(outcomes.bands):
        of = replace(
            outcomes,
            value=outcomes.value[number : number + 1],
            base=outcomes.base[number : number + 1],
        )
        found = [
            np.bincount(cells[source], power, strata * bands + 1)[:-1] for power in of.powers[:, 0]
        ]
        sums.append(np.array(found).reshape(-1, strata, bands, 1))
    curve = _compared(outcomes.kind, np.stack(sums, axis=1), design)
    return Curve(curve.log_ratio[..., 0], curve.t[..., 0])


def permuted(outcomes: Outcomes, design: Design, moves: Iterator[Integers]) -> Curve:
    """Compare in every way with the bands of other units.

    Args:
        outcomes, design: as ``observed`` takes them.
        moves: batches of units whose band each unit takes, shape (draws, units).
    """
    powers = outcomes.centred().powers.astype(np.float32)
    order = np.argsort(design.stratum, kind="stable")
    edges = np.searchsorted(design.stratum[order], np.arange(len(design.schemes[0]) + 1))
    curves = []
    for batch in moves:
        sums = np.zeros((*powers.shape[:2], len(edges) - 1, _bands(design), len(batch)), np.float32)
        for source in np.unique(outcomes.bands):
            of = outcomes.bands == source
            moved = design.band[source][batch]
            for stratum, (start, end) in enumerate(itertools.pairwise(edges)):
                units = order[start:end]
                among = powers[:, of][:, :, units].reshape(-1, len(units))
                for band in range(_bands(design)):
                    there = (moved[:, units] == band).T.astype(np.float32)
                    sums[:, of, stratum, band] = (among @ there).reshape(
                        len(powers), -1, len(batch)
                    )
        curves.append(_compared(outcomes.kind, sums, design))
    return Curve(
        *(
            np.concatenate([getattr(one, name) for one in curves], axis=-1)
            for name in ("log_ratio", "t")
        )
    )


def whole_persons(
    person: Integers, stratum: Integers, draws: int, rng: np.random.Generator
) -> Iterator[Integers]:
    """Let persons trade places with all they hold, among those who hold it in the same strata.

    Args:
        person, stratum: of each unit; the stratum that tiers are compared within.
        draws: permutations.
        rng: draws them.

    Yields:
        The unit whose place each unit takes, shape (draws of a batch, units).
    """
    order = np.lexsort([stratum, person])
    starts = np.flatnonzero(np.r_[True, person[order][1:] != person[order][:-1]])
    alike: dict[bytes, list[Integers]] = {}
    for units in np.split(order, starts[1:]):
        alike.setdefault(stratum[units].tobytes(), []).append(units)
    groups = [np.array(units) for units in alike.values()]
    for start in range(0, draws, _BATCH):
        size = min(_BATCH, draws - start)
        moves = np.empty((size, len(person)), dtype=np.int64)
        for units in groups:
            places = np.broadcast_to(np.arange(len(units)), (size, len(units)))
            moves[:, units] = units[rng.permuted(places, axis=1)]
        yield moves


def _bands(design: Design) -> int:
    return 1 + max(band for pair in design.tiers for tier in pair for band in tier)


def _compared(kind: Kind, sums: Cells, design: Design) -> Curve:
    compare = _means if kind == "log rates" else _sums
    by_scheme = []
    for scheme in design.schemes:
        merged = _merged(sums, scheme)
        by_scheme.append(
            [
                compare(*(merged[:, :, :, list(tier)].sum(axis=3) for tier in pair))
                for pair in design.tiers
            ]
        )
    parts = [
        np.stack([np.stack([pair[part] for pair in of], 1) for of in by_scheme], 1)
        for part in (0, 1)
    ]
    return Curve(*parts)


def _merged(sums: Cells, scheme: Integers) -> Cells:
    if (scheme == np.arange(len(scheme))).all():
        return sums
    merged = np.zeros((*sums.shape[:2], scheme.max() + 1, *sums.shape[3:]), sums.dtype)
    for finest, stratum in enumerate(scheme):
        merged[:, :, stratum] += sums[:, :, finest]
    return merged


def _means(micro: Cells, macro: Cells) -> tuple[Floats, Floats]:
    """Mean log rates inside strata, least squares with stratum effects, exact HC3 errors.

    Args:
        micro, macro: sums of 1, value and its square; shape (3, outcomes, strata, draws).
    """
    (n1, s1, q1), (n0, s0, q0) = micro, macro
    both = (n1 > 0) & (n0 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = n1 + n0
        weight = np.where(both, n1 * n0 / n, 0)
        held = weight.sum(axis=1, keepdims=True)
        gap = np.where(both, s1 / n1 - s0 / n0, 0)
        slope = (weight * gap).sum(axis=1, keepdims=True) / held
        share = n1 / n
        middle = (s1 + s0) / n
        variance = np.zeros_like(weight)
        for count, total, square, off in ((n1, s1, q1, 1 - share), (n0, s0, q0, -share)):
            fitted = middle + slope * off
            residual = square - 2 * fitted * total + count * fitted**2
            leverage = 1 / n + off**2 / held
            variance = variance + np.where(both, off**2 * residual / (1 - leverage) ** 2, 0)
        error = np.sqrt(variance.sum(axis=1)) / held[:, 0]
        return slope[:, 0], slope[:, 0] / error


def _sums(micro: Cells, macro: Cells) -> tuple[Floats, Floats]:
    """Mantel and Haenszel's log ratio of two ratios of sums, its error linearised.

    Args:
        micro, macro: sums of base, value, base squared, base times value and value squared; shape
            (5, outcomes, strata, draws).
    """
    (e1, i1, *_), (e0, i0, *_) = micro, macro
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(e1 + e0 > 0, e1 + e0, np.inf)
        terms = i1 * e0 / total, i0 * e1 / total
        first, second = (term.sum(axis=1, keepdims=True) for term in terms)
        variance = np.zeros_like(total)
        for (_, _, ee, ei, ii), own, other, value, opposite in (
            (micro, first, second, i1, (e0, i0)),
            (macro, second, first, i0, (e1, i1)),
        ):
            of_value = opposite[0] / total / own
            of_base = opposite[0] * value / total**2 / own + opposite[1] * opposite[
                0
            ] / total**2 / (other)
            variance = variance + of_value**2 * ii - 2 * of_value * of_base * ei + of_base**2 * ee
        log_ratio = np.log(first / second)[:, 0]
        return log_ratio, log_ratio / np.sqrt(variance.sum(axis=1))
