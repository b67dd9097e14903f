"""Memory that is free in this process goes back to the system: an allocator keeps it otherwise."""

import ctypes

import pyarrow as pa


def give_back() -> None:
    """Return free memory to the system, where the C library offers it; a millisecond or two.

    Blocks of a file are freed in another order than they are made, so that what was free between
    them would stay with this process and grow with the file.
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
