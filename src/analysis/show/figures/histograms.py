"""The figure of who is there: creators by their followers."""

import numpy as np
import pandas as pd

from analysis.evidence.view import ALL, View
from analysis.evidence.wording import platform_name
from analysis.panel.suppression import suppress
from analysis.show.colours import LIGHT
from analysis.show.figures.drawing import (
    Area,
    Figure,
    Margins,
    Panel,
    follower_axis,
    label_axis,
    panel,
)
from analysis.show.figures.numbers import follower_count, numbers_table

_PER_DECADE = 4


def sizes(view: View) -> Figure | None:
    """Draw how many creators of each size there are, per platform.

    Counts are shown to the nearest five, and not at all where fewer than five creators have a
    size: beside the exact counts of the tiers they give away nobody.

    Returns:
        None where the view has no five creators of one size.
    """
    creators = view.creators
    for column, value in (("platform", view.platform), ("niche", view.niche)):
        creators = creators if value == ALL else creators[creators[column] == value]
    rows = _counts(creators)
    if rows.empty:
        return None
    by_platform = dict([*rows.groupby("platform", sort=False)])
    return Figure(
        "How many creators of each size?",
        "Bars: creators, to the nearest five; sizes with fewer than five are left out. Dotted"
        " lines: 100,000 and a million followers.",
        tuple(_size_panel(str(name), of, len(by_platform)) for name, of in by_platform.items()),
        numbers_table(rows[["platform", "followers", "creators"]]),
    )


def _size_panel(platform: str, rows: pd.DataFrame, beside: int) -> Panel:
    most = rows.loc[rows["creators"].idxmax(), "followers"]
    edges = 10 ** (np.array([rows["step"].min(), rows["step"].max() + 1]) / _PER_DECADE)

    def paint(area: Area) -> None:
        follower_axis(area, *edges)
        area.axes.bar(
            10 ** (rows["step"] / _PER_DECADE),
            rows["creators"],
            width=10 ** ((rows["step"] + 1) / _PER_DECADE) - 10 ** (rows["step"] / _PER_DECADE),
            align="edge",
            color=LIGHT["micro-tint"],
            edgecolor=LIGHT["link"],
            linewidth=1,
        )
        area.axes.locator_params(axis="y", nbins=4)
        label_axis(area, across="followers", up="creators")

    return panel(
        platform_name(platform),
        f"Most have {most} followers",
        paint,
        margins=Margins(left=52, right=34, top=22, bottom=40),
        height=200,
        marks=len(rows),
        beside=beside,
    )


def _counts(creators: pd.DataFrame) -> pd.DataFrame:
    """Count creators per platform and quarter of a decade of followers.

    Returns:
        ``platform, step, middle, followers, creators``, without counts that are suppressed.
    """
    known = creators.loc[creators["followers"] > 0, ["platform", "followers"]]
    known = known.astype({"platform": str, "followers": float})
    known["step"] = np.floor(np.log10(known["followers"]) * _PER_DECADE + 1e-9).astype(int)
    counts = known.groupby(["platform", "step"]).size().rename("creators").reset_index()
    rows = counts.assign(creators=suppress(counts[["creators"]])["creators"]).dropna()
    ends = 10 ** (rows["step"].to_numpy()[:, None] / _PER_DECADE + [0, 1 / _PER_DECADE])
    return rows.assign(
        middle=np.sqrt(ends.prod(axis=1)),
        followers=[f"{follower_count(low)} to {follower_count(high)}" for low, high in ends],
        creators=[5 * round(int(count) / 5) for count in rows["creators"]],
    )
