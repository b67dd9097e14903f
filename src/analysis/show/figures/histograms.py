"""The figure of who is there: creators by their followers."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns

from analysis.evidence.view import ALL, View
from analysis.panel.suppression import suppress
from analysis.show.figures.drawing import (
    PALE,
    Figure,
    follower_axis,
    follower_count,
    numbers_table,
    per_platform,
    style,
    svg_of,
)

_PER_DECADE = 4


def sizes(view: View) -> Figure | None:
    """How many creators of each size? None where the view has no five creators of one size.

    Counts are drawn to the nearest five, and not at all where fewer than five creators have a
    size: beside the exact counts of the tiers they give away nobody.
    """
    creators = view.creators
    for column, value in (("platform", view.platform), ("niche", view.niche)):
        creators = creators if value == ALL else creators[creators[column] == value]
    found = [
        _counts(of["followers"]).assign(platform=str(platform))
        for platform, of in creators.groupby("platform")
    ]
    counts = pd.concat(found) if found else pd.DataFrame()
    if counts.empty:
        return None
    with style():
        panels = counts["platform"].nunique()
        canvas = per_platform(counts, _bars, size=(8, 0.5 + 1.4 * panels), row="platform")
        for axis in canvas.axes:  # at last: seaborn bins in the scale that an axis has
            follower_axis(axis)
        canvas.supxlabel("followers")
        svg = svg_of(canvas, marks=len(counts))
    fullest = counts.sort_values("creators", ascending=False, kind="stable")
    most = "; ".join(
        f"{row.platform}: most have {row.followers} followers"
        for row in fullest.drop_duplicates("platform").sort_values("platform").itertuples()
    )
    return Figure(
        "How many creators of each size?",
        f"Histograms of creators by followers. {most}",
        "Bars: creators, to the nearest five; sizes with fewer than five are left out. Dotted"
        " lines: 100K and 1M followers.",
        svg,
        numbers_table(counts[["platform", "followers", "creators"]]),
    )


def _bars(counts: pd.DataFrame, axis: mpl.axes.Axes) -> None:
    edges = sorted({*counts["from"], *counts["below"]})
    middle = np.sqrt(counts["from"] * counts["below"])
    sns.histplot(x=middle, weights=counts["creators"], bins=edges, color=PALE, alpha=1, ax=axis)
    axis.grid(visible=False, axis="x")


def _counts(followers: pd.Series) -> pd.DataFrame:
    """Creators per quarter of a decade: ``from, below, followers, creators``."""
    known = followers[followers > 0].astype(float)
    step = np.floor(np.log10(known) * _PER_DECADE + 1e-9).astype(int)
    counts = step.value_counts().sort_index()
    counts = suppress(counts.to_frame("creators"))["creators"].dropna().astype(int)
    ends = 10 ** (counts.index.to_numpy()[:, None] / _PER_DECADE + [0, 1 / _PER_DECADE])
    return pd.DataFrame(
        {
            "from": ends[:, 0],
            "below": ends[:, 1],
            "followers": [f"{follower_count(a)} to {follower_count(b)}" for a, b in ends],
            "creators": [5 * round(count / 5) for count in counts.tolist()],
        }
    )
