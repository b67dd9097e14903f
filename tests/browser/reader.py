"""What a reader's browser shows of a page, as plain values to assert on."""

import base64
import json
import re
from xml.etree import ElementTree as ET

from axe_playwright_python.base import AXE_SCRIPT

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PAPER = {"width": 720, "height": 1020}  # A4 between margins, at 96 dots per inch

_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of table rows that are alike in every tag and class one is looked at: axe takes seconds for
# thousands of cells. What is folded away is opened, because axe passes over it.
_PREPARE_FOR_AXE = """() => {
  document.querySelectorAll("details").forEach(one => { one.open = true; });
  document.querySelectorAll("tbody").forEach(body => {
    const seen = new Set();
    [...body.rows].forEach(row => {
      const like = row.innerHTML.replace(/>[^<]*</g, "><");
      if (seen.has(like)) row.remove();
      seen.add(like);
    });
  });
}"""


def axe_violations(page):
    """Every violation in words: rule, how often, the first element."""
    page.evaluate(_PREPARE_FOR_AXE)
    page.evaluate(AXE_SCRIPT)
    options = {"runOnly": _STANDARDS, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run({json.dumps(options)})")["violations"]
    return [f"{v['id']} x{len(v['nodes'])}: {v['nodes'][0]['html'][:200]}" for v in found]


def focus_stops(page):
    """Every place that Tab leads to, with whether it can be seen; Enter opens what is folded."""
    page.evaluate("document.activeElement.blur()")
    stops = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None or stop[:2] in stops:
            return stops
        stops.append(stop[:2])
        if stop[2]:
            page.keyboard.press("Enter")


# What can take the focus is numbered, because two links may look the same.
REACHABLE = "a[href], summary, [tabindex]"
_FOCUSED = f"""() => {{
  const here = document.activeElement;
  if (here === document.body || here === document.documentElement) return null;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return [[...document.querySelectorAll("{REACHABLE}")].indexOf(here),
    seen, here.matches("summary")];
}}"""

# Elements that hold text of their own and are not shown at all, or cut off by their box.
HIDDEN = """() => [...document.querySelectorAll("main *, footer, aside")].filter(one =>
  [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  && !one.checkVisibility(
    {checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true})
).map(one => one.outerHTML.slice(0, 200))"""
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter(one =>
  getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1
).map(one => one.outerHTML.slice(0, 200))"""

_SVG = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)"')


def figures(html):
    """The drawings inside a page."""
    return [ET.fromstring(base64.b64decode(code)) for code in _SVG.findall(html)]


def faint_texts(drawing, least=4.5):
    """Texts of a drawing on white with less contrast than WCAG's 4.5 to 1, with that contrast."""
    found = []

    def open_view(element, fill):
        own = re.search(r"(?<![-\w])fill: ?(#\w{6})", element.get("style", ""))
        fill = own[1] if own else element.get("fill", fill)
        if element.tag.endswith("text") and contrast_on_white(fill) < least:
            found.append(("".join(element.itertext()), fill))
        for child in element:
            open_view(child, fill)

    open_view(drawing, "#000000")
    return found


def contrast_on_white(colour):
    """Contrast of #rrggbb on white, after https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)
