"""The one door of tables: a title, a label for every row, and no small count."""

import html
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import pandas as pd
from great_tables import GT
from IPython.display import HTML

from analysis.evidence.wording import MISSING, count, platform_name
from analysis.panel.suppression import Sums, suppress

Item = TypeVar("Item")


def table(
    frame: pd.DataFrame,
    *,
    title: str,
    first: str,
    groups: str | None = None,
    across: Sums = "none",
    down: Sums = "none",
) -> GT:
    """Lay out a table.

    Whole numbers are counts, and small ones are suppressed.

    Args:
        frame: what is shown; other numbers come as words.
        title: caption.
        first: the column that labels the rows.
        groups: the column that heads groups of rows.
        across, down: how the counts of a row and of a column add up, as ``suppress`` takes them.
    """
    counts = suppress(frame, across=across, down=down)
    names = frame.select_dtypes("integer").columns
    shown = counts.assign(**{name: counts[name].map(count) for name in names})
    grid = GT(shown, rowname_col=first, groupname_col=groups, id="t")
    return grid.tab_header(title=title).tab_stubhead(label=first)


def under_spanners(laid: GT, columns: Iterable[str]) -> GT:
    """Put columns called ``spanner, label`` under their spanners.

    Columns that share a spanner stand beside each other.
    """
    parts = {name: name.rpartition(", ") for name in columns}
    for spanner in dict.fromkeys(part[0] for part in parts.values()):
        own = [name for name, part in parts.items() if part[0] == spanner]
        laid = laid.tab_spanner(spanner, columns=own)
    return laid.cols_label({name: part[2] for name, part in parts.items()})


def per_platform(
    found: Mapping[str, Item | tuple[Item, ...] | str],
    columns: Mapping[str, Callable[[Item], str]],
    *,
    title: str,
) -> GT | HTML:
    """Lay out what was found on each platform.

    Args:
        found: per platform one result or several, or in words why there is none; that is a sentence
            below the table, or in its place.
        columns: what each column says of a result.
        title: caption.
    """
    rows: list[dict[str, str]] = []
    reasons: list[str] = []
    for platform, results in found.items():
        where = {"where": platform_name(platform)}
        if isinstance(results, str):
            reasons.append(f"{where['where']}: {results}.")
            continue
        every = results if isinstance(results, tuple) else (results,)
        rows += [
            {**where, **{name: words(result) for name, words in columns.items()}}
            for result in every
        ]
    if not rows:
        why = " ".join(reasons) or "nothing here can be compared."
        return sentences([f"{title}: {why}"])
    shown = pd.DataFrame(rows, columns=["where", *columns], dtype="object").fillna(MISSING)
    return noted(table(shown, title=title, first="where"), reasons)


def noted(laid: GT, notes: Iterable[str]) -> GT:
    """Put sentences below a table."""
    for note in notes:
        laid = laid.tab_source_note(note)
    return laid


def sentences(said: Iterable[str]) -> HTML:
    """Put sentences in the place of a table, each with a capital."""
    return HTML("".join(f"<p>{html.escape(one[:1].upper() + one[1:])}</p>" for one in said))
