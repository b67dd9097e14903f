"""Tables of what arrived, what was left out, and who can be compared."""

import html

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.view import View
from analysis.evidence.wording import platform_name
from analysis.panel import data_quality
from analysis.panel.doubts import DOUBTS
from analysis.panel.doubts import doubts as sample_doubts
from analysis.panel.suppression import suppress
from analysis.show.tables.layout import table


def files(view: View) -> GT:
    """Show what became of the rows of every file."""
    rows = pd.DataFrame([file.model_dump() for file in view.dataset.manifest.files])
    columns = ["file", "table", "kept", "merged", "duplicates", "excluded", "rows_read"]
    shown = rows[columns].rename(columns={"rows_read": "rows read"})
    return table(shown, title="Rows of every file", first="file", across="last")


def exclusions(view: View) -> GT | HTML:
    """Show why rows were left out, counted.

    The reasons of a file's table add up.
    """
    left = view.dataset.exclusions()
    if left.empty:
        return HTML("<p>No row was left out.</p>")
    keys = ["file", "table", "column", "reason"]
    counted = left.groupby(keys, dropna=False)["rows"].sum().reset_index()
    parts = [suppress(of, down="known") for _, of in counted.groupby(keys[:2], dropna=False)]
    return table(pd.concat(parts), title="Rows left out, by reason", first="file")


def doubts(view: View) -> GT | HTML:
    """Show what is doubtful about the sample, beside what would not be."""
    found = sample_doubts(view.dataset, view.creators)
    if not found:
        listed = "; ".join(f"{kind} ({row['meaning']})" for kind, row in DOUBTS.items())
        return HTML(f"<p>Nothing doubtful was found. Looked for: {html.escape(listed)}.</p>")
    rows = [(one.says, f"{one.seen:.2f}", DOUBTS[one.kind]["threshold"]) for one in found]
    shown = pd.DataFrame(rows, columns=["doubt", "seen", "threshold"])
    return table(shown, title="What is doubtful about the sample", first="doubt")


def joins(view: View) -> GT:
    """Show how files found each other."""
    shown = data_quality.joins(view.dataset)
    return table(shown, title="How files found each other", first="rows of", across="last")


def creators_by_tier(view: View) -> GT:
    """Show creators by platform, niche and follower range.

    Those below 1,000 too.

    Other pages show the creators of an arm, so what is suppressed must not follow from that sum.
    """
    creators, tiers = view.creators, view.study.tiers
    below = f"under {tiers.steps[0].low / 1000:g}K"
    tier = pd.Series(below, index=creators.index)
    for step in tiers.steps:
        tier = tier.mask(creators["followers"].map(step.contains), str(step))
    names = [below, *map(str, tiers.steps)]
    counts = pd.crosstab([creators["platform"], creators["niche"]], tier).reindex(
        columns=names, fill_value=0
    )
    arms = [
        [str(step) for step in tiers.steps if arm.contains(step.low)]
        for arm in (tiers.micro, tiers.macro)
    ]
    apart = [[name] for name in names if not any(name in arm for arm in arms)]
    parts = [suppress(counts[arm], across="known", down="known") for arm in (*apart, *arms)]
    where = [f"{platform_name(platform)}, {niche}" for platform, niche in counts.index]
    shown = pd.concat(parts, axis="columns")[names].assign(where=where)
    return table(shown, title="Creators by followers", first="where")


def selection(view: View) -> GT:
    """Show the way from the list to those compared."""
    shown = data_quality.flow(view.creators, view.study.tiers.steps)
    title = "From the list to the comparison"
    return table(shown, title=title, first="step", across="known", down="known")


def origins(view: View) -> GT:
    """Show how creators came to the list, by tier."""
    shown = data_quality.origins(view.dataset, view.study.tiers.steps)
    title = "How creators were found"
    return table(shown, title=title, first="found through", across="known", down="known")


def metric_states(view: View) -> GT:
    """Show how often each metric is observed, zero or hidden."""
    shown = data_quality.truth_states(view.dataset)
    return table(shown, title="States of every metric, in rows", first="metric", across="known")


def cautions(view: View) -> GT:
    """Show what to keep in mind about the counts."""
    return table(data_quality.cautions(view.dataset), title="What to keep in mind", first="what")


def oddities(view: View) -> GT:
    """Show oddities of the files that did not stop them."""
    return table(data_quality.warnings(view.dataset), title="What was odd", first="look at")
