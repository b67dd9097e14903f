"""Colours: enough contrast on light and dark screens, one variable each, paper is light."""

import pytest

from analysis.show.colours import DARK, LIGHT, variables

TINTS = [name for name in LIGHT if name.endswith("-tint")]
TEXTS = [
    *((text, ground) for text in ("ink", "soft") for ground in ("paper", "tint", "band")),
    *(("ink", tint) for tint in TINTS),
    *(("soft", f"{one}-tint") for one in ("micro", "macro", "alike")),
    *((one, "paper") for one in ("link", "micro", "macro", "alike", "warn")),
    *((one, f"{one}-tint") for one in ("micro", "macro", "alike", "warn", "note")),
    ("link", "tint"),
]
MARKS = [("rule", "paper"), *((one, "band") for one in ("micro", "macro", "soft", "ink"))]


def luminance(colour):
    """After https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_the_standard_does():
    # https://webaim.org/resources/contrastchecker: the lightest grey that passes on white
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_words_and_marks_stand_out(colours, pairs, least):
    faint = {pair: ratio for pair in pairs if (ratio := contrast(*map(colours.get, pair))) < least}
    assert faint == {}


def test_dark_is_for_screens_alone():
    light, dark = variables().split("\n")
    assert dark.startswith("@media screen and (prefers-color-scheme:dark)")
    assert all(f"--{name}:{LIGHT[name]}" in light for name in LIGHT)
    assert all(f"--{name}:{DARK[name]}" in dark for name in LIGHT)
