"""Patterns that people write: matched in time that grows with the text alone (RE2)."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_GROUP = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\(\?P<\w+>|\((?!\?)", re.DOTALL)


def extracted(text: pd.Series, pattern: str) -> pd.Series:
    """What the first group of a pattern finds in each text; missing where it finds nothing.

    Example:
        >>> extracted(pd.Series(["/@anna/video/7", "none"]), "/@([^/]+)/").to_list()
        ['anna', nan]
    """
    found = pc.extract_regex(pa.array(text, pa.string()), _first_named(pattern))
    return pd.Series(pc.struct_field(found, "value").to_pandas(), dtype="str").set_axis(text.index)


def fullmatches(text: str, pattern: str) -> bool:
    """Whether a whole text is what a pattern says."""
    return bool(pc.match_substring_regex(pa.array([text]), rf"\A(?:{pattern})\z")[0].as_py())


def _first_named(pattern: str) -> str:
    """The first group called value, the others without a capture."""
    seen = 0

    def named(match: re.Match[str]) -> str:
        nonlocal seen
        if not match[0].startswith("("):
            return match[0]
        seen += 1
        return "(?P<value>" if seen == 1 else "(?:"

    return _GROUP.sub(named, pattern)
