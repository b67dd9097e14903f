"""The bootstrap over persons: a second way to the uncertainty of a portfolio."""

import numpy as np

from analysis.evidence.estimators.estimate import NotEstimableError, add_up_persons
from analysis.evidence.estimators.rows import Flags, Floats, Integers

_CHUNK = 1_000_000  # creators x draws held in memory at once


def bootstrap_ratios(
    numerator: Floats,
    exposure: Floats,
    micro: Flags,
    stratum: Integers,
    *,
    draws: int,
    rng: np.random.Generator,
    person: Integers | None = None,
) -> Floats:
    """Ratios of pooled rates, micro over macro, of persons drawn again with replacement.

    Persons are drawn with all their rows, whatever their tier and stratum. A draw is a row of
    weights, how often each is drawn, so that it costs one product with the persons' sums. Within
    strata the ratio is Mantel and Haenszel's: the sum over strata of y1 n0 / n over that of
    y0 n1 / n, for numerators y and exposures n.

    Args:
        numerator, exposure: per creator, sums over posts or placements.
        micro, stratum, person: tier, label and owner of each creator.
        draws: how many.
        rng: source of the draws.

    Returns:
        Shape (draws,); missing where a draw has nothing of an arm.

    Raises:
        NotEstimableError: fewer than two persons.

    References:
        Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90, on drawing
        clusters; Mantel and Haenszel (1959), Journal of the National Cancer Institute 22.

    Example:
        >>> orders, clicks = np.array([4.0, 6, 2, 3]), np.full(4, 100.0)
        >>> tier, one = np.array([True, True, False, False]), np.zeros(4, dtype=np.int64)
        >>> found = bootstrap_ratios(orders, clicks, tier, one, draws=500,
        ...                          rng=np.random.default_rng(1))
        >>> bool(np.nanquantile(found, 0.05) < 2 < np.nanquantile(found, 0.95))
        True
    """
    numerator, exposure, micro, stratum, owner = add_up_persons(
        numerator, exposure, micro, stratum, person
    )
    unit = np.unique(owner, return_inverse=True)[1]
    persons = int(unit.max()) + 1
    if persons < 2:
        raise NotEstimableError("one person alone tells nothing about spread")
    labels, column = np.unique(stratum, return_inverse=True)
    sums = np.zeros((persons, 2, 2, len(labels)))  # person, numerator or exposure, arm, stratum
    for which, values in enumerate((numerator, exposure)):
        np.add.at(sums[:, which], (unit, (~micro).astype(np.int64), column), values)
    batch = max(1, _CHUNK // persons)
    found = []
    for start in range(0, draws, batch):
        weights = _times_drawn(persons, min(batch, draws - start), rng)
        found.append(
            _mantel_haenszel((weights @ sums.reshape(persons, -1)).T.reshape(2, 2, len(labels), -1))
        )
    return np.concatenate(found)


def _times_drawn(persons: int, draws: int, rng: np.random.Generator) -> Floats:
    """How often each person is drawn among as many, shape (draws, persons)."""
    drawn = rng.integers(0, persons, size=(draws, persons)) + persons * np.arange(draws)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=draws * persons)
    return counts.reshape(draws, persons).astype(np.float64)


def _mantel_haenszel(sums: Floats) -> Floats:
    """Ratios from sums of shape (numerator or exposure, arm, stratum, draw)."""
    (micro_y, macro_y), (micro_n, macro_n) = sums
    total = micro_n + macro_n
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nansum(micro_y * macro_n / total, 0) / np.nansum(macro_y * micro_n / total, 0)
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, np.nan)
