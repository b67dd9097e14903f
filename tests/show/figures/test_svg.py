"""The lean SVG: every text and every mark of matplotlib's, in fewer bytes."""

import io
import re

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas

from analysis.show.figures.svg import lean


def drawn(label):
    """matplotlib's own bytes, and ours."""
    settings = {"text.parse_math": False, "svg.fonttype": "none"}
    settings |= {"xtick.bottom": False, "ytick.left": False}
    with mpl.rc_context(settings):
        canvas = Canvas(figsize=(4, 2))
        axis = canvas.subplots()
        axis.plot([1, 2, 3], [1.23456, 2, 0.5], "o")
        axis.set_title(label)
        original = io.BytesIO()
        canvas.savefig(original, format="svg")
        return original.getvalue(), lean(original.getvalue())


def test_a_lean_drawing_keeps_every_text_and_every_mark():
    label = 'a style="fill: red" <b> id="x" & 1.23456 é'
    original, ours = (svg.decode() for svg in drawn(label))
    texts = re.compile(r"<text[^>]*>([^<]*)</text>")
    assert texts.findall(ours) == texts.findall(original)
    assert "1.23456" in ours
    assert len(ours) < 0.5 * len(original)
    places = [
        [float(x) for x in re.findall(r'<use [^>]*x="([\d.]+)"', svg)] for svg in (original, ours)
    ]
    assert len(places[0]) == 3
    assert np.allclose(*places, atol=0.051)


def test_a_lean_drawing_refers_only_to_what_it_holds():
    ours = drawn("label")[1].decode()
    referred = set(re.findall(r"#(\w+)[\")]", ours))
    assert referred
    assert referred <= set(re.findall(r' id="(\w+)"', ours))


SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
SHAPE = re.compile(r'(?<= d=")[^"]*')


def paths(markup):
    return SHAPE.findall(lean(SVG.format(markup).encode()).decode())


def test_a_point_that_lies_beside_its_neighbours_line_by_nothing_seen_is_left_out():
    """From 0 to 15 the line rises by .3; at 5 and 10 it passes .1 and .2 from their points."""
    bent = "M 0 0 L 5 0.2 L 10 0 L 15 0.3 L 20 0"
    assert paths(f'<path d="{bent}"/>') == ["M0 0L15 0.3L20 0"]
    assert paths(f'<path d="{bent} L 0 0 z"/>') == ["M0 0L15 0.3L20 0L0 0z"]
    kept = "M0 0L5 2L10 0L15 3L20 0"
    assert paths(f'<path d="{kept}"/>') == [kept]
    assert paths('<path d="M 0 0 C 1 1 2 2 3 3 L 4 3"/>') == ["M0 0C1 1 2 2 3 3L4 3"]


def test_a_long_curve_stays_where_it_is():
    """A quarter of a point beside the line, rising by at most 2.4, is .65 above or below it."""
    points = np.column_stack([np.linspace(0, 300, 1500), 80 * np.sin(np.linspace(0, 9, 1500))])
    steps = "L".join(f"{x:.3f} {y:.3f}" for x, y in points)
    [path] = paths(f'<path d="M{steps}"/>')
    left = np.array([place.split() for place in path[1:].split("L")], dtype=float)
    assert len(left) < 100
    assert np.abs(np.interp(points[:, 0], *left.T) - points[:, 1]).max() < 0.65 + 0.1


def test_a_round_mark_is_a_circle_and_what_is_not_painted_is_left_out():
    ours = drawn("label")[1].decode()
    assert re.findall(r'<circle id="\w+" r="([\d.]+)"', ours) == ["3"]  # marks are 6 points wide
    assert paths('<path d="M0 0L1 1" style="fill: none"/><path d="M0 0L1 2"/>') == ["M0 0L1 2"]
