"""Text for the cells of a CSV file: a spreadsheet shows it and never takes it for a formula.

Whoever reads such a file back with a program gets the text itself from :func:`as_meant`.
"""

import re

# A cell also begins after a semicolon, which divides cells where the decimal mark is a comma, and
# some programs look past quotes and spaces. The last four are the wide forms of the first.
_FORMULA = r"""(?=['"\s]*[=+\-@\uff1d\uff0b\uff0d\uff20])"""
_BEFORE = re.compile(rf"(^|;){_FORMULA}")
_MARKED = re.compile(rf"(^|;)'{_FORMULA}")


def as_cell(value: object) -> object:
    r"""Text on one line, an apostrophe before what would be a formula.

    Numbers as they are.

    Example:
        >>> as_cell("=1+1"), as_cell("tea\r=1"), as_cell(-1.5)
        ("'=1+1", 'tea =1', -1.5)
    """
    if not isinstance(value, str):
        return value
    return _BEFORE.sub(r"\1'", " ".join(value.split()))


def as_meant(cell: str) -> str:
    """The text that :func:`as_cell` was given, on one line.

    Example:
        >>> as_meant("'=1+1"), as_meant("'tis the season")
        ('=1+1', "'tis the season")
    """
    return _MARKED.sub(r"\1", cell)
