"""The rows that an estimator is given: checked once at its door; their arms permuted."""

import numpy as np
import numpy.typing as npt

from analysis.study.errors import UsageError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
CHUNK = 100_000  # rows x arrangements at once: what fits a processor's cache
_FEWEST, _MOST_WORK = 399, 10_000_000  # arrangements of many rows; rows x arrangements


def checked_creators(
    numerator: npt.ArrayLike,
    exposure: npt.ArrayLike,
    micro: npt.ArrayLike,
    stratum: npt.ArrayLike,
    person: npt.ArrayLike | None,
) -> tuple[Floats, Floats, Flags, Integers, Integers]:
    """Give a ratio estimator its columns, checked, as arrays.

    Args:
        numerator: per creator; not negative.
        exposure: what it is divided by; not negative.
        micro: True for creators of the micro arm.
        stratum: labels that creators are compared within.
        person: owner of each account; None makes every account a person's own.

    Raises:
        UsageError: a number is missing, infinite or negative, or a column has another length.
    """
    numerator, exposure = checked_amounts(numerator=numerator, exposure=exposure)
    length = len(numerator)
    labels = checked_labels(stratum, length), checked_labels(person, length)
    return numerator, exposure, checked_arms(micro, length), *labels


def checked_amounts(**columns: npt.ArrayLike) -> list[Floats]:
    """Columns as arrays of one length, of values estimators can use.

    Args:
        columns: counts or amounts by name, one entry per creator, any sequence of numbers.

    Raises:
        UsageError: entries are missing, infinite or negative, or the columns differ in length;
            every such column is named with the number of its entries.

    Example:
        >>> checked_amounts(orders=[1, 2], clicks=[10, float("nan")])
        Traceback (most recent call last):
            ...
        analysis.study.errors.UsageError: clicks: 1 of 2 entries are missing or infinite; drop ...
    """
    arrays = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    faults = []
    for name, array in arrays.items():
        for fault, wrong in (("missing or infinite", ~np.isfinite(array)), ("negative", array < 0)):
            if wrong.any():
                faults.append(f"{name}: {wrong.sum():,} of {len(array):,} entries are {fault}")
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {len(array):,}" for name, array in arrays.items())
        faults.append(f"the columns differ in length: {lengths}")
    if faults:
        raise UsageError(f"{'; '.join(faults)}; drop such creators or fill in their numbers")
    return list(arrays.values())


def checked_labels(column: npt.ArrayLike | None, length: int) -> Integers:
    """Labels as whole numbers.

    None gives every row a label of its own.

    Raises:
        UsageError: as many labels as rows are needed.

    Example:
        >>> checked_labels(["food", "beauty", "food"], 3).tolist()
        [1, 0, 1]
    """
    labels = np.arange(length) if column is None else np.asarray(column)
    if len(labels) != length:
        raise UsageError(f"{len(labels):,} labels for {length:,} rows; give each row one")
    if not np.issubdtype(labels.dtype, np.integer):
        labels = np.unique(labels.astype("str"), return_inverse=True)[1]
    return labels.astype(np.int64, copy=False)


def checked_arms(micro: npt.ArrayLike, length: int) -> Flags:
    """True for rows of the micro arm.

    Raises:
        UsageError: an entry is neither true nor false, or there is not one for every row.
    """
    arms = np.asarray(micro)
    if arms.dtype != np.bool_ or len(arms) != length:
        raise UsageError(f"micro: give each of the {length:,} rows True or False")
    return arms


def merged_strata(stratum: Integers, *, fewest: int = 20) -> Integers:
    """Labels from 0, with small strata put together as one.

    A stratum of one creator has a leverage of 1, for which no robust error exists. Strata under
    ``fewest`` rows become one; while that is too small itself, the next smallest joins it.

    Args:
        stratum: label per row.
        fewest: rows of a stratum that stays by itself.

    Returns:
        A label per row; 0 is what was put together, where anything was.

    Example:
        >>> merged_strata(np.array([7, 7, 7, 8, 9, 9, 9, 9, 9]), fewest=3).tolist()
        [0, 0, 0, 0, 1, 1, 1, 1, 1]
    """
    column, sizes = np.unique(stratum, return_inverse=True, return_counts=True)[1:]
    order = np.argsort(sizes, kind="stable")
    small = int((sizes < fewest).sum())
    if small:
        small = max(small, int(np.searchsorted(sizes[order].cumsum(), fewest)) + 1)
    labels = np.empty(len(sizes), dtype=np.int64)
    labels[order] = np.maximum(np.arange(len(sizes)) - max(small - 1, 0), 0)
    return labels[column]


def affordable(arrangements: int, rows: int) -> int:
    """As many arrangements of arms as were asked for, fewer where rows are very many."""
    return min(arrangements, max(_FEWEST, _MOST_WORK // rows))


def permuted(micro: Flags, stratum: Integers, count: int, rng: np.random.Generator) -> Flags:
    """``count`` rows of tiers, each shuffled within every stratum.

    As many creators of a stratum as are micro, those with the smallest of random keys, are.
    """
    order = np.argsort(stratum, kind="stable")
    shuffled = np.empty((count, len(micro)), dtype=bool)
    start = 0
    for size in np.unique(stratum, return_counts=True)[1]:
        block = slice(start, start := start + int(size))
        held = int(micro[order[block]].sum())
        if 0 < held < size:
            keys = rng.random((count, size))
            smallest = np.partition(keys, held - 1, axis=1)[:, held - 1, None]
            np.less_equal(keys, smallest, out=shuffled[:, block])
        else:
            shuffled[:, block] = held > 0
    return shuffled.take(np.argsort(order, kind="stable"), axis=1)
