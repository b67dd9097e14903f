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
