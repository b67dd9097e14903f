"""Suppression of small counts: none of one to four is shown, and none follows from what is."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

FEW = 5  # smaller counts are suppressed
_REST = 0.1  # of the largest payer: less beside the two largest lets the second work it out

Sums = Literal["none", "known", "last"]
Counts = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def suppress(counts: pd.DataFrame, *, across: Sums = "none", down: Sums = "none") -> pd.DataFrame:
    """Suppress small counts, and those that would give them away.

    Counts of one to four are small. Primary and complementary suppression as in statistical
    offices (Hundepool and others, Statistical Disclosure Control, 2012, section 4): a small count
    is suppressed, and with it the smallest other count of its row and column, until what is
    missing from a line is at least two counts that are not small together. A suppressed total
    takes its parts along. Zeros are shown.

    Args:
        counts: whole numbers of creators or rows, missing where already suppressed; columns of
            any other kind are left as they are.
        across: whether the counts of a row are parts of a total: ``none``; of one that is
            ``known`` from elsewhere; or of the ``last`` count of the row.
        down: likewise for the counts of a column.

    Returns:
        The same frame; counts are nullable integers, missing where suppressed.

    Example:
        63 - 40 - 20 would give the 3 away, so the 20 is suppressed too.

        >>> found = pd.DataFrame({"niche": ["a", "b", "c", "all"], "creators": [3, 40, 20, 63]})
        >>> suppress(found, down="last")["creators"].tolist()
        [<NA>, 40, <NA>, 63]
    """
    names = counts.select_dtypes("integer").columns
    held = counts[names].astype("Int64")
    wide = held.fillna(0).to_numpy(dtype=np.int64)
    if across == "known":
        wide = np.column_stack([wide, wide.sum(axis=1)])
    if down == "known":
        wide = np.vstack([wide, wide.sum(axis=0)])
    hidden = _hidden(wide, across=across != "none", down=down != "none")
    suppressed = counts.copy()
    suppressed[names] = held.mask(hidden[: len(held), : len(names)])
    return suppressed


def telling_persons(rows: pd.DataFrame) -> int:
    """Persons of some bookings; 1 where what one was paid can be told from their sum.

    That is, within a tenth.

    Args:
        rows: one row per booking; ``person`` and ``cost`` are read.

    Example:
        >>> telling_persons(pd.DataFrame({"person": [*"aabcde"], "cost": [2, 3, 5, 1, 1, 1]}))
        5
        >>> telling_persons(pd.DataFrame({"person": [*"abcde"], "cost": [900, 5, 1, 1, 1]}))
        1
    """
    if rows.empty:
        return 0
    paid = np.sort(rows.groupby("person")["cost"].sum().to_numpy())[::-1]
    rest = paid[2:].sum()
    return len(paid) if rest >= _REST * paid[0] or paid[0] == 0 else 1


def _hidden(counts: Counts, *, across: bool, down: bool) -> Mask:
    """Which counts to suppress.

    The last of each line is the total of its others.
    """
    hidden = (counts > 0) & (counts < FEW)
    open_lines = True
    while open_lines:
        open_lines = False
        for line in _lines(counts.shape, across=across, down=down):
            found = _next_to_hide(counts[line], hidden[line])
            if found is not None:
                hidden[line][found] = True  # a view: line is a plain slice
                open_lines = True
    return hidden


def _lines(
    shape: tuple[int, ...], *, across: bool, down: bool
) -> Iterator[tuple[int | slice, int | slice]]:
    """Lines that end in a total of two parts or more."""
    rows, columns = shape
    if across and columns > 2:
        yield from ((row, slice(None)) for row in range(rows))
    if down and rows > 2:
        yield from ((slice(None), column) for column in range(columns))


def _next_to_hide(line: Counts, hidden: Mask) -> int | None:
    """Place of the next count to suppress, None where safe."""
    if not hidden.any():
        return None
    shown_parts = np.flatnonzero(~hidden[:-1] & (line[:-1] > 0))
    if hidden[-1] and line[-1] < FEW:
        return int(shown_parts[0]) if len(shown_parts) else None
    missing = int(line[:-1][hidden[:-1]].sum())
    if hidden.sum() > 1 and (hidden[-1] or missing >= FEW):
        return None
    if len(shown_parts):
        return int(shown_parts[line[:-1][shown_parts].argmin()])
    return None if hidden[-1] else len(line) - 1
