"""matplotlib's SVG in a third of the bytes, in the colours of the page."""

import re
from xml.etree import ElementTree as ET

import numpy as np

from analysis.show.colours import FONTS, LIGHT, variables

_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_STEP = re.compile(r"([MLHVCSQTAZz])([^MLHVCSQTAZz]*)")
_UNSEEN = 0.25  # points that a line may lie beside itself
_DECIMALS = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?")
_NAME = re.compile(r"(?<=#)\w+|^\w+$")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")
_NAMES = {light: name for name, light in reversed(LIGHT.items())}  # alike is drawn as soft
_FAMILY = re.compile(r"font-family:[^;}]*;?")
_IN_POINTS = re.compile(r'(?<=[\d.])pt(?=")')
_SHAPE = ("d", "x", "y", "width", "height", "viewBox", "transform")
ET.register_namespace("", _SVG.strip("{}"))


def lean(svg: bytes) -> bytes:
    """Write the same drawing in fewer bytes.

    Coordinates are kept to a tenth of a point, lines to a quarter of one, and each style is
    written once. Groups that only carry a name, metadata, what is not painted and rotations by
    nothing are left out. Texts stay as they are: they are read by their place in the tree, never
    by a pattern.

    Args:
        svg: what matplotlib saved.

    Example:
        >>> lean(b'<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><path d="M 1.239 2 L 3 4"'
        ...      b' style="stroke: #000"/></g></svg>')
        b'<svg xmlns="http://www.w3.org/2000/svg"><style>.a{stroke:#000}</style><path d="M1.2 2L3 4" class="a" /></svg>'
    """  # noqa: E501 - one element to a line cannot be shown shorter
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing, and without entities
    classes: dict[str, str] = {}
    shared = "".join(style.text or "" for style in root.iter(f"{_SVG}style"))
    root[:] = [kept for child in root for kept in _lighter(child, classes)]
    root.text = None
    _shorten_names(root)
    style = ET.Element(f"{_SVG}style")
    style.text = _tight(shared) + "".join(
        f".{name}{{{_tight(words)}}}" for words, name in classes.items()
    )
    root.insert(0, style)
    return bytes(ET.tostring(root, encoding="utf-8"))


def themed(svg: bytes) -> bytes:
    """Let a drawing follow light and dark screens, in the fonts of the page.

    Each colour becomes a variable; one style block says what they are on light and dark. A point
    becomes a pixel.

    Args:
        svg: of ``lean``; its colours are those of ``colours.LIGHT``.

    Raises:
        ValueError: a colour without a name.
    """
    text = svg.decode()
    used = set(_COLOUR.findall(text))
    if unnamed := sorted(used - _NAMES.keys()):
        raise ValueError(f"a drawing has colours without a name: {', '.join(unnamed)}")
    text = _COLOUR.sub(lambda found: f"var(--{_NAMES[found[0]]})", text)
    names = [name for name in LIGHT if LIGHT[name] in used and _NAMES[LIGHT[name]] == name]
    fonts = f"text{{font-family:{FONTS};fill:var(--ink)}}"
    style = f"<style>{variables(dict.fromkeys([*names, 'ink']))}{fonts}"
    opening, _, rest = text.partition("<style>")
    classes, end, drawing = rest.partition("</style>")
    classes = _FAMILY.sub("", classes)
    return (_IN_POINTS.sub("", opening, count=2) + style + classes + end + drawing).encode()


def _lighter(element: ET.Element, classes: dict[str, str]) -> list[ET.Element]:
    """What stands for an element: itself, its children alone, or nothing."""
    if element.tag in (f"{_SVG}metadata", f"{_SVG}style"):
        return []
    element[:] = [kept for child in element for kept in _lighter(child, classes)]
    element.tail = None
    if element.tag != f"{_SVG}text":
        element.text = None
    if element.tag == f"{_SVG}g":
        element.attrib.pop("id", None)
        if not element.attrib:
            return list(element)
    is_empty = element.tag == f"{_SVG}defs" and not len(element)
    if is_empty or element.attrib.get("style") == "fill: none":
        return []
    return [_restyled(element, classes)]


def _restyled(element: ET.Element, classes: dict[str, str]) -> ET.Element:
    attributes = element.attrib
    if (target := attributes.pop(f"{_XLINK}href", None)) is not None:
        attributes["href"] = target
    if attributes.get("transform", "").startswith("rotate(-0 "):
        del attributes["transform"]
    if (path := attributes.get("d")) is not None:
        _redraw(element, _STEP.findall(path))
    for name in attributes.keys() & set(_SHAPE):
        attributes[name] = _rounded(attributes[name])
    if (words := attributes.pop("style", None)) is not None:
        attributes["class"] = classes.setdefault(words, _name(len(classes)))
    return element


def _redraw(element: ET.Element, steps: list[tuple[str, str]]) -> None:
    """Draw a polyline with the points that are seen, and eight arcs about nothing as a circle."""
    letters = "".join(letter for letter, _ in steps)
    if re.fullmatch("ML{3,}z?", letters):
        points = np.array([place.split() for _, place in steps if place.strip()], dtype=float)
        seen = (f"{x} {y}" for x, y in points[_seen(points)].tolist())
        element.attrib["d"] = f"M{'L'.join(seen)}{letters.partition('z')[1]}"
    elif letters == "MCCCCCCCCz":
        ends = [place.split()[-2:] for _, place in steps[:-1]]
        radii = np.hypot(*np.array(ends, dtype=float).T)
        if np.ptp(radii) < _UNSEEN:
            element.tag = f"{_SVG}circle"
            del element.attrib["d"]
            element.attrib["r"] = f"{radii[0]:.3g}"


def _seen(points: np.ndarray) -> np.ndarray:
    """Which points a line needs to lie where it was (Douglas and Peucker 1973)."""
    seen = np.zeros(len(points), dtype=bool)
    seen[[0, -1]] = True
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        along, apart = points[last] - points[first], points[first + 1 : last] - points[first]
        length = along @ along
        share = np.clip(apart @ along / length, 0, 1) if length else np.zeros(len(apart))
        off = np.hypot(*(apart - share[:, None] * along).T)
        if len(off) and off.max() > _UNSEEN:
            furthest = first + 1 + int(off.argmax())
            seen[furthest] = True
            parts += [(first, furthest), (furthest, last)]
    return seen


def _rounded(text: str) -> str:
    numbers = _DECIMALS.sub(lambda found: f"{round(float(found[0]), 1) + 0.0:g}", text)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(numbers.split()))


def _shorten_names(root: ET.Element) -> None:
    named = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    short = {name: _name(number) for number, name in enumerate(named)}
    for element in root.iter():
        for attribute in element.attrib.keys() & {"id", "href", "clip-path"}:
            element.attrib[attribute] = _NAME.sub(
                lambda found: short[found[0]], element.attrib[attribute]
            )


def _name(number: int) -> str:
    """``a`` to ``z``, then ``a1`` to ``z1`` and so on."""
    turn, letter = divmod(number, 26)
    return f"{chr(ord('a') + letter)}{turn or ''}"


def _tight(style: str) -> str:
    return re.sub(r"\s*([:;,{}])\s*", r"\1", style.strip())
