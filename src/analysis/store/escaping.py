"""Text for the cells of a CSV file: a spreadsheet shows it and never takes it for a formula.

A program that reads such a file back takes the apostrophe off a cell, or a part after a semicolon,
that would begin a formula without it.
"""

import re

# A cell also begins after a semicolon, which divides cells where the decimal mark is a comma, and
# some programs look past quotes and spaces. The last four are the wide forms of the first.
_FORMULA = r"""(?=['"\s]*[=+\-@\uff1d\uff0b\uff0d\uff20])"""
_BEFORE = re.compile(rf"(^|;){_FORMULA}")


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


def from_cell(text: str) -> str:
    """A name as it was before ``as_cell``.

    Example:
        >>> from_cell("'-anna"), from_cell("anna")
        ('-anna', 'anna')
    """
    return text.removeprefix("'")
