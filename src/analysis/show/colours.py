"""The colours of pages and drawings: one meaning each, for light and dark screens."""

from collections.abc import Iterable

from analysis.study.declared import declared_rows

_ROWS = declared_rows("analysis.show", "colours.csv")
LIGHT = {row["name"]: row["light"] for row in _ROWS}
DARK = {row["name"]: row["dark"] for row in _ROWS}
FONTS = (
    '-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",'
    "sans-serif"
)


def variables(names: Iterable[str] = LIGHT) -> str:
    """Write colours as variables of CSS.

    Dark ones are for dark screens alone: paper is light.

    Example:
        >>> print(variables(["link"]))
        :root{color-scheme:light dark;--link:#0b5394}
        @media screen and (prefers-color-scheme:dark){:root{--link:#8bbcf2}}
    """
    names = tuple(names)
    light, dark = (";".join(f"--{name}:{of[name]}" for name in names) for of in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
