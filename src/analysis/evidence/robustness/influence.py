"""Do few creators carry it? The ratio without the largest persons, for sums of orders or money."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.evidence.estimators.rate_ratio import Weight, held_by_person, log_ratios, own_rates
from analysis.evidence.estimators.rows import checked_creators

LARGEST = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class WithoutLargest:
    """A ratio micro/macro without the persons who hold most of the count.

    Attributes:
        left_out: how many persons.
        of_micro: how many of them have a row in the micro arm.
        ratio: of all others; missing where an arm has nothing left.
    """

    left_out: int
    of_micro: int
    ratio: float


def without_largest(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    weight: Weight,
    person: npt.ArrayLike | None = None,
    largest: Iterable[int] = LARGEST,
) -> list[WithoutLargest]:
    """Leave out the persons with the largest counts, of both arms together.

    The ratio is that of ``rate_ratio``. No interval stands beside it: whoever is left out was
    chosen by the outcome, so that only a turn of the sign says something.

    Args:
        count, exposure, micro, stratum, weight, person: as for ``rate_ratio``; for cost per order
            give orders and costs, and take the ratio upside down.
        largest: how many persons to leave out.

    Returns:
        A row per number, in their order.

    Raises:
        UsageError: a number is missing, infinite or negative.

    Example:
        >>> orders, clicks = [90.0, 10, 10, 30, 10, 10], [1000.0] * 6
        >>> arm, one = np.arange(6) < 3, np.zeros(6, dtype=np.int64)
        >>> found = without_largest(orders, clicks, arm, one, weight="exposure", largest=[1, 2])
        >>> [(row.left_out, row.of_micro, round(row.ratio, 2)) for row in found]
        [(1, 1, 0.6), (2, 1, 1.0)]
    """
    counts, exposures, arms, strata, owner = checked_creators(
        count, exposure, micro, stratum, person
    )
    owner = np.unique(owner, return_inverse=True)[1]
    by_size = np.argsort(-np.bincount(owner, weights=counts), kind="stable")
    in_micro = np.bincount(owner, weights=arms) > 0
    found = []
    for number in largest:
        gone = by_size[:number]
        kept = ~np.isin(owner, gone)
        ratio = np.nan
        if min(counts[kept & arms].sum(), counts[kept & ~arms].sum()) > 0:
            held = held_by_person(
                counts[kept], exposures[kept], arms[kept], strata[kept], owner[kept]
            )
            ratio = np.exp(log_ratios(own_rates(held) if weight == "person" else held)[0][0])
        found.append(WithoutLargest(number, int(in_micro[gone].sum()), float(ratio)))
    return found
