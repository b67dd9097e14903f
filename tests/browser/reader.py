"""What a reader's browser shows of a page, as plain values to assert on."""

import base64
import json
import re

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

_SVG = re.compile(r'(?:src|srcset)="data:image/svg\+xml;base64,([^"]+)"')


def figures(html):
    """The drawings inside a page, for wide windows and for phones."""
    return [base64.b64decode(code).decode() for code in _SVG.findall(html)]


# Texts of a drawing that overlap, leave it or are too small: what an image hides from a page's own
# scripts. Overlaps below 2 by 5 pixels are the air around letters.
FAULTY_TEXTS = """font => {
  const drawing = document.querySelector("svg");
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = `text{font-family:"${font}"!important}`;
  drawing.append(style);
  const whole = drawing.getBoundingClientRect();
  const texts = [...drawing.querySelectorAll("text")].filter(one => one.textContent.trim());
  const boxes = texts.map(one => one.getBoundingClientRect());
  const found = [];
  boxes.forEach((a, i) => {
    const said = texts[i].textContent;
    if (parseFloat(getComputedStyle(texts[i]).fontSize) < 12) found.push(`${said}: too small`);
    if (a.left < whole.left - 1.5 || a.right > whole.right + 1.5
      || a.top < whole.top - 1.5 || a.bottom > whole.bottom + 1.5) found.push(`${said}: leaves`);
    boxes.slice(i + 1).forEach((b, j) => {
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 5) found.push(`${said} on ${texts[i + 1 + j].textContent}`);
    });
  });
  return found;
}"""
