"""Tables wider than the screen: each scrolls in a box of its own, the page never sideways."""

import html
import re

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TITLE = re.compile(
    r'<(?:caption|td class="[^"]*\bgt_title\b)[^>]*>(.*?)</(?:caption|td)>', re.DOTALL
)
_TAG = re.compile(r"<[^>]*>")


def boxed(body: str) -> str:
    """Every table of a clean body in a box named after it, which a keyboard reaches too.

    Example:
        >>> boxed("<table><caption>Cost</caption></table>").partition("<table>")[0]
        '<div class="wide" role="group" aria-label="Cost" tabindex="0">'
    """
    return _TABLE.sub(lambda found: _box(found[0]), body)


def _box(table: str) -> str:
    title = _TITLE.search(table)
    name = html.unescape(_TAG.sub(" ", title[1])) if title else "Table"
    label = html.escape(" ".join(name.split()))
    return f'<div class="wide" role="group" aria-label="{label}" tabindex="0">{table}</div>'
