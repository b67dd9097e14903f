"""The figure of who is there: creators by their followers."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, NullLocator

from analysis.evidence.view import ALL, View
from analysis.evidence.wording import platform_name
from analysis.panel.suppression import suppress
from analysis.show.figures.drawing import Figure, follower_count, numbers_table, style, svg_of

_PER_DECADE = 4


def sizes(view: View) -> Figure | None:
    """How many creators of each size? None where the view has no five creators of one size.

    Counts are drawn and told to the nearest five, and not at all where fewer than five creators
    have a size: beside the exact counts of the tiers they give away nobody.
    """
    creators = view.creators
    for column, value in (("platform", view.platform), ("niche", view.niche)):
        creators = creators if value == ALL else creators[creators[column] == value]
    found = {str(p): _counts(of["followers"]) for p, of in creators.groupby("platform")}
    found = {platform: counts for platform, counts in found.items() if len(counts)}
    if not found:
        return None
    most = "; ".join(
        f"{platform}: most have {of.loc[of['creators'].idxmax(), 'followers']} followers"
        for platform, of in found.items()
    )
    numbers = pd.concat(of.assign(platform=platform) for platform, of in found.items())
    return Figure(
        "How many creators of each size?",
        f"Histograms of creators by followers. {most}",
        "Bars: creators, to the nearest five; sizes with fewer than five are left out. Dotted"
        " lines: 100K and 1M followers.",
        _histograms(found),
        numbers_table(numbers[["platform", "followers", "creators"]]),
    )


def _histograms(found: dict[str, pd.DataFrame]) -> bytes:
    """One panel per platform, below each other."""
    with style():
        canvas = Canvas(figsize=(8, 0.5 + 1.4 * len(found)), layout="constrained")
        axes = canvas.subplots(len(found), 1, sharex=True, squeeze=False)[:, 0]
        for axis, (platform, of) in zip(axes, found.items(), strict=True):
            width = of["below"] - of["from"]
            axis.bar(of["from"], of["creators"], width=width, align="edge", color="#9fc5e8")
            for mark in (100_000, 1_000_000):
                axis.axvline(mark, color="#555555", linewidth=1, linestyle=":")
            axis.set_xscale("log")
            axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: follower_count(value)))
            axis.xaxis.set_minor_locator(NullLocator())
            axis.grid(visible=False, axis="x")
            axis.set_title(platform_name(platform), loc="left")
        axes[-1].set_xlabel("followers")
        return svg_of(canvas, marks=sum(map(len, found.values())))


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
