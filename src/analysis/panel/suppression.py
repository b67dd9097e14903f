"""Which counts may be told: none of one to four, and none from which such a count follows."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

FEW = 5  # fewer creators than this are not counted out
WITHHELD = "withheld"

Counts = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def withheld(counts: Counts) -> Mask:
    """Cells of a table to hold back, so that no sum gives away a count of one to four.

    Primary and complementary suppression as in statistical offices (Hundepool and others,
    Statistical Disclosure Control, 2012, section 4): a small count is held back, and with it the
    smallest other count of its row and column, until what is missing from a line is at least two
    counts that are not small together. One held back total takes its parts along.

    Args:
        counts: the last row and the last column are totals of those before, where there is more
            than one of them.

    Example:
        >>> withheld(np.array([[3], [40], [20], [63]])).ravel().tolist()
        [True, False, True, False]
    """
    hidden = (counts > 0) & (counts < FEW)
    open_lines = True
    while open_lines:
        open_lines = False
        for line in _lines(counts.shape):
            found = _next_to_hide(counts[line], hidden[line])
            if found is not None:
                hidden[line][found] = True  # a view: line is a plain slice
                open_lines = True
    return hidden


def _lines(shape: tuple[int, ...]) -> Iterator[tuple[int | slice, int | slice]]:
    """Rows and columns that end in a total of at least two parts."""
    rows, columns = shape
    if columns > 2:
        yield from ((row, slice(None)) for row in range(rows))
    if rows > 2:
        yield from ((slice(None), column) for column in range(columns))


def _next_to_hide(line: Counts, hidden: Mask) -> int | None:
    """Place of the count that a line must hold back next, None where it is safe."""
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


def with_totals(parts: Counts) -> Counts:
    """A table of parts with the totals of its rows and columns."""
    wide = np.column_stack([parts, parts.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of counts of creators as a page shows it.

    Args:
        frame: its number columns are parts of a whole, and so are its rows; their totals are held
            to be known.
    """
    names = frame.select_dtypes("number").columns
    counts = frame[names].to_numpy(dtype=np.int64)
    hidden = withheld(with_totals(counts))[:-1, :-1]
    words = {
        name: [WITHHELD if hide else f"{count:,}" for hide, count in zip(*both, strict=True)]
        for name, both in zip(names, zip(hidden.T, counts.T, strict=True), strict=True)
    }
    return frame.assign(**words)


def in_words(count: object) -> str:
    """A count of creators, or that it is held back.

    Example:
        >>> in_words(1200), in_words(pd.NA)
        ('1,200', 'withheld')
    """
    return WITHHELD if pd.isna(count) else f"{int(str(count)):,}"
