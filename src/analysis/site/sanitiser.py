"""Clean bodies: an allow-list, and a box around every table."""

import html
import re

import nh3

_TAGS = {
    *("h1", "h2", "h3", "h4", "p", "div", "span", "ul", "ol", "li", "dl", "dt", "dd"),
    *("a", "b", "strong", "i", "em"),
    *("small", "code", "pre", "br", "hr", "blockquote", "details", "summary"),
    *("figure", "figcaption", "picture", "source", "img"),
    *("svg", "rect", "circle", "line", "path", "text"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href"},
    "img": {"src", "alt"},
    "source": {"srcset", "media"},
    "svg": {"viewBox", "width", "height", "aria-hidden"},
    "rect": {"x", "y", "width", "height"},
    "circle": {"cx", "cy", "r"},
    "line": {"x1", "x2", "y1", "y2"},
    "path": {"d"},
    "text": {"x", "y", "text-anchor"},
    "tr": {"id"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4")},
}
_IMAGE_INSIDE = re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=\s]*")
_STYLED = {
    "gt_table",
    "gt_title",
    "gt_right",
    "gt_group_heading",
    "gt_column_spanner",
}  # of great_tables
_LINK_WITHIN = re.compile(r"#[\w-]*|[\w-]+\.(html|csv)(#[\w-]*)?")


def clean(body: str) -> str:
    """Reduce HTML to an allow-list.

    Nothing that is left can run, load or submit.
    """
    return nh3.clean(
        body,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"data"},
        link_rel=None,
        attribute_filter=_allowed,
    )


def _allowed(_: str, attribute: str, value: str) -> str | None:
    """Images only from inside the page, links only within the site, classes that have a style.

    A table's other classes, one or two for every cell, would be an eighth of a page.
    """
    if attribute in {"src", "srcset"}:
        return value if _IMAGE_INSIDE.fullmatch(value) else None
    if attribute == "media":
        return value if value == "(min-width:640px)" else None
    if attribute == "href":
        return value if _LINK_WITHIN.fullmatch(value) else None
    if attribute == "class":
        styled = [name for name in value.split() if name in _STYLED or not name.startswith("gt_")]
        return " ".join(styled) or None
    return value


_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_TITLE = re.compile(
    r'<(?:caption|td class="[^"]*\bgt_title\b)[^>]*>(.*?)</(?:caption|td)>', re.DOTALL
)
_TAG = re.compile(r"<[^>]*>")


def boxed(body: str) -> str:
    """Box every table, under its name, for keyboards to reach.

    Example:
        >>> boxed("<table><caption>Cost</caption></table>").partition("<table>")[0]
        '<div class="wide" role="group" aria-label="Cost" tabindex="0">'
    """
    return _TABLE.sub(lambda found: _box(_lightened(found[0])), body)


_ONE = re.compile(r' (?:col|row)span="1"')
_RIGHT, _LEFT = '<td class="gt_right">', "<td>"


def _lightened(table: str) -> str:
    """The same table with its commonest cell, one with a number, without a word about it."""
    table = _ONE.sub("", table)
    if table.count(_RIGHT) <= table.count(_LEFT):
        return table
    marked = table.replace(_LEFT, '<td class="text">').replace(_RIGHT, "<td>")
    return marked.replace("<tbody>", '<tbody class="numbers">')


def _box(table: str) -> str:
    title = _TITLE.search(table)
    name = html.unescape(_TAG.sub(" ", title[1])) if title else "Table"
    label = html.escape(" ".join(name.split()))
    return f'<div class="wide" role="group" aria-label="{label}" tabindex="0">{table}</div>'
