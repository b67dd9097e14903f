"""The allow-list that every page's body passes: nothing in it can run, load or submit."""

import re

import nh3

_TAGS = {
    *("h1", "h2", "h3", "h4", "p", "div", "span", "ul", "ol", "li", "dl", "dt", "dd"),
    *("a", "b", "strong", "i", "em"),
    *("small", "code", "pre", "br", "hr", "blockquote", "details", "summary"),
    *("figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href"},
    "img": {"src", "alt"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    **{heading: {"id"} for heading in ("h1", "h2", "h3", "h4")},
}
_IMAGE_INSIDE = re.compile(r"data:image/(svg\+xml|png);base64,[A-Za-z0-9+/=\s]*")
_LINK_WITHIN = re.compile(r"#[\w-]*|[\w-]+\.(html|csv)(#[\w-]*)?")


def clean(body: str) -> str:
    """HTML reduced to an allow-list; anything that could run, load or submit is gone."""
    return nh3.clean(
        body,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"data"},
        link_rel=None,
        attribute_filter=_own_addresses,
    )


def _own_addresses(_: str, attribute: str, value: str) -> str | None:
    """Images only from inside the page, links only within the site."""
    if attribute == "src":
        return value if _IMAGE_INSIDE.fullmatch(value) else None
    if attribute == "href":
        return value if _LINK_WITHIN.fullmatch(value) else None
    return value
