"""Files of which a spreadsheet made every line one quoted cell -> the lines as they were."""

import csv
import io
import re

from analysis.study.errors import DataContractError

_ONE_CELL = re.compile(rb'"(?:[^"]|"")*"')
_DELIMITER = re.compile(rb"[\t;,|]")
_NEVER = "\x1f"  # no file is divided by it, so every line is one cell


def stands_in_quotes(header: bytes) -> bool:
    """Whether the header is one quoted cell that holds several.

    Example:
        >>> stands_in_quotes(b'"a,""b c"",d"'), stands_in_quotes(b'"a","b"')
        (True, False)
    """
    return bool(_ONE_CELL.fullmatch(header) and _DELIMITER.search(header))


def out_of_quotes(content: bytes, name: str) -> bytes:
    r"""Every line without the quotes around it.

    A line that was not put into quotes, because nothing in it needed them, stays.

    Raises:
        DataContractError: some lines stand in quotes only in part, so that none can be trusted.

    Example:
        >>> out_of_quotes(b'"a,""b c"",d"\n"1,""x, y"",2"\n', "posts.csv")
        b'a,"b c",d\n1,"x, y",2\n'
    """
    text = io.StringIO(content.decode(), newline="")
    try:
        lines = list(csv.reader(text, delimiter=_NEVER, strict=True))
    except csv.Error as error:
        raise DataContractError(
            f"{name}: every line stands in quotes: a spreadsheet saved it again; export it again"
        ) from error
    return "".join(f"{_NEVER.join(cells)}\n" for cells in lines).encode()
