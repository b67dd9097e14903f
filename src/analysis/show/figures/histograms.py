"""The figure of who is there: creators by their followers."""

import numpy as np
import pandas as pd
import seaborn.objects as so

from analysis.evidence.view import ALL, View
from analysis.panel.suppression import suppress
from analysis.show.figures.drawing import (
    Figure,
    draw,
    follower_count,
    followers_scale,
    mark_100k_and_1m,
    numbers_table,
)

_PER_DECADE, _LIGHT_BLUE = 4, "#9fc5e8"


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
    most = rows.loc[rows.groupby("platform")["creators"].idxmax()]
    in_words = most["platform"] + ": most have " + most["followers"] + " followers"
    edges = np.arange(rows["step"].min(), rows["step"].max() + 2) / _PER_DECADE
    bars = so.Bars(color=_LIGHT_BLUE, alpha=1, edgecolor="white")
    plot = (
        so.Plot(rows, x="middle")
        .facet(row="platform")
        .add(bars, so.Hist(bins=edges), weight="creators")
        .scale(x=followers_scale())
        .label(x="followers", y="")
    )
    return Figure(
        "How many creators of each size?",
        f"Histograms of creators by followers. {'; '.join(in_words)}",
        "Bars: creators, to the nearest five; sizes with fewer than five are left out. Dotted"
        " lines: 100K and 1M followers.",
        draw(plot, marks=len(rows), heights=[1.4] * len(most), finish=mark_100k_and_1m),
        numbers_table(rows[["platform", "followers", "creators"]]),
    )


def _counts(creators: pd.DataFrame) -> pd.DataFrame:
    """Count creators per platform and quarter of a decade of followers.

    Returns:
        ``platform, step, middle, followers, creators``, without counts that are suppressed.
    """
    known = creators[creators["followers"] > 0].astype({"platform": str, "followers": float})
    known["step"] = np.floor(np.log10(known["followers"]) * _PER_DECADE + 1e-9).astype(int)
    counts = known.groupby(["platform", "step"]).size().rename("creators").reset_index()
    rows = counts.assign(creators=suppress(counts[["creators"]])["creators"]).dropna()
    ends = 10 ** (rows["step"].to_numpy()[:, None] / _PER_DECADE + [0, 1 / _PER_DECADE])
    return rows.assign(
        middle=np.sqrt(ends.prod(axis=1)),
        followers=[f"{follower_count(low)} to {follower_count(high)}" for low, high in ends],
        creators=[5 * round(int(count) / 5) for count in rows["creators"]],
    )
