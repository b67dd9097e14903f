"""Hashes of many texts at once, to divide and compare them: equal texts have equal ones."""

import numpy as np
import pyarrow as pa

_PRIME = np.uint64(1099511628211)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_LONGEST = 64  # letters of a text's end that count


def hashes(texts: pa.Array) -> np.ndarray:
    """A number under 2**64 for each text, the same wherever it stands.

    Args:
        texts: none missing.

    Example:
        >>> one, other, again = hashes(pa.array(["tiktok:anna", "tiktok:ben", "tiktok:anna"]))
        >>> bool(one == again), bool(one == other)
        (True, False)
    """
    offsets = np.frombuffer(texts.buffers()[1], dtype="int32")
    offsets = offsets[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype="uint8")
    starts, ends = offsets[:-1], offsets[1:]
    sizes = ends - starts
    total = sizes.astype("uint64")
    shortest, longest = (int(sizes.min()), int(sizes.max())) if len(sizes) else (0, 0)
    for back in range(1, min(longest, _LONGEST) + 1):
        places = ends - back
        if back <= shortest:
            total *= _PRIME
            total += letters[places]
        else:
            there = places >= starts
            following = total * _PRIME + letters[np.where(there, places, 0)]
            total = np.where(there, following, total)
    mixed: np.ndarray = total * _MIX
    return mixed


def bucket_of(accounts: pa.Array, buckets: int) -> np.ndarray:
    """The bucket of each account, the same wherever it stands.

    Args:
        accounts: text, none missing.
        buckets: how many there are, under 32,768.
    """
    return ((hashes(accounts) >> np.uint64(32)) % np.uint64(buckets)).astype("int16")
