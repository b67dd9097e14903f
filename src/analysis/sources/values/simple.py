"""Text that has one reading under every declaration -> typed values, a whole column at a time.

What is simple is proved by a full match of a pattern of ours, so that the cast that follows cannot
guess; ``text.parse`` gives the same values, and reads everything else.
"""

import pyarrow as pa
import pyarrow.compute as pc

from analysis.study.arrow_types import ARROW_TYPE
from analysis.study.contract import Column

_DIGITS = 15  # the largest count is 10**15
_DATE = (
    "(?:19|20)[0-9]{2}-"
    "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    "|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONED = rf"\A{_DATE}[T ]{_CLOCK}Z\z"
_LOCAL = rf"\A{_DATE}[T ]{_CLOCK}\z"
_EPOCHS = {"unix_seconds": (10, 1_000_000), "unix_milliseconds": (13, 1_000)}


def simple_counts(text: pa.Array) -> pa.Array:
    """Whole numbers of nothing but ASCII digits; missing where the text is anything else.

    Example:
        >>> simple_counts(pa.array(["12", "007", "1.2K", ""])).to_pylist()
        [12, 7, None, None]
    """
    simple = pc.and_(pc.ascii_is_decimal(text), pc.less_equal(pc.binary_length(text), _DIGITS))
    return pc.if_else(simple, text, None).cast(ARROW_TYPE["count"])


def simple_texts(text: pa.Array) -> pa.Array:
    """Text of visible ASCII characters with nothing to trim; missing where it is anything else.

    Example:
        >>> simple_texts(pa.array(["anna.f", " ben", "#N/A", "\u00e9", ""])).to_pylist()
        ['anna.f', None, None, None, None]
    """
    simple = pc.and_(pc.ascii_is_printable(text), pc.greater(pc.binary_length(text), 0))
    for odd in (pc.starts_with(text, "#"), pc.starts_with(text, " "), pc.ends_with(text, " ")):
        if odd.true_count:
            simple = pc.and_not(simple, odd)
    return text if simple.false_count == 0 else pc.if_else(simple, text, None)


def simple_moments(text: pa.Array, *, local: bool) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Times like 2026-03-31T18:00:00Z, and where ``local`` those without a zone.

    Returns:
        Times in UTC without zone, missing where the text is anything else; where the zone is
        stated; and where it is not, midnights as spreadsheets write days (T00:00:00) excepted.
    """
    zoned = pc.match_substring_regex(text, _ZONED)
    stamps = pc.if_else(zoned, text, None).cast(pa.timestamp("us", "UTC"))
    values = stamps.cast(ARROW_TYPE["time"])
    if not local or zoned.false_count == 0:
        return values, zoned, pc.and_(zoned, False)
    bare = pc.match_substring_regex(text, _LOCAL)
    if bare.true_count:
        there = pc.if_else(bare, text, None).cast(ARROW_TYPE["time"])
        values = pc.if_else(bare, there, values)
    return values, zoned, pc.and_not(bare, pc.ends_with(text, "T00:00:00"))


def simple_epochs(text: pa.Array, epoch: str) -> pa.Array:
    """Unix time of this century's first decades; missing where the text is anything else.

    Example:
        >>> simple_epochs(pa.array(["1767225600", "17"]), "unix_seconds").to_pylist()
        [datetime.datetime(2026, 1, 1, 0, 0), None]
    """
    digits, microseconds = _EPOCHS[epoch]
    simple = pc.and_(pc.ascii_is_decimal(text), pc.equal(pc.binary_length(text), digits))
    simple = pc.and_(simple, pc.starts_with(text, "1"))
    since = pc.if_else(simple, text, None).cast(pa.int64())
    return pc.multiply(since, microseconds).cast(ARROW_TYPE["time"])


def has_many_values(column: Column) -> bool:
    """Whether a text column has about as many values as rows, like ids and handles."""
    return column.kind == "text" and column.personal
